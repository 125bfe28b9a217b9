/* What cannot wait is heard: the band stays fresh, and rings once in a browser for each new line. Without this file the band is there on the next load. */
(() => {
  "use strict";
  const place = document.querySelector("[data-alarms]");
  if (!place) return;
  const { person } = place.dataset;
  const ON = `plaza-rings-${person}`, HEARD = `plaza-rung-${person}`, DAY = 86400e3, NOTICES = 3;
  const band = place.querySelector("[data-band]");
  const line = place.querySelector("[data-sound]"), button = place.querySelector("[data-sound-switch]");
  const title = document.title, icon = document.querySelector("link[rel=icon]"), crest = icon && icon.href;
  const canSound = "AudioContext" in window, canNotice = "Notification" in window;

  /* A browser that keeps nothing rings in each of its tabs, and forgets the switch. */
  const forgetful = new Map();
  function kept(key) { try { return localStorage.getItem(key); } catch { return forgetful.get(key) || null; } }
  function keep(key, value) { try { localStorage.setItem(key, value); } catch { forgetful.set(key, value); } }
  const isOn = () => kept(ON) === "1";

  /* --- one ring in a browser, however many tabs --------------------------------- */
  const alone = (act) => (navigator.locks ? navigator.locks.request("plaza-ring", act) : act());
  function claim(kind, keys) {
    return alone(async () => {
      let heard = {};
      try { heard = JSON.parse(kept(HEARD) || "{}"); } catch { /* not ours */ }
      const now = Date.now(), mine = keys.filter((key) => !heard[`${kind} ${key}`]);
      for (const [key, at] of Object.entries(heard)) if (now - at > DAY) delete heard[key];
      for (const key of mine) heard[`${kind} ${key}`] = now;
      if (mine.length) keep(HEARD, JSON.stringify(heard));
      return mine;
    });
  }

  /* --- the sound: browsers let a page be heard only after a press on it ------------ */
  let sound = null;
  async function isAwake() {
    if (!canSound) return false;
    sound ||= new AudioContext();
    if (sound.state !== "running") await Promise.race([sound.resume(), new Promise((done) => { setTimeout(done, 250); })]).catch(() => {});
    return sound.state === "running";
  }
  function beep(at, pitch) {
    const tone = sound.createOscillator(), loudness = sound.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.5, at + 0.02);
    loudness.gain.setValueAtTime(0.5, at + 0.16);
    loudness.gain.linearRampToValueAtTime(0, at + 0.2);
    tone.connect(loudness).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.2);
  }
  function play(times) {
    for (let count = 0; count < times; count += 1) {
      beep(sound.currentTime + count * 0.5, 880);
      beep(sound.currentTime + count * 0.5 + 0.22, 660);
    }
    place.dataset.rang = String(Number(place.dataset.rang || 0) + 1);
  }

  const onScreen = new Map();
  const tagOf = ({ dataset }) => `urgent-${dataset.ring.split(".")[0]}`;
  const worker = async () => navigator.serviceWorker && await navigator.serviceWorker.getRegistration();
  async function notice(item) {
    if (!canNotice || Notification.permission !== "granted") return;
    const { title: words, body } = item.dataset, url = item.querySelector("a").href;
    // The same request later says it again in the same place.
    const more = { body, tag: tagOf(item), renotify: true, requireInteraction: true, data: { url } };
    const street = await worker();
    if (street && street.active) { await street.showNotification(words, more); return; }
    try {
      const shown = new Notification(words, more);
      onScreen.set(more.tag, shown);
      shown.addEventListener("click", () => { window.focus(); location.assign(url); });
    } catch { /* a phone shows them only through the street's worker */ }
  }

  /* What somebody has taken meanwhile needs nobody else. */
  async function takeBack(items) {
    const due = new Set(items.map(tagOf));
    for (const [tag, shown] of onScreen) if (!due.has(tag)) { shown.close(); onScreen.delete(tag); }
    const street = canNotice && Notification.permission === "granted" && await worker();
    if (!street) return;
    for (const shown of await street.getNotifications()) if (shown.tag.startsWith("urgent-") && !due.has(shown.tag)) shown.close();
  }

  /* --- what the band says now ------------------------------------------------------ */
  const said = new Set();
  async function look() {
    const items = [...band.querySelectorAll("[data-ring]")];
    mark(items.length);
    const fresh = items.filter(({ dataset }) => !said.has(dataset.ring));
    for (const { dataset } of fresh) said.add(dataset.ring);
    if (fresh.length && !document.hidden) place.querySelector("[data-said]").textContent = fresh.map(({ dataset }) => `${dataset.title}, ${dataset.body}`).join(". ");
    // A page kept on the phone tells of another hour.
    if (items.length && isOn() && !document.documentElement.hasAttribute("data-from-phone")) await ring(items);
    draw();
    await takeBack(items);
  }

  async function ring(items) {
    const keys = items.map(({ dataset }) => dataset.ring);
    if (await isAwake() && (await claim("sound", keys)).length) {
      play(3);
      if (navigator.vibrate) navigator.vibrate([400, 150, 400, 150, 400]);
    }
    const told = new Set(await claim("notice", keys));
    // Who switches it on with a dozen waiting reads the band.
    for (const item of items.filter(({ dataset }) => told.has(dataset.ring)).slice(0, NOTICES)) notice(item);
  }

  function mark(count) {
    document.title = count ? `❗ ${title}` : title;
    if (icon) icon.href = count ? place.dataset.mark : crest;
  }

  let last = band.innerHTML, asking = false;
  async function ask() {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(place.dataset.alarms, { credentials: "same-origin", cache: "no-store" });
      // Signed out meanwhile: what answers is another page.
      if (answer.ok && !answer.redirected) await show(await answer.text());
    } catch { /* no signal: asked again */ } finally { asking = false; }
  }
  async function show(html) {
    if (html === last) return look();
    const isOpen = band.querySelector("details[open]"), focused = document.activeElement.closest("[data-band] a");
    last = html;
    band.innerHTML = html;
    if (isOpen && band.querySelector("details")) band.querySelector("details").open = true;
    const same = focused && [...band.querySelectorAll("a")].find((link) => link.pathname === focused.pathname);
    if (same) same.focus({ preventScroll: true });
    return look();
  }

  /* --- the switch -------------------------------------------------------------------- */
  function state() {
    if (!isOn()) return ["off"];
    const mute = canNotice && Notification.permission === "granted" ? [] : ["blocked"];
    return ["on", ...(sound && sound.state === "running" ? mute : ["waits"])];
  }
  function draw() {
    const now = state();
    line.hidden = !canSound || Boolean(band.querySelector("[data-off-duty]"));
    line.classList.toggle("on", isOn());
    button.setAttribute("aria-pressed", String(isOn()));
    for (const words of line.querySelectorAll("[data-when]")) words.hidden = !now.includes(words.dataset.when) || (words.dataset.when === "on" && now.includes("waits") && !button.contains(words));
  }
  button.addEventListener("click", async (event) => {
    // A double click is one press.
    if (event.detail > 1) return;
    keep(ON, isOn() ? "0" : "1");
    if (isOn() && await isAwake()) play(1);
    draw();
    if (isOn() && canNotice && Notification.permission === "default") await Notification.requestPermission();
    look();
  });
  addEventListener("storage", (event) => { if (event.key === ON) look(); });
  /* The first press on a page lets it be heard, and what waited for that is. */
  const wake = () => { if (isOn() && !(sound && sound.state === "running")) look(); };
  for (const press of ["pointerdown", "keydown"]) document.addEventListener(press, wake);

  document.body.addEventListener("desk-changed", ask);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  addEventListener("online", ask);
  try { new Worker(place.dataset.clock).addEventListener("message", ask); } catch { setInterval(ask, 10000); }
  look();
})();
