/* Small comforts; every page works without them. */
(() => {
  "use strict";
  const SIZES = [86400, 3600, 60, 1];

  /* The same words as requests_app/wording.py: at most two units, seconds only under ten minutes. */
  function wait(seconds, units) {
    let rest = Math.max(0, Math.round(seconds));
    const parts = SIZES.map((size) => { const count = Math.floor(rest / size); rest -= count * size; return count; });
    const first = Math.min(parts.findIndex((count) => count > 0) + 1 || 4, 4) - 1;
    const fine = first === 2 ? parts[2] < 10 : first === 0 ? parts[0] < 10 : first < 3;
    const shown = fine && parts[first + 1] ? [first, first + 1] : [first];
    return shown.map((index) => `${parts[index]} ${units[index]}`).join(" ");
  }

  function tick() {
    const now = Date.now();
    for (const clock of document.querySelectorAll("[data-since], [data-until]")) {
      const { since, until, units } = clock.dataset;
      const seconds = since ? (now - Date.parse(since)) / 1000 : (Date.parse(until) - now) / 1000;
      clock.textContent = wait(seconds, (units || "d h min s").split(" "));
    }
  }

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (menu !== except) menu.open = false;
  }

  /* What the street keeps on a phone is its person's own: gone when they leave, and where nobody is signed in. */
  function forgetStreet() {
    if (window.caches) caches.keys().then((names) => names.filter((name) => name.startsWith("street-")).forEach((name) => caches.delete(name)));
  }
  if (location.pathname === "/sign-in/") forgetStreet();
  document.addEventListener("submit", (event) => {
    // Without signal nobody leaves: the street says so and stays.
    if (event.target.action.endsWith("/sign-out/") && (navigator.onLine || !event.target.matches("[data-online]"))) forgetStreet();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));

  /* What was pressed shows it at once, however long the answer takes; a page that comes back from memory has forgotten. */
  const PATIENCE = 8000;
  function busy(pressed) {
    pressed.setAttribute("aria-busy", "true");
    setTimeout(() => pressed.removeAttribute("aria-busy"), PATIENCE);
  }
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const pressed of document.querySelectorAll("a[aria-busy], button[aria-busy]")) pressed.removeAttribute("aria-busy");
  });

  /* One click, one message: a second press while the first is on its way does nothing. */
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (event.submitter) busy(event.submitter);
    if (form.method !== "post") return;
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, PATIENCE);
  });
  window.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const elsewhere = event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || elsewhere || link.target || link.origin !== location.origin || link.hasAttribute("download")) return;
    // A place on this page is there already, and a file leaves the page as it is.
    if (!link.pathname.endsWith("/") || (link.hash && link.pathname === location.pathname)) return;
    busy(link);
  });

  /* What a freshly loaded fragment wants said aloud. */
  document.addEventListener("htmx:afterSettle", (event) => {
    const said = event.target.querySelector && event.target.querySelector("[data-announce]");
    const live = document.getElementById("live");
    // What is said already is not said again.
    if (said && live.textContent !== said.dataset.announce) live.textContent = said.dataset.announce;
    delete event.target.dataset.sent;
    ready(event.target);
  });

  /* After a refused form the reader begins at what is to be mended. */
  function ready(root) {
    const refused = root.querySelector("[data-refused]");
    if (refused) refused.focus();
    tick();
  }

  ready(document);
  setInterval(() => { if (!document.hidden) tick(); }, 1000);
})();
