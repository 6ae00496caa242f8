// The map drawn with WebGL, from vector tiles.
import { Map as TileMap, Marker, setWorkerUrl } from "./maplibre-gl-6.17.0.mjs";
import { images } from "./map-marks.js";
import { ASKED, drawnLayers } from "./map-style.js";

setWorkerUrl(new URL("./maplibre-gl-worker-6.17.0.mjs", import.meta.url).href);
const NOTHING = { type: "FeatureCollection", features: [] };
const REACH_PX = 6;

function islands(told) {
  const point = (coordinates, properties = {}) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates } });
  return { type: "FeatureCollection", features: told.places.flatMap(({ name, islands: places }) => {
    const middle = [0, 1].map((axis) => places.reduce((sum, one) => sum + one[axis], 0) / places.length);
    return [...places.map((one) => point(one)), point(middle, { name })];
  }) };
}

function sourcesOf(told) {
  const found = { islands: { type: "geojson", data: islands(told) } };
  for (const [name, one] of Object.entries(told.tiles)) {
    const { type, minzoom, maxzoom, bounds } = one;
    found[name] = { type, minzoom, maxzoom, bounds, tiles: [location.origin + one.address], ...(type === "raster" ? { tileSize: 256 } : {}) };
  }
  for (const name of Object.keys(told.geojson)) found[name] = { type: "geojson", data: NOTHING };
  return found;
}

function layersOf(told, drawn, on) {
  const there = (layer) => layer.source in told.tiles ? layer.type === "raster" || told.tiles[layer.source].parts.includes(layer.part ?? layer.source) : true;
  const known = (layer) => there(layer) && (layer.source === "islands" || layer.source in told.tiles || layer.source in told.geojson);
  const found = [{ id: "paper", type: "background", paint: { "background-color": told.colours.paper } }];
  for (const [key, layers] of Object.entries(drawn)) {
    for (const { part, evidence, ...layer } of layers.filter(known)) {
      const vector = told.tiles[layer.source]?.type === "vector";
      found.push({ ...layer, ...(vector ? { "source-layer": part ?? layer.source } : {}), layout: { ...layer.layout, visibility: on.has(key) ? "visible" : "none" } });
    }
  }
  return found;
}

export function draw(box, told, { at, on }) {
  const drawn = drawnLayers(told);
  const map = new TileMap({
    container: box, attributionControl: false, maxZoom: 18, dragRotate: false, pitchWithRotate: false, fadeDuration: 0,
    ...(at ? { center: [at.lon, at.lat], zoom: at.zoom } : { bounds: told.bounds, fitBoundsOptions: { padding: 24 } }),
    style: { version: 8, sources: sourcesOf(told), layers: layersOf(told, drawn, on) },
    canvasContextAttributes: { preserveDrawingBuffer: false },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  const ready = new Promise((resolve) => map.once("style.load", resolve));
  map.on("styleimagemissing", ({ id }) => { const one = pictures.find(([name]) => name === id); if (one && !map.hasImage(id)) map.addImage(one[0], one[1], { pixelRatio: one[2] }); });
  const pictures = images(told);
  ready.then(() => {
    for (const [name, picture, pixelRatio] of pictures) if (!map.hasImage(name)) map.addImage(name, picture, { pixelRatio });
  });
  map.on("error", ({ error }) => { box.dataset.failed = error?.message ?? ""; });
  map.on("idle", () => {
    const seen = map.queryRenderedFeatures().map((one) => one.layer.id);
    box.dataset.drawn = JSON.stringify(Object.fromEntries([...new Set(seen)].map((id) => [id, seen.filter((one) => one === id).length])));
    box.dataset.zoom = map.getZoom().toFixed(1);
  });

  const there = (id) => map.getLayer(id) !== undefined;
  const placeAt = (point) => {
    const { lng, lat } = map.unproject(point);
    const around = [[point.x - REACH_PX, point.y - REACH_PX], [point.x + REACH_PX, point.y + REACH_PX]];
    const hits = map.queryRenderedFeatures(around, { layers: [...ASKED.filter(there), ...drawn.sites.map((one) => one.id).filter(there)] });
    const best = [...hits].sort((one, other) => order(one) - order(other))[0];
    const told_ = best?.properties ?? {};
    const found = { lon: lng, lat };
    for (const key of ["village_code", "gap_id", "site_id"]) if (told_[key] && (key !== "site_id" || best.source === "sites")) found[key] = String(told_[key]);
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
  const show = (key, shown) => {
    for (const { id, source } of drawn[key] ?? []) {
      if (!there(id)) continue;
      if (shown) load(source);
      map.setLayoutProperty(id, "visibility", shown ? "visible" : "none");
    }
  };
  ready.then(() => on.forEach((key) => show(key, true)));

  return {
    kind: "gl",
    map,
    onAsk(callback) {
      map.on("click", ({ point, originalEvent }) => { if (!originalEvent.defaultPrevented && !box.dataset.busy) callback(placeAt(point)); });
      box.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.target !== map.getCanvas() || box.dataset.busy) return;
        const { width, height } = map.getCanvas().getBoundingClientRect();
        callback(placeAt({ x: width / 2, y: height / 2 }));
      });
    },
    onMove: (callback) => map.on("moveend", callback),
    onPointer: (callback) => map.on("mousemove", ({ lngLat }) => callback(lngLat.lng, lngLat.lat)),
    centre: () => ({ lon: map.getCenter().lng, lat: map.getCenter().lat, zoom: map.getZoom() }),
    jump: ({ lon, lat, zoom }) => map.jumpTo({ center: [lon, lat], zoom }),
    fly: (lon, lat, zoom) => map.easeTo({ center: [lon, lat], zoom: zoom ?? Math.max(map.getZoom(), 12), duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 400 }),
    whole: () => map.fitBounds(told.bounds, { padding: 24, duration: 0 }),
    zoom: (by) => map.easeTo({ zoom: map.getZoom() + by, duration: 150 }),
    resize: () => map.resize(),
    show: (key, shown) => ready.then(() => show(key, shown)),
    overlay: (name, geojson, style) => ready.then(() => overlay(map, name, geojson, style)),
    marker: (options) => marker(map, options),
  };
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
  const { kind = "lines", colour, width = 2, dashed = false } = style;
  const paint = kind === "lines"
    ? { "line-color": colour, "line-width": width, ...(dashed ? { "line-dasharray": [3, 2] } : {}) }
    : { "circle-color": "rgba(0,0,0,0)", "circle-radius": 4 + 2 * width, "circle-stroke-color": colour, "circle-stroke-width": width };
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
