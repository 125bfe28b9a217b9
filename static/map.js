/* The plan becomes a map that moves. Without this file it is a drawing whose pins are links; its list says the same. */
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  // In the drawing's units, as in plan.py.
  const WIDTH = 640;
  const STREETS = 16;
  const CROSS = '<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><g fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"><circle cx="12" cy="12" r="6"/><path d="M12 2v4M12 18v4M2 12h4M18 12h4"/></g></svg>';

  function rise() {
    for (const box of document.querySelectorAll("[data-map]")) if (window.L && !box.classList.contains("is-live")) live(box);
  }
  rise();
  // The desk puts another request into its page.
  document.addEventListener("htmx:afterSettle", rise);

  function live(box) {
    const [west, south, east, north] = box.dataset.box.split(" ").map(Number);
    const town = L.latLngBounds([south, west], [north, east]);
    const room = document.createElement("div");
    room.className = "map-live";
    box.append(room);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map(room, {
      zoomControl: false, attributionControl: Boolean(box.dataset.tiles), scrollWheelZoom: false, zoomSnap: 0, zoomDelta: .75,
      maxBounds: town.pad(.3), maxZoom: 19, dragging: !L.Browser.mobile, animate: !calm, zoomAnimation: !calm, fadeAnimation: !calm,
    });
    room.setAttribute("role", "region");
    room.setAttribute("aria-label", box.dataset.label);
    L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
    if (navigator.geolocation) locate(map, box, town);
    const still = box.querySelector(".map-still");
    if (box.dataset.tiles) tiles(map, box);
    else ground(map, still, town);
    map.fitBounds(town);
    map.setMinZoom(map.getZoom() - .5);
    const pins = [...still.querySelectorAll("[data-pin]")];
    const markers = pins.map((pin) => marker(map, box, pin));
    // One pin that leads nowhere is what the page is about: nearer to it, and to what is around it.
    if (markers.length === 1 || pins.filter((pin) => !pin.hasAttribute("href")).length === 1) {
      map.fitBounds(L.latLngBounds(markers.map((one) => one.getLatLng())), {
        paddingTopLeft: [60, 40], paddingBottomRight: [20, 16], maxZoom: Math.max(map.getZoom(), STREETS), animate: false,
      });
    }
    wake(map, room);
    box.classList.add("is-live");
  }

  // Wheel and one finger move the page until somebody steps into the map.
  function wake(map, room) {
    room.addEventListener("focusin", () => { map.scrollWheelZoom.enable(); map.dragging.enable(); });
    room.addEventListener("focusout", (event) => {
      if (room.contains(event.relatedTarget)) return;
      map.scrollWheelZoom.disable();
      if (L.Browser.mobile) map.dragging.disable();
    });
    room.addEventListener("keydown", (event) => {
      const open = event.key === "Escape" && map._popup && map.hasLayer(map._popup) && map._popup._source;
      if (!open) return;
      map.closePopup();
      open.getElement().focus();
    });
  }

  function tiles(map, box) { L.tileLayer(box.dataset.tiles, { maxZoom: 19, attribution: box.dataset.thanks }).addTo(map); }

  // The drawing again, inside the map: its colours and letters stay the page's own, by day and by night.
  function ground(map, still, town) {
    const sheet = document.createElementNS(SVG, "svg");
    sheet.setAttribute("viewBox", still.getAttribute("viewBox"));
    sheet.setAttribute("preserveAspectRatio", "none");
    sheet.setAttribute("class", "plan-ground");
    const drawing = still.querySelector("[data-drawing]").cloneNode(true);
    for (const path of drawing.querySelectorAll("[id]")) path.id = `live-${path.id}`;
    for (const name of drawing.querySelectorAll("textPath")) name.setAttribute("href", name.getAttribute("href").replace("#", "#live-"));
    sheet.append(drawing);
    L.svgOverlay(sheet, town).addTo(map);
    const size = () => {
      const [left, right] = [map.project(town.getSouthWest()).x, map.project(town.getNorthEast()).x];
      const pixels = (right - left) / WIDTH;
      drawing.style.setProperty("--name", `${13 / pixels}px`);
      drawing.style.setProperty("--lane", `${Math.max(9, 6 / pixels)}px`);
      sheet.classList.toggle("map-near", pixels > .9);
      sheet.classList.toggle("map-nearer", pixels > 1.5);
      sheet.classList.toggle("map-nearest", pixels > 2.4);
    };
    map.on("zoomend viewreset", size);
    map.whenReady(size);
  }

  function marker(map, box, pin) {
    const [dx, dy] = pin.dataset.aside.split(" ").map(Number);
    const flat = pin.classList.contains("pin-hot") || pin.classList.contains("pin-silent");
    const drop = pin.querySelector(".pin-shape > g").innerHTML;
    const icon = L.divIcon({
      className: pin.getAttribute("class"), iconSize: [32, 36], iconAnchor: flat ? [16 - dx, 18 - dy] : [16 - dx, 35 - dy], popupAnchor: [dx, dy - 28],
      html: `<svg viewBox="-16 ${flat ? -18 : -35} 32 36" aria-hidden="true" focusable="false">${drop}</svg>`,
    });
    const one = L.marker(pin.dataset.at.split(" ").map(Number), { icon, title: pin.dataset.title, riseOnHover: true }).addTo(map);
    one.bindPopup(() => words(box, pin), { maxWidth: 240, autoPanPadding: [12, 12] });
    one.on("popupopen", ({ popup }) => {
      const close = popup.getElement().querySelector(".leaflet-popup-close-button");
      close.setAttribute("aria-label", box.dataset.close);
      popup.getElement().querySelector(".leaflet-popup-content a")?.focus({ preventScroll: true });
    });
    one.getElement().setAttribute("aria-label", pin.getAttribute("aria-label"));
    return one;
  }

  function words(box, pin) {
    const said = document.createElement("div");
    const href = pin.getAttribute("href");
    const title = document.createElement(href ? "a" : "strong");
    if (href) title.href = href;
    title.textContent = pin.dataset.title;
    said.append(title);
    if (pin.dataset.note) {
      const note = document.createElement("p");
      note.textContent = pin.dataset.note;
      said.append(note);
    }
    return said;
  }

  // Nobody is asked where they are until they ask for it themselves.
  function locate(map, box, town) {
    const said = box.querySelector("[data-said]");
    let here = null;
    const control = L.control({ position: "topleft" });
    control.onAdd = () => {
      const bar = L.DomUtil.create("div", "leaflet-bar");
      const button = L.DomUtil.create("a", "map-locate", bar);
      button.href = "#";
      button.setAttribute("role", "button");
      button.setAttribute("aria-label", box.dataset.locate);
      button.title = box.dataset.locate;
      button.innerHTML = CROSS;
      L.DomEvent.disableClickPropagation(bar);
      L.DomEvent.on(button, "click", (event) => { L.DomEvent.stop(event); ask(); });
      L.DomEvent.on(button, "keydown", (event) => { if (event.key === " ") { L.DomEvent.stop(event); ask(); } });
      return bar;
    };
    control.addTo(map);

    function ask() {
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        const at = [coords.latitude, coords.longitude];
        if (here) here.remove();
        if (!town.pad(.3).contains(at)) { said.textContent = box.dataset.elsewhere; return; }
        here = L.circle(at, { radius: Math.max(coords.accuracy, 15), className: "map-here", interactive: false }).addTo(map);
        map.panTo(at);
        said.textContent = box.dataset.located;
      }, () => { said.textContent = box.dataset.lost; }, { timeout: 15000, maximumAge: 60000 });
    }
  }
})();
