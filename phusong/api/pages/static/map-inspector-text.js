// Elements, numbers and sentences of the panel beside the map: words are the page's, numbers as its language writes them.
const SVG = "http://www.w3.org/2000/svg";

export function make(tag, { text, html: _never, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
  if (text !== undefined) element.textContent = text;
  element.append(...children.filter((one) => one !== null && one !== undefined && one !== ""));
  return element;
}

export function drawn(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function speaker(words, language) {
  const locale = language === "en" ? "en-GB" : "vi-VN";
  const number = (value, decimals = 0) =>
    value === null || value === undefined || !Number.isFinite(value)
      ? "–"
      : new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value).replace(/^-/, "−");
  const say = (key, values = {}) => (words[key] ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const day = (written) => /^\d{4}-\d\d-\d\d/.test(written ?? "") ? written.slice(0, 10).split("-").reverse().join("/") : written ?? "";
  const share = (part, all) => say("of_all", { n: number(part), all: number(all), percent: number(all ? (100 * part) / all : 0, 1) });
  const list = (parts) => parts.filter(Boolean).join(" · ");
  return { say, number, day, share, list };
}

// A mark of the colour table, as the map draws it.
export function mark(told, key, size = 14) {
  const parts = told.marks[key] ?? told.marks["op:other"] ?? [];
  const paths = parts.map(([d, fill, stroke, width]) =>
    drawn("path", { d, fill: fill || "none", ...(stroke ? { stroke, "stroke-width": width } : {}) }));
  return drawn("svg", { viewBox: "-8 -8 16 16", width: size, height: size, "aria-hidden": "true", class: "why-mark" }, ...paths);
}

export async function answered(address, options = {}) {
  let answer;
  try {
    answer = await fetch(address, { ...options, headers: { accept: "application/json", ...options.headers } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("");
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new Error(told.detail ?? String(answer.status));
}
