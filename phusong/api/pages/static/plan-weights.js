// Weights of priority: every change puts the areas in order anew; the address keeps them, a name saves them.
const form = document.querySelector("form[data-weights]");
const fields = [...form.querySelectorAll("input[type=number]")];
const table = document.querySelector("[data-ranks]");
const holder = table.closest(".ranks");
const refused = document.querySelector("[data-refused]");
const reset = form.querySelector("[data-reset]");
const saved = document.querySelector("[data-weights-now]");
const book = document.querySelector("[data-book]");
const language = document.documentElement.lang === "en" ? "en" : "vi-VN";
const whole = new Intl.NumberFormat(language);
const score = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
let asking = null;
let waiting = 0;

function cell(tag, text, kind = "") {
  const made = Object.assign(document.createElement(tag), { textContent: text, className: kind });
  if (tag === "th") made.scope = "row";
  return made;
}

function row(one, before) {
  const made = document.createElement("tr");
  const was = before.get(one.gap_id);
  const moved = was && was !== one.rank ? (was > one.rank ? " ▲" : " ▼") : "";
  made.dataset.gap = one.gap_id;
  made.dataset.rank = one.rank;
  made.append(
    cell("td", whole.format(one.rank) + moved, "n"), cell("td", `${whole.format(one.rank_low)}–${whole.format(one.rank_high)}`, "n"),
    cell("th", one.village_name || one.gap_id), cell("td", one.commune_name), cell("td", whole.format(one.households), "n"),
    cell("td", score.format(100 * one.score), "n"), cell("td", one.explanation),
  );
  return made;
}

function keep() {
  const address = new URL(location.href);
  for (const field of fields) {
    if (Number(field.value) === Number(field.dataset.own)) address.searchParams.delete(field.name);
    else address.searchParams.set(field.name, field.value);
  }
  history.replaceState(null, "", address);
  if (saved) saved.value = fields.map((field) => `${field.name}:${field.value || 0}`).join(",");
  book.href = book.dataset.book + address.search;
  reset.hidden = fields.every((field) => Number(field.value) === Number(field.dataset.own));
}

async function rank() {
  asking?.abort();
  const none = fields.every((field) => !Number(field.value));
  refused.hidden = !none;
  if (none) return void (refused.textContent = form.dataset.none);
  asking = new AbortController();
  const plan = form.elements.plan_id?.value;
  const query = new URLSearchParams({ weights: fields.map((field) => `${field.name}:${field.value || 0}`).join(","), limit: "100", lang: document.documentElement.lang });
  if (plan) query.set("plan_id", plan);
  holder.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`${form.dataset.weights}?${query}`, { signal: asking.signal });
    const said = await answer.json();
    refused.hidden = answer.ok;
    if (!answer.ok) return void (refused.textContent = said.detail);
    const before = new Map([...table.tBodies[0].rows].map((one) => [one.dataset.gap, Number(one.dataset.rank)]));
    table.tBodies[0].replaceChildren(...said.items.map((one) => row(one, before)));
    keep();
  } catch (error) {
    if (error.name !== "AbortError") {
      refused.textContent = document.body.dataset.lost;
      refused.hidden = false;
    }
  } finally {
    holder.setAttribute("aria-busy", "false");
  }
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(rank, 150);
}

form.addEventListener("input", (event) => {
  const slider = event.target.dataset.slides;
  if (slider) document.getElementById(slider).value = event.target.value;
  else form.querySelector(`[data-slides="${event.target.id}"]`).value = event.target.value;
  soon();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  rank();
});
reset.addEventListener("click", () => {
  for (const field of fields) {
    field.value = field.dataset.own;
    form.querySelector(`[data-slides="${field.id}"]`).value = field.value;
  }
  rank();
});
keep();
