// The wall reads itself anew, says of when it is once the connection is lost, and stands still when it is asked to.
(() => {
  "use strict";
  const EVERY = 30_000;
  const pause = document.querySelector("[data-pause]");
  const wall = () => document.querySelector("[data-wall]");
  const say = (words) => { const why = wall().querySelector("[data-why]"); if (why.textContent !== words) why.textContent = words; };
  const goOn = pause.dataset.goOn;
  let paused = new URLSearchParams(location.search).has("pause");

  const read = async () => {
    if (paused || document.hidden) return;
    try {
      const answer = await fetch(location.href, { signal: AbortSignal.timeout(10_000) });
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-wall]");
      if (fresh && !paused) wall().replaceWith(document.adoptNode(fresh));
    } catch {
      say(wall().dataset.lost);
    }
  };

  const [stop, start] = paused ? [null, pause.textContent] : [pause.textContent, goOn];
  pause.addEventListener("click", (event) => {
    // From an address that stands still the link leads to one that does not.
    if (stop === null) return;
    event.preventDefault();
    paused = !paused;
    pause.textContent = paused ? start : stop;
    say(paused ? wall().dataset.paused : "");
    if (!paused) read();
  });
  setInterval(read, EVERY);
  addEventListener("online", read);
  addEventListener("offline", () => say(wall().dataset.lost));
})();
