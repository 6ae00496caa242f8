import { groundLayers, islandLayers } from "./map-ground.js";

// What each switch of the panel draws. Several drawn layers may stand behind one switch; the lowest come first.
const match = (property, values, otherwise) => ["match", ["get", property], ...Object.entries(values).flat(), otherwise];
const count = (name) => ["coalesce", ["get", name], 0];
const KNOWN_STATE = ["!=", ["get", "state"], "undetermined"];
const KNOWN_FINDING = ["!=", ["get", "finding"], "undetermined"];
const FONT = { "text-font": ["Be Vietnam Pro"] };
const NO_EDGE = { "fill-antialias": false }; // where lines of their own draw the edges
const DAYS_FROM = 13;
const dayOf = ["concat", ["slice", ["get", "dated"], 8, 10], "/", ["slice", ["get", "dated"], 5, 7], "/", ["slice", ["get", "dated"], 0, 4]];

// The day of what a finding rests on, beside its mark.
function days(id, source, colours, filter, part) {
  return {
    id, source, part: part ?? source, type: "symbol", minzoom: DAYS_FROM, evidence: true, filter: ["all", filter, ["!=", ["coalesce", ["get", "dated"], ""], ""]],
    layout: { "text-field": dayOf, "text-size": 10, "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 1.1, ...FONT },
    paint: { "text-color": colours.ink, "text-halo-color": colours.paper, "text-halo-width": 1.3 },
  };
}

function households(colours) {
  const most = ["case", [">", count("unserved"), 0], colours.states.unserved, [">", count("undetermined"), 0], colours.states.undetermined,
    [">", count("served"), 0], colours.states.served, colours.states.no_data];
  return [
    { id: "bins", unknown: ["any", [">", count("unserved"), 0], ["!", [">", count("undetermined"), 0]]], source: "households", part: "household_bins", type: "circle", paint: {
      "circle-color": most, "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 1.1, 12, 2.6, 15, 5],
      "circle-stroke-color": colours.quiet, "circle-stroke-width": ["case", [">", count("unserved"), 0], 0, [">", count("undetermined"), 0], 0.6, 0],
    } },
    { id: "points", unknown: KNOWN_STATE, source: "households", part: "households", type: "circle", paint: {
      "circle-color": match("state", colours.states, colours.ink), "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, 1.6, 16, 5],
      "circle-stroke-color": colours.quiet, "circle-stroke-width": ["case", ["in", ["get", "state"], ["literal", ["undetermined", "no_data"]]], 0.8, 0],
    } },
    { id: "points-unknown", unknown: KNOWN_STATE, source: "households", part: "households", type: "symbol", minzoom: 15, filter: ["==", ["get", "state"], "undetermined"],
      layout: { "text-field": "?", "text-size": 11, "text-allow-overlap": true, ...FONT }, paint: { "text-color": colours.ink } },
  ];
}

function shares(colours) {
  const known = ["+", count("served"), count("unserved")];
  const unknown = ["+", count("undetermined"), count("no_data")];
  const steps = colours.shares.slice(1).flat();
  const share = ["*", 100, ["/", count("unserved"), ["max", 1, count("households")]]];
  return [
    { id: "shares", source: "communes", type: "fill", filter: [">", known, unknown],
      paint: { "fill-color": ["step", share, colours.shares[0][1], ...steps], "fill-opacity": 0.6, ...NO_EDGE } },
    { id: "shares-unknown", unknown: ["!", true], source: "communes", type: "fill", filter: ["all", ["<=", known, unknown], [">", count("undetermined"), 0]],
      paint: { "fill-pattern": "hatch", "fill-opacity": 0.7, ...NO_EDGE } },
  ];
}

// Evidence has its own look: modelled is filled, declared dashed, measured a point with a ring, decided a tick, unknown hatched.
const DECLARED = ["declared", "confirmed"];
const basisIcon = ["match", ["coalesce", ["get", "basis"], ""], "measured", "ev:measured", "override", "ev:override", "ev:declared"];
function gaps(colours) {
  const dark = colours.states.unserved;
  const basis = ["coalesce", ["get", "basis"], "modelled"];
  const open = ["in", ["coalesce", ["get", "finding"], ""], ["literal", ["undetermined", "served"]]];
  const lacking = ["!=", ["get", "finding"], "served"];
  const declared = ["in", basis, ["literal", DECLARED]];
  return [
    { id: "gaps", source: "gaps", type: "fill", filter: ["!", open], evidence: true,
      paint: { "fill-color": dark, "fill-opacity": ["case", ["in", basis, ["literal", DECLARED]], 0.1, 0.3], ...NO_EDGE } },
    { id: "gaps-unknown", unknown: KNOWN_FINDING, source: "gaps", type: "fill", filter: ["==", ["get", "finding"], "undetermined"], evidence: true, paint: { "fill-pattern": "hatch-gap", "fill-opacity": 0.55, ...NO_EDGE } },
    { id: "gaps-refuted", source: "gaps", type: "line", filter: ["!", lacking], evidence: true, paint: { "line-color": colours.quiet, "line-width": 1.4, "line-dasharray": [1, 2] } },
    { id: "gap-edges", unknown: KNOWN_FINDING, source: "gaps", type: "line", filter: ["all", lacking, ["!", declared]], evidence: true, paint: { "line-color": dark, "line-width": 1.5 } },
    { id: "gap-dashes", unknown: KNOWN_FINDING, source: "gaps", type: "line", filter: ["all", lacking, declared], evidence: true, paint: { "line-color": dark, "line-width": 1.8, "line-dasharray": [3, 2] } },
    { id: "gap-centres", unknown: KNOWN_FINDING, source: "gap_labels", type: "symbol", maxzoom: 11, filter: ["all", lacking, ["==", basis, "modelled"]], evidence: true,
      layout: { "icon-image": "class:white", "icon-size": ["interpolate", ["linear"], count("households"), 5, 0.5, 200, 1.3], "icon-allow-overlap": true, "icon-ignore-placement": true } },
    { id: "gap-signs", unknown: KNOWN_FINDING, source: "gap_labels", type: "symbol", filter: ["all", lacking, ["!=", basis, "modelled"]], evidence: true,
      layout: { "icon-image": basisIcon, "icon-allow-overlap": true, "icon-size": 0.9 } },
    { ...days("gap-days", "gap_labels", colours, ["!=", basis, "modelled"]), unknown: KNOWN_FINDING },
  ];
}

// Where antennas point, in the operator's colour: directions, not how far they reach.
function sectors(told) {
  const on = ["in", "on_air", ["get", "status"]];
  const heard = ["any", on, ["in", "listed", ["get", "status"]]];
  const names = Object.keys(told.marks).filter((key) => key.startsWith("sector:")).map((key) => key.slice(7));
  const listed = ["get", "operators"];
  const own = names.filter((name) => name !== "other");
  return names.map((name) => ({
    id: `sectors-${name}`, source: "sectors", type: "symbol", minzoom: 12, filter: name === "other" ? ["all", ...own.map((one) => ["!", ["in", one, listed]])] : ["in", name, listed],
    layout: {
      "icon-image": ["case", ["get", "round"], `around:${name}`, `sector:${name}`], "icon-rotate": ["get", "azimuth_deg"], "icon-rotation-alignment": "map",
      "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 12, 0.35, 16, 1],
    },
    paint: { "icon-opacity": ["case", heard, 1, 0.4] },
  }));
}

function sites(told) {
  const on = ["in", ["get", "status"], ["literal", told.on_air]];
  const keys = Object.keys(told.marks).filter((key) => key.startsWith("op:") && key !== "op:other");
  const names = keys.map((key) => key.slice(3));
  const listed = ["get", "operators"];
  const shared = ["in", ",", listed];
  const at = [[-5, -5], [5, -5], [-5, 5], [5, 5]];
  const icon = (key) => ["case", on, key, `${key}:hollow`];
  const each = names.map((name, i) => ({
    id: `sites-${name}`, source: "sites", type: "symbol", filter: ["in", name, listed],
    layout: {
      "icon-image": icon(`op:${name}`), "icon-allow-overlap": true, "icon-ignore-placement": true,
      "icon-size": ["interpolate", ["linear"], ["zoom"], 7, 0.45, 12, 0.9], "icon-offset": ["case", shared, ["literal", at[i % 4]], ["literal", [0, 0]]],
    },
  }));
  const other = {
    id: "sites-other", source: "sites", type: "symbol", filter: ["all", ...names.map((name) => ["!", ["in", name, listed]])],
    layout: { "icon-image": icon("op:other"), "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 7, 0.45, 12, 0.9] },
  };
  const technologies = {
    id: "site-technologies", source: "sites", type: "symbol", minzoom: 13,
    layout: { "text-field": ["get", "technologies"], "text-size": 10, "text-offset": [0, 1.3], "text-anchor": "top", ...FONT },
    paint: { "text-color": told.colours.quiet, "text-halo-color": told.colours.paper, "text-halo-width": 1.2 },
  };
  return [...each, other, technologies];
}

function villages(told) {
  const size = ["interpolate", ["linear"], ["zoom"], 8, 0.5, 12, 0.95];
  const icons = (property) => ["match", ["get", property], ...Object.keys(told.colours.classes).flatMap((key) => [key, `class:${key}`]), "class:undetermined"];
  const order = { "symbol-sort-key": match("class", { white: 5, depression: 4, weak: 3, undetermined: 2 }, 1) };
  const drawn = (id, property, filter) => ({
    id, unknown: ["!=", ["get", property], "undetermined"], source: "villages", part: "villages", type: "symbol", minzoom: 8, filter,
    layout: { "icon-image": icons(property), "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-size": size, ...order },
  });
  const found = ["all", ["has", "finding"], ["!=", ["get", "finding"], ""]];
  const names = {
    id: "village-names", source: "villages", part: "villages", type: "symbol", minzoom: 12,
    layout: { "text-field": ["get", "village_name"], "text-size": 11, "text-offset": [0, 0.9], "text-anchor": "top", "text-optional": true, ...FONT },
    paint: { "text-color": told.colours.ink, "text-halo-color": told.colours.paper, "text-halo-width": 1.3 },
  };
  return { by_class: [drawn("villages", "class", ["has", "class"]), names], by_finding: [
    { ...drawn("villages-found", "finding", found), evidence: true },
    {
      id: "village-bases", source: "villages", part: "villages", type: "symbol", minzoom: 9.5, evidence: true,
      filter: ["all", found, ["!=", ["get", "basis"], "modelled"]],
      layout: { "icon-image": basisIcon, "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-size": ["*", 1, ["match", ["get", "basis"], ["measured", "override"], 0.75, 1.15]], "icon-offset": ["match", ["get", "basis"], ["measured", "override"], ["literal", [11, -9]], ["literal", [0, 0]]] },
    },
    { ...days("village-days", "villages", told.colours, found, "villages"), unknown: KNOWN_FINDING },
    { ...names, id: "village-names-found" },
  ] };
}

export function drawnLayers(told) {
  const { colours } = told;
  const village = villages(told);
  const label = { "text-color": colours.ink, "text-halo-color": colours.paper, "text-halo-width": 1.5 };
  const coverage = Object.keys(told.tiles).filter((name) => name.startsWith("coverage/"));
  const ground = groundLayers(told, FONT);
  return {
    ...ground.under,
    shares: shares(colours),
    coverage: coverage.map((name) => ({ id: name, source: name, type: "raster", paint: { "raster-opacity": 0.6, "raster-resampling": "nearest" } })),
    ...ground.borders,
    packages: [
      { id: "packages", source: "packages", type: "fill", paint: { "fill-color": colours.action, "fill-opacity": 0.12, ...NO_EDGE } },
      { id: "package-edges", source: "packages", type: "line", paint: { "line-color": colours.action, "line-width": 2 } },
      { id: "package-codes", source: "packages", type: "symbol", layout: { "text-field": ["get", "code"], "text-size": 11, "text-variable-anchor": ["bottom", "top", "left", "right"], "text-radial-offset": 2.2, ...FONT }, paint: { ...label, "text-color": colours.action } },
    ],
    future_gaps: [
      { id: "future-gaps", source: "future_gaps", type: "line", paint: { "line-color": colours.later, "line-width": 2, "line-dasharray": [2, 1.6] } },
    ],
    gaps: gaps(colours),
    households: households(colours),
    villages: village.by_class,
    findings: village.by_finding,
    proposed_sites: [{ id: "proposed", source: "proposed_sites", type: "symbol", layout: { "icon-image": "proposed", "icon-allow-overlap": true, "icon-size": 0.8 } }],
    plan_sites: [{ id: "plan-sites", source: "plan_sites", type: "symbol", layout: {
      "icon-image": ["match", ["get", "kind"], "share", "plan:share", "upgrade", "plan:upgrade", "plan:new"], "icon-allow-overlap": true, "icon-size": 1,
    } }],
    sectors: sectors(told),
    sites: sites(told),
    ...ground.names,
    rows: [{ id: "rows", source: "rows", type: "symbol", layout: {
      "icon-image": ["match", ["coalesce", ["get", "verdict"], ""], "confirmed", "ev:reported_confirmed", "served", "ev:reported_served", "ev:reported"], "icon-allow-overlap": true, "icon-ignore-placement": true,
    } }],
    labels: [
      { id: "names", source: "commune_labels", type: "symbol", layout: { "text-field": ["get", "commune_name"], "text-size": ["interpolate", ["linear"], ["zoom"], 7, 10, 12, 13], ...FONT }, paint: label },
    ],
    islands: islandLayers(colours, FONT),
  };
}

// Features one may ask about where they are clicked, the first that is there.
export const ASKED = ["villages", "villages-found", "gap-signs", "gap-centres", "proposed", "gaps", "gaps-unknown", "gap-edges", "gap-dashes", "gaps-refuted"];

// Each kind of evidence can be switched off, and so can what is not known.
const BASES = { modelled: ["modelled", ""], declared: DECLARED, measured: ["measured"], override: ["override"] };
export function evidenceFilter({ evidence, unknown }, kinds) {
  if (!kinds) return [];
  const off = Object.keys(BASES).filter((key) => !kinds.has(key)).flatMap((key) => BASES[key]);
  const found = evidence && off.length ? [["!", ["in", ["coalesce", ["get", "basis"], ""], ["literal", off]]]] : [];
  return unknown && !kinds.has("undetermined") ? [...found, unknown] : found;
}
