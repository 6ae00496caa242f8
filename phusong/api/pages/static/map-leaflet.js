// The plain map for machines without WebGL: communes, gaps and villages as they are, over relief drawn by the server.
import "./leaflet-1.9.4.js";
import { canvases } from "./map-marks.js";

const { L } = globalThis;
const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("./leaflet-1.9.4.css", import.meta.url).href });
await new Promise((resolve) => { style.onload = style.onerror = resolve; document.head.prepend(style); });
const REACH = 8;
const NAMED_FROM = 9.5;
const DECLARED = ["declared", "confirmed"];
const kindOf = (basis) => (DECLARED.includes(basis) ? "declared" : basis || "modelled");

function icons(told) {
  const made = {};
  for (const [key, canvas] of Object.entries(canvases(told))) made[key] = L.icon({ iconUrl: canvas.toDataURL(), iconSize: [18, 18], iconAnchor: [9, 9] });
  return made;
}

// Which of a gap's or village's features are drawn, and how.
function painters(told, wanted, icon) {
  const { colours } = told;
  const dark = colours.states.unserved;
  const seen = ({ basis, finding }) => !wanted.evidence || (finding === "undetermined" ? wanted.evidence.has("undetermined") : wanted.evidence.has(kindOf(basis)));
  const gapStyle = ({ basis, finding }) => finding === "served"
    ? { color: colours.quiet, weight: 1.4, dashArray: "2 4", fill: false }
    : { color: dark, weight: 1.8, dashArray: DECLARED.includes(basis) ? "6 4" : null, fillColor: finding === "undetermined" ? colours.states.undetermined : dark, fillOpacity: DECLARED.includes(basis) ? 0.1 : 0.35 };
  const classes = (value) => !wanted.classes.length || wanted.classes.includes(value);
  const village = (property) => ({
    pointToLayer: ({ properties }, at) => L.marker(at, { icon: icon[`class:${properties[property]}`] ?? icon["class:undetermined"], keyboard: false, title: properties.village_name }),
    filter: ({ properties, geometry }) => geometry && classes(properties[property]) && (property === "finding" ? seen(properties) : properties[property] !== "undetermined" || !wanted.evidence || wanted.evidence.has("undetermined")),
  });
  return {
    communes: { style: { color: colours.ink, weight: 0.9, opacity: 0.6, fill: false }, interactive: false },
    gaps: { style: ({ properties }) => gapStyle(properties), filter: ({ properties }) => seen(properties) && (!wanted.route || properties.route === wanted.route) },
    villages: village("village_class"),
    findings: village("finding"),
    packages: { style: { color: colours.action, weight: 2, fillOpacity: 0.1 } },
    plan_sites: { pointToLayer: ({ properties }, at) => L.marker(at, { icon: icon[`plan:${properties.kind}`] ?? icon["plan:new"], keyboard: false }) },
  };
}

export function draw(box, told, { at }) {
  const [[west, south], [east, north]] = told.bounds;
  const whole = [[south, west], [north, east]];
  const map = L.map(box, { attributionControl: false, zoomControl: false, maxZoom: 18, zoomSnap: 0.25, preferCanvas: true, boxZoom: false });
  if (at) map.setView([at.lat, at.lon], at.zoom + 1);
  else map.setView([(south + north) / 2, (west + east) / 2], 8).fitBounds(whole, { padding: [24, 24], animate: false });
  const wanted = { evidence: null, route: "", classes: [], shown: {} };
  const icon = icons(told);
  const paint = painters(told, wanted, icon);
  const address = (table) => `/api/studies/${told.study}/downloads/${table}.geojson`;
  const from = { communes: address("communes"), gaps: address("gaps"), villages: address("villages"), findings: address("villages"), ...told.geojson };
  const { colours } = told;
  const nameAt = (where, text, more = "") => L.tooltip({ permanent: true, direction: more ? "bottom" : "center", className: `map-name ${more}` }).setLatLng(where).setContent(document.createTextNode(text));
  const fetched = new Map();
  const layers = {};
  const load = (url) => {
    if (!fetched.has(url)) fetched.set(url, fetch(url).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status))))));
    return fetched.get(url);
  };

  async function show(key, shown) {
    wanted.shown[key] = shown;
    const [name, which] = key.split(":");
    const raster = name === "relief" ? told.tiles.hillshade : name === "coverage" ? told.tiles[`coverage/${which}`] : null;
    layers[key]?.remove();
    if (!shown) {
      if (name === "coverage") for (const one of Object.keys(layers)) if (one.startsWith("coverage")) layers[one].remove();
      return;
    }
    if (raster) {
      const [w, s, e, n] = raster.bounds;
      layers[key] = L.tileLayer(raster.address, { maxNativeZoom: raster.maxzoom, maxZoom: 18, opacity: name === "relief" ? 0.8 : 0.6, bounds: [[s, w], [n, e]] });
    } else if (name === "labels") {
      const table = await load(from.communes);
      layers[key] = L.layerGroup(table.features.map((one) => nameAt(L.geoJSON(one).getBounds().getCenter(), one.properties.commune_name)));
    } else if (name === "islands") {
      layers[key] = L.layerGroup(told.places.flatMap(({ name: title, unit, islands }) => {
        const middle = [1, 0].map((axis) => islands.reduce((sum, one) => sum + one[axis], 0) / islands.length);
        return [nameAt(middle, `${title}\n${unit}`, "island"), ...islands.map(([lon, lat]) => L.circleMarker([lat, lon], { radius: 1.5, weight: 1, fillOpacity: 1, color: colours.ink, interactive: false }))];
      }));
    } else if (name in from) {
      const table = await load(from[name]).catch((error) => { box.dataset.failed = error.message; });
      if (!table) return;
      layers[key] = L.geoJSON(table, paint[name]);
    } else return;
    if (wanted.shown[key]) { layers[key].addTo(map); }
  }
  const again = () => { for (const key of ["gaps", "villages", "findings"]) if (wanted.shown[key]) show(key, true); };
  const far = () => { box.classList.toggle("far", map.getZoom() < NAMED_FROM); };
  map.on("zoomend", far);
  far();
  box.drawn = () => Object.fromEntries(Object.entries(layers).filter(([, one]) => map.hasLayer(one)).map(([key, one]) => [key, one.getLayers?.().length ?? 1]));

  function placeAt(latlng) {
    const found = { lon: latlng.lng, lat: latlng.lat };
    const point = map.latLngToContainerPoint(latlng);
    for (const key of ["villages", "findings"]) layers[key] && map.hasLayer(layers[key]) && layers[key].eachLayer((one) => {
      if (map.latLngToContainerPoint(one.getLatLng()).distanceTo(point) > REACH) return;
      Object.assign(found, { village_code: one.feature.properties.village_code, lon: one.getLatLng().lng, lat: one.getLatLng().lat });
    });
    if (!found.village_code && layers.gaps && map.hasLayer(layers.gaps)) layers.gaps.eachLayer((one) => {
      if (one.getBounds().contains(latlng) && inside(one.feature.geometry, latlng)) found.gap_id = one.feature.properties.gap_id;
    });
    return found;
  }
  const onPlace = (busy, callback) => {
    const taken = (latlng) => Boolean(box.dataset.busy) === busy && callback(latlng);
    map.on("click", ({ latlng }) => taken(latlng));
    for (const key of ["gaps", "villages", "findings"]) map.on("layeradd", ({ layer }) => { if (layer === layers[key]) layer.on("click", (event) => { L.DomEvent.stopPropagation(event); taken(event.latlng); }); });
    box.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target === box) taken(map.getCenter()); });
  };
  const overlays = {};

  return {
    kind: "leaflet",
    settled: Promise.resolve(),
    layers: new Set(["gaps", "villages", "communes", "labels", "islands", "relief", "coverage", "packages", "plan_sites"]),
    filters: new Set(["class", "route"]),
    onAsk: (callback) => onPlace(false, (latlng) => callback(placeAt(latlng))),
    onPoint: (callback) => onPlace(true, ({ lng, lat }) => callback(lng, lat)),
    onBox() {},
    boxes() {},
    pixelsBetween: ([lon, lat], [otherLon, otherLat]) => map.latLngToContainerPoint([lat, lon]).distanceTo(map.latLngToContainerPoint([otherLat, otherLon])),
    lonLatAt: (x, y) => { const { lng, lat } = map.containerPointToLatLng([x, y]); return [lng, lat]; },
    focus: () => box.focus({ preventScroll: true }),
    onMove: (callback) => map.on("moveend", callback),
    onPointer: (callback) => map.on("mousemove", ({ latlng }) => callback(latlng.lng, latlng.lat)),
    // Zooms are those of the other map, whose tiles are twice as wide.
    centre: () => ({ lon: map.getCenter().lng, lat: map.getCenter().lat, zoom: map.getZoom() - 1 }),
    jump: ({ lon, lat, zoom }) => map.setView([lat, lon], zoom + 1, { animate: false }),
    fly: (lon, lat, zoom) => map.setView([lat, lon], (zoom ?? Math.max(map.getZoom() - 1, 12)) + 1, { animate: false }),
    whole: () => map.fitBounds(whole, { padding: [24, 24], animate: false }),
    zoom: (by) => map.setZoom(map.getZoom() + by, { animate: false }),
    resize: () => map.invalidateSize({ animate: false }),
    size: () => ({ width: box.clientWidth, height: box.clientHeight }),
    show,
    evidence: (kinds) => { wanted.evidence = kinds; again(); },
    route: (route) => { wanted.route = route; again(); },
    classes: (classes) => { wanted.classes = classes; again(); },
    scenario() {},
    tiles() {},
    overlay(name, geojson, style = {}) {
      overlays[name]?.remove();
      delete overlays[name];
      if (!geojson) return;
      const { kind = "lines", colour, width = 2, dashed = false, radius = 4 + 2 * width, filled = false } = style;
      overlays[name] = L.geoJSON(geojson, {
        interactive: false, style: { color: colour, weight: width, dashArray: dashed ? "6 4" : null, fill: false },
        pointToLayer: (_, where) => L.circleMarker(where, { radius, color: filled ? "#FFFFFF" : colour, weight: width, fill: filled, fillColor: colour, fillOpacity: 1, interactive: false }),
      }).addTo(map);
      if (kind === "lines") overlays[name].bringToFront();
    },
    marker({ lon, lat, draggable = false, onMove, label }) {
      const made = L.marker([lat, lon], { draggable, autoPan: draggable, title: label, alt: label, icon: L.divIcon({ className: "map-marker", iconSize: [22, 28], iconAnchor: [11, 28] }) }).addTo(map);
      const tell = (done) => onMove?.(made.getLatLng().lng, made.getLatLng().lat, done);
      made.on("drag", () => tell(false));
      made.on("dragend", () => tell(true));
      const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      made.getElement().addEventListener("keydown", (event) => {
        if (!draggable || !(event.key in steps)) return;
        event.preventDefault();
        event.stopPropagation();
        const by = steps[event.key].map((one) => one * (event.shiftKey ? 1 : 10));
        made.setLatLng(map.containerPointToLatLng(map.latLngToContainerPoint(made.getLatLng()).add(by)));
        tell(true);
      });
      return { move: (x, y) => made.setLatLng([y, x]), remove: () => made.remove() };
    },
  };
}

function inside({ type, coordinates }, { lng, lat }) {
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  const crosses = (ring) => ring.reduce((odd, [x, y], i) => {
    const [px, py] = ring[(i || ring.length) - 1];
    return (y > lat) !== (py > lat) && lng < ((px - x) * (lat - y)) / (py - y) + x ? !odd : odd;
  }, false);
  return polygons.some(([outer, ...holes]) => crosses(outer) && !holes.some(crosses));
}
