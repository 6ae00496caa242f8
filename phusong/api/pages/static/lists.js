// A list that came back: from a problem to its row and its place on the map and back, by mouse or by n and p; cells
// written anew are counted until they are kept.
import { begin } from "./place-map.js";

const box = document.querySelector("[data-list]");
const maps = begin();
const founds = box ? [...box.querySelectorAll(".found")] : [];
const typing = (event) => event.target.closest("input, select, textarea, [contenteditable]");

function mark(key) {
  for (const one of document.querySelectorAll(".current")) one.classList.remove("current");
  const found = document.getElementById(`p-${key}`), row = document.getElementById(`r-${key}`);
  for (const one of [found, row]) one?.classList.add("current");
  for (const map of maps) map.show(key);
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

function step(by) {
  const at = founds.findIndex((one) => one.classList.contains("current"));
  const next = founds[at < 0 ? (by > 0 ? 0 : founds.length - 1) : Math.max(0, Math.min(founds.length - 1, at + by))];
  if (next) goTo(next.dataset.key);
}

function changed() {
  const line = document.querySelector("[data-changed]");
  const cells = document.querySelectorAll(".changed").length;
  line.dataset.before ??= line.textContent;
  const words = JSON.parse(box.dataset.words);
  line.textContent = cells ? `${cells.toLocaleString(document.documentElement.lang)} ${words.left}` : line.dataset.before;
}

if (box) {
  document.addEventListener("keydown", (event) => {
    const by = { n: 1, p: -1 }[event.key];
    if (!by || typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    step(by);
  });
  box.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const cell = event.target.closest("td[data-input]");
    if (link) {
      event.preventDefault();
      goTo(link.dataset.key ?? link.closest("[data-key]").dataset.key, { toFound: !link.closest(".found") });
    } else if (cell) {
      const input = document.getElementById(cell.dataset.input);
      mark(cell.closest("[data-key]").dataset.key);
      input?.closest("details")?.setAttribute("open", "");
      input?.focus();
    }
  });
  box.addEventListener("focusin", (event) => {
    const found = event.target.closest(".found");
    if (!found || found.classList.contains("current")) return;
    within(mark(found.dataset.key).row);
  });
  box.addEventListener("input", (event) => {
    if (event.target.dataset.was === undefined) return;
    event.target.classList.toggle("changed", event.target.value.trim() !== event.target.dataset.was.trim());
    changed();
  });
  box.querySelector("[data-tick-all]")?.addEventListener("change", (event) => {
    for (const one of document.querySelectorAll('input[name="id"], input[name="code"]')) one.checked = event.target.checked;
  });
  const fix = document.getElementById("fix");
  fix?.addEventListener("submit", () => { leaving = true; });
  // Only what was changed is sent: a page of rows has hundreds of cells.
  fix?.addEventListener("formdata", (event) => {
    for (const input of fix.elements) if (input.dataset.was !== undefined && !input.classList.contains("changed")) event.formData.delete(input.name);
  });
  if (location.hash.startsWith("#p-")) goTo(location.hash.slice(3));
}

let leaving = false;
addEventListener("beforeunload", (event) => {
  if (!leaving && document.querySelector(".changed")) event.preventDefault();
});
