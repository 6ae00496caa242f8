// What is received at a place: a bar an operator against the threshold, the nearest masts, the way from each of them.
import { answered, drawn, make, mark } from "./map-inspector-text.js";

const LEAST_DB = -40, MOST_DB = 30, WIDE = 320;
const x = (db) => ((Math.min(Math.max(db, LEAST_DB), MOST_DB) - LEAST_DB) / (MOST_DB - LEAST_DB)) * WIDE;

export function radioParts(told, view, speak, follow) {
  const { say } = speak;
  const radio = told.radio;
  if (!radio) return [make("p", { class: "hint", text: told.radio_note })];
  const list = (texts) => make("ul", { class: "why-small" }, ...texts.map((text) => make("li", { text })));
  return [
    make("section", {},
      make("h3", {}, `${say("why_here", { place: told.seen_from })}: `, make("span", { class: `why-state why-state-${radio.state}`, text: say(`state_${radio.state}`) })),
      radio.by_outside ? make("p", { text: say("why_served_outside") }) : null,
      radio.reason && !told.gap?.reason ? make("p", { class: "said", text: radio.reason }) : null,
      radio.decides.length ? make("p", { class: "hint", text: say("why_decides") }) : null,
      radio.decides.length ? list(radio.decides) : null,
      make("ul", { class: "why-plain" }, ...[...radio.operators].sort(byExcess).map((one) => operator(one, told, view, speak, follow))),
      make("p", { class: "hint", text: say("why_bars") }),
      told.radio_note ? make("p", { class: "hint", text: told.radio_note }) : null),
  ];
}

const excess = ({ level_dbm: level, threshold_dbm: needed }) => (level.middle ?? level.best ?? -1e9) - needed;
const best = (one) => one.levels.filter((level) => level.main).sort((a, b) => excess(b) - excess(a))[0];
const byExcess = (one, other) => (best(other) ? excess(best(other)) : -2e9) - (best(one) ? excess(best(one)) : -2e9);

function operator(one, told, view, speak, follow) {
  const { say, number } = speak;
  const level = best(one);
  const others = one.levels.filter((other) => other !== level && other.level_dbm.middle !== null)
    .map((other) => say("why_level_short", { tech: other.technology, level: number(other.level_dbm.middle), needed: number(other.threshold_dbm) }));
  const masts = one.masts.map((mast) => mastLine(mast, one, told, view, speak, follow));
  return make("li", { class: "why-operator", "data-operator": one.operator },
    make("p", { class: "why-name" }, mark(view.told, `op:${one.operator}`), make("b", { text: one.title }), make("span", { class: `why-state why-state-${one.state}`, text: say(`state_${one.state}`) })),
    level ? bar(level, one.operator) : null,
    level ? make("p", { class: "why-small-line", text: levelText(level, { say, number }) }) : null,
    others.length ? make("p", { class: "why-small-line quiet-text", text: say("why_also", { levels: others.join(" · ") }) }) : null,
    one.beyond ? make("p", { class: "hint", text: say("why_beyond") }) : null,
    !one.masts.length && !one.beyond ? make("p", { class: "hint", text: say("why_no_mast") }) : null,
    make("ul", { class: "why-plain why-masts" }, ...masts));
}

function levelText({ technology: tech, level_dbm: level, threshold_dbm: needed }, { say, number }) {
  const dbm = (value) => (value === null ? say("why_silent") : `${number(value)} dBm`);
  if (level.best === null) return say("why_under", { tech, needed: dbm(needed) });
  if (level.middle === null) return say("why_only_best", { tech, best: dbm(level.best), needed: dbm(needed) });
  const text = say("why_level", { tech, level: dbm(level.middle), needed: dbm(needed) });
  return level.worst === level.best ? text : `${text} (${say("why_level_span", { worst: dbm(level.worst), best: dbm(level.best) })})`;
}

function bar({ level_dbm: level, threshold_dbm: needed }, operator) {
  const picture = drawn("svg", { class: `why-bar why-op-${operator}`, viewBox: `0 0 ${WIDE} 18`, "aria-hidden": "true" },
    drawn("rect", { class: "why-track", x: 0, y: 5, width: WIDE, height: 8 }));
  if (level.middle !== null) picture.append(drawn("rect", { class: "why-level", x: 0, y: 5, width: x(level.middle - needed), height: 8 }));
  const worst = x((level.worst ?? needed + LEAST_DB) - needed);
  if (level.best !== null && level.best !== level.worst) {
    const high = x(level.best - needed);
    picture.append(drawn("path", { class: "why-whisker", d: `M${worst},9H${high}M${worst},4V14M${high},4V14` }));
  }
  picture.append(drawn("line", { class: "why-threshold", x1: x(0), y1: 0, x2: x(0), y2: 18 }));
  return picture;
}

function mastLine(mast, one, told, view, speak, follow) {
  const { say, number, list } = speak;
  const height = mast.height_given ? number(mast.height_agl_m) : say("why_height_assumed", { m: number(mast.height_agl_m) });
  const side = say(`side_${Math.round(mast.bearing_deg / 45) % 8}`);
  const where = say("why_mast", { km: number(mast.distance_km, 1), bearing: number(mast.bearing_deg), side, height, techs: mast.technologies.join(", ") });
  const arrives = mast.level_dbm && mast.level_dbm.middle !== null ? say("why_mast_level", { tech: mast.technology, level: number(mast.level_dbm.middle) }) : "";
  const blocked = mast.line_of_sight ? say("why_mast_clear") : mast.obstacle_loss_db === null ? "" : say("why_mast_blocked", { db: number(mast.obstacle_loss_db) });
  const box = make("div", { class: "why-path", hidden: true });
  const button = make("button", { type: "button", class: "quiet why-mast", "aria-expanded": "false", "data-site": mast.site_id, "aria-label": say("why_profile", { site: mast.site_id }) },
    make("b", { text: list([mast.site_id, mast.name]) }), make("span", { text: where }), make("span", { text: list([arrives, blocked]) }));
  button.addEventListener("click", async () => {
    const shown = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!shown));
    box.hidden = shown;
    follow(shown ? null : mast, null);
    if (shown || box.childElementCount) return;
    box.replaceChildren(make("p", { class: "hint", role: "status", text: say("why_drawing") }));
    const query = new URLSearchParams({ site: mast.site_id, lon: told.lon_deg, lat: told.lat_deg, operator: one.operator, lang: view.told.language, ...(mast.technology ? { technology: mast.technology } : {}) });
    try {
      const path = await (await answered(`/api/studies/${view.study}/paths?${query}`)).json();
      box.replaceChildren(...pathParts(path, speak));
      follow(mast, path.said.obstacle);
    } catch (error) {
      box.replaceChildren(make("p", { class: "bad", role: "alert", text: say("why_failed", { detail: error.message || say("why_offline") }) }));
    }
  });
  return make("li", {}, button, box);
}

function pathParts(path, { say, number }) {
  const chart = document.importNode(new DOMParser().parseFromString(path.chart, "image/svg+xml").documentElement, true);
  const rows = path.said.ledger.map((row) => make("tr", { class: row.part_of ? "why-part" : "" },
    make("td", { text: row.title }), make("td", { class: "n", text: number(row.worst, 1) }), make("td", { class: "n", text: number(row.middle, 1) }), make("td", { class: "n", text: number(row.best, 1) })));
  const head = ["why_term", "why_worst", "why_middle", "why_best"].map((key, at) => make("th", { scope: "col", ...(at ? { class: "n" } : {}), text: say(key) }));
  return [
    make("p", { class: "why-small-line", role: "status" }, make("b", { text: path.service }), ` ${path.verdict}`),
    make("div", { class: "why-chart" }, chart),
    make("ul", { class: "why-small" }, ...[...path.facts, ...path.notes].map((text) => make("li", { text }))),
    make("details", {}, make("summary", { text: say("why_ledger") }),
      make("div", { class: "table" }, make("table", { class: "why-ledger" }, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows)))),
  ];
}
