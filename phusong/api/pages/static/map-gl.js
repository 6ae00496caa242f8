// The map drawn with WebGL, from vector tiles.
import { Map as TileMap, Marker, prewarm, setWorkerUrl } from "./maplibre-gl-6.17.0.mjs";
import { images } from "./map-marks.js";
import { ASKED, drawnLayers, evidenceFilter } from "./map-style.js";

setWorkerUrl(new URL("./maplibre-gl-worker-6.17.0.mjs", import.meta.url).href);
prewarm(); // the worker is read while the drawing is made ready
const NOTHING = { type: "FeatureCollection", features: [] };
const REACH_PX = 6;

function islands(told) {
  const point = (coordinates, properties = {}) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates } });
  return { type: "FeatureCollection", features: told.places.flatMap(({ name, unit, islands: places }) => {
    const middle = [0, 1].map((axis) => places.reduce((sum, one) => sum + one[axis], 0) / places.length);
    return [...places.map((one) => point(one)), point(middle, { name, unit })];
  }) };
}

// What is shown at first comes in one tile: a page of many small answers is drawn anew for each of them.
const JOINED = "study";
const sourceOf = (told, name) => (told.joined.layers.includes(name) ? JOINED : name);

function sourcesOf(told) {
  const found = { islands: { type: "geojson", data: islands(told) } };
  for (const [name, one] of [...Object.entries(told.tiles), [JOINED, told.joined]]) {
    if (sourceOf(told, name) !== name) continue;
    const { type, minzoom, maxzoom, bounds } = one;
    found[name] = { type, minzoom, maxzoom, bounds, tiles: [location.origin + one.address], ...(type === "raster" ? { tileSize: 256 } : {}) };
  }
  for (const name of Object.keys(told.geojson)) found[name] = { type: "geojson", data: NOTHING };
  return found;
}

function layersOf(told, drawn, shown) {
  const there = (layer) => layer.source in told.tiles ? layer.type === "raster" || told.tiles[layer.source].parts.includes(layer.part ?? layer.source) : true;
  const known = (layer) => there(layer) && (layer.source === "islands" || layer.source in told.tiles || layer.source in told.geojson);
  const found = [{ id: "paper", type: "background", paint: { "background-color": told.colours.paper } }];
  for (const [key, layers] of Object.entries(drawn)) {
    const visibility = shown.has(key) ? "visible" : "none";
    for (const { part, evidence, unknown, ...layer } of layers.filter(known)) {
      const vector = told.tiles[layer.source]?.type === "vector";
      if (layer.type === "raster") layer.paint = { ...layer.paint, "raster-fade-duration": 0 };
      found.push({ ...layer, source: sourceOf(told, layer.source), ...(vector ? { "source-layer": part ?? layer.source } : {}), layout: { ...layer.layout, visibility } });
    }
  }
  return found;
}

// Tiles that arrive together are drawn together: without a graphics card every frame is dear. A moved map is drawn at once.
const TOGETHER_MS = 60;
function gathered(map) {
  if (Object.hasOwn(map, "triggerRepaint")) return;
  const repaint = map.triggerRepaint.bind(map);
  let waiting = null;
  map.triggerRepaint = () => {
    if (map.areTilesLoaded() || map.isMoving()) repaint();
    else waiting ??= setTimeout(() => { waiting = null; repaint(); }, TOGETHER_MS);
  };
  map.once("idle", () => { delete map.triggerRepaint; });
}

export function draw(box, told, { at, shown }) {
  const drawn = drawnLayers(told);
  const map = new TileMap({
    container: box, locale: { "Map.Title": box.getAttribute("aria-label") }, attributionControl: false, maxZoom: 18, dragRotate: false, pitchWithRotate: false, fadeDuration: 0,
    ...(at ? { center: [at.lon, at.lat], zoom: at.zoom } : { bounds: told.bounds, fitBoundsOptions: { padding: 24 } }),
    style: { version: 8, sources: sourcesOf(told), layers: layersOf(told, drawn, shown) },
    canvasContextAttributes: { preserveDrawingBuffer: false },
  });
  map.once("render", () => gathered(map));
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  const ready = new Promise((resolve) => map.once("style.load", resolve));
  ready.then(() => {
    map.style.sky.getEvaluated = () => null; // a flat map has no sky, yet MapLibre 6.17 draws it over the whole of every frame
    for (const [name, picture, pixelRatio] of images(told)) map.addImage(name, picture, { pixelRatio });
  });
  map.on("error", ({ error }) => { box.dataset.failed = error?.message ?? ""; });
  map.on("idle", () => { box.dataset.idle = String(Number(box.dataset.idle ?? 0) + 1); });
  box.drawn = () => (map.loaded() ? Object.fromEntries(Object.entries(Object.groupBy(map.queryRenderedFeatures(), (one) => one.layer.id)).map(([id, each]) => [id, each.length])) : {});

  const there = (id) => map.getLayer(id) !== undefined;
  const placeAt = (point) => {
    const { lng, lat } = map.unproject(point);
    const around = [[point.x - REACH_PX, point.y - REACH_PX], [point.x + REACH_PX, point.y + REACH_PX]];
    const hits = map.queryRenderedFeatures(around, { layers: [...ASKED.filter(there), ...drawn.sites.map((one) => one.id).filter(there)] });
    const best = [...hits].sort((one, other) => order(one) - order(other))[0];
    const told_ = best?.properties ?? {};
    const found = { lon: lng, lat };
    for (const key of ["village_code", "gap_id", "site_id"]) if (told_[key] && (key !== "site_id" || best.sourceLayer === "sites")) found[key] = String(told_[key]);
    if (best?.geometry.type === "Point") [found.lon, found.lat] = best.geometry.coordinates;
    return found;
  };
  const order = ({ layer }) => (ASKED.includes(layer.id) ? ASKED.indexOf(layer.id) : 2.5);
  const fetched = new Set();
  const load = async (name) => {
    if (!(name in told.geojson) || fetched.has(name)) return;
    fetched.add(name);
    const answer = await fetch(told.geojson[name]);
    if (answer.ok) map.getSource(name).setData(await answer.json());
    else box.dataset.failed = String(answer.status);
  };
  // A source takes in a new address at the next frame, and forgets it where a layer of it is changed before then.
  let turn = ready;
  const inTurn = (work) => { turn = turn.then(work); };
  const taken = (name) => new Promise((resolve) => {
    const seen = ({ sourceId, sourceDataChanged }) => {
      if (sourceId !== name || !sourceDataChanged) return;
      map.off("sourcedata", seen);
      resolve();
    };
    map.on("sourcedata", seen);
  });
  const asked = {};
  const ask = (name, address) => {
    if ((asked[name] ?? (told.tiles[name] ?? told.joined).address) === address) return null;
    asked[name] = address;
    gathered(map);
    map.getSource(name).setTiles([location.origin + address]);
    return taken(name);
  };
  const wanted = { evidence: null, route: "", scenario: false, shown: {} };
  const show = (key, shown) => {
    wanted.shown[key] = shown;
    const [name, which] = key.split(":");
    for (const { id, source } of drawn[name] ?? []) {
      if (!there(id) || (which && id !== `coverage/${which}`)) continue;
      if (shown) load(source);
      const visible = shown && (name !== "future_gaps" || wanted.scenario);
      map.setLayoutProperty(id, "visibility", visible ? "visible" : "none");
    }
  };
  // What is drawn of a layer besides its own filter: the evidence that is switched on, and who pays for a gap.
  const narrow = () => {
    for (const layer of Object.values(drawn).flat()) {
      const more = [...evidenceFilter(layer, wanted.evidence), ...(wanted.route && layer.source.startsWith("gap") ? [["==", ["get", "route"], wanted.route]] : [])];
      if (!there(layer.id) || (!more.length && !layer.narrowed)) continue;
      layer.narrowed = more.length > 0;
      const all = [...(layer.filter ? [layer.filter] : []), ...more];
      map.setFilter(layer.id, all.length ? ["all", ...all] : null);
    }
  };

  return {
    kind: "gl",
    map,
    settled: new Promise((resolve) => map.once("idle", resolve)),
    onAsk(callback) {
      map.on("click", ({ point, originalEvent }) => { if (!originalEvent.defaultPrevented && !box.dataset.busy) callback(placeAt(point)); });
      box.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.target !== map.getCanvas() || box.dataset.busy) return;
        const { width, height } = map.getCanvas().getBoundingClientRect();
        callback(placeAt({ x: width / 2, y: height / 2 }));
      });
    },
    // Points are gathered instead of asked about while a tool is at work.
    onPoint(callback) {
      map.on("click", ({ lngLat }) => { if (box.dataset.busy) callback(lngLat.lng, lngLat.lat); });
      box.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && box.dataset.busy && event.target === map.getCanvas()) callback(map.getCenter().lng, map.getCenter().lat);
      });
    },
    onBox(callback) {
      boxed(map, box, told.colours.ink, callback);
    },
    boxes: (on) => (on ? map.boxZoom.disable() : map.boxZoom.enable()),
    pixelsBetween(one, other) {
      const [a, b] = [map.project(one), map.project(other)];
      return Math.hypot(a.x - b.x, a.y - b.y);
    },
    lonLatAt: (x, y) => map.unproject([x, y]).toArray(),
    focus: () => map.getCanvas().focus({ preventScroll: true }),
    onMove: (callback) => map.on("moveend", callback),
    onPointer: (callback) => map.on("mousemove", ({ lngLat }) => callback(lngLat.lng, lngLat.lat)),
    centre: () => ({ lon: map.getCenter().lng, lat: map.getCenter().lat, zoom: map.getZoom() }),
    jump: ({ lon, lat, zoom }) => map.jumpTo({ center: [lon, lat], zoom }),
    fly: (lon, lat, zoom) => map.easeTo({ center: [lon, lat], zoom: zoom ?? Math.max(map.getZoom(), 12), duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 400 }),
    whole: () => map.fitBounds(told.bounds, { padding: 24, duration: 0 }),
    zoom: (by) => map.easeTo({ zoom: map.getZoom() + by, duration: 150 }),
    resize: () => map.resize(),
    size: () => ({ width: box.clientWidth, height: box.clientHeight }),
    picture: () => new Promise((resolve) => {
      map.once("render", () => {
        const copy = document.createElement("canvas");
        const { width, height } = Object.assign(copy, { width: map.getCanvas().width, height: map.getCanvas().height });
        copy.getContext("2d").drawImage(map.getCanvas(), 0, 0, width, height);
        resolve(copy);
      });
      map.triggerRepaint();
    }),
    show: (key, shown) => inTurn(() => show(key, shown)),
    evidence: (kinds) => inTurn(() => { wanted.evidence = kinds; narrow(); }),
    route: (route) => inTurn(() => { wanted.route = route; narrow(); }),
    scenario: (chosen) => inTurn(() => { wanted.scenario = chosen; show("future_gaps", wanted.shown.future_gaps ?? false); }),
    tiles: (addresses) => inTurn(() => Promise.all(Object.entries(addresses).map(([name, address]) => ask(name, address)))),
    overlay: (name, geojson, style) => ready.then(() => overlay(map, name, geojson, { ...style, white: told.colours.white })),
    marker: (options) => marker(map, options),
  };
}

// Shift and drag draws a rectangle while an area is selected.
function boxed(map, box, colour, callback) {
  map.getCanvasContainer().addEventListener("mousedown", (event) => {
    if (box.dataset.busy !== "select" || !event.shiftKey || event.button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { left, top } = map.getCanvas().getBoundingClientRect();
    const from = map.unproject([event.clientX - left, event.clientY - top]);
    const at = (now) => map.unproject([now.clientX - left, now.clientY - top]);
    const corners = (to) => [Math.min(from.lng, to.lng), Math.min(from.lat, to.lat), Math.max(from.lng, to.lng), Math.max(from.lat, to.lat)];
    const moved = (now) => {
      const [west, south, east, north] = corners(at(now));
      overlay(map, "tool-line", { type: "LineString", coordinates: [[west, south], [east, south], [east, north], [west, north], [west, south]] }, { colour, width: 2, dashed: true });
    };
    const done = (now) => {
      document.removeEventListener("mousemove", moved);
      const found = corners(at(now));
      if (found[2] > found[0] && found[3] > found[1]) callback(...found);
    };
    document.addEventListener("mousemove", moved);
    document.addEventListener("mouseup", done, { once: true });
  }, { capture: true });
}

function overlay(map, name, geojson, style = {}) {
  const id = `over-${name}`;
  if (!geojson) {
    if (map.getLayer(id)) map.removeLayer(id);
    if (map.getSource(id)) map.removeSource(id);
    return;
  }
  if (map.getSource(id)) map.getSource(id).setData(geojson);
  else map.addSource(id, { type: "geojson", data: geojson });
  if (map.getLayer(id)) map.removeLayer(id);
  const { kind = "lines", colour, width = 2, dashed = false, radius = 4 + 2 * width, filled = false, white } = style;
  const paint = kind === "lines"
    ? { "line-color": colour, "line-width": width, ...(dashed ? { "line-dasharray": [3, 2] } : {}) }
    : { "circle-color": filled ? colour : "rgba(0,0,0,0)", "circle-radius": radius, "circle-stroke-color": filled ? white : colour, "circle-stroke-width": width };
  map.addLayer({ id, source: id, type: kind === "lines" ? "line" : "circle", paint });
}

function marker(map, { lon, lat, draggable = false, onMove, label }) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "map-marker";
  element.setAttribute("aria-label", label);
  const made = new Marker({ element, draggable, anchor: "bottom" }).setLngLat([lon, lat]).addTo(map);
  const tell = (done) => { const { lng, lat: now } = made.getLngLat(); onMove?.(lng, now, done); };
  made.on("drag", () => tell(false));
  made.on("dragend", () => tell(true));
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  element.addEventListener("keydown", (event) => {
    if (!draggable || !(event.key in steps)) return;
    event.preventDefault();
    event.stopPropagation();
    const [x, y] = steps[event.key].map((one) => one * (event.shiftKey ? 1 : 10));
    const now = map.project(made.getLngLat());
    made.setLngLat(map.unproject([now.x + x, now.y + y]));
    tell(true);
  });
  return { move: (x, y) => made.setLngLat([x, y]), remove: () => made.remove() };
}
