// What a person works with on the map: search, tools, pictures, and the panel that answers about a place.
import { install as installFoot } from "./map-foot.js";
import { install as installInspector } from "./map-inspector.js";
import { install as installInside } from "./map-inside.js";
import { install as installPicture } from "./map-picture.js";
import { install as installSearch } from "./map-search.js";
import { install as installTools } from "./map-tools.js";

export function install({ drawing, view, told, link, page, box, panel }) {
  installFoot(drawing, told);
  installSearch(view);
  installPicture(drawing, told, page.dataset.csrf);
  installTools(view, drawing, box, installInside(view, drawing, link));
  installInspector(view, panel);
  if (link.get("ask")) view.askAgain();
  document.getElementById("do-link").addEventListener("click", async () => {
    await navigator.clipboard?.writeText(location.href).catch(() => {});
    document.getElementById("map-said").textContent = told.words.copied;
  });
  for (const one of page.querySelectorAll("[inert]")) one.inert = false;
  page.dataset.ready = "";
  makeReady(told);
}

// The first question would wait for all that answers it: it is loaded before somebody asks.
function makeReady({ study, bounds: [[west, south], [east, north]] }) {
  const place = new URLSearchParams({ lon: (west + east) / 2, lat: (south + north) / 2 });
  fetch(`/api/studies/${study}/why/ready?${place}`, { priority: "low" }).catch(() => {});
}
