// What stands behind a place of the map: why it has signal or none, the way from each mast, and a mast tried out there.
import { tryMast } from "./map-inspector-mast.js";
import { findingParts, headOf, paperParts, placeParts } from "./map-inspector-place.js";
import { radioParts } from "./map-inspector-radio.js";
import { answered, make, speaker } from "./map-inspector-text.js";

const LINES = "why-masts", PATH = "why-path", TOP = "why-top";
const FAN_MS = 260;

export function install(view, panel) {
  const speak = speaker(view.words, view.told.language);
  const { say } = speak;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let asking = null, mast = null, asked = null;

  function clear() {
    asking?.abort();
    for (const name of [LINES, PATH, TOP]) view.overlay(name, null);
    mast?.stop();
    panel.replaceChildren();
    asked = null;
  }

  async function ask(place) {
    clear();
    asked = place;
    const mine = new AbortController();
    asking = mine;
    const status = make("p", { class: "hint", role: "status", text: say("why_asking") });
    const title = make("h2", { text: say("why_point") }), under = make("p", { class: "hint" });
    const close = make("button", { type: "button", class: "quiet why-close", "aria-label": say("why_close"), text: "×", onclick: () => view.close() });
    const tables = make("div", { class: "why-part-tables" }), radio = make("div", { class: "why-part-radio", "aria-live": "polite" });
    const rest = make("div", { class: "why-part-rest" }), trying = make("div", { class: "mast-box" });
    const doing = make("p", { class: "why-do" });
    panel.replaceChildren(make("div", { class: "why-head" }, title, close), under, doing, trying, status, tables, radio, rest);
    view.open();
    const address = `/api/studies/${view.study}/why?${query(place)}`;
    try {
      const told = await (await answered(`${address}&radio=false`, { signal: mine.signal })).json();
      const head = headOf(told, place, speak);
      title.textContent = head.name;
      under.textContent = head.under;
      tables.replaceChildren(...placeParts(told, speak));
      rest.replaceChildren(...[...findingParts(told, view.study, speak), ...paperParts(told, view.study, speak, view.told.language)].filter(Boolean));
      offer(doing, trying, told.lon_deg ?? place.lon, told.lat_deg ?? place.lat);
      status.textContent = say("why_predicting");
      const whole = await (await answered(address, { signal: mine.signal })).json();
      status.remove();
      radio.replaceChildren(...radioParts(whole, view, speak, (one, obstacle) => follow(whole, one, obstacle)));
      if (whole.radio) fan(whole, mine.signal);
      panel.dataset.asked = "done";
    } catch (error) {
      if (error.name === "AbortError") return;
      status.className = "bad";
      status.textContent = say("why_failed", { detail: error.message || say("why_offline") });
      panel.dataset.asked = "failed";
    }
  }

  function query({ lon, lat, village_code: village, gap_id: gap }) {
    return new URLSearchParams({ ...(gap ? { gap } : village ? { village } : { lon, lat }), lang: view.told.language });
  }

  // A mast may be tried where somebody has asked; one that stands in the address is there again.
  function offer(doing, box, lon, lat) {
    const begin = (at) => {
      doing.hidden = true;
      mast = tryMast(view, box, at, speak, (back) => {
        mast = null;
        doing.hidden = false;
        if (back) doing.querySelector("button")?.focus();
      });
    };
    doing.replaceChildren(make("button", { type: "button", text: say("why_try"), onclick: () => begin({ lon, lat }) }));
    const [x, y, height] = view.state("mast").split(",").map(Number);
    if (height && Number.isFinite(x) && Number.isFinite(y)) begin({ lon: x, lat: y, height });
  }

  const line = (told, one, share = 1) => [
    [told.lon_deg, told.lat_deg],
    [told.lon_deg + share * (one.lon_deg - told.lon_deg), told.lat_deg + share * (one.lat_deg - told.lat_deg)],
  ];

  // The nearest mast of each operator: thin lines that grow from the place.
  function fan(told, signal) {
    const masts = told.radio.operators.flatMap((one) => one.masts.slice(0, 1));
    const began = performance.now();
    const grow = (now) => {
      if (signal.aborted || !masts.length) return;
      const share = still.matches ? 1 : Math.min((now - began) / FAN_MS, 1);
      view.overlay(LINES, { type: "MultiLineString", coordinates: masts.map((one) => line(told, one, share)) }, { kind: "lines", colour: view.told.colours.ink, width: 1.2 });
      if (share < 1) requestAnimationFrame(grow);
    };
    requestAnimationFrame(grow);
  }

  // The path whose profile is shown, and what stands in its way.
  function follow(told, one, obstacle) {
    view.overlay(PATH, one && { type: "LineString", coordinates: line(told, one) }, { kind: "lines", colour: view.told.colours.action, width: 3 });
    const share = obstacle && one ? 1 - obstacle.distance_km / one.distance_km : 0;
    view.overlay(TOP, obstacle && one ? { type: "Point", coordinates: line(told, one, share)[1] } : null, { kind: "points", colour: view.told.colours.classes.white, width: 2 });
  }

  new MutationObserver(() => { if (panel.hidden && asked) clear(); }).observe(panel, { attributes: true, attributeFilter: ["hidden"] });
  view.onAsk((place) => {
    if (mast && place.lon !== undefined && !place.village_code && !place.gap_id && !place.site_id) mast.move(place.lon, place.lat);
    else ask(place);
  });
}
