// A mast that is tried out: a marker to drag, its height, and the households that would light up, with the money beside.
import { answered, make } from "./map-inspector-text.js";

const STEP_M = 50, METRES_A_DEGREE = 111_195;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export function tryMast(view, box, at, { say, number }, ended) {
  const mast = { lon: at.lon, lat: at.lat, height: at.height ?? 42, technology: "" };
  const field = (key, name, more) => {
    const input = make("input", { type: "number", name, id: `mast-${name}`, inputmode: "decimal", ...more });
    return [input, make("div", { class: "field" }, make("label", { for: `mast-${name}`, text: say(key) }), input)];
  };
  const [lon, lonField] = field("mast_lon", "lon", { step: "0.0005", min: 100, max: 120 });
  const [lat, latField] = field("mast_lat", "lat", { step: "0.0005", min: 5, max: 25 });
  const [height, heightField] = field("mast_height", "height", { step: "1", min: 5, max: 150 });
  const slider = make("input", { type: "range", min: 10, max: 100, step: 1, "aria-label": say("mast_height") });
  const technology = make("select", { id: "mast-technology", name: "technology" },
    make("option", { value: "", text: say("mast_technology_plan") }), ...["4G", "5G"].map((one) => make("option", { value: one, text: one })));
  const status = make("p", { class: "hint", role: "status", "aria-live": "polite" });
  const counted = make("div", { class: "mast-told", "aria-live": "polite" }), beside = make("div", {});
  const form = make("form", { class: "mast-form", novalidate: true, onsubmit: (event) => event.preventDefault() },
    make("div", { class: "mast-pair" }, heightField, make("div", { class: "field" }, make("label", { for: "mast-technology", text: say("mast_technology") }), technology)), slider,
    make("div", { class: "mast-pair" }, lonField, latField));
  box.replaceChildren(
    make("h3", { text: say("mast_title") }), make("p", { class: "hint", text: say("mast_how") }), counted, status, form, beside,
    make("p", {}, make("button", { type: "button", class: "quiet", text: say("mast_stop"), onclick: () => stop(true) })));

  const marker = view.marker({ lon: mast.lon, lat: mast.lat, draggable: true, label: say("mast_marker"), onMove: (x, y) => change({ lon: x, lat: y }, false) });
  let running = null, again = false;

  function show() {
    if (document.activeElement !== lon) lon.value = mast.lon.toFixed(6);
    if (document.activeElement !== lat) lat.value = mast.lat.toFixed(6);
    if (document.activeElement !== height) height.value = mast.height;
    slider.value = mast.height;
    view.state("mast", [mast.lon.toFixed(5), mast.lat.toFixed(5), mast.height].join(","));
  }

  function change(values, moves = true) {
    Object.assign(mast, values);
    if (moves) marker.move(mast.lon, mast.lat);
    show();
    ask();
  }

  // One question at a time: where the marker went on meanwhile, only its last place is asked about.
  async function ask() {
    if (running) { again = true; return; }
    running = new AbortController();
    again = false;
    status.textContent = say("mast_working");
    try {
      const body = JSON.stringify({ lon_deg: mast.lon, lat_deg: mast.lat, height_agl_m: mast.height, ...(mast.technology ? { technology: mast.technology } : {}) });
      const headers = { "content-type": "application/json", "x-csrf-token": document.querySelector("input[name=csrf]")?.value ?? "" };
      const answer = await answered(`/api/studies/${view.study}/what-if?lang=${view.told.language}`, { method: "POST", headers, body, signal: running.signal });
      tell(await answer.json());
      status.textContent = "";
    } catch (error) {
      if (error.name === "AbortError") return;
      counted.replaceChildren();
      beside.replaceChildren();
      view.overlay("mast-homes", null);
      status.textContent = say("why_failed", { detail: error.message || say("why_offline") });
    } finally {
      const more = again && running && !running.signal.aborted;
      running = null;
      if (more) ask();
    }
  }

  function tell(found) {
    const villages = found.villages.map((one) => make("li", {}, make("span", { text: one.name || "–" }),
      make("b", { text: one.households === null ? say("mast_few") : say("mast_village", { n: number(one.households), without: number(one.without) }) })));
    const range = found.low === found.high ? "" : say("mast_held", { low: number(found.low), high: number(found.high), percent: number(found.interval_percent) });
    const facts = [
      [say("mast_cost"), [say("mast_capex", { money: found.capex.text }), found.a_household ? say("mast_each", { money: found.a_household.text }) : ""].filter(Boolean).join("; ")],
      ...(found.backhaul ? [[say("mast_link"), found.backhaul]] : []),
      [say("mast_power"), found.power],
    ];
    counted.dataset.households = found.households;
    counted.replaceChildren(
      make("p", { class: "mast-count" }, make("b", { text: say("mast_serves", { n: number(found.households) }) }), ` ${say("mast_of", { n: number(found.without) })}`),
      ...(range && found.households ? [make("p", { class: "hint", text: range })] : []),
      ...(found.households ? [] : [make("p", { class: "hint", text: say("mast_nobody") })]),
      make("p", {}, make("b", { text: say("mast_cost_years", { money: found.cost.text, years: number(found.years) }) })));
    beside.replaceChildren(
      make("dl", { class: "facts" }, ...facts.flatMap(([title, text]) => [make("dt", { text: title }), make("dd", { text })])),
      ...(villages.length ? [make("h4", { text: say("mast_villages") }), make("ul", { class: "why-list" }, ...villages)] : []),
      make("ul", { class: "why-small" }, ...[...found.notes, ...(found.prices_assumed ? [say("mast_assumed")] : []), say("mast_ground", { m: number(found.ground_m), carrier: found.carrier })].map((text) => make("li", { text }))));
    const points = (found.points ?? []).map(([x, y]) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [x, y] } }));
    view.overlay("mast-homes", points.length ? { type: "FeatureCollection", features: points } : null, { kind: "points", colour: view.told.colours.states.served, width: 1, radius: 3.5, filled: true });
  }

  function stepped(event) {
    if (!(event.key in MOVES) || !event.target.classList?.contains("map-marker")) return;
    event.preventDefault();
    event.stopPropagation();
    const [east, north] = MOVES[event.key].map((one) => (one * STEP_M * (event.shiftKey ? 10 : 1)) / METRES_A_DEGREE);
    change({ lon: mast.lon + east / Math.cos((mast.lat * Math.PI) / 180), lat: mast.lat + north });
  }

  function stop(back = false) {
    running?.abort();
    marker.remove();
    document.removeEventListener("keydown", stepped, true);
    view.overlay("mast-homes", null);
    view.state("mast", "");
    box.replaceChildren();
    ended(back);
  }

  const typed = (input, name, low, high) => input.addEventListener("input", () => {
    const value = input.valueAsNumber;
    if (value >= low && value <= high) change({ [name]: value });
  });
  typed(lon, "lon", 100, 120);
  typed(lat, "lat", 5, 25);
  typed(height, "height", 5, 150);
  slider.addEventListener("input", () => change({ height: Number(slider.value) }));
  technology.addEventListener("change", () => change({ technology: technology.value }));
  document.addEventListener("keydown", stepped, true);
  show();
  ask();
  return { stop, move: (x, y) => change({ lon: x, lat: y }) };
}
