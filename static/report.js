/* The report form: a pin on the plan, and the position of the phone. Without this file the words and the list suffice. */
(() => {
  "use strict";
  const form = document.querySelector("form[enctype]");
  const plan = document.querySelector("[data-plan]");
  const point = form.elements.namedItem("point");
  const list = form.elements.namedItem("spot");
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

  const locate = form.querySelector("[data-locate]");
  const said = form.querySelector("[data-located]");
  if (!navigator.geolocation) locate.parentElement.hidden = true;
  locate.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      tell(coords.latitude, coords.longitude);
      if (plan) { list.value = ""; draw(...toDrawing(coords.latitude, coords.longitude)); }
      said.textContent = locate.dataset.found;
    }, () => { said.textContent = locate.dataset.failed; }, { timeout: 15000, maximumAge: 60000 });
  });
})();
