// Rows ticked in a table are counted where something is done with them; "all that the filter shows" ticks and holds them.
const counters = document.querySelectorAll("[data-chosen-count]");
const rowBoxes = () => [...document.querySelectorAll('tbody input[type="checkbox"]')];
const whole = document.querySelector("[data-whole]");

function count() {
  const chosen = whole?.checked ? Number(whole.dataset.whole) : rowBoxes().filter((one) => one.checked).length;
  const written = chosen.toLocaleString(document.documentElement.lang);
  for (const one of counters) one.textContent = chosen ? `${written} ${one.dataset.some}` : one.dataset.none;
}

whole?.addEventListener("change", () => {
  for (const one of rowBoxes()) { one.checked = whole.checked; one.disabled = whole.checked; }
  count();
});
document.addEventListener("change", () => setTimeout(count));
document.addEventListener("click", () => setTimeout(count)); // table.js ticks by keyboard and by the heading's box
if (counters.length) count();
