// The page of the field kit. All words stand in the page; a case is written as text, never as markup.
"use strict";
(async () => {
  const IDLE = 10 * 60 * 1000;
  const $ = (id) => document.getElementById(id);
  const words = $("words").dataset;
  const days = Number(words.days);
  const WARNED = 5; // tries that are left when the page begins to count them aloud
  const show = (id, on) => ($(id).hidden = !on);
  const made = (name, text, parent) => {
    const one = document.createElement(name);
    if (text !== undefined) one.textContent = text;
    parent?.append(one);
    return one;
  };
  const copied = (id) => $(id).content.firstElementChild.cloneNode(true);
  const say = (text) => ($("said").textContent = text);

  // The browser need not know the language: the same form as on our pages.
  function moment(text) {
    const at = new Date(text);
    const two = (number) => String(number).padStart(2, "0");
    const day = [two(at.getDate()), two(at.getMonth() + 1), at.getFullYear()].join(".");
    return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
  }

  // --- shut and open ------------------------------------------------------------------------------------------

  function bare() {
    show("inside", false);
    $("intake").reset();
    $("cases").replaceChildren();
    $("outbox").replaceChildren();
  }

  async function shut() {
    const kept = keepDrafts(); // reads the page at once; the page is bare before it has been written
    bare();
    await kept;
    fieldStore.lock();
    bare(); // a synchronisation may have drawn in between
    const isNew = await fieldStore.isNew();
    show("begin", isNew);
    show("unlock", !isNew);
    show("inside", false);
    $("count").textContent = words.only.replace("{}", await fieldStore.waiting());
  }

  async function inside() {
    show("begin", false);
    show("unlock", false);
    show("inside", true);
    const contact = await fieldStore.contact();
    if (contact && Date.now() - new Date(contact) > days * 86400000) {
      await fieldStore.dropCases();
      say(words.stale);
    }
    await draw();
    await restoreIntake();
    touch();
  }

  let timer = null;
  function touch() {
    clearTimeout(timer);
    if (fieldStore.isOpen()) timer = setTimeout(shut, IDLE);
  }
  for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, touch);

  $("begin").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { name, pin, again } = event.target.elements;
    if (pin.value.length < 8) return say(words.short);
    if (pin.value !== again.value) return say(words.differ);
    try {
      const { status, told } = await fieldSync.register(name.value);
      if (status !== 201) return say(status === 401 ? words.signedOut : told.text || words.offline);
      await fieldStore.begin(pin.value, told.phone);
    } catch {
      return say(words.offline);
    }
    event.target.reset();
    await inside();
    await synchronise();
  });

  $("unlock").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { pin } = event.target.elements;
    const button = event.target.querySelector("button");
    if (button.disabled) return;
    button.disabled = true;
    const left = await fieldStore.unlock(pin.value).finally(() => (button.disabled = false));
    event.target.reset();
    if (left === null) say("");
    await (left === null ? inside() : shut());
    if (left === 0) say(words.guessed);
    else if (left !== null) say([words.wrong, left <= WARNED && words.left.replace("{}", left)].filter(Boolean).join(" "));
    if (left) pin.focus();
  });

  $("lock").addEventListener("click", shut);

  // --- what is shown ------------------------------------------------------------------------------------------

  async function draw() {
    const [cases, entries, contact] = [await fieldStore.cases(), await fieldStore.outbox(), await fieldStore.contact()];
    const drafts = await fieldStore.drafts(); // from here on nothing is waited for: whoever types loses no letter
    const before = new Map([...$("cases").children].map((card) => [card.dataset.id, card]));
    const active = document.activeElement;
    const focused = active?.closest("#cases > details")?.dataset.id;
    $("cases").replaceChildren(...cases.map((one) => drawCase(one, before.get(one.id), drafts[one.id])));
    show("no-cases", !cases.length);
    const rows = new Map([...$("outbox").children].map((row) => [row.dataset.id, row]));
    const mended = active?.matches("#outbox textarea") && active.closest("li");
    $("outbox").replaceChildren(
      ...entries.map((entry) => (mended && rows.get(entry.key) === mended ? mended : drawEntry(entry, cases))),
    );
    show("no-outbox", !entries.length);
    if (active?.isConnected) active.focus(); // what is put back where it was loses the focus
    else if (focused) [...$("cases").children].find((card) => card.dataset.id === focused)?.querySelector("summary").focus();
    $("count").textContent = words.only.replace("{}", entries.length);
    $("contact").textContent = contact ? moment(contact) : "—";
  }

  // What is half written stays as it is, whatever arrives in the meantime.
  function isHalfWritten(card) {
    const { text, photo } = card.querySelector("form").elements;
    return text.value !== "" || photo.files.length > 0 || [text, photo].includes(document.activeElement);
  }

  function drawCase(one, before, draft) {
    if (before && isHalfWritten(before)) return before;
    const card = copied("case");
    card.dataset.id = one.id;
    card.open = before?.open ?? Boolean(draft);
    card.querySelector("summary").textContent = one.title;
    const facts = card.querySelector("dl");
    for (const [term, value] of one.facts) {
      made("dt", term, facts);
      made("dd", value, facts);
    }
    for (const task of one.tasks) made("li", task, card.querySelector(".tasks"));
    card.querySelector(".tasks-none").hidden = one.tasks.length > 0;
    for (const note of one.notes) {
      const row = made("li", undefined, card.querySelector(".notes"));
      made("span", `${note.when}, ${note.by}`, row).className = "timeline__when";
      made("p", note.text, row).className = "timeline__text";
    }
    const form = card.querySelector("form");
    for (const field of form.querySelectorAll("[data-for]")) {
      const input = form.elements[field.dataset.for];
      input.id = `${field.dataset.for}-${one.id}`;
      field.htmlFor = input.id;
    }
    form.elements.text.value = draft ?? "";
    form.elements.text.addEventListener("input", () => soon(() => keepDraftOf(card)));
    form.addEventListener("submit", (event) => keepNote(event, one));
    return card;
  }

  function drawEntry(entry, cases) {
    const row = copied("entry");
    row.dataset.id = entry.key;
    const about = cases.find((one) => one.id === entry.case)?.title ?? "";
    row.querySelector(".title").textContent = [words[entry.kind], about].filter(Boolean).join(": ");
    row.querySelector(".when").textContent = moment(entry.made_at);
    const text = row.querySelector("textarea");
    text.value = entry.text ?? "";
    text.id = `text-${entry.key}`;
    row.querySelector("label").htmlFor = text.id;
    row.querySelector(".reason").textContent = entry.reason ?? "";
    row.querySelector(".refused").hidden = !entry.reason;
    row.querySelector(".waits").hidden = Boolean(entry.reason);
    const { photo, reason, ...plain } = entry;
    row.querySelector(".again").addEventListener("click", async () => {
      await fieldStore.put({ ...plain, text: text.value });
      await synchronise();
    });
    row.querySelector(".discard").addEventListener("click", async () => {
      if (!window.confirm(words.discard)) return;
      await fieldStore.remove(entry.key);
      await draw();
    });
    return row;
  }

  // --- what is written ----------------------------------------------------------------------------------------

  const entry = (kind, values) => ({
    key: crypto.randomUUID(),
    kind,
    made_at: new Date().toISOString(),
    ...values,
  });

  async function keepNote(event, one) {
    event.preventDefault();
    const { text, photo } = event.target.elements;
    const file = photo.files[0];
    if (!text.value.trim() && !file) return say(words.empty);
    const since = await fieldStore.contact();
    await kept(event.target, one.id, async () => {
      if (text.value.trim()) {
        await fieldStore.put(entry("note", { case: one.id, text: text.value, since }));
        text.value = ""; // a photo that finds no room is tried again without a second note
      }
      if (file) await fieldStore.put(entry("photo", { case: one.id, text: "", file_name: file.name, since }), file);
    });
  }

  $("intake").addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.target));
    if (!values.text.trim()) return say(words.empty);
    await kept(event.target, "intake", () => fieldStore.put(entry("intake", values)));
  });

  // The form is emptied only when all of it lies on the telephone. A second press while it is written does nothing.
  async function kept(form, id, put) {
    const button = form.querySelector("button");
    if (button.disabled) return;
    button.disabled = true;
    try {
      await put();
    } catch {
      return say(words.full);
    } finally {
      button.disabled = false;
    }
    await fieldStore.keepDraft(id, "");
    form.reset();
    say(words.kept);
    await synchronise();
  }

  // --- what is half written -----------------------------------------------------------------------------------

  let later = null;
  function soon(act) {
    clearTimeout(later);
    later = setTimeout(act, 400);
  }

  async function keepDraftOf(card) {
    const text = card.querySelector("form").elements.text.value;
    if (fieldStore.isOpen()) await fieldStore.keepDraft(card.dataset.id, text.trim() && text).catch(() => say(words.full));
  }

  async function keepIntake() {
    const values = Object.fromEntries(new FormData($("intake")));
    const isBegun = ["text", "name"].some((name) => (values[name] ?? "").trim());
    if (fieldStore.isOpen()) await fieldStore.keepDraft("intake", isBegun && values).catch(() => say(words.full));
  }

  // All forms are read before the first of them is written.
  function keepDrafts() {
    clearTimeout(later);
    return Promise.all([...[...$("cases").children].map(keepDraftOf), keepIntake()]);
  }

  async function restoreIntake() {
    const draft = (await fieldStore.drafts()).intake;
    if (!draft) return;
    $("intake").closest("details").open = true;
    for (const [name, value] of Object.entries(draft)) {
      const field = $("intake").elements[name];
      if (field?.type === "checkbox") field.checked = true;
      else if (field) field.value = value;
    }
  }

  $("intake").addEventListener("input", () => soon(keepIntake));
  document.addEventListener("visibilitychange", () => document.hidden && keepDrafts());

  // --- the server ---------------------------------------------------------------------------------------------

  let running = false;
  let again = false;
  async function synchronise() {
    again = running; // what was written meanwhile goes with another round
    if (running || !fieldStore.isOpen()) return;
    running = true;
    try {
      const result = await fieldSync.run();
      if (result.phone !== (await fieldStore.phone())) return; // wiped, or made ready anew, in the meantime
      if (result.end === "ended") return await empty(words.ended);
      if (!fieldStore.isOpen()) return; // locked in the meantime: what was sent is sent, the rest waits
      await draw();
      const lines = {
        done: words.done,
        offline: words.offline,
        signed_out: words.signedOut,
        locked: words.locked,
      };
      const told = [lines[result.end], result.sent && words.sent.replace("{}", result.sent)];
      told.push(result.refused && words.refused.replace("{}", result.refused));
      told.push(result.meanwhile && words.meanwhile.replace("{}", result.meanwhile));
      say(told.filter(Boolean).join(" "));
      show("sign-in", result.end === "signed_out");
      show("unlock-key", result.end === "locked");
    } finally {
      running = false;
      if (again) synchronise();
    }
  }

  async function empty(text) {
    const phone = await fieldStore.phone();
    await fieldStore.wipe();
    await shut();
    say(text);
    await fieldSync.emptied(phone).catch(() => {});
  }

  $("sync").addEventListener("click", synchronise);
  window.addEventListener("online", synchronise);
  $("wipe").addEventListener("click", async () => {
    const waiting = await fieldStore.waiting();
    if (window.confirm(words.wipe.replace("{}", waiting))) await empty(words.wiped);
  });

  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/field/worker.js").catch(() => {});
  await shut();
  document.documentElement.dataset.ready = "yes";
})();
