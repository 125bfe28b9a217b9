{% autoescape off %}/* Keeps the street readable without signal: its pages, what they show, and nothing else. The network comes first. */
"use strict";
const CACHE = "street-VERSION";
const ASSETS = {{ assets }};
const WORDS = {{ words }};
const STYLES = {{ styles }};
const STREET = "{{ street }}";
const NOTES = STREET + "kept.json";
const PATIENCE = 6000;
const LASTING = /\.[0-9a-f]{12}\.[a-z]+$/;
const path = (url) => new URL(url, location.origin).pathname;
const isPage = (url) => url.pathname === STREET || /^\d+\/$/.test(url.pathname.startsWith(STREET) ? url.pathname.slice(STREET.length) : "");
const assets = new Set(ASSETS.map(path));

addEventListener("install", (event) => { event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(ASSETS)).then(() => skipWaiting())); });
addEventListener("activate", (event) => { event.waitUntil(dropOlder().then(() => clients.claim())); });

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate" && isPage(url)) event.respondWith(page(event.request, url));
  else if (assets.has(url.pathname)) event.respondWith(asset(event.request, url));
  else if (url.pathname.startsWith("/photos/")) event.respondWith(photo(event.request));
});

/* What rang leads to its page. */
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.openWindow(event.notification.data.url));
});

/* One list at a time, and of a list one page after the other: no storm on a weak signal. */
let keeping = Promise.resolve();
addEventListener("message", (event) => {
  if (event.data.type !== "keep") return;
  keeping = keeping.then(() => keep(event.data)).catch(() => {});
  event.waitUntil(keeping);
});

async function dropOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("street-") && name !== CACHE).map((name) => caches.delete(name)));
}

async function page(request, url) {
  const cache = await caches.open(CACHE);
  const key = url.pathname + url.search;
  const kept = await cache.match(key);
  try {
    const fresh = await (kept ? Promise.race([fetch(request), impatience()]) : fetch(request));
    if (fresh.ok) await cache.put(key, fresh.clone());
    if (fresh.status === 404) await cache.delete(key);
    return fresh.status >= 500 && kept ? stale(kept) : fresh;
  } catch {
    return kept ? stale(kept) : nothing();
  }
}

/* A page that says so itself, before any script runs. */
async function stale(kept) {
  const text = await kept.text();
  return html(text.replace("<html", "<html data-from-phone"), kept.headers.get("Content-Security-Policy"));
}

function nothing() {
  return html(`<!doctype html><html lang="${WORDS.language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${WORDS.title}</title>${STYLES.map((style) => `<link rel="stylesheet" href="${style}">`).join("")}<body class="street"><main class="wrap"><div class="street-page"><h1>${WORDS.title}</h1><p>${WORDS.text}</p><a class="button big whole" href="${STREET}">${WORDS.back}</a></div></main></html>`, "default-src 'none'; style-src 'self'");
}

function html(text, policy) {
  return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy || "default-src 'self'" } });
}

async function asset(request, url) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(url.pathname);
  // Its name changes with its content.
  if (kept && LASTING.test(url.pathname)) return kept;
  try {
    const fresh = await (kept ? Promise.race([fetch(request), impatience()]) : fetch(request));
    if (fresh.ok) await cache.put(url.pathname, fresh.clone());
    return fresh;
  } catch {
    return kept || Response.error();
  }
}

async function photo(request) {
  const cache = await caches.open(CACHE);
  try {
    return await fetch(request);
  } catch {
    // The small one stands in for the whole one.
    return (await cache.match(request.url, { ignoreSearch: true })) || Response.error();
  }
}

/* What one person's list leads to; what another person had here goes first. */
async function keep({ person, pages }) {
  let cache = await caches.open(CACHE);
  let notes = await read(cache);
  if (notes.person !== person) {
    await caches.delete(CACHE);
    cache = await caches.open(CACHE);
    await cache.addAll(ASSETS);
    notes = { person, stamps: {}, photos: {} };
  }
  const wanted = new Set(pages.map(({ url }) => url));
  for (const { url, stamp } of pages) {
    const has = await cache.match(url);
    if (has && stamp && notes.stamps[url] === stamp) continue;
    const fresh = await fetch(url, { credentials: "same-origin" });
    if (!fresh.ok || fresh.redirected) continue;
    const text = await fresh.clone().text();
    await cache.put(url, fresh);
    notes.stamps[url] = stamp;
    notes.photos[url] = [...new Set(text.match(/\/photos\/[0-9a-f-]+\.jpg\?size=small/g) || [])];
    for (const small of notes.photos[url]) {
      if (await cache.match(small)) continue;
      const picture = await fetch(small, { credentials: "same-origin" });
      if (picture.ok) await cache.put(small, picture);
    }
    await write(cache, notes);
  }
  await tidy(cache, notes, wanted);
}

async function tidy(cache, notes, wanted) {
  for (const url of Object.keys(notes.photos)) if (!wanted.has(url)) { delete notes.photos[url]; delete notes.stamps[url]; }
  const photos = new Set(Object.values(notes.photos).flat());
  for (const request of await cache.keys()) {
    const url = new URL(request.url), key = url.pathname + url.search;
    if (url.pathname.startsWith("/photos/") ? !photos.has(key) : isPage(url) && !wanted.has(key)) await cache.delete(request);
  }
  await write(cache, notes);
}

async function read(cache) {
  const kept = await cache.match(NOTES);
  return kept ? kept.json() : { person: "", stamps: {}, photos: {} };
}

function write(cache, notes) { return cache.put(NOTES, new Response(JSON.stringify(notes))); }

function impatience() { return new Promise((_resolve, reject) => { setTimeout(() => reject(new Error("no signal")), PATIENCE); }); }
{% endautoescape %}
