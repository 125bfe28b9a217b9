/* One request at the desk: drafts that survive, who else is here, templates with blanks, what would leave. The page works without it. */
(() => {
  "use strict";
  const page = document.querySelector("[data-request]");
  if (!page) return;
  const words = document.getElementById("request-words").dataset;
  const WAIT = 800, BEAT = 10_000;
  const BLANK = /\{\{[\s\S]*?\}\}/;
  const forms = Array.from(document.querySelectorAll("form[data-form]"));
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const say = (text, values = {}) => Object.entries(values).reduce((all, [name, value]) => all.replace(`%(${name})s`, value), text);
  const areas = (form) => Array.from(form.querySelectorAll("textarea, input[type=text], input:not([type])"));

  /* --- the second net: this browser, while the town hall cannot be reached ----------------------------------------- */
  const key = (form) => `plaza-draft-${page.dataset.user}-${page.dataset.request}-${form.dataset.form}`;
  const hold = (form, entry) => { try { if (entry) localStorage.setItem(key(form), JSON.stringify(entry)); else localStorage.removeItem(key(form)); } catch { /* private window, or full */ } };
  const held = (form) => { try { return JSON.parse(localStorage.getItem(key(form)) || "null"); } catch { return null; } };

  /* --- what a form holds -------------------------------------------------------------------------------------------- */
  const SKIP = new Set(["csrfmiddlewaretoken", "version", "seen", "photo"]);
  function fieldsOf(form) {
    return Object.fromEntries(Array.from(new FormData(form)).filter(([name, value]) => !SKIP.has(name) && typeof value === "string"));
  }
  function put(form, fields) {
    for (const field of form.elements) {
      if (!field.name || SKIP.has(field.name) || field.type === "submit") continue;
      if (field.type === "checkbox") field.checked = field.name in fields;
      else if (field.name in fields && field.value !== fields[field.name]) field.value = fields[field.name];
    }
    const act = form.closest("details.act");
    if (act) act.open = true;
    form.dispatchEvent(new Event("put", { bubbles: true }));
  }
  const isEmpty = (form) => !areas(form).some((area) => area.value.trim());

  /* --- saying where the draft is ------------------------------------------------------------------------------------ */
  function tell(form, text, { choices = [], discard = true } = {}) {
    const line = form.querySelector("[data-draft]");
    if (!line) return;
    line.hidden = !text;
    line.querySelector("[data-draft-words]").textContent = text;
    for (const old of line.querySelectorAll("[data-choice]")) old.remove();
    line.querySelector("button[form]").hidden = !discard;
    for (const [label, act] of choices) {
      const button = document.createElement("button");
      button.type = "button"; button.className = "plain"; button.dataset.choice = ""; button.textContent = label;
      button.addEventListener("click", act);
      line.append(" ", button);
    }
  }

  /* Two windows do not fight: what was written last stands, and the other window is told and asked. */
  function askWhich(form, newer) {
    if (newer.saved && Object.entries(newer.fields).every(([name, value]) => !form.elements[name] || form.elements[name].type === "checkbox" || form.elements[name].value.trim() === value.trim())) {
      // The same words, on their way twice.
      settle(form, newer.saved); hold(form, null); tell(form, say(words.draft, { time: newer.clock }));
      return;
    }
    form.dataset.lost = "1";
    tell(form, newer.saved ? say(words.newer, { time: newer.clock }) : words.gone, {
      discard: false,
      choices: [
        ...(newer.saved ? [[words.take, () => { settle(form, newer.saved); put(form, newer.fields); hold(form, null); tell(form, say(words.draft, { time: newer.clock })); }]] : []),
        [words.keep, () => { settle(form, newer.saved || ""); save(form); }],
      ],
    });
  }
  function settle(form, stamp) { delete form.dataset.lost; form.dataset.over = stamp; }

  /* --- to the town hall --------------------------------------------------------------------------------------------- */
  const timers = new Map(), running = new Map();
  const address = (form) => page.dataset.drafts.replace("/speak/", `/${form.dataset.form}/`);

  async function post(url, body, options = {}) {
    const answer = await fetch(url, { method: "POST", body, redirect: "manual", credentials: "same-origin", ...options });
    if (answer.type === "opaqueredirect" || answer.status === 403) throw Object.assign(new Error("signed out"), { signedOut: true });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer;
  }
  function body(form) {
    const data = new FormData(form);
    const photo = data.get("photo");
    if (photo && photo.size) data.set("photo_chosen", "1");
    data.delete("photo");
    data.set("over", form.dataset.over || "");
    const leaving = form.querySelector(".will-leave");
    if (leaving && leaving.open || form.dataset.asks) data.set("outgoing", "1");
    return data;
  }

  function typed(form) {
    if (form.dataset.submitted) return;
    form.dataset.dirty = "1";
    hold(form, isEmpty(form) ? null : { at: Date.now(), fields: fieldsOf(form) });
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => save(form), WAIT));
  }

  async function save(form) {
    clearTimeout(timers.get(form));
    if (form.dataset.submitted || form.dataset.lost) return;
    if (running.has(form)) { form.dataset.again = "1"; return; }
    delete form.dataset.dirty;
    const control = new AbortController();
    running.set(form, control);
    try {
      const answer = await post(address(form), body(form), { signal: control.signal });
      const told = await answer.json();
      if (told.lost) askWhich(form, told);
      else {
        form.dataset.over = told.saved;
        if (!form.dataset.dirty) hold(form, null);
        tell(form, told.saved ? say(words.draft, { time: told.clock }) : "");
        if (told.outgoing) show(form, told.outgoing);
      }
    } catch (failure) {
      if (failure.name !== "AbortError") {
        form.dataset.dirty = "1";
        if (!isEmpty(form)) tell(form, failure.signedOut ? words.signedOut : words.offline);
      }
    } finally {
      running.delete(form);
      if (form.dataset.again) { delete form.dataset.again; save(form); }
    }
  }

  function saveAtLast(form) {
    if (form.dataset.submitted || form.dataset.lost || !form.dataset.dirty) return;
    const data = body(form);
    data.delete("outgoing");
    fetch(address(form), { method: "POST", body: data, redirect: "manual", credentials: "same-origin", keepalive: true }).catch(() => {});
  }

  for (const form of forms) {
    form.addEventListener("input", () => typed(form));
    form.addEventListener("focusout", () => { if (form.dataset.dirty) save(form); });
    form.addEventListener("submit", (event) => {
      if (stopAtBlank(form)) { event.preventDefault(); return; }
      if (event.defaultPrevented) return;
      clearTimeout(timers.get(form));
      form.dataset.submitted = "1";
      if (running.has(form)) running.get(form).abort();
      const entry = held(form);
      if (entry) hold(form, { ...entry, sent: Number(page.dataset.mine) });
    }, true);
    restore(form);
  }
  window.addEventListener("pageshow", (event) => { if (event.persisted) for (const form of forms) delete form.dataset.submitted; });

  /* What this browser still holds and the town hall never got: unless it was sent since, it comes back. */
  function restore(form) {
    const entry = held(form);
    if (!entry) return;
    const sent = entry.sent !== undefined && Number(page.dataset.mine) > entry.sent;
    const newer = Number(form.dataset.over || 0) * 1000 >= entry.at;
    if (sent || newer) { hold(form, null); return; }
    put(form, entry.fields);
    tell(form, words.restored);
    save(form);
  }
  window.addEventListener("online", () => { for (const form of forms) if (held(form)) save(form); });

  /* --- discard ------------------------------------------------------------------------------------------------------ */
  document.addEventListener("submit", async (event) => {
    const name = event.target.id.startsWith("discard-") && event.target.id.slice(8);
    const form = name && forms.find((one) => one.dataset.form === name);
    if (!form) return;
    event.preventDefault();
    clearTimeout(timers.get(form));
    delete form.dataset.dirty; delete form.dataset.lost;
    hold(form, null);
    for (const area of areas(form)) area.value = "";
    form.dataset.over = "";
    form.dispatchEvent(new Event("put", { bubbles: true }));
    tell(form, "");
    const area = form.querySelector("[data-words], textarea");
    if (area) area.focus();
    // The answer is a redirect that nobody follows.
    fetch(event.target.action, { method: "POST", body: new FormData(event.target), redirect: "manual" }).catch(() => {});
  });

  /* --- who is here -------------------------------------------------------------------------------------------------- */
  const here = document.getElementById("here");
  let beating = 0;
  async function beat() {
    clearTimeout(beating);
    beating = setTimeout(beat, BEAT);
    if (document.hidden) return;
    const data = new FormData();
    data.set("csrfmiddlewaretoken", token);
    data.set("unsent", forms.some((form) => !isEmpty(form)) ? "1" : "0");
    try {
      const told = await (await post(page.dataset.here, data)).json();
      if (here.innerHTML.trim() !== told.here.trim()) here.innerHTML = told.here;
      for (const form of forms) {
        const kept = told.drafts[form.dataset.form];
        if (!kept || form.dataset.lost || running.has(form) || form.dataset.submitted) continue;
        if (Number(kept.saved) <= Number(form.dataset.over || 0)) continue;
        // Kept a moment after this page was drawn, or written elsewhere while nobody wrote here.
        if (isEmpty(form) && !form.dataset.dirty) { settle(form, kept.saved); put(form, kept.fields); tell(form, say(words.draft, { time: kept.clock })); }
        else askWhich(form, kept);
      }
      for (const form of forms) if (form.dataset.dirty && held(form)) save(form);
    } catch { /* the next beat tries again */ }
  }
  window.addEventListener("pagehide", () => {
    for (const form of forms) saveAtLast(form);
    const data = new FormData();
    data.set("csrfmiddlewaretoken", token);
    data.set("leaving", "1");
    navigator.sendBeacon(page.dataset.here, data);
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) forms.forEach(saveAtLast); else beat(); });
  beating = setTimeout(beat, 400);

  /* --- room: each network counts in its own way --------------------------------------------------------------------- */
  const LIGHT = [[0, 4351], [8192, 8205], [8208, 8223], [8242, 8247]];
  const segments = window.Intl && Intl.Segmenter ? new Intl.Segmenter() : null;
  const split = (text) => (segments ? Array.from(segments.segment(text), (part) => part.segment) : Array.from(text));
  const COUNT = {
    weighted: (text) => split(text.normalize("NFC").replace(/https?:\/\/\S+/g, "x".repeat(23))).reduce((sum, sign) => sum + (/\p{Extended_Pictographic}/u.test(sign) ? 2
      : Array.from(sign).reduce((all, letter) => all + (LIGHT.some(([from, to]) => letter.codePointAt(0) >= from && letter.codePointAt(0) <= to) ? 1 : 2), 0)), 0),
    characters: (text) => split(text.replace(/https?:\/\/\S+/g, "x".repeat(23))).length,
    graphemes: (text) => split(text).length,
  };
  function count(form) {
    const main = form.elements.text;
    if (!main) return;
    for (const left of form.querySelectorAll("output[data-room]")) {
      const own = form.elements[`text_${left.dataset.reads}`];
      const text = (own && own.value.trim()) || main.value.trim();
      const rest = Number(left.dataset.room) - (COUNT[left.dataset.unit] || COUNT.characters)(text);
      left.textContent = rest;
      left.classList.toggle("over", rest < 0);
    }
  }
  function show(form, html) {
    const place = form.querySelector("[data-outgoing]");
    delete form.dataset.asks;
    if (place) { place.innerHTML = html; count(form); }
  }
  document.addEventListener("toggle", (event) => {
    if (event.target.matches && event.target.matches(".will-leave") && event.target.open) save(event.target.closest("form"));
  }, true);

  /* --- templates and their blanks ----------------------------------------------------------------------------------- */
  const phrases = document.querySelector("[data-phrases]");
  let writing = document.getElementById("speak-text");
  document.addEventListener("focusin", (event) => { if (event.target.matches("form[data-form] [data-words]")) writing = event.target; });

  function insert(area, text) {
    // Below the line one is in: no sentence is cut, no blank written over.
    const end = area.value.indexOf("\n", area.selectionEnd), at = end < 0 ? area.value.length : end;
    const before = area.value.slice(0, at).trimEnd(), after = area.value.slice(at).trimStart();
    area.value = [before, text, after].filter(Boolean).join("\n");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function choose(phrase) {
    const form = phrase.closest("form");
    const area = writing && writing.form === form ? writing : form.elements.text;
    const texts = JSON.parse(phrase.dataset.texts);
    insert(area, (area.lang && texts[area.lang]) || phrase.dataset.phrase);
    if (area === form.elements.text) {
      for (const [language, text] of Object.entries(texts)) {
        const other = form.elements[`text_${language}`];
        if (other && !other.value.trim()) insert(other, text);
      }
    }
    phrases.open = false;
    if (!jump(area)) { area.focus(); area.setSelectionRange(area.value.length, area.value.length); }
  }
  function jump(area) {
    const blank = BLANK.exec(area.value);
    if (!blank) return false;
    const act = area.closest("details.act");
    if (act) act.open = true;
    area.focus();
    area.setSelectionRange(blank.index, blank.index + blank[0].length);
    return true;
  }
  function blanks(form) {
    const found = areas(form).map((area) => BLANK.exec(area.value)).find(Boolean);
    const line = form.querySelector("[data-blanks]");
    if (!line) return found;
    line.hidden = !found;
    line.textContent = found ? say(words.blank, { blank: found[0].slice(2, -2).trim() || found[0] }) : "";
    for (const button of form.querySelectorAll("button[type=submit]:not([name=preview]):not([form])")) {
      if (found) { button.setAttribute("aria-disabled", "true"); button.setAttribute("aria-describedby", line.id); }
      else { button.removeAttribute("aria-disabled"); button.removeAttribute("aria-describedby"); }
    }
    return found;
  }
  function stopAtBlank(form) {
    if (!blanks(form)) return false;
    document.getElementById("live").textContent = form.querySelector("[data-blanks]")?.textContent || "";
    return areas(form).some(jump);
  }
  if (phrases) {
    phrases.addEventListener("click", (event) => {
      const phrase = event.target.closest("[data-phrase]");
      if (!phrase || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choose(phrase);
    });
    phrases.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { phrases.open = false; phrases.querySelector("summary").focus(); return; }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const all = Array.from(phrases.querySelectorAll("a.phrase"));
      const next = all[Math.min(Math.max(all.indexOf(document.activeElement) + step, 0), all.length - 1)];
      if (next) { next.focus(); event.preventDefault(); }
    });
    /* One list serves every form: it goes to where somebody asks for it. */
    for (const button of document.querySelectorAll("[data-open-phrases]")) {
      button.hidden = false;
      button.addEventListener("click", () => { button.parentElement.before(phrases); phrases.open = true; writing = button.form.elements.text; phrases.querySelector("a").focus(); });
    }
    const home = phrases.parentElement, after = phrases.nextElementSibling;
    /* However it was opened: the arrows walk from the first one. */
    phrases.addEventListener("toggle", () => { const first = phrases.open && phrases.querySelector("a.phrase"); if (first) first.focus(); });
    document.getElementById("speak-text")?.addEventListener("focus", () => { if (phrases.parentElement !== home) home.insertBefore(phrases, after); });
  }

  /* --- all that follows the words ----------------------------------------------------------------------------------- */
  for (const kind of ["input", "put"]) document.addEventListener(kind, (event) => {
    const form = event.target.closest && event.target.closest("form[data-form]");
    if (form) { count(form); blanks(form); }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("form[data-form] :is(select[name=account], [name=only_first], [name=photo])")) { event.target.form.dataset.asks = "1"; save(event.target.form); }
  });
  for (const form of forms) { count(form); blanks(form); }
})();
