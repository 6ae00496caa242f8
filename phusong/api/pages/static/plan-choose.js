// Areas ticked into a package: what it would hold and what stands in its way, told anew at every tick.
const form = document.querySelector("form[data-choose]");
const words = form && JSON.parse(form.dataset.words);
const number = new Intl.NumberFormat(document.documentElement.lang === "en" ? "en" : "vi-VN");
const boxes = form ? [...form.querySelectorAll("input[name=item]")] : [];
let asking = null;
let waiting = 0;

const told = (name, text) => (form.querySelector(`[data-told="${name}"]`).textContent = text);

function list(holder, lines) {
  holder.replaceChildren(...lines.map(([head, text]) => {
    const line = document.createElement("li");
    if (head) line.append(Object.assign(document.createElement("strong"), { textContent: head }), " ");
    line.append(text);
    return line;
  }));
}

function refuse(text) {
  const place = form.querySelector("[data-refused]");
  place.textContent = text;
  place.classList.toggle("bad", text !== words.none);
  place.hidden = !text;
  form.querySelector("[data-make]").disabled = Boolean(text);
}

function show(answer) {
  told("households", number.format(answer.households));
  told("sites", number.format(answer.sites));
  told("cost", number.format(answer.cost.middle));
  told("low", number.format(answer.cost.low));
  told("high", number.format(answer.cost.high));
  told("communes", answer.communes.join(", ") || "–");
  told("code", answer.code || "–");
  refuse(answer.refused);
  const taken = answer.taken_from.length ? [["", words.taken.replace("{codes}", answer.taken_from.join(", "))]] : [];
  list(form.querySelector("[data-warnings]"), [...taken, ...answer.warnings.map((one) => ["", one])]);
  const missing = form.querySelector("[data-missing]");
  missing.hidden = !answer.missing.length;
  told("missing", number.format(answer.missing.length));
  list(missing.querySelector("ul"), answer.missing.map((one) => [one.place, one.text]));
}

const NOTHING = { households: 0, sites: 0, cost: { low: 0, middle: 0, high: 0 }, communes: [], code: "", taken_from: [], warnings: [], missing: [] };

async function tell() {
  const items = boxes.filter((box) => box.checked).map((box) => box.value);
  asking?.abort();
  if (!items.length) return show({ ...NOTHING, refused: words.none });
  asking = new AbortController();
  const headers = { "content-type": "application/json", "x-csrf-token": form.elements.csrf.value };
  try {
    const answer = await fetch(form.dataset.choose, { method: "POST", headers, body: JSON.stringify({ items }), signal: asking.signal });
    if (!answer.ok) return refuse((await answer.json()).detail);
    show(await answer.json());
  } catch (error) {
    if (error.name !== "AbortError") refuse(words.lost);
  }
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(tell, 120);
}

// The map's choice stands in the address: gaps, villages or sites by their codes.
function fromMap() {
  const asked = new URLSearchParams(location.hash.slice(1)).get("items");
  const codes = asked ? asked.split(",").filter(Boolean) : [];
  if (!codes.length) return;
  const known = new Set();
  for (const box of boxes) {
    const own = [box.value, ...box.dataset.codes.split(" ").filter(Boolean)];
    const met = codes.filter((code) => own.includes(code));
    if (met.length) box.checked = true;
    met.forEach((code) => known.add(code));
  }
  const notice = form.querySelector("[data-from-map]");
  const strange = codes.filter((code) => !known.has(code)).length;
  notice.textContent = [
    words.from_map.replace("{count}", number.format(boxes.filter((box) => box.checked).length)),
    ...(strange ? [words.strange.replace("{count}", number.format(strange))] : []),
  ].join(" ");
  notice.hidden = false;
}

if (form) {
  form.addEventListener("change", (event) => event.target.matches("input[type=checkbox]") && soon());
  addEventListener("hashchange", () => (fromMap(), soon()));
  fromMap();
  tell();
}
