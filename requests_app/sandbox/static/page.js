// Two small comforts: X's weighted count while writing, and new posts without reloading.
"use strict";

const LIGHT = [[0, 4351], [8192, 8205], [8208, 8223], [8242, 8247]];
const LINK = /https?:\/\/[^\s]+/g;
const segmenter = "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;

function weigh(text) {
  let links = 0;
  const rest = text.normalize("NFC").replace(LINK, () => { links += 1; return ""; });
  const pieces = segmenter ? [...segmenter.segment(rest)].map((piece) => piece.segment) : [...rest];
  return pieces.reduce((sum, piece) => sum + weighPiece(piece), links * 23);
}

function weighPiece(piece) {
  if (/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(piece)) return 2;
  return [...piece].reduce((sum, char) => sum + (LIGHT.some(([low, high]) => char.codePointAt(0) >= low && char.codePointAt(0) <= high) ? 1 : 2), 0);
}

for (const area of document.querySelectorAll("textarea[data-count]")) {
  const count = document.getElementById(area.dataset.count);
  const show = () => {
    const weight = weigh(area.value.trim());
    count.hidden = weight === 0;
    count.textContent = `${weight} / 280 ${count.dataset.words}${weight > 280 ? ` · ${count.dataset.long}` : ""}`;
    count.classList.toggle("over", weight > 280);
  };
  area.addEventListener("input", show);
  show();
}

const list = document.querySelector("[data-latest]");
const fresh = document.querySelector(".fresh");
if (list) {
  let etag = "", waiting = null;
  const put = (html) => { list.innerHTML = html; fresh.hidden = true; waiting = null; };
  const ask = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(list.dataset.latest, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
        if (answer.status === 200) {
          const isFirst = !etag;
          etag = answer.headers.get("ETag");
          const html = await answer.text();
          // Whoever is reading further down, or stands on a link, is not interrupted.
          const isReading = list.getBoundingClientRect().top < -120 || list.contains(document.activeElement);
          if (isReading && !isFirst) { waiting = html; fresh.hidden = false; } else if (!isReading) put(html);
        }
      } catch { /* The sandbox is away for a moment: ask again. */ }
    }
    setTimeout(ask, 2000);
  };
  fresh.addEventListener("click", () => { if (waiting !== null) put(waiting); document.getElementById("main").scrollIntoView(); });
  setTimeout(ask, 2000);
}
