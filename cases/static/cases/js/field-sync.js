// The way to the server and back. An entry keeps its key until the server has said what came of it, so that a lost
// answer leads to the same entry once more and never to a second one.
"use strict";
const fieldSync = (() => {
  const REFUSED = [400, 403, 404, 409, 413, 422];

  const TOO_LARGE = () => document.getElementById("words").dataset.large; // said by what stands before our server

  async function ask(path, options) {
    const answer = await fetch(path, { redirect: "manual", headers: { Accept: "application/json" }, ...options });
    const told = await answer.json().catch(() => ({}));
    return { status: answer.status, told };
  }

  async function post(path, fields) {
    const { status, told } = await ask("/field/state/");
    if (status !== 200) return { status, told };
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      if (value instanceof Blob) body.append(name, value, fields.file_name || "photo");
      else if (value !== null && value !== undefined && value !== false) body.append(name, value);
    }
    const headers = { Accept: "application/json", "X-CSRFToken": told.csrf };
    return ask(path, { method: "POST", body, headers });
  }

  async function send(phone, entry) {
    const { photo, reason, ...fields } = entry;
    if (photo) fields.file = new Blob([photo]);
    return post(`/field/phones/${phone}/entries/`, fields);
  }

  return {
    register: (name) => post("/field/phones/new/", { name }),
    emptied: (phone) => post(`/field/phones/${phone}/emptied/`, {}),

    // Sends what waits, then fetches the cases. Says how it ended: "done", "offline", "signed_out", "locked", "ended".
    async run() {
      const phone = await fieldStore.phone();
      const found = { phone, end: "done", sent: 0, refused: 0, meanwhile: 0, text: "" };
      const stops = { 401: "signed_out", 423: "locked", 410: "ended" };
      try {
        for (const entry of await fieldStore.outbox()) {
          const { status, told } = await send(phone, entry);
          if (status === 200 || status === 201) {
            await fieldStore.remove(entry.key);
            found.sent += 1;
            found.meanwhile += told.meanwhile ?? 0;
          } else if (REFUSED.includes(status)) {
            const { photo, ...rest } = entry;
            await fieldStore.put({ ...rest, reason: told.text || (status === 413 && TOO_LARGE()) || String(status) });
            found.refused += 1;
          } else {
            return { ...found, end: stops[status] ?? "offline", text: told.text ?? "" };
          }
        }
        const moment = new Date().toISOString();
        const { status, told } = await ask(`/field/phones/${phone}/cases/`);
        if (status === 200) await fieldStore.keepCases(told.cases, moment);
        else return { ...found, end: stops[status] ?? (status === 404 ? "ended" : "offline"), text: told.text ?? "" };
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // fetch says so when there is no connection
        found.end = "offline";
      }
      return found;
    },
  };
})();
