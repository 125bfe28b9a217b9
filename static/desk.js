/* The desk's comforts: keys, the place kept in a long list, what arrives. Everything works without them. */
(() => {
  "use strict";
  const OFF = "plaza-keys-off";
  const sheet = document.getElementById("keys");
  const switchOn = document.getElementById("keys-on");
  const keysOff = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };

  /* --- keys ----------------------------------------------------------------- */
  const rows = () => Array.from(document.querySelectorAll("#rows .row"));
  // By its box as well as by the row itself.
  const pointed = () => { const place = document.activeElement.closest("#rows .row-place"); return place && place.querySelector("a.row"); };
  const shown = (element) => element.getClientRects().length > 0;

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(pointed());
    const from = at >= 0 ? at : all.findIndex((row) => row.classList.contains("current"));
    const next = all[Math.min(Math.max(from + step, 0), all.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function tick() {
    const place = (document.activeElement.closest("#rows .row-place")) || document.querySelector("#rows .row-place:has(.row.current)");
    const box = place && place.querySelector("[name=pick]");
    if (box) { box.checked = !box.checked; counted(); }
  }

  /* How many are ticked, in the bar that acts on them. */
  function counted() {
    const said = document.querySelector("[data-picked]");
    const count = document.querySelectorAll("#rows [name=pick]:checked").length;
    if (said && count) said.textContent = said.dataset.picked.replace("%s", count);
  }

  function use(key) {
    const target = Array.from(document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)).find(shown);
    if (!target) return false;
    if (target.matches("summary")) {
      target.parentElement.open = true;
      const field = target.parentElement.querySelector("textarea, select, input:not([type=hidden]), a.phrase");
      (field || target).focus();
    } else if (target.matches("button, a")) target.click();
    else target.focus();
    return true;
  }

  /* A key meant for a row that is not open yet opens it first, and is pressed there. */
  const AHEAD = "plaza-key-ahead", SOON = 10_000;
  function ahead(key) {
    const row = pointed();
    if (!row || row.classList.contains("current") || !"aremtwl".includes(key)) return false;
    try { sessionStorage.setItem(AHEAD, JSON.stringify([key, row.pathname, Date.now()])); } catch { /* private window */ }
    row.click();
    return true;
  }
  function pressed() {
    try {
      const [key, path, at] = JSON.parse(sessionStorage.getItem(AHEAD) || "[]");
      sessionStorage.removeItem(AHEAD);
      if (path === location.pathname && Date.now() - at < SOON) use(key);
    } catch { /* private window */ }
  }

  function toggleSheet() {
    if (!sheet) return;
    if (sheet.open) sheet.close(); else sheet.showModal();
  }

  /* Out of a field, so that keys act again: to the row it stands beside, else to the first. What is typed stays. */
  function leave(field) {
    if (field.type === "search" && field.value) return;
    const to = document.querySelector("#rows .row.current") || rows()[0];
    if (to && shown(to)) to.focus({ preventScroll: true }); else field.blur();
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    // Nothing is typed into a box that is ticked.
    if (event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) {
      if (event.key === "Escape" && !(sheet && sheet.open) && !keysOff()) leave(event.target);
      return;
    }
    if (keysOff() || (sheet && sheet.open && event.key !== "?")) return;
    const acts = {
      x: tick, j: () => move(1), k: () => move(-1), "?": toggleSheet,
      o: () => { const row = pointed() || rows()[0]; if (row) row.click(); },
    };
    if (acts[event.key]) acts[event.key]();
    else if (!"aremtwlsnz/".includes(event.key) || event.key.length !== 1 || !(ahead(event.key) || use(event.key))) return;
    event.preventDefault();
  });

  if (switchOn) {
    switchOn.checked = !keysOff();
    switchOn.addEventListener("change", () => { try { localStorage.setItem(OFF, switchOn.checked ? "0" : "1"); } catch { /* private window */ } });
  }
  document.addEventListener("click", (event) => { if (event.target.closest("[data-sheet]")) toggleSheet(); });

  /* --- what needs script is shown only with it ------------------------------- */
  function ready(root) {
    for (const button of root.querySelectorAll("[data-sheet]")) button.hidden = false;
    for (const choice of root.querySelectorAll("#accept-promise")) ownMoment(choice);
  }

  /* The day and the time are asked for only when somebody wants their own. */
  function ownMoment(choice) {
    const own = choice.closest("form").querySelector(".own-moment");
    if (own) own.hidden = choice.value !== "own";
  }

  document.addEventListener("input", (event) => {
    if (event.target.matches("#accept-promise")) ownMoment(event.target);
  });

  /* --- the place in a long list ---------------------------------------------- */
  const list = document.querySelector(".desk-list");
  const place = "plaza-place-" + (document.querySelector("#list-title") || document.body).textContent.trim();
  if (list) {
    const kept = Number(sessionStorage.getItem(place) || 0);
    if (kept && document.querySelector(".desk.has-request")) list.scrollTop = kept;
    list.addEventListener("scroll", () => sessionStorage.setItem(place, String(list.scrollTop)), { passive: true });
  }

  /* --- live ------------------------------------------------------------------- */
  function say(text) {
    const live = document.getElementById("live");
    if (live.textContent !== text) live.textContent = text;
  }

  /* A row drawn anew with a mark more or less moves no other: it keeps its height, and what one looks at its place. */
  const inOrder = (element) => Array.from(element.querySelectorAll("[name=shown]"), (field) => field.value).join();
  const topOf = (row) => row.getBoundingClientRect().top;
  let before = null;

  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const old = event.detail.target;
    if (!old || old.id !== "rows") return;
    const all = rows(), edge = document.querySelector("#arrivals").getBoundingClientRect().bottom;
    const focused = document.activeElement.closest("#rows .row-place");
    const watched = old.querySelector(".row-place:hover .row") || (focused && focused.querySelector(".row")) || all.find((row) => topOf(row) >= edge);
    before = watched && {
      order: inOrder(old), id: watched.id, top: topOf(watched),
      heights: Array.from(old.querySelectorAll(".row-place"), (row) => row.getBoundingClientRect().height),
    };
  });

  function holdStill(fresh) {
    if (!before || inOrder(fresh) !== before.order) return;
    // Of the places and not of the rows in them, whose attributes htmx settles.
    fresh.querySelectorAll(".row-place").forEach((row, at) => {
      if (row.getBoundingClientRect().height < before.heights[at]) row.style.minHeight = `${before.heights[at]}px`;
    });
    const row = document.getElementById(before.id), moved = row ? topOf(row) - before.top : 0;
    if (!moved) return;
    const scroller = list.scrollHeight > list.clientHeight ? list : document.scrollingElement;
    scroller.scrollTop += moved;
  }

  /* `event.target` is what came, `event.detail.target` what went. */
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.target.id === "rows") holdStill(event.target);
    const said = event.target.querySelector && event.target.querySelector("[data-announce]");
    if (said) say(said.dataset.announce);
    ready(document);
  });

  document.addEventListener("change", (event) => { if (event.target.matches("[name=pick]")) counted(); });

  /* Cut off: what stands here is of that moment, and the poll goes on by itself. */
  const stale = document.getElementById("stale");
  let heard = new Date();
  const cut = () => {
    if (!stale || !stale.hidden) return;
    stale.querySelector("b").textContent = heard.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    stale.hidden = false;
  };
  document.addEventListener("htmx:sendError", cut);
  document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status >= 500) cut(); });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) return;
    heard = new Date();
    if (stale) stale.hidden = true;
  });

  setInterval(() => {
    for (const bar of document.querySelectorAll("[data-gone-at]")) if (Date.parse(bar.dataset.goneAt) < Date.now()) bar.remove();
  }, 1000);

  ready(document);
  counted();
  pressed();
})();
