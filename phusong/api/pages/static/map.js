// The map of a study: its own tiles over its own relief. Nothing comes from elsewhere: names are drawn with the letters
// of the pages; colours and words come from the page.
import { install as installFilters } from "./map-filters.js";
import { drawnAtFirst, install as installLayers } from "./map-layers.js";
import { permalink } from "./map-state.js";
import { viewOf } from "./map-view.js";

const page = document.getElementById("map-page");
const box = document.getElementById("map");
const panel = document.getElementById("inspector");
const told = JSON.parse(page.dataset.told);
const link = permalink();

function placeIn(text) {
  const [zoom, lat, lon] = text.split("/").map(Number);
  return [zoom, lat, lon].every(Number.isFinite) && text ? { zoom, lat, lon } : null;
}

// Letters are drawn into the map once, so they have to be here before; without them the machine's own are taken.
const LETTERS_MS = 700;
const letters = Promise.race([
  document.fonts.load('400 24px "Be Vietnam Pro"', "Aăđơưạậ").catch(() => null),
  new Promise((resolve) => setTimeout(resolve, LETTERS_MS)),
]);

// Where the address says no more than the place, the first frame can ask for its tiles.
const PLAIN = /^(#(at=[^&]*)?)?$/;

async function begin() {
  const at = placeIn(link.get("at"));
  const shown = PLAIN.test(location.hash) ? drawnAtFirst() : new Set();
  if (globalThis.WebGL2RenderingContext) {
    try {
      const [{ draw }] = await Promise.all([import("./map-gl.js"), letters]);
      return draw(box, told, { at, shown });
    } catch { box.replaceChildren(); }
  }
  document.getElementById("map-plain").hidden = false;
  return (await import("./map-leaflet.js")).draw(box, told, { at });
}

const drawing = await begin();
const view = viewOf(drawing, told, link, box, panel);

drawing.onMove(() => {
  const { lon, lat, zoom } = drawing.centre();
  link.set("at", `${zoom.toFixed(2)}/${lat.toFixed(5)}/${lon.toFixed(5)}`);
});
link.onBack(() => {
  const at = placeIn(link.get("at"));
  if (at) drawing.jump(at);
  view.askAgain();
});

installFilters(drawing, link, told, installLayers(drawing, link, told.words));

// What is worked with is loaded once the map stands, or at once where the address asks about a place.
const PATIENCE_MS = 4000;
if (!link.get("ask")) await Promise.race([drawing.settled, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
const { install } = await import("./map-work.js");
install({ drawing, view, told, link, page, box, panel });
