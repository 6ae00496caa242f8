// What a table offers beside its rows: which columns are shown (remembered here), sorting, a quick filter, a .csv of
// what is shown. A table of which the page holds only a part is neither sorted nor filtered: that would mislead.
const words = JSON.parse(document.body.dataset.words ?? "{}");
const language = document.documentElement.lang;
const FEW = 8;
const made = (tag, more = {}) => Object.assign(document.createElement(tag), more);
const rowsOf = (table) => [...table.tBodies[0].rows];

function keyOf(table, index) {
  const page = location.pathname.replace(/[0-9a-f]{16}/g, "x");
  return `columns:${table.dataset.columns ?? `${page}:${index}`}`;
}

function kept(key) {
  try {
    return new Set(JSON.parse(localStorage.getItem(key) ?? "[]"));
  } catch {
    return new Set();
  }
}

function show(table, hidden) {
  for (const row of table.rows) {
    [...row.cells].forEach((cell, index) => (cell.hidden = hidden.has(index)));
  }
}

function chooser(table, key) {
  const heads = [...table.tHead.rows[0].cells];
  const hidden = kept(key);
  const box = made("details", { className: "choose" });
  const list = made("div", { className: "card" });
  box.append(made("summary", { textContent: words.columns }), list);
  heads.forEach((head, index) => {
    const stays = table.tBodies[0].rows[0]?.cells[index]?.tagName === "TH" || head.querySelector("input");
    if (stays) return hidden.delete(index);
    const tick = made("input", { type: "checkbox", checked: !hidden.has(index) });
    const label = made("label", { className: "check" });
    label.append(tick, head.textContent.trim() || "–");
    list.append(label);
    tick.addEventListener("change", () => {
      if (tick.checked) hidden.delete(index);
      else hidden.add(index);
      localStorage.setItem(key, JSON.stringify([...hidden]));
      show(table, hidden);
      dispatchEvent(new Event("resize"));
    });
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.open) return;
    box.open = false;
    box.firstElementChild.focus();
  });
  show(table, hidden);
  return box;
}

// The value a cell is sorted by: what it says it is, else its number or its day as the page's language writes them.
function valueOf(cell) {
  if (cell.dataset.value !== undefined) return Number(cell.dataset.value);
  const text = cell.textContent.trim();
  const day = text.match(/^(\d\d)\/(\d\d)\/(\d{4})/);
  if (day) return Number(day[3] + day[2] + day[1]);
  if (!cell.classList.contains("n")) return text;
  const [thousands, decimal] = language === "vi" ? [/\./g, ","] : [/,/g, "."];
  const told = Number.parseFloat(text.replace(thousands, "").replace(decimal, ".").replace("−", "-"));
  return Number.isNaN(told) ? -Infinity : told;
}

function compare(one, other) {
  if (typeof one === "string" || typeof other === "string") return String(one).localeCompare(String(other), language);
  return one - other;
}

function sort(table, index, downwards) {
  const rows = rowsOf(table).map((row) => ({ row, value: valueOf(row.cells[index]) }));
  rows.sort((one, other) => (downwards ? -1 : 1) * compare(one.value, other.value));
  table.tBodies[0].append(...rows.map(({ row }) => row));
}

function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, index) => {
    if (!head.textContent.trim() || head.querySelector("a, button, input")) return;
    const button = made("button", { type: "button", className: "sort" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const downwards = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", downwards ? "descending" : "ascending");
      sort(table, index, downwards);
    });
  });
}

// Letters without their marks, so that "thon" finds "Thôn".
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();

function filter(table) {
  const box = made("input", { type: "search", placeholder: words.filter });
  box.setAttribute("aria-label", words.filter);
  const told = made("span", { className: "hint" });
  told.setAttribute("aria-live", "polite");
  box.addEventListener("input", () => {
    const wanted = plain(box.value.trim());
    const rows = rowsOf(table);
    rows.forEach((row) => (row.hidden = !plain(row.textContent).includes(wanted)));
    const left = rows.filter((row) => !row.hidden).length;
    told.textContent = wanted ? `${left.toLocaleString(language)}/${rows.length.toLocaleString(language)}` : "";
  });
  const both = made("span", { className: "seek-rows" });
  both.append(told, box);
  return both;
}

const quoted = (text) => `"${(/^[=+@\t]/.test(text) ? "'" : "") + text.replace(/\s+/g, " ").trim().replaceAll('"', '""')}"`;

function save(table) {
  const rows = [...table.rows].filter((row) => !row.hidden);
  const lines = rows.map((row) => [...row.cells].filter((cell) => !cell.hidden).map((cell) => quoted(cell.textContent)));
  const file = new Blob([`\ufeff${lines.map((line) => line.join(";")).join("\r\n")}\r\n`], { type: "text/csv" });
  const link = made("a", { href: URL.createObjectURL(file), download: `${plain(document.title.split(" · ")[0]).replace(/\W+/g, "-")}.csv` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function offer(table, index) {
  const frame = table.closest(".table");
  if (!table.tHead || !frame || "offered" in table.dataset || table.querySelector("[colspan]")) return;
  table.dataset.offered = "";
  const whole = frame.parentElement.querySelector(":scope > nav.pages") === null;
  const tools = made("div", { className: "table-tools" });
  if (whole && rowsOf(table).length > 1) sortable(table);
  if (whole && rowsOf(table).length > FEW) tools.append(filter(table));
  if (table.tHead.rows[0].cells.length > 3) tools.append(chooser(table, keyOf(table, index)));
  const button = made("button", { type: "button", className: "quiet", textContent: words.csv });
  button.addEventListener("click", () => save(table));
  if (rowsOf(table).length > FEW) tools.append(button);
  if (!tools.childElementCount) return;
  const both = made("div", { className: "with-tools" }); // one thing to whatever lays the page out
  frame.replaceWith(both);
  both.append(tools, frame);
}

export function start() {
  document.querySelectorAll("table[data-keys]").forEach(offer);
}
