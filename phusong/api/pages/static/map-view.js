// The map as the other modules of the page know it, whether it is drawn with WebGL or without.
export function viewOf(drawing, told, link, box, panel) {
  const asked = [];
  let before = null;

  function open() {
    if (panel.hidden) before = document.activeElement;
    panel.hidden = false;
    drawing.resize();
    panel.focus({ preventScroll: true });
  }

  function close() {
    if (panel.hidden) return;
    panel.hidden = true;
    drawing.resize();
    drawing.overlay("asked", null);
    link.set("ask", "", { step: true });
    (before && before !== document.body && before.isConnected ? before : box.querySelector("[tabindex]") ?? box).focus();
  }

  // `step`: somebody asked just now; else the address says what was asked.
  function ask(place, { step = true } = {}) {
    const { lon, lat } = place;
    const thing = ["village_code", "gap_id", "site_id"].find((key) => place[key]);
    link.set("ask", [lon.toFixed(5), lat.toFixed(5), ...(thing ? [thing, place[thing]] : [])].join(","), { step });
    drawing.overlay("asked", { type: "Point", coordinates: [lon, lat] }, { kind: "points", colour: told.colours.action, width: 3 });
    asked.forEach((callback) => callback(place));
  }

  function askAgain() {
    const [lon, lat, thing, ...code] = link.get("ask").split(",");
    if (!lon || !Number.isFinite(+lon) || !Number.isFinite(+lat)) return void close();
    ask({ lon: +lon, lat: +lat, ...(thing ? { [thing]: code.join(",") } : {}) }, { step: false });
  }

  drawing.onAsk((place) => ask(place));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !panel.hidden) close();
  });

  return {
    study: told.study,
    told,
    words: told.words,
    onAsk: (callback) => asked.push(callback),
    ask,
    askAgain,
    overlay: (name, geojson, style) => drawing.overlay(name, geojson, style),
    marker: (options) => drawing.marker(options),
    fly: (lon, lat, zoom) => drawing.fly(lon, lat, zoom),
    state: (key, ...value) => (value.length ? link.set(key, value[0]) : link.get(key)),
    open,
    close,
  };
}
