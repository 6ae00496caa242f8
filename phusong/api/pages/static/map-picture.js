// A picture of the view to keep or to print: title, map, legend, scale bar, north arrow, source and day.
import { lengthText, scaleBar } from "./map-foot.js";

const EDGE = 20;
const SIDE = 300;
const HEAD = 64;
const FOOT = 64;

const loaded = (svg) => new Promise((resolve, reject) => {
  const picture = new Image();
  picture.onload = () => resolve(picture);
  picture.onerror = reject;
  const text = new XMLSerializer().serializeToString(svg);
  picture.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
});

// What the panel shows switched on: its lines, each with its mark.
function shownLegend() {
  const lines = [];
  for (const layer of document.querySelectorAll("#map-layers .layer:not(.off)")) {
    const title = layer.querySelector(":scope > .check, :scope > legend")?.textContent.trim();
    const entries = [...layer.querySelectorAll(".key:not([hidden]) li")];
    const evidence = layer.matches("fieldset") ? [...layer.querySelectorAll(".check")].filter((one) => one.querySelector("input").checked) : [];
    lines.push({ title, entries: [...entries, ...evidence].map((one) => ({ svg: one.querySelector("svg"), text: one.textContent.trim() })) });
  }
  return lines;
}

function filters() {
  return [...document.querySelectorAll(".map-chips .chip")].map((one) => {
    const select = one.querySelector("select");
    return `${one.querySelector("span").textContent}: ${select.selectedOptions[0].textContent}`;
  }).join(" · ");
}

function fitted(pen, text, width) {
  if (pen.measureText(text).width <= width) return text;
  let end = text.length;
  while (end && pen.measureText(`${text.slice(0, end)}…`).width > width) end -= 1;
  return `${text.slice(0, end)}…`;
}

async function drawLegend(pen, colours, left, top, bottom) {
  let y = top;
  for (const { title, entries } of shownLegend()) {
    if (y > bottom - 20) break;
    pen.fillStyle = colours.ink;
    pen.font = "bold 13px sans-serif";
    pen.fillText(fitted(pen, title, SIDE), left, y + 12);
    y += 20;
    for (const { svg, text } of entries) {
      if (y > bottom - 18) break;
      if (svg) pen.drawImage(await loaded(svg), left, y, +svg.getAttribute("width"), +svg.getAttribute("height"));
      pen.font = "12px sans-serif";
      pen.fillText(fitted(pen, text, SIDE - 34), left + 32, y + 12);
      y += 19;
    }
    y += 6;
  }
}

function drawScale(pen, colours, { lat, zoom }, told, left, top) {
  const { metres, px } = scaleBar(lat, zoom, 160);
  pen.strokeStyle = colours.ink;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.moveTo(left, top);
  pen.lineTo(left, top + 7);
  pen.lineTo(left + px, top + 7);
  pen.lineTo(left + px, top);
  pen.stroke();
  pen.font = "12px sans-serif";
  pen.fillStyle = colours.ink;
  pen.fillText(lengthText(metres, told), left, top + 24);
  return left + px + 30;
}

function drawNorth(pen, colours, letter, x, y) {
  pen.fillStyle = colours.ink;
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x + 7, y + 20);
  pen.lineTo(x, y + 15);
  pen.lineTo(x - 7, y + 20);
  pen.closePath();
  pen.fill();
  pen.font = "bold 13px sans-serif";
  pen.fillText(letter, x + 11, y + 18);
}

export async function pictureOf(drawing, told) {
  const { colours, words } = told;
  const shot = await drawing.picture();
  const ratio = shot.width / drawing.size().width;
  const { width, height } = drawing.size();
  const tall = Math.max(height, 520);
  const made = document.createElement("canvas");
  made.width = (width + SIDE + 3 * EDGE) * ratio;
  made.height = (tall + HEAD + FOOT) * ratio;
  const pen = made.getContext("2d");
  pen.scale(ratio, ratio);
  pen.fillStyle = colours.white;
  pen.fillRect(0, 0, made.width, made.height);
  pen.fillStyle = colours.ink;
  pen.font = "bold 20px sans-serif";
  pen.fillText(fitted(pen, `${words.title}: ${told.name}`, width + SIDE), EDGE, 30);
  pen.font = "12px sans-serif";
  pen.fillStyle = colours.quiet;
  pen.fillText(fitted(pen, filters(), width + SIDE), EDGE, 50);
  pen.drawImage(shot, EDGE, HEAD, width, height);
  pen.strokeStyle = colours.ink;
  pen.lineWidth = 1;
  pen.strokeRect(EDGE, HEAD, width, height);
  await drawLegend(pen, colours, width + 2 * EDGE, HEAD, HEAD + tall);
  const next = drawScale(pen, colours, drawing.centre(), told, EDGE, HEAD + height + 12);
  drawNorth(pen, colours, words.north, next, HEAD + height + 8);
  pen.font = "12px sans-serif";
  pen.fillStyle = colours.quiet;
  const day = new Date().toLocaleDateString(told.language === "vi" ? "vi-VN" : "en-GB");
  pen.fillText(words.source_line.replace("{study}", told.name).replace("{day}", day), next + 60, HEAD + height + 26);
  return made;
}

const blobOf = (canvas) => new Promise((resolve) => canvas.toBlob(resolve, "image/png"));

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function install(drawing, told, csrf) {
  const said = document.getElementById("map-said");
  const buttons = { png: document.getElementById("do-png"), pdf: document.getElementById("do-pdf") };
  const work = (button, doing) => button.addEventListener("click", async () => {
    button.disabled = true;
    try { said.textContent = (await doing()) ? told.words.saved : told.words.failed; }
    catch { said.textContent = told.words.failed; }
    button.disabled = false;
  });
  for (const one of Object.values(buttons)) one.hidden = !drawing.picture;
  work(buttons.png, async () => {
    save(await blobOf(await pictureOf(drawing, told)), "ban-do.png");
    return true;
  });
  work(buttons.pdf, async () => {
    const body = await blobOf(await pictureOf(drawing, told));
    const headers = { "content-type": "application/octet-stream", "x-csrf-token": csrf };
    const answer = await fetch(`/api/studies/${told.study}/map.pdf`, { method: "POST", body, headers });
    if (answer.ok) save(await answer.blob(), "ban-do.pdf");
    return answer.ok;
  });
}
