/* What was done in the street, kept on the phone until the town hall has it: in order, each once, nobody else's. */
(() => {
  "use strict";
  const STORE = "acts";
  const { person, who, acts } = document.body.dataset;
  let opened = null;
  let memory = null;

  function open() {
    opened ||= new Promise((resolve, reject) => {
      const asked = indexedDB.open("street", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    }).catch(() => { memory = new Map(); return null; });
    return opened;
  }

  async function run(mode, ask) {
    const base = await open();
    if (!base) return ask(null);
    return new Promise((resolve, reject) => {
      const change = base.transaction(STORE, mode);
      const asked = ask(change.objectStore(STORE));
      change.oncomplete = () => resolve(asked.result);
      change.onerror = change.onabort = () => reject(change.error);
    });
  }

  const put = (act) => run("readwrite", (store) => (store ? store.put(act) : memory.set(act.id, act)));
  const remove = (id) => run("readwrite", (store) => (store ? store.delete(id) : memory.delete(id)));
  const everybodys = () => run("readonly", (store) => (store ? store.getAll() : [...memory.values()]));

  async function mine() {
    const all = await everybodys();
    return all.filter((act) => act.person === person).sort((one, other) => one.order - other.order);
  }

  async function ofOthers() { return (await everybodys()).filter((act) => act.person !== person).length; }

  // Browsers without it are on http, where nothing is kept anyway.
  function newId() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    return [...bytes].map((byte, place) => ([4, 6, 8, 10].includes(place) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
  }

  const anew = (act) => ({ ...act, id: newId(), person, at: new Date().toISOString(), order: performance.timeOrigin + performance.now(), state: "waiting", told: "" });

  async function add(act) {
    const whole = anew(act);
    await put(whole);
    if (navigator.storage?.persist) navigator.storage.persist().catch(() => {});
    return whole;
  }

  // The same words and photo as a new act: the other one was answered, and stays answered. In one step, so that a
  // second tap finds nothing to send, and nothing is lost in between.
  function again(act) {
    const whole = anew({ ...act, fields: { ...act.fields, seen: act.seen ?? act.fields.seen } });
    return run("readwrite", (store) => {
      if (!store) return memory.delete(act.id) && memory.set(whole.id, whole);
      const asked = store.get(act.id);
      asked.onsuccess = () => { if (asked.result) { store.delete(act.id); store.put(whole); } };
      return asked;
    });
  }

  /* One window at a time. Returns {sent: [{act, told}], stopped: "" | "signal" | "person"}. */
  function send() { return navigator.locks ? navigator.locks.request("street", deliver) : deliver(); }

  async function deliver() {
    const waiting = (await mine()).filter((act) => act.state === "waiting");
    const sent = [], stuck = new Set();
    if (!waiting.length) return { sent, stopped: "" };
    let me = await whoAmI();
    for (const act of waiting) {
      if (me.stopped) return { sent, stopped: me.stopped };
      // What follows on an act comes after it.
      if (stuck.has(act.fields.number)) continue;
      let answer = await post(act, me.token);
      if (answer.stopped === "token") {
        me = await whoAmI();
        answer = me.stopped ? me : await post(act, me.token);
      }
      // One that the town hall stumbles over keeps no other request's waiting.
      if (answer.stopped === "token" || answer.stopped === "trouble") stuck.add(act.fields.number);
      else if (answer.stopped) return { sent, stopped: answer.stopped };
      else if (answer.outcome === "done") {
        await remove(act.id);
        sent.push({ act, told: answer.told });
      } else {
        await put({ ...act, state: answer.outcome, told: answer.told, seen: answer.seen });
      }
    }
    return { sent, stopped: stuck.size ? "signal" : "" };
  }

  // Asked anew each time: the page may be hours old, and somebody else may have signed in since.
  async function whoAmI() {
    try {
      const answer = await fetch(who, { cache: "no-store", credentials: "same-origin", headers: { Accept: "application/json" }, signal: patience(15) });
      if (answer.status === 401) return { stopped: "person" };
      if (!answer.ok) return { stopped: "signal" };
      const me = await answer.json();
      return me.person === person ? me : { stopped: "person" };
    } catch { return { stopped: "signal" }; }
  }

  async function post(act, token) {
    const body = new FormData();
    for (const [name, value] of Object.entries(act.fields)) if (value !== undefined && value !== null) body.append(name, value);
    body.append("id", act.id);
    body.append("at", act.at);
    if (act.photo) body.append("photo", act.photo, "photo.jpg");
    try {
      const answer = await fetch(acts, { method: "POST", body, credentials: "same-origin", redirect: "manual", headers: { Accept: "application/json", "X-CSRFToken": token }, signal: patience(90) });
      if (answer.type === "opaqueredirect" || answer.status === 401) return { stopped: "person" };
      if (answer.status === 403) return { stopped: "token" };
      if (!/json/.test(answer.headers.get("Content-Type") || "")) return { stopped: "trouble" };
      return await answer.json();
    } catch { return { stopped: "signal" }; }
  }

  function patience(seconds) {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), seconds * 1000);
    return stop.signal;
  }

  window.streetQueue = { add, again, mine, ofOthers, remove, send, whoAmI, keepsNothing: async () => (await open()) === null };
})();
