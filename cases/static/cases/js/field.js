// The page of the field kit. All words stand in the page; a case is written as text, never as markup.
"use strict";
(async () => {
  const IDLE = 10 * 60 * 1000;
  const $ = (id) => document.getElementById(id);
  const words = $("words").dataset;
  const days = Number(words.days);
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

  async function shut() {
    fieldStore.lock();
    $("cases").replaceChildren();
    $("outbox").replaceChildren();
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
    const right = await fieldStore.unlock(pin.value);
    event.target.reset();
    say(right ? "" : words.wrong);
    await (right ? inside() : shut());
  });

  $("lock").addEventListener("click", shut);

  // --- what is shown ------------------------------------------------------------------------------------------

  async function draw() {
    const [cases, entries, contact] = [await fieldStore.cases(), await fieldStore.outbox(), await fieldStore.contact()];
    const before = new Map([...$("cases").children].map((card) => [card.dataset.id, card]));
    const active = document.activeElement;
    const focused = active?.closest("#cases > details")?.dataset.id;
    $("cases").replaceChildren(...cases.map((one) => drawCase(one, before.get(one.id))));
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

  function drawCase(one, before) {
    if (before && isHalfWritten(before)) return before;
    const card = copied("case");
    card.dataset.id = one.id;
    card.open = before?.open ?? false;
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
    if (file) await fieldStore.put(entry("photo", { case: one.id, text: "", file_name: file.name, since }), file);
    if (text.value.trim()) await fieldStore.put(entry("note", { case: one.id, text: text.value, since }));
    event.target.reset();
    say(words.kept);
    await synchronise();
  }

  $("intake").addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.target));
    if (!values.text.trim()) return say(words.empty);
    await fieldStore.put(entry("intake", values));
    event.target.reset();
    say(words.kept);
    await synchronise();
  });

  // --- the server ---------------------------------------------------------------------------------------------

  let running = false;
  async function synchronise() {
    if (running || !fieldStore.isOpen()) return;
    running = true;
    try {
      const result = await fieldSync.run();
      if (result.end === "ended") return await empty(words.ended);
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
