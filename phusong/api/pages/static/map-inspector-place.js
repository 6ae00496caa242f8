// What the study's tables say of a place: its units with households by state, findings, evidence side by side, papers.
import { answered, drawn, make } from "./map-inspector-text.js";

const STATES = ["unserved", "undetermined", "no_data", "served"];
const COLUMNS = [["why_modelled", ["modelled"]], ["why_declared", ["declared", "confirmed"]], ["why_measured", ["measured"]]];

export function headOf(told, place, { say, number }) {
  const { village, gap, commune } = told;
  const name = gap ? say("why_gap", { gap: gap.gap_id }) : place.site_id ? say("why_site", { site: place.site_id })
    : village && village.away_km === null ? village.name : say("why_point");
  const under = [];
  if (gap && gap.village_name) under.push(gap.village_name);
  else if (village && village.away_km !== null) under.push(say("why_village_near", { name: village.name, km: number(village.away_km, 1) }));
  if (commune) under.push(commune.name);
  return { name, under: under.join(" · ") };
}

export function placeParts(told, speak) {
  const { village, gap, commune } = told;
  const { say, number } = speak;
  const parts = [];
  if (gap) parts.push(make("p", { class: "why-gap", text: say("why_of_gap", { n: number(gap.households), interval: gap.interval }) }));
  if (gap?.reason) parts.push(make("section", {}, make("h3", { text: say("why_because") }), make("p", { class: "said", text: gap.reason })));
  const unit = village ?? commune;
  if (unit) parts.push(households(unit.states, say(village ? "why_households_village" : "why_households_commune"), speak, village));
  return parts;
}

function households(states, title, { say, share }, village) {
  const bar = drawn("svg", { class: "why-states", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" });
  const rows = [];
  let x = 0;
  for (const state of STATES) {
    const width = states.households ? (100 * states[state]) / states.households : 0;
    if (width) bar.append(drawn("rect", { class: `why-fill-${state}`, x, y: 0, width, height: 8 }));
    x += width;
    if (states[state] || state === "unserved") {
      const swatch = drawn("svg", { class: "why-swatch", viewBox: "0 0 14 14", "aria-hidden": "true" }, drawn("rect", { class: `why-fill-${state}`, width: 14, height: 14 }));
      rows.push(make("li", {}, swatch, make("span", { text: say(`state_${state}`) }), make("b", { text: share(states[state], states.households) })));
    }
  }
  return make("section", {},
    make("h3", { text: village ? `${title} · ${village.class_title}` : title }), bar, make("ul", { class: "why-list" }, ...rows),
    states.interval ? make("p", { class: "hint", text: say("why_interval", { interval: states.interval }) }) : null,
    village?.provisional ? make("p", { class: "hint", text: say("why_provisional") }) : null);
}

export function findingParts(told, study, { say, day, list }) {
  if (!told.findings.length) return [];
  const items = told.findings.map((one) => {
    const from = say(one.dated ? "why_finding_from" : "why_finding_from_undated", { basis: one.basis_title, day: day(one.dated) });
    const what = say("why_finding", { service: one.service_title, finding: one.finding_title });
    return make("li", { class: "why-finding" },
      make("p", {}, make("b", { class: "why-badge", text: one.target === "gap" ? `${say("why_finding_gap")}: ${what}` : what }), ` ${from}`),
      one.decided ? make("p", { text: say("why_decided", { finding: one.decided, day: day(one.decided_on), reason: one.decided_because }) }) : null,
      one.disagreement ? make("p", { class: "warn", text: one.disagreement }) : null,
      one.provisional && one.because ? make("p", { class: "hint", text: say("why_finding_provisional", { because: one.because }) }) : null);
  });
  const first = told.findings.find((one) => one.evidence.length);
  const village = told.village;
  return [
    make("section", {}, make("h3", { text: say("why_findings") }), make("ul", { class: "why-plain" }, ...items),
      village ? make("p", {}, make("a", { href: `/studies/${study}/findings?q=${encodeURIComponent(village.name)}`, text: say("why_to_findings") })) : null),
    first ? evidence(told.findings.filter((one) => one.target === first.target && one.service === first.service), { say, day, list }) : null,
  ];
}

function evidence(findings, { say, day, list }) {
  const all = findings.flatMap((one) => one.evidence);
  const columns = COLUMNS.map(([title, kinds]) => {
    const own = all.filter((one) => kinds.includes(one.kind));
    const said = [...new Set(own.map((one) => one.says_title))].join(", ");
    const newest = own.map((one) => one.dated).filter(Boolean).sort().at(-1);
    return make("div", { class: `why-kind why-kind-${kinds[0]}` },
      make("dt", { text: say(title) }), make("dd", {}, make("b", { text: said || say("why_nothing_said") }), newest ? ` ${day(newest)}` : ""));
  });
  const each = all.map((one) => make("li", { text: list([one.kind_title, one.operator, one.says_title, day(one.dated), one.detail]) }));
  return make("section", {}, make("h3", { text: say("why_evidence") }), make("dl", { class: "why-kinds" }, ...columns),
    make("details", {}, make("summary", { text: say("why_evidence_all", { n: all.length }) }), make("ul", { class: "why-small" }, ...each)));
}

export function paperParts(told, study, { say }, language) {
  if (!told.documents.length || !told.village) return [];
  const status = make("p", { class: "hint", role: "status" });
  const buttons = told.documents.map((paper) =>
    make("button", { type: "button", class: "quiet", text: say(`why_paper_${paper}`), onclick: (event) => fetchPaper(event.target, paper) }));
  async function fetchPaper(button, paper) {
    button.disabled = true;
    status.textContent = say("why_paper_making");
    try {
      const answer = await answered(`/api/studies/${study}/villages/${encodeURIComponent(told.village.key)}/documents/${paper}?lang=${language}`);
      const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition"))?.[1] ?? paper;
      const address = URL.createObjectURL(await answer.blob());
      make("a", { href: address, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      status.textContent = say("why_paper_made", { name });
    } catch (error) {
      status.textContent = say("why_failed", { detail: error.message || say("why_offline") });
    } finally {
      button.disabled = false;
    }
  }
  return [make("section", {}, make("h3", { text: say("why_papers") }), make("div", { class: "why-papers" }, ...buttons), status)];
}
