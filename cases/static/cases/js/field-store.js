// What lies on the telephone: IndexedDB, every value sealed with AES-GCM under a key made of the PIN (PBKDF2).
// The key is in memory only, cannot be read out, and is gone when the page is closed or locked.
"use strict";
const fieldStore = (() => {
  const NAME = "kozot-field";
  const STORES = ["meta", "cases", "outbox"];
  const ROUNDS = 600000;
  const MOST_TRIES = 10;
  const COUNT = "kozot-field-outbox"; // how many records are only here; other pages ask it before signing out
  let database = null;
  let key = null;

  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  async function open() {
    if (database) return database;
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => STORES.forEach((name) => opening.result.createObjectStore(name));
    database = await done(opening);
    // Another tab, or signing out, wipes the telephone: what stands on this page goes as well.
    database.onversionchange = () => {
      database.close();
      database = key = null;
      location.reload();
    };
    return database;
  }

  const at = async (name) => (await open()).transaction(name).objectStore(name);
  const read = async (name, id) => done((await at(name)).get(id));
  const keys = async (name) => done((await at(name)).getAllKeys());

  // All or nothing, and on the disk before it is said to be kept; a full telephone rejects with its QuotaExceededError.
  async function change(names, act) {
    const writing = (await open()).transaction(names, "readwrite", { durability: "strict" });
    const kept = new Promise((resolve, reject) => {
      writing.oncomplete = resolve;
      writing.onabort = () => reject(writing.error);
    });
    act((name) => writing.objectStore(name));
    await kept;
  }

  const set = (store, id, value) => (value === undefined ? store.delete(id) : store.put(value, id));

  async function write(name, id, value) {
    await change([name], (store) => set(store(name), id, value));
    if (name === "outbox") localStorage.setItem(COUNT, String((await keys("outbox")).length));
  }

  // Counted before the PIN is tried, in one transaction: neither a closed tab nor a second one saves a try.
  async function nextTry() {
    let tries = 0;
    await change(["meta"], (store) => {
      const before = store("meta").get("tries");
      before.onsuccess = () => {
        tries = (before.result ?? 0) + 1;
        store("meta").put(tries, "tries");
      };
    });
    return tries;
  }

  const DRAFT = "draft ";

  async function seal(value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = value instanceof ArrayBuffer ? value : new TextEncoder().encode(JSON.stringify(value));
    return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain) };
  }

  const bytes = ({ iv, sealed }) => crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed);
  const unseal = async (row) => JSON.parse(new TextDecoder().decode(await bytes(row)));

  async function derive(pin, salt) {
    const raw = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
    return crypto.subtle.deriveKey(how, raw, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  }

  return {
    isNew: async () => !(await read("meta", "phone")),
    isOpen: () => key !== null,
    lock: () => (key = null),

    async begin(pin, phone) {
      const salt = crypto.getRandomValues(new Uint8Array(16));
      key = await derive(pin, salt);
      await write("meta", "salt", salt);
      await write("meta", "check", await seal("kozot"));
      await write("meta", "phone", phone);
      navigator.storage?.persist?.();
    },

    // How many tries are left: null when the PIN is right, 0 when the last wrong one has wiped everything.
    async unlock(pin) {
      const tries = await nextTry();
      const tried = await derive(pin, await read("meta", "salt"));
      try {
        key = tried;
        await unseal(await read("meta", "check"));
      } catch {
        key = null;
        if (tries >= MOST_TRIES) await fieldStore.wipe();
        return MOST_TRIES - tries;
      }
      await write("meta", "tries", 0);
      return null;
    },

    phone: () => read("meta", "phone"),
    contact: () => read("meta", "contact"),
    waiting: async () => (await keys("outbox")).length,

    async keepCases(cases, moment) {
      const sealed = await Promise.all(cases.map(async (one) => [one.id, await seal(one)]));
      const here = new Set([...cases.map((one) => one.id), "intake"]);
      const left = (await keys("meta")).filter((id) => id.startsWith(DRAFT) && !here.has(id.slice(DRAFT.length)));
      await change(["cases", "meta"], (store) => {
        store("cases").clear();
        for (const [id, row] of sealed) store("cases").put(row, id);
        for (const id of left) store("meta").delete(id); // of cases that may no longer be here
        store("meta").put(moment, "contact");
      });
    },
    dropCases: () => change(["cases"], (store) => store("cases").clear()),
    async cases() {
      const rows = await done((await at("cases")).getAll());
      return Promise.all(rows.map(unseal));
    },

    // What is half written: kept while it is typed, so that a lock, a closed tab or a flat battery take nothing.
    async keepDraft(id, text) {
      const row = text && (await seal(text));
      await write("meta", DRAFT + id, row || undefined);
    },
    async drafts() {
      const ids = (await keys("meta")).filter((id) => id.startsWith(DRAFT));
      const rows = ids.map(async (id) => [id.slice(DRAFT.length), await unseal(await read("meta", id))]);
      return Object.fromEntries(await Promise.all(rows));
    },

    // An entry of the outbox: what the server gets, a file beside it, and what the server said last.
    async put(entry, file) {
      const before = (await read("outbox", entry.key)) ?? {};
      const photo = file ? await seal(await file.arrayBuffer()) : before.photo;
      await write("outbox", entry.key, { ...(await seal(entry)), photo });
    },
    remove: (id) => write("outbox", id, undefined),
    async outbox() {
      const rows = await done((await at("outbox")).getAll());
      const entries = await Promise.all(
        rows.map(async (row) => ({ ...(await unseal(row)), photo: row.photo ? await bytes(row.photo) : null })),
      );
      return entries.sort((one, other) => one.made_at.localeCompare(other.made_at));
    },

    async wipe() {
      key = null;
      (await open()).close();
      database = null;
      await done(indexedDB.deleteDatabase(NAME));
      localStorage.removeItem(COUNT);
    },
  };
})();
