/* The street's comforts; its pages work without them while there is signal. */
(() => {
  "use strict";
  const queue = window.streetQueue;
  const { street, person, worker, signIn } = document.body.dataset;
  const words = JSON.parse(document.getElementById("street-words").textContent);
  const panel = document.getElementById("queue");
  const touched = matchMedia("(pointer: coarse)").matches || matchMedia("(display-mode: standalone)").matches;
  const said = (text, value) => text.replace("%s", value);
  const announce = (text) => { document.getElementById("live").textContent = text; };
  const LONGEST = 1600;
  const AGAIN = 20000;

  /* --- what waits ------------------------------------------------------------ */
  async function draw({ stopped = "" } = {}) {
    const [acts, others] = await Promise.all([queue.mine(), queue.ofOthers()]);
    panel.hidden = !acts.length && !others;
    const waiting = acts.filter((act) => act.state === "waiting").length;
    panel.querySelector("[data-queue-title]").textContent = waiting > 1 ? said(words.many, waiting) : waiting ? words.one : acts.length ? words.decide : words.others;
    const line = panel.querySelector("[data-queue-said]");
    line.hidden = true;
    if (acts.length && others) show(line, words.others);
    if (waiting && stopped === "person") show(line, words.signIn, `${signIn}?next=${encodeURIComponent(location.pathname)}`);
    else if (waiting && await queue.keepsNothing()) show(line, words.noStore);
    panel.querySelector("[data-queue-list]").replaceChildren(...acts.map(entry));
    for (const row of document.querySelectorAll("[data-stop]")) mark(row, acts.filter((act) => act.fields.number === row.dataset.stop));
  }

  function show(line, text, url) {
    line.hidden = false;
    line.replaceChildren(url ? Object.assign(document.createElement("a"), { href: url, className: "button primary big whole", textContent: text }) : text);
  }

  function entry(act) {
    const item = document.createElement("li");
    const time = new Date(act.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const head = element("p", "", `${act.what} · `);
    head.append(Object.assign(element("a", "", act.name), { href: `${street}${act.fields.number}/` }), ` · ${time}${act.photo && act.fields.kind !== "photo" ? ` · ${words.photo}` : ""}`);
    item.append(head);
    if (act.told) item.append(element("p", "wine", act.told));
    if (act.state !== "waiting" && act.fields.text) item.append(element("p", "said", act.fields.text));
    if (act.photo) item.append(picture(act.photo));
    const line = element("p", "queue-acts", "");
    if (act.state === "waiting") line.append(button(words.retry, () => go()));
    else line.append(button(words.again, () => queue.again(act).then(go)));
    line.append(removal(act));
    item.append(line);
    return item;
  }

  // A second tap, since what was photographed may be gone by now.
  function removal(act) {
    const remove = button(words.remove, () => {
      if (remove.dataset.sure) { queue.remove(act.id).then(() => draw()); return; }
      remove.dataset.sure = "1";
      remove.textContent = words.sure;
    });
    return remove;
  }

  function mark(row, acts) {
    const line = row.querySelector("[data-queued]");
    line.hidden = !acts.length;
    line.textContent = acts.map((act) => `${act.what}: ${act.state === "waiting" ? words.waiting.toLowerCase() : act.told}`).join(" · ");
  }

  const element = (name, className, text) => Object.assign(document.createElement(name), { className, textContent: text });
  function button(text, press) {
    const made = Object.assign(element("button", "button", text), { type: "button" });
    made.addEventListener("click", press);
    return made;
  }
  function picture(blob) {
    const image = Object.assign(element("img", "", ""), { src: URL.createObjectURL(blob), alt: "" });
    image.addEventListener("load", () => URL.revokeObjectURL(image.src));
    return image;
  }

  let going = null, wanted = false;
  const own = new Set();
  function go() {
    wanted = true;
    return going ||= tries().finally(() => { going = null; });
  }

  // What is asked for meanwhile is tried once more: the signal may have come back since a try met none.
  async function tries() {
    const sent = [];
    let result;
    do {
      wanted = false;
      result = await queue.send();
      sent.push(...result.sent);
      await draw(result);
    } while (wanted);
    late(sent.filter(({ act }) => !own.has(act.id)));
    return { sent, stopped: result.stopped };
  }

  // What left by itself is told, and the page shows it, unless somebody is in the middle of something.
  function late(sent) {
    if (!sent.length) return;
    flash(said(words.sent, sent.map(({ told }) => told).join(" ")));
    if (document.querySelector("main details[open]")) showFlash();
    else location.reload();
  }

  /* --- acts -------------------------------------------------------------------- */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-online]") && !navigator.onLine) {
      event.preventDefault();
      announce(words.needsSignal);
      tell(form, words.needsSignal);
    }
    if (!form.matches("[data-act]")) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    // Done, the page goes: a tap while the next one is still on its way is the same tap.
    act(form).then((done) => { if (!done) delete form.dataset.busy; }, (error) => { delete form.dataset.busy; throw error; });
  });

  async function act(form) {
    const data = new FormData(form), photo = data.get("photo");
    const fields = {};
    for (const name of ["number", "kind", "seen", "text", "promise", "to", "side", "photo_alt"]) if (data.has(name)) fields[name] = data.get(name);
    const what = document.querySelector("[data-number]");
    const kept = await queue.add({ fields, what: form.dataset.what, name: what.dataset.name, photo: photo && photo.size ? await smaller(photo) : null });
    own.add(kept.id);
    tell(form, words.sending);
    const result = await go();
    const done = result.sent.find(({ act: one }) => one.id === kept.id);
    const state = done ? "done" : ((await queue.mine()).find((one) => one.id === kept.id) || {}).state;
    if (done) { flash(done.told); location.assign(form.dataset.then === "list" ? street : location.pathname); return true; }
    own.delete(kept.id);
    form.reset();
    form.querySelector("[data-shown]")?.replaceChildren();
    form.closest("details").open = false;
    tell(form, "");
    if (state === "waiting") announce(words.kept);
    panel.scrollIntoView({ block: "start" });
    panel.setAttribute("tabindex", "-1");
    panel.focus({ preventScroll: true });
    return false;
  }

  function tell(form, text) {
    let line = form.querySelector("[data-told]");
    if (!line) { line = element("p", "soft", ""); line.dataset.told = ""; form.append(line); }
    line.textContent = text;
  }

  // What was said on the page before, once.
  function flash(text) { sessionStorage.setItem("street-told", text); }
  function showFlash() {
    const text = sessionStorage.getItem("street-told");
    if (!text) return;
    sessionStorage.removeItem("street-told");
    const note = element("p", "notice done", text);
    panel.before(note);
    announce(text);
  }

  // A third of the bytes at a tenth of the signal; and what the camera wrote into the file stays on the phone.
  async function smaller(file) {
    try {
      const whole = await createImageBitmap(file, { imageOrientation: "from-image" });
      const share = Math.min(1, LONGEST / Math.max(whole.width, whole.height));
      const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(whole.width * share), height: Math.round(whole.height * share) });
      canvas.getContext("2d").drawImage(whole, 0, 0, canvas.width, canvas.height);
      return await new Promise((resolve) => { canvas.toBlob((blob) => resolve(blob || file), "image/jpeg", .85); });
    } catch { return file; }
  }

  /* --- the page ------------------------------------------------------------------ */
  document.addEventListener("change", (event) => {
    const { target } = event, form = target.form;
    if (!form) return;
    if (target.type === "file") chosen(target);
    if (target.dataset.alt !== undefined) form.querySelector("[name=photo_alt]").value = target.dataset.alt;
    if (target.dataset.said !== undefined) ready(form.querySelector("[name=text]"), target.dataset.said);
  });

  // What is no photo is told on the spot, not when the signal is back and the place far away.
  async function chosen(input) {
    const shown = input.form.querySelector("[data-shown]"), file = input.files[0];
    if (file && !(await isPhoto(file))) {
      input.value = "";
      shown.replaceChildren(Object.assign(element("p", "wine", words.noPhoto), { role: "alert" }));
    } else shown.replaceChildren(...(file ? [picture(file)] : []));
    shown.hidden = !shown.children.length;
  }

  // By its first bytes, as the town hall does: JPEG, PNG, GIF, WebP.
  async function isPhoto(file) {
    const start = String.fromCharCode(...new Uint8Array(await file.slice(0, 12).arrayBuffer()));
    return /^(\xff\xd8\xff|\x89PNG|GIF8|RIFF[^]{4}WEBP)/.test(start);
  }

  // Words somebody typed are theirs.
  function ready(area, text) {
    if (!area || (area.value !== "" && area.value !== (area.dataset.ready || ""))) return;
    area.value = area.dataset.ready = text;
  }

  document.addEventListener("click", (event) => {
    const fill = event.target.closest("[data-fills]");
    if (fill) { const area = document.getElementById(fill.dataset.fills); area.value = area.dataset.ready = fill.dataset.text; area.focus(); }
    const opens = event.target.closest("[data-opens]");
    if (opens) reveal(document.getElementById(opens.dataset.opens), event);
  });

  function reveal(details, event) {
    if (!details) return;
    event?.preventDefault();
    details.open = true;
    details.scrollIntoView({ block: "start" });
    details.querySelector("summary").focus({ preventScroll: true });
    if (event && details.id === "photo") details.querySelector("input[type=file]").click();
  }

  function atHash() {
    const named = { "#photo": "photo", "#done-form": "done", "#done": "done" }[location.hash];
    if (named) reveal(document.getElementById(named));
  }

  /* --- nearest first: asked by a tap, used on this page alone ------------------------ */
  const nearest = document.querySelector("[data-nearest]");
  function askWhere() {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      for (const list of document.querySelectorAll(".jobs")) sort(list, coords);
      nearest.setAttribute("aria-pressed", "true");
      sessionStorage.setItem("street-nearest", "1");
      nowhere("");
      remember();
      announce(words.nearest);
    }, ({ code, PERMISSION_DENIED }) => {
      nowhere(words.nowhere);
      if (code !== PERMISSION_DENIED) return;
      sessionStorage.removeItem("street-nearest");
      nearest.hidden = true;
    }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 10000 });
  }

  function nowhere(text) {
    const line = document.querySelector("[data-nowhere]") || Object.assign(element("p", "soft", ""), { role: "status" });
    line.dataset.nowhere = "";
    nearest.parentElement.after(line);
    line.textContent = text;
    line.hidden = !text;
  }

  // By what is due again.
  function asDue() {
    sessionStorage.removeItem("street-nearest");
    location.reload();
  }

  function sort(list, here) {
    const rows = [...list.children].map((row) => ({ row, away: row.dataset.at ? distance(here, row.dataset.at.split(" ").map(Number)) : Infinity }));
    rows.sort((one, other) => one.away - other.away || 0);
    for (const { row, away } of rows) {
      row.querySelector("[data-distance]").textContent = away < Infinity ? ` · ${spoken(away)}` : "";
      list.append(row);
    }
  }

  function distance({ latitude, longitude }, [north, east]) {
    const rad = Math.PI / 180, x = (east - longitude) * rad * Math.cos(((north + latitude) / 2) * rad), y = (north - latitude) * rad;
    return Math.hypot(x, y) * 6371000;
  }

  function spoken(metres) {
    if (metres < 950) return said(words.metres, Math.max(10, Math.round(metres / 10) * 10));
    return said(words.kilometres, (metres / 1000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 }));
  }

  // The order that is shown is the order that Next walks; numbers only, and only in this window.
  function remember() {
    const rows = [...document.querySelectorAll("[data-stop]")];
    if (!document.querySelector("[data-number]")) sessionStorage.setItem("street-order", JSON.stringify(rows.map((row) => row.dataset.stop)));
    follow();
  }

  function follow() {
    const next = document.querySelector("[data-next]");
    const order = JSON.parse(sessionStorage.getItem("street-order") || "[]");
    if (!next || !order.length) return;
    const place = order.indexOf(next.dataset.next);
    const to = order[(place + 1) % order.length];
    if (to && to !== next.dataset.next) next.href = `${street}${to}/`;
    for (const link of document.querySelectorAll("[data-first]")) link.href = `${street}${order[0]}/#${link.dataset.first}`;
  }

  if (nearest && navigator.geolocation) {
    nearest.hidden = false;
    nearest.addEventListener("click", () => (nearest.getAttribute("aria-pressed") === "true" ? asDue() : askWhere()));
    // One walked on with the phone in the pocket.
    document.addEventListener("visibilitychange", () => { if (!document.hidden && nearest.getAttribute("aria-pressed") === "true") askWhere(); });
    // It was asked for in this window before, and the phone has said yes.
    if (sessionStorage.getItem("street-nearest")) navigator.permissions?.query({ name: "geolocation" }).then(({ state }) => { if (state === "granted") askWhere(); });
  }

  /* --- kept on the phone -------------------------------------------------------------- */
  async function keep() {
    if (!navigator.serviceWorker) return;
    const registration = await navigator.serviceWorker.register(worker, { scope: street });
    // On a desk nobody walks out of the signal.
    if (!touched || document.documentElement.hasAttribute("data-from-phone")) return;
    const rows = [...document.querySelectorAll("[data-stop]")];
    if (!rows.length && document.querySelector("[data-number]")) return;
    const ready = await navigator.serviceWorker.ready;
    const pages = rows.map((row) => ({ url: row.dataset.url, stamp: row.dataset.stamp }));
    const day = pages.map(({ url, stamp }) => url + stamp).join(" ");
    (registration.active || ready.active).postMessage({ type: "keep", person, pages: [{ url: street, stamp: day }, { url: `${street}?view=map`, stamp: day }, ...pages] });
  }

  for (const box of document.querySelectorAll("[data-own-words]")) box.hidden = false;
  for (const notice of document.querySelectorAll("[data-gone-at]")) setTimeout(() => notice.remove(), Math.max(0, Date.parse(notice.dataset.goneAt) - Date.now()));
  const signal = () => document.documentElement.classList.toggle("no-signal", !navigator.onLine);
  addEventListener("online", () => { signal(); go(); });
  addEventListener("offline", signal);
  addEventListener("hashchange", atHash);
  // Back in a page that the browser had put aside: acts may be sent from it again, unless its person left meanwhile.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    for (const form of document.querySelectorAll("[data-busy]")) delete form.dataset.busy;
    queue.whoAmI().then(({ stopped }) => { if (stopped === "person") location.replace(signIn); });
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) go(); });
  setInterval(() => { if (!going && !document.hidden && !panel.hidden && navigator.onLine) go(); }, AGAIN);
  signal();
  showFlash();
  remember();
  atHash();
  draw().then(go);
  addEventListener("load", () => { keep().catch(() => {}); });
})();
