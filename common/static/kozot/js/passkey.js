// Asks the device for a passkey: <button data-passkey="get|create" data-options="address"> inside a form with a
// hidden field `credential`. Without a device that can, the button stays hidden and the page's other ways remain.
(() => {
  "use strict";

  for (const button of document.querySelectorAll("[data-passkey]")) {
    if (!window.PublicKeyCredential || !window.webauthnJSON) continue;
    const form = button.closest("form");
    form.hidden = false;
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      const told = form.querySelector("[data-passkey-failed]");
      told.hidden = true;
      button.disabled = true;
      try {
        const answer = await fetch(button.dataset.options, { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const credential = await window.webauthnJSON[button.dataset.passkey](await answer.json());
        form.querySelector("input[name=credential]").value = JSON.stringify(credential);
        form.submit();
      } catch {
        told.hidden = false;
        button.disabled = false;
        button.focus();
      }
    });
  }
})();
