// Small helps for pages that also work without them. No inline handlers: everything hangs on data attributes.
(() => {
  "use strict";

  // data-toggle="id": a link that opens #id by :target becomes a button with a state.
  for (const opener of document.querySelectorAll("[data-toggle]")) {
    const target = document.getElementById(opener.dataset.toggle);
    if (!target) continue;
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-controls", target.id);
    opener.setAttribute("aria-expanded", "false");
    const toggle = (event) => {
      event.preventDefault();
      const open = target.classList.toggle("is-open");
      opener.setAttribute("aria-expanded", String(open));
    };
    opener.addEventListener("click", toggle);
    opener.addEventListener("keydown", (event) => {
      if (event.key === " ") toggle(event);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !target.classList.contains("is-open")) return;
      toggle(event);
      opener.focus();
    });
  }

  // A table wider than its place can be slid by keyboard: it becomes a stop of Tab only while it is.
  const slides = new ResizeObserver((changes) => {
    for (const { target } of changes) {
      const wider = target.scrollWidth > target.clientWidth;
      if (!wider) {
        for (const name of ["tabindex", "role", "aria-label"]) target.removeAttribute(name);
        continue;
      }
      target.tabIndex = 0;
      target.setAttribute("role", "group"); // no landmark: the section around it has the same name
      target.setAttribute("aria-label", target.querySelector("caption")?.textContent.trim() ?? "");
    }
  });
  for (const wrap of document.querySelectorAll(".table-wrap:not([tabindex])")) slides.observe(wrap);

  // data-menu: a list that hangs from its word is shut by Escape, by a click beside it, or when the focus leaves it.
  const menus = [...document.querySelectorAll("details[data-menu]")];
  const hangs = (menu) => menu.open && getComputedStyle(menu.lastElementChild).position === "absolute";
  const shut = (stays) => menus.filter((menu) => hangs(menu) && !stays(menu)).forEach((menu) => (menu.open = false));
  document.addEventListener("click", (event) => shut((menu) => menu.contains(event.target)));
  document.addEventListener("focusin", (event) => shut((menu) => menu.contains(event.target)));
  document.addEventListener("keydown", (event) => {
    const open = menus.find(hangs);
    if (event.key !== "Escape" || !open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  // Ctrl+K opens the box that finds everything; arrow keys lead from its field through what was found.
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      const opener = document.querySelector("[data-dialog=palette]");
      if (!opener) return;
      event.preventDefault();
      if (!document.querySelector("dialog[open]")) opener.click();
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const box = document.activeElement?.closest("dialog, main");
    const stops = [...(box?.querySelectorAll("[data-find], .found a") ?? [])];
    const place = stops.indexOf(document.activeElement);
    if (place < 0 || stops.length < 2) return;
    event.preventDefault();
    stops[(place + (event.key === "ArrowDown" ? 1 : stops.length - 1)) % stops.length].focus();
  });

  document.addEventListener("click", (event) => {
    // data-dialog="id" opens a <dialog>; its address serves where there is no script.
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog && dialog.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
    if (event.target.closest("[data-print]")) window.print();

    const copier = event.target.closest("[data-copy]");
    if (copier) {
      navigator.clipboard.writeText(document.getElementById(copier.dataset.copy).textContent.trim()).then(() => {
        copier.lastElementChild.textContent = copier.dataset.done;
        copier.setAttribute("aria-live", "polite");
      });
    }
  });

  // data-leaves="reason": signing out waits until the field kit's outbox is empty, and takes the sealed cases along.
  document.addEventListener("submit", (event) => {
    const { leaves, field } = event.target.dataset;
    if (!leaves) return;
    if (Number(localStorage.getItem("kozot-field-outbox") ?? 0) === 0) {
      indexedDB.deleteDatabase("kozot-field");
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const told = document.createElement("div");
    const link = document.createElement("a");
    told.setAttribute("role", "alert");
    told.className = "notice tone-warning";
    link.href = field;
    link.textContent = leaves;
    told.append(link);
    document.getElementById("main").prepend(told);
    link.focus();
  });

  // data-confirm="question" on a form or on one of its buttons.
  document.addEventListener("submit", (event) => {
    const asker = event.submitter?.dataset.confirm ? event.submitter : event.target;
    if (asker.dataset.confirm && !window.confirm(asker.dataset.confirm)) {
      event.preventDefault();
      return;
    }
    // data-once: a second press does not send the form twice.
    if (event.target.matches("[data-once]") && event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  });

  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  if (navigator.clipboard) {
    for (const button of document.querySelectorAll("[data-copy], [data-print]")) button.hidden = false;
  }

  // After a refused form the reader starts at the summary of errors.
  document.querySelector("[data-focus]")?.focus();
})();
