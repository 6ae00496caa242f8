// The map of a study: its own tiles over its own relief. Nothing comes from elsewhere: names are drawn with the letters
// of the pages; colours and words come from the page.
import { install as installFilters } from "./map-filters.js";
import { install as installFoot } from "./map-foot.js";
import { install } from "./map-inspector.js";
import { install as installInside } from "./map-inside.js";
import { install as installLayers } from "./map-layers.js";
import { install as installPicture } from "./map-picture.js";
import { install as installSearch } from "./map-search.js";
import { permalink } from "./map-state.js";
import { install as installTools } from "./map-tools.js";
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

async function begin() {
  const at = placeIn(link.get("at"));
  if (document.createElement("canvas").getContext("webgl2")) {
    try {
      const [{ draw }] = await Promise.all([import("./map-gl.js"), letters]);
      return draw(box, told, { at });
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
installFoot(drawing, told);
installSearch(view);
installPicture(drawing, told, page.dataset.csrf);
installTools(view, drawing, box, installInside(view, drawing, link));
install(view, panel);
if (link.get("ask")) view.askAgain();

document.getElementById("do-link").addEventListener("click", async () => {
  await navigator.clipboard?.writeText(location.href).catch(() => {});
  document.getElementById("map-said").textContent = told.words.copied;
});

// The first question would wait for all that answers it: it is loaded once the map stands.
await drawing.settled;
const [lon, lat] = [0, 1].map((axis) => (told.bounds[0][axis] + told.bounds[1][axis]) / 2);
fetch(`/api/studies/${told.study}/why/ready?lon=${lon}&lat=${lat}`, { priority: "low" }).catch(() => {});
