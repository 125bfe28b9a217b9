/* The report form: a pin on the plan, the position of the phone, the guesses while one types, and the draft that is kept
   on this device. Without this file the words and the list suffice, and the guesses are seen before it is sent. */
(() => {
  "use strict";
  const KEPT = "plaza.report", KEPT_FOR = 7 * 86400e3, PAUSE = 700, PARTS = ["text", "address", "spot", "point", "service"];
  /* A device that keeps nothing keeps no draft. */
  const keep = (draft) => { try { localStorage.setItem(KEPT, JSON.stringify(draft)); } catch { /* full, or switched off */ } };
  const kept = () => { try { return JSON.parse(localStorage.getItem(KEPT)); } catch { return null; } };
  const forget = () => { try { localStorage.removeItem(KEPT); } catch { /* there is none */ } };

  if (document.querySelector("[data-sent]")) forget();
  const form = document.querySelector("form.report");
  if (!form) return;
  const plan = document.querySelector("[data-plan]");
  const point = form.elements.namedItem("point");
  const list = form.elements.namedItem("spot");
  const locate = form.querySelector("[data-locate]");
  const said = form.querySelector("[data-located]");
  const STEP = 16;
  let bounds = null;
  let here = null;

  for (const part of form.querySelectorAll("[data-scripted]")) part.hidden = false;

  function box() { return plan.viewBox.baseVal; }

  function draw(x, y) {
    const pin = plan.querySelector("[data-pin]");
    pin.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    pin.removeAttribute("visibility");
    here = [x, y];
  }

  function toGround(x, y) {
    const [west, south, east, north] = bounds;
    return [north - (y / box().height) * (north - south), west + (x / box().width) * (east - west)];
  }

  function toDrawing(latitude, longitude) {
    const [west, south, east, north] = bounds;
    return [((longitude - west) / (east - west)) * box().width, ((north - latitude) / (north - south)) * box().height];
  }

  function tell(latitude, longitude) { point.value = `${latitude.toFixed(5)},${longitude.toFixed(5)}`; }

  function stick(x, y) {
    const inside = [Math.min(Math.max(x, 0), box().width), Math.min(Math.max(y, 0), box().height)];
    draw(...inside);
    tell(...toGround(...inside));
    list.value = "";
    said.textContent = near(...inside);
  }

  /* For whoever does not see the pin. */
  function near(x, y) {
    const away = (spot) => Math.hypot(spot.dataset.x - x, spot.dataset.y - y);
    const [first] = [...plan.querySelectorAll("[data-spot]")].sort((one, other) => away(one) - away(other));
    const name = first && [...list.options].find((option) => option.value === first.dataset.spot);
    return name ? `${locate.dataset.near} ${name.text}` : "";
  }

  if (plan) {
    bounds = plan.dataset.plan.split(" ").map(Number);
    plan.setAttribute("tabindex", "0");
    plan.setAttribute("role", "application");
    plan.addEventListener("click", (event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(plan.getScreenCTM().inverse());
      stick(at.x, at.y);
    });
    plan.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
      if (!move) return;
      event.preventDefault();
      const [x, y] = here || [box().width / 2, box().height / 2];
      stick(x + move[0], y + move[1]);
    });
    list.addEventListener("change", () => {
      const chosen = plan.querySelector(`[data-spot="${CSS.escape(list.value)}"]`);
      point.value = "";
      if (list.value && chosen) draw(Number(chosen.dataset.x), Number(chosen.dataset.y));
      else plan.querySelector("[data-pin]").setAttribute("visibility", "hidden");
    });
    if (point.value) draw(...toDrawing(...point.value.split(",").map(Number)));
    else list.dispatchEvent(new Event("change"));
  }

  if (!navigator.geolocation) locate.parentElement.hidden = true;
  locate.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      tell(coords.latitude, coords.longitude);
      if (plan) { list.value = ""; draw(...toDrawing(coords.latitude, coords.longitude)); }
      said.textContent = locate.dataset.found;
      remember();
      ask();
    }, () => { said.textContent = locate.dataset.failed; }, { timeout: 15000, maximumAge: 60000 });
  });

  /* The draft. A contact is not kept: others may use this device. */
  const field = (name) => form.elements.namedItem(name);
  const note = form.querySelector("[data-draft]");
  const draft = kept();
  if (!form.dataset.kept && draft && draft.text && Date.now() - draft.at < KEPT_FOR) {
    for (const name of PARTS) if (field(name) && draft[name]) field(name).value = draft[name];
    note.hidden = false;
    if (plan && point.value) draw(...toDrawing(...point.value.split(",").map(Number)));
    else if (list) { list.dispatchEvent(new Event("change")); }
  }
  note.querySelector("[data-forget]").addEventListener("click", () => {
    forget();
    for (const name of PARTS) if (field(name)) field(name).value = "";
    if (plan) plan.querySelector("[data-pin]").setAttribute("visibility", "hidden");
    note.hidden = true;
    field("text").focus();
    ask();
  });
  function remember() {
    const now = Object.fromEntries(PARTS.filter((name) => field(name)).map((name) => [name, field(name).value]));
    if (now.text.trim()) keep({ ...now, at: Date.now() });
    else forget();
  }

  /* The guesses. Only the newest question's answer is shown. */
  const guess = document.getElementById("guess");
  let waiting = 0, asked = "", running = null;
  const wanted = () => PARTS.map((name) => (field(name) ? field(name).value : "")).join("\n");
  async function ask() {
    clearTimeout(waiting);
    const now = wanted();
    if (now === asked) return;
    if (running) running.abort();
    running = new AbortController();
    const body = new FormData(form);
    body.delete("photos");
    body.delete("contact");
    try {
      const answer = await fetch(form.dataset.guess, { method: "POST", body, signal: running.signal });
      if (!answer.ok || now !== wanted()) return;
      const html = (await answer.text()).trim();
      asked = now;
      if (guess.innerHTML.trim() !== html) guess.innerHTML = html;
    } catch { /* no signal: it can be sent all the same */ }
  }
  function changed(event) {
    if (event.target.name === "contact" || event.target.name === "photos") return;
    remember();
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  }
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  if (plan) for (const kind of ["click", "keyup"]) plan.addEventListener(kind, changed);
  if (field("text").value) ask();

  /* Before it is sent the guesses were seen, and somebody answers: a page without signal would lose the photos. */
  let going = false, looking = false, seen = "";
  const unsent = form.querySelector("[data-unsent]");
  const reached = () => fetch(form.action, { method: "HEAD", cache: "no-store" }).then(() => true, () => false);
  async function look() {
    const now = wanted(), fresh = asked !== now && seen !== now;
    const patience = new Promise((done) => { setTimeout(done, 2500, true); });
    unsent.hidden = await Promise.race([reached(), patience]);
    if (!unsent.hidden) return;
    /* Last of all, so that whoever reads the question and presses again is heard. */
    await Promise.race([ask(), patience]);
    seen = now;
    if (fresh && guess.querySelector("[data-warns]")) { guess.focus(); guess.scrollIntoView({ block: "center" }); return; }
    going = true;
    form.requestSubmit(form.querySelector("[data-send]"));
  }
  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.matches("[data-me-too]")) { event.preventDefault(); count(event.submitter); return; }
    if (going) { going = false; field("looked").value = "1"; return; }
    event.preventDefault();
    if (looking) return;
    looking = true;
    look().finally(() => { looking = false; });
  });

  async function count(button) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value);
    button.disabled = true;
    try {
      const answer = await fetch(button.getAttribute("formaction"), { method: "POST", body });
      if (!answer.ok) throw new Error("not counted");
      button.replaceWith(Object.assign(document.createElement("strong"), { className: "olive", textContent: button.dataset.counted }));
      forget();
    } catch { button.disabled = false; }
  }
})();
