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
    database.onversionchange = () => {
      database.close();
      database = key = null;
    };
    return database;
  }

  const at = async (name, mode = "readonly") => (await open()).transaction(name, mode).objectStore(name);
  const read = async (name, id) => done((await at(name)).get(id));
  const keys = async (name) => done((await at(name)).getAllKeys());

  async function write(name, id, value) {
    const store = await at(name, "readwrite");
    const request = value === undefined ? store.delete(id) : store.put(value, id);
    await done(request);
    if (name === "outbox") localStorage.setItem(COUNT, String((await keys("outbox")).length));
  }

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

    // True when the PIN is right. After ten wrong ones everything is wiped.
    async unlock(pin) {
      const tried = await derive(pin, await read("meta", "salt"));
      try {
        key = tried;
        await unseal(await read("meta", "check"));
        await write("meta", "tries", 0);
        return true;
      } catch {
        key = null;
        const tries = ((await read("meta", "tries")) ?? 0) + 1;
        await write("meta", "tries", tries);
        if (tries >= MOST_TRIES) await fieldStore.wipe();
        return false;
      }
    },

    phone: () => read("meta", "phone"),
    contact: () => read("meta", "contact"),
    waiting: async () => (await keys("outbox")).length,

    async keepCases(cases, moment) {
      const sealed = await Promise.all(cases.map(async (one) => [one.id, await seal(one)]));
      for (const id of await keys("cases")) await write("cases", id, undefined);
      for (const [id, row] of sealed) await write("cases", id, row);
      await write("meta", "contact", moment);
    },
    async dropCases() {
      for (const id of await keys("cases")) await write("cases", id, undefined);
    },
    async cases() {
      const rows = await done((await at("cases")).getAll());
      return Promise.all(rows.map(unseal));
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
