// A budget over the plan's curve: which sites it holds, how many households and how much money; the address keeps it.
const section = document.querySelector("[data-budget]");
const words = JSON.parse(section.dataset.words);
const svg = section.querySelector("svg");
const slider = section.querySelector("input[type=range]");
const rows = [...section.querySelectorAll("tbody tr")].sort((a, b) => a.dataset.total - b.dataset.total);
const number = new Intl.NumberFormat(document.documentElement.lang === "en" ? "en" : "vi-VN");
const last = rows.at(-1);

function place(budget) {
  const { left, right, most } = svg.dataset;
  const x = +left + (right - left) * Math.min(1, budget / most);
  const mark = svg.querySelector("[data-mark]");
  mark.setAttribute("x1", x);
  mark.setAttribute("x2", x);
  const veil = svg.querySelector("[data-veil]");
  veil.setAttribute("x", x);
  veil.setAttribute("width", right - x);
}

function tell(name, text) {
  section.querySelector(`[data-told="${name}"]`).textContent = text;
}

function show() {
  const budget = Number(slider.value);
  const inside = rows.filter((row) => Number(row.dataset.total) <= budget);
  rows.forEach((row, at) => (row.className = at < inside.length ? "inside" : "outside"));
  const served = Number(inside.at(-1)?.dataset.served ?? 0);
  const cost = Number(inside.at(-1)?.dataset.total ?? 0);
  place(budget);
  tell("budget", number.format(budget));
  tell("sites", `${number.format(inside.length)}/${number.format(rows.length)}`);
  tell("households", `${number.format(served)}/${number.format(Number(last.dataset.served))}`);
  tell("cost", number.format(cost));
  slider.setAttribute(
    "aria-valuetext",
    `${number.format(budget)} ${words.vnd}: ${number.format(inside.length)} ${words.sites}, ${number.format(served)} ${words.households}`,
  );
  const form = section.querySelector("[data-exact]");
  if (!form) return;
  form.elements.value.value = budget;
  form.elements.name.value = form.elements.name.dataset.name.replace("{budget}", number.format(budget));
}

slider.addEventListener("input", show);
slider.addEventListener("change", () => {
  const address = new URL(location.href);
  address.searchParams.set("budget", slider.value);
  history.replaceState(null, "", address);
});
show();
