// A call that is taken down: kept at the server while typing. Without a connection the words stay on the page (never in
// the browser's storage), and are tried again; pressing a button waits until they have got through.
(() => {
  "use strict";
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  const told = document.getElementById("kept");
  const LEAST = 2000;
  const MOST = 30000;
  let changed = false;
  let running = null;
  let timer = 0;
  let wait = LEAST;
  let pressed = null;
  let through = false;

  const say = (text, alarm) => {
    told.textContent = text;
    told.className = alarm ? "notice tone-warning" : "soft";
  };
  const later = (after) => {
    clearTimeout(timer);
    timer = setTimeout(save, after);
  };

  // After signing in again on another page the token of this one is old.
  async function renew() {
    const answer = await fetch(form.dataset.state, { credentials: "same-origin" });
    if (answer.ok) form.elements.csrfmiddlewaretoken.value = (await answer.json()).csrf;
    return answer.ok;
  }

  async function send() {
    const post = () =>
      fetch(form.dataset.keep, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    let answer = await post();
    if (answer.status === 403 && (await renew())) answer = await post();
    if (answer.ok) {
      say(`${form.dataset.kept} ${(await answer.json()).kept}`, false);
      return true;
    }
    if (answer.status === 401 || answer.status === 403) say(form.dataset.out, true);
    else if (answer.status >= 500) throw new Error("server");
    else {
      // Refused with a reason: trying again would change nothing, and the button tells the same on the page.
      const reason = (await answer.json().catch(() => ({}))).text;
      if (reason) say(reason, true);
      return true;
    }
    return false;
  }

  // One at a time, so that an older state never overtakes a newer one.
  async function save() {
    if (running) return running;
    if (!changed && !pressed) return true;
    changed = false;
    running = send().catch(() => {
      say(form.dataset.lost, true);
      return false;
    });
    const done = await running;
    running = null;
    if (!done) {
      changed = true;
      later(wait);
      wait = Math.min(wait * 2, MOST);
      return false;
    }
    wait = LEAST;
    if (pressed) {
      through = true;
      form.requestSubmit(pressed);
    } else if (changed) later(LEAST);
    return true;
  }

  form.addEventListener("input", () => {
    changed = true;
    if (!running) later(LEAST);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
  window.addEventListener("online", () => save());
  window.addEventListener("beforeunload", (event) => {
    if (changed && !through) event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || through) return;
    if (event.submitter?.name === "discard") {
      setTimeout(() => (through = !event.defaultPrevented)); // after the question whether it is meant
      return;
    }
    event.preventDefault();
    pressed = event.submitter ?? form.querySelector("[type=submit]");
    if (!running) save();
    else running.then(() => later(0));
  });
  window.addEventListener("pageshow", () => {
    through = false;
    pressed = null;
  });
})();
