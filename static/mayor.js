// The mayor's window: what a figure means appears beside its sign as one points at it, and the page prints.
(() => {
  "use strict";
  const signs = document.querySelectorAll("[data-what]");
  // Whose words stand there, and whether a tap keeps them.
  let shown = null;
  let pinned = null;

  const boxOf = (sign) => document.getElementById(sign.dataset.what);

  const place = (sign) => {
    const box = boxOf(sign);
    const at = sign.getBoundingClientRect();
    const below = at.bottom + 6 + box.offsetHeight < innerHeight;
    box.style.left = `${Math.max(8, Math.min(at.left - 12, innerWidth - box.offsetWidth - 8))}px`;
    box.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - 6 - box.offsetHeight)}px`;
  };
  const show = (sign) => {
    const box = boxOf(sign);
    const open = box?.matches(":popover-open");
    if (!box?.showPopover || (open && shown === sign)) return;
    // Two signs may share their words: they move to the one that asks.
    if (pinned !== sign) pinned = null;
    shown = sign;
    box.classList.add("beside-sign");
    if (!open) box.showPopover();
    place(sign);
  };
  const hide = (sign) => {
    if (sign !== shown || sign === pinned) return;
    const box = boxOf(sign);
    // Whoever moves onto the words goes on reading them.
    if (box?.matches(":popover-open") && !box.matches(":hover, :focus-within")) box.hidePopover();
  };

  for (const sign of signs) {
    sign.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") show(sign); });
    sign.addEventListener("pointerleave", () => setTimeout(hide, 200, sign));
    sign.addEventListener("focus", () => { if (sign.matches(":focus-visible")) show(sign); });
    sign.addEventListener("blur", () => setTimeout(hide, 0, sign));
    // Open because one points at it, it stays open at a tap; a second tap closes it.
    sign.addEventListener("click", (event) => {
      event.preventDefault();
      if (pinned === sign) { pinned = null; boxOf(sign)?.hidePopover?.(); return; }
      pinned = sign;
      show(sign);
    });
    const box = boxOf(sign);
    box?.addEventListener("mouseleave", () => hide(sign));
    box?.addEventListener("toggle", (event) => { if (event.newState === "closed" && pinned === sign) pinned = null; });
  }
  // Words stay beside their sign, and leave the window with it. (A key that moves to a sign may scroll to it.)
  addEventListener("scroll", () => {
    if (!shown || !boxOf(shown).matches(":popover-open")) return;
    const at = shown.getBoundingClientRect();
    if (at.bottom < 0 || at.top > innerHeight) boxOf(shown).hidePopover();
    else place(shown);
  }, { passive: true, capture: true });

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();
