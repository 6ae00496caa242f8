// A table by keyboard: arrows (or j and k) go from row to row, Enter opens, space ticks; a heading's box ticks all.
const boxOf = (row) => row.querySelector('input[type="checkbox"]');

function move(rows, from, by) {
  const next = rows[Math.max(0, Math.min(rows.length - 1, from + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function pressed(event, rows) {
  const row = event.target.closest("tr");
  if (event.target !== row) return;
  const at = rows.indexOf(row); // rows as they stand now: they may have been sorted or filtered
  const keys = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, Home: -rows.length, End: rows.length };
  if (event.key in keys) move(rows, at, keys[event.key]);
  else if (event.key === "Enter") row.querySelector("a[href]")?.click();
  else if (event.key === " " && boxOf(row)) boxOf(row).click();
  else return;
  event.preventDefault();
}

export function start() {
  for (const table of document.querySelectorAll("table[data-keys]")) {
    const rows = [...table.tBodies[0].rows];
    rows.forEach((row) => (row.tabIndex = row === rows[0] ? 0 : -1));
    table.tBodies[0].addEventListener("focusin", (event) => {
      const row = event.target.closest("tr");
      rows.forEach((one) => (one.tabIndex = one === row ? 0 : -1));
    });
    table.addEventListener("keydown", (event) => pressed(event, [...table.tBodies[0].rows].filter((one) => !one.hidden)));
    const all = table.tHead?.querySelector('input[type="checkbox"]');
    all?.addEventListener("change", () => rows.forEach((row) => boxOf(row) && (boxOf(row).checked = all.checked)));
  }
}
