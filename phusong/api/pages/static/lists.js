// A list that came back: from a problem to its row and its place on the map and back, by mouse or by keyboard; a reading
// is chosen with one press; what was written anew is counted until it is kept.
import { begin } from "./place-map.js";

const box = document.querySelector("[data-list]");
const maps = begin();
const words = box ? JSON.parse(box.dataset.words) : {};
const founds = box ? [...box.querySelectorAll(".found")] : [];
const fix = document.getElementById("fix");
const TYPING = "input:not([type=checkbox]), select, textarea, [contenteditable]";
const FIRST = ".field input, .field textarea, .check input, .others a";
const KEYS = { j: 1, n: 1, ArrowDown: 1, k: -1, p: -1, ArrowUp: -1 };
const written = (count) => count.toLocaleString(document.documentElement.lang);

function mark(key) {
  for (const one of document.querySelectorAll(".current")) one.classList.remove("current");
  const found = document.getElementById(`p-${key}`), row = document.getElementById(`r-${key}`);
  for (const one of [found, row]) one?.classList.add("current");
  for (const map of maps) map.show(key);
  const at = box.querySelector("[data-at]"), number = Number(box.dataset.first) + founds.indexOf(found) + 1;
  if (at && found) at.textContent = words.at.replace("{n}", written(number)).replace("{all}", written(Number(box.dataset.total)));
  return { found, row };
}

// Scrolls a box of its own to show something in it; the page itself stays where it is.
function within(row) {
  const scroller = row?.closest(".rows-table");
  if (!scroller) return;
  const top = row.offsetTop - scroller.clientHeight / 2;
  scroller.scrollTo({ top: Math.max(0, top) });
}

function goTo(key, { toFound = true } = {}) {
  const { found, row } = mark(key);
  within(row);
  if (toFound && found) {
    found.focus({ preventScroll: true });
    found.scrollIntoView({ block: "nearest" });
  } else if (row) {
    row.querySelector("a")?.focus({ preventScroll: true });
  }
}

// The next row, or the one before; at the end of the page that of the next page.
function step(by) {
  const at = founds.findIndex((one) => one.classList.contains("current"));
  const next = founds[at < 0 ? (by > 0 ? 0 : founds.length - 1) : at + by];
  if (next) return goTo(next.dataset.key);
  const page = document.querySelector(`.pages [rel=${by > 0 ? "next" : "prev"}]`);
  if (page) location.assign(`${page.href}#${by > 0 ? "first" : "last"}`);
}

// The cells of a row that nothing was found in are in the table beside: their fields are made when they are wanted.
function others(found, only = "") {
  const link = found.querySelector("[data-others]"), row = document.getElementById(`r-${found.dataset.key}`);
  if (!link || !row) return;
  const [at, number] = found.dataset.key.split("-"), fields = document.createElement("div");
  fields.className = "two";
  for (const head of row.closest("table").querySelectorAll("th[data-column]")) {
    const name = `fix~${at}~${number}~${head.dataset.column}`;
    if (document.getElementById(name) || (only && name !== only)) continue;
    const text = row.cells[head.cellIndex].firstChild?.textContent ?? "", line = document.createElement("p");
    const label = Object.assign(document.createElement("label"), { htmlFor: name, textContent: head.textContent });
    const input = Object.assign(document.createElement("input"), { id: name, name, value: text, maxLength: 2000, autocomplete: "off" });
    const options = `options-${head.dataset.column}`;
    if (document.getElementById(options)) input.setAttribute("list", options);
    input.setAttribute("form", "fix");
    input.dataset.was = text;
    line.className = "field";
    line.append(label, input);
    fields.append(line);
  }
  if (only) link.before(fields);
  else link.replaceWith(fields);
}

function fieldOf(found, name) {
  if (!document.getElementById(name)) others(found, name);
  return document.getElementById(name);
}

// A row is settled when one of its cells is written anew, or all that could be acknowledged is.
function isSettled(found) {
  if (found.querySelector(".changed")) return true;
  const ticks = [...found.querySelectorAll('input[name="id"]')];
  return ticks.length > 0 && ticks.every((one) => one.checked) && !found.classList.contains("level-edge-error");
}

function told() {
  const line = document.querySelector("[data-changed]");
  const cells = document.querySelectorAll(".changed").length;
  for (const found of founds) {
    const settled = isSettled(found);
    found.classList.toggle("settled", settled);
    found.querySelector(".settled-told")?.toggleAttribute("hidden", !settled);
  }
  if (!line) return;
  line.dataset.before ??= line.textContent;
  const over = founds.length && founds.every(isSettled) ? ` ${words.over}` : "";
  document.querySelector(".next-bar #fix button")?.classList.toggle("quiet", !cells && !box.querySelector(".level-edge-error"));
  document.querySelector(".next-bar #ack button")?.classList.toggle("quiet", cells > 0);
  line.textContent = (cells ? `${written(cells)} ${words.left}.` : line.dataset.before) + over;
}

// On to the next row that is not settled; after the last of the page to what keeps it all.
function onwards(found) {
  const at = founds.indexOf(found), order = [...founds.slice(at + 1), ...founds.slice(0, at)];
  const next = order.find((one) => !isSettled(one));
  if (next) return goTo(next.dataset.key);
  const form = document.querySelector(".changed") ? "fix" : "ack";
  document.querySelector(`.next-bar #${form} button`)?.focus();
}

function take(button) {
  const found = button.closest(".found");
  if (button.dataset.keeps !== undefined) {
    const tick = [...found.querySelectorAll('input[name="id"]')].find((one) => one.value === button.value);
    if (tick) tick.checked = true;
  } else {
    for (const [name, text] of JSON.parse(button.value)) {
      const input = fieldOf(found, name);
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
  for (const one of button.closest(".readings").querySelectorAll("button")) one.setAttribute("aria-pressed", String(one === button));
  told();
  onwards(found);
}

function press(event) {
  if (!founds.length || event.ctrlKey || event.metaKey || event.altKey) return;
  const found = event.target.closest(".found");
  if (event.key === "Escape" && found) return goTo(found.dataset.key);
  if (event.key === "Enter" && event.target === found) {
    event.preventDefault();
    return (found.querySelector(".readings button") ?? found.querySelector(FIRST))?.focus();
  }
  const isElsewhere = event.key.startsWith("Arrow") && !found && event.target !== document.body && !event.target.closest(".way");
  if (!KEYS[event.key] || event.target.closest(TYPING) || isElsewhere) return;
  event.preventDefault();
  step(KEYS[event.key]);
}

function click(event) {
  const reading = event.target.closest(".readings button"), way = event.target.closest("[data-step]");
  const link = event.target.closest('a[href^="#"]'), cell = event.target.closest(".rows-table tbody td");
  if (reading) {
    event.preventDefault();
    take(reading);
  } else if (way) {
    step(Number(way.dataset.step));
  } else if (event.target.closest("[data-others]")) {
    event.preventDefault();
    const found = event.target.closest(".found");
    others(found);
    found.querySelector(".others input")?.focus();
  } else if (link) {
    event.preventDefault();
    goTo(link.dataset.key ?? link.closest("[data-key]").dataset.key, { toFound: !link.closest(".found") });
  } else if (cell && fix) {
    const { found } = mark(cell.closest("[data-key]").dataset.key);
    const column = cell.closest("table").tHead.rows[0].cells[cell.cellIndex].dataset.column;
    const input = found && fieldOf(found, `fix~${found.dataset.key.replace("-", "~")}~${column}`);
    input?.focus();
  }
}

if (box) {
  box.querySelector("[data-way]")?.toggleAttribute("hidden", !founds.length);
  document.addEventListener("keydown", press);
  box.addEventListener("click", click);
  box.addEventListener("focusin", (event) => {
    const found = event.target.closest(".found");
    if (!found || found.classList.contains("current")) return;
    within(mark(found.dataset.key).row);
  });
  box.addEventListener("input", (event) => {
    if (event.target.dataset.was === undefined) return;
    event.target.classList.toggle("changed", event.target.value.trim() !== event.target.dataset.was.trim());
    told();
  });
  document.addEventListener("change", (event) => {
    if (event.target.dataset.tickAll !== undefined)
      for (const one of document.querySelectorAll('input[name="id"], input[name="code"]')) one.checked = event.target.checked;
    if (founds.length) told();
  });
  fix?.addEventListener("submit", () => { leaving = true; });
  // Only what was changed is sent, a page of rows has hundreds of cells; what was ticked goes with it.
  fix?.addEventListener("formdata", (event) => {
    for (const input of fix.elements) if (input.dataset.was !== undefined && !input.classList.contains("changed")) event.formData.delete(input.name);
    for (const tick of document.querySelectorAll('input[name="id"]:checked, input[name="code"]:checked')) event.formData.append(tick.name, tick.value);
  });
  const at = location.hash.slice(1);
  if (at.startsWith("p-")) goTo(at.slice(2));
  else if (at === "first" || at === "last") step(at === "first" ? 1 : -1);
}

let leaving = false;
addEventListener("beforeunload", (event) => {
  if (!leaving && document.querySelector(".changed")) event.preventDefault();
});
