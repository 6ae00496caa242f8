// Measuring and selecting: both gather points on the map, by click or by Enter in its middle.
import { lengthText } from "./map-foot.js";
import { install as installLasso } from "./map-lasso.js";

const EARTH_M = 6_371_008.8;
const CLOSE_PX = 10;
const MOST_CORNERS = 190;
const rad = (value) => (value * Math.PI) / 180;

// Great-circle distance; within 0.5 % of the ellipsoid's.
export function metresBetween([lon, lat], [otherLon, otherLat]) {
  const a = Math.sin(rad(otherLat - lat) / 2) ** 2 + Math.cos(rad(lat)) * Math.cos(rad(otherLat)) * Math.sin(rad(otherLon - lon) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(a)));
}

const lengthOf = (points) => points.slice(1).reduce((sum, one, i) => sum + metresBetween(points[i], one), 0);

export function install(view, drawing, box, chosen) {
  const { words, told } = view;
  const strip = document.getElementById("map-tool");
  const how = document.getElementById("map-tool-how");
  const said = document.getElementById("map-tool-said");
  const buttons = { measure: document.getElementById("do-measure"), select: document.getElementById("do-select") };
  let tool = "";
  let points = [];

  const { colours } = told;
  const byHand = document.getElementById("do-lasso");
  const lasso = installLasso(box, drawing, {
    most: MOST_CORNERS,
    draw(ring) { points = ring; draw(true); },
    done(ring) { points = ring; close(); },
  });
  function hand(on) {
    lasso.use(on);
    byHand.setAttribute("aria-pressed", String(on));
    how.textContent = words[on ? "lasso_how" : `${tool}_how`];
  }

  function draw(closed = false) {
    const line = closed && points.length ? [...points, points[0]] : points;
    view.overlay("tool-line", line.length > 1 ? { type: "LineString", coordinates: line } : null, { kind: "lines", colour: colours.ink, width: 2.5, dashed: tool === "select" });
    view.overlay("tool-points", points.length && !closed ? { type: "MultiPoint", coordinates: points } : null, { kind: "points", colour: colours.ink, width: 1.5 });
    if (tool === "measure") said.textContent = points.length > 1 ? words.measured.replace("{length}", lengthText(Math.round(lengthOf(points)), told)).replace("{n}", points.length) : "";
  }

  function begin(name) {
    end();
    tool = name;
    points = [];
    box.dataset.busy = name;
    strip.hidden = false;
    how.textContent = words[`${name}_how`];
    said.textContent = "";
    buttons[name].setAttribute("aria-pressed", "true");
    chosen.clear();
    drawing.resize();
    drawing.boxes(name === "select");
    byHand.hidden = name !== "select";
    hand(false);
    drawing.focus();
  }

  function end() {
    if (!tool) return;
    buttons[tool].setAttribute("aria-pressed", "false");
    lasso.use(false);
    tool = "";
    delete box.dataset.busy;
    strip.hidden = true;
    view.overlay("tool-line", null);
    view.overlay("tool-points", null);
    drawing.boxes(false);
    drawing.resize();
  }

  function close() {
    const ring = points;
    end();
    chosen.select(ring);
  }

  function add(lon, lat) {
    if (!tool) return;
    if (tool === "select" && points.length > 2 && (drawing.pixelsBetween(points[0], [lon, lat]) < CLOSE_PX || points.length >= MOST_CORNERS)) return void close();
    points = [...points, [lon, lat]];
    draw();
  }

  function back() {
    points = points.slice(0, -1);
    draw();
  }

  drawing.onPoint(add);
  drawing.onBox((west, south, east, north) => {
    if (tool !== "select") return;
    points = [[west, south], [east, south], [east, north], [west, north]];
    close();
  });
  for (const [name, button] of Object.entries(buttons)) button.addEventListener("click", () => (tool === name ? end() : begin(name)));
  byHand.addEventListener("click", () => {
    points = [];
    draw();
    hand(byHand.getAttribute("aria-pressed") !== "true");
    drawing.focus();
  });
  document.getElementById("do-undo").addEventListener("click", back);
  document.getElementById("do-end").addEventListener("click", () => (tool === "select" && points.length > 2 ? close() : end()));
  document.addEventListener("keydown", (event) => {
    if (!tool || event.target.closest("input, select, textarea")) return;
    if (event.key === "Escape") { event.preventDefault(); if (!lasso.cancel()) end(); }
    if (event.key === "Backspace") { event.preventDefault(); back(); }
  }, { capture: true });
}
