// The map of a study: its own vector tiles over its own relief. Nothing comes from elsewhere: names are drawn with the
// fonts of this machine, colours and words come from the page.
import { Map as TileMap, NavigationControl, ScaleControl, setWorkerUrl } from "./maplibre-gl-6.17.0.mjs";

setWorkerUrl(new URL("./maplibre-gl-worker-6.17.0.mjs", import.meta.url).href);

const box = document.getElementById("map");
const told = JSON.parse(box.dataset.told);
const { colours } = told;

const match = (property, values, otherwise) => [
  "match", ["get", property], ...Object.entries(values).flat(), otherwise,
];
const count = (name) => ["coalesce", ["get", name], 0];
const of = (source, id, type, paint, more = {}) => ({ id, type, source, "source-layer": more.part ?? source, paint, ...more.layer });

// Each source may have several layers; they are drawn in this order, the lowest first.
const DRAWN = {
  hillshade: [{ id: "hillshade", type: "raster", source: "hillshade", paint: { "raster-opacity": 0.8 } }],
  coverage: [{ id: "coverage", type: "raster", source: "coverage", paint: { "raster-opacity": 0.6, "raster-resampling": "nearest" } }],
  communes: [of("communes", "communes", "line", { "line-color": colours.ink, "line-width": 1, "line-opacity": 0.6 })],
  gaps: [
    of("gaps", "gaps", "fill", { "fill-color": colours.states.unserved, "fill-opacity": 0.25 }),
    of("gaps", "gap-edges", "line", { "line-color": colours.states.unserved, "line-width": 1.5 }),
  ],
  households: [
    of("households", "bins", "circle", {
      "circle-color": ["case", [">", count("unserved"), 0], colours.states.unserved,
        [">", count("undetermined"), 0], colours.states.undetermined, colours.states.served],
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 1.2, 12, 2.6],
    }, { part: "household_bins" }),
    of("households", "points", "circle", {
      "circle-color": match("state", colours.states, colours.ink),
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, 1.6, 16, 5],
    }),
  ],
  villages: [of("villages", "villages", "circle", {
    "circle-color": match("class", colours.classes, colours.paper),
    "circle-radius": 4.5, "circle-stroke-color": colours.ink, "circle-stroke-width": 1,
  }, { layer: { minzoom: 8 } })],
  sites: [of("sites", "sites", "circle", {
    "circle-color": colours.paper, "circle-radius": 4, "circle-stroke-color": colours.ink, "circle-stroke-width": 2,
  })],
  rows: [of("rows", "rows", "circle", {
    "circle-color": "rgba(0,0,0,0)", "circle-radius": 8, "circle-stroke-color": colours.action, "circle-stroke-width": 2.5,
  })],
  commune_labels: [of("commune_labels", "names", "symbol", {
    "text-color": colours.ink, "text-halo-color": colours.paper, "text-halo-width": 1.5,
  }, { layer: { layout: { "text-field": ["get", "commune_name"], "text-font": ["sans-serif"], "text-size": 12 } } })],
};
const RASTER = new Set(["hillshade", "coverage"]);

const style = {
  version: 8,
  sources: Object.fromEntries(told.sources.map(({ name, tilejson }) => {
    const url = new URL(tilejson, location.href).href;
    return [name, RASTER.has(name) ? { type: "raster", url, tileSize: 256 } : { type: "vector", url }];
  })),
  layers: [
    { id: "paper", type: "background", paint: { "background-color": colours.paper } },
    ...Object.values(DRAWN).flat().filter((layer) => {
      const source = told.sources.find((one) => one.name === layer.source);
      return source && (RASTER.has(source.name) || source.parts.includes(layer["source-layer"]));
    }),
  ],
};

try {
  const map = new TileMap({
    container: box, style, bounds: told.bounds, fitBoundsOptions: { padding: 24 }, attributionControl: false,
    maxZoom: 18, cooperativeGestures: false,
  });
  map.addControl(new NavigationControl({ visualizePitch: false }));
  map.addControl(new ScaleControl());
  map.on("error", ({ error }) => { box.dataset.failed = error?.message ?? ""; });
  map.on("idle", () => {
    const seen = map.queryRenderedFeatures().map((one) => one.layer.id);
    box.dataset.drawn = JSON.stringify(Object.fromEntries([...new Set(seen)].map((id) => [id, seen.filter((one) => one === id).length])));
    box.dataset.zoom = map.getZoom().toFixed(1);
  });
  document.querySelector("[data-whole]").addEventListener("click", () => map.fitBounds(told.bounds, { padding: 24, duration: 0 }));
  document.querySelector("[data-near]").addEventListener("click", () => map.jumpTo({ center: map.getCenter(), zoom: 13 }));
} catch {
  document.getElementById("no-map").hidden = false;
}
