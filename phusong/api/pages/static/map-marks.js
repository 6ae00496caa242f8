// Marks of the one colour table, drawn once into pictures; and patterns, for what must not be told by colour alone.
const SIZE = 18;
const SCALE = 2;
const SECTOR_SIZE = 64;

function canvas(width, height) {
  const made = document.createElement("canvas");
  made.width = width * SCALE;
  made.height = height * SCALE;
  const pen = made.getContext("2d", { willReadFrequently: true });
  pen.scale(SCALE, SCALE);
  return [made, pen];
}

const data = (made) => made.getContext("2d").getImageData(0, 0, made.width, made.height);

function paths(pen, parts, hollow) {
  for (const [path, fill, stroke, width, dash] of parts) {
    const shape = new Path2D(path);
    if (fill && !hollow) { pen.fillStyle = fill; pen.fill(shape); }
    if (hollow) { pen.fillStyle = hollow; pen.fill(shape); pen.strokeStyle = fill || stroke; pen.lineWidth = 1.6; pen.stroke(shape); }
    else if (stroke) { pen.strokeStyle = stroke; pen.lineWidth = width; pen.lineCap = dash.length ? "butt" : "round"; pen.setLineDash(dash); pen.stroke(shape); }
  }
}

export function markCanvas(parts, { hollow = "", size = SIZE } = {}) {
  const [made, pen] = canvas(size, size);
  pen.translate(size / 2, size / 2);
  pen.scale(size / SIZE, size / SIZE);
  paths(pen, parts, hollow);
  return made;
}

function hatchCanvas(colour, ground) {
  const [made, pen] = canvas(8, 8);
  if (ground) { pen.fillStyle = ground; pen.fillRect(0, 0, 8, 8); }
  pen.strokeStyle = colour;
  pen.lineWidth = 1.1;
  pen.beginPath();
  for (const at of [-8, 0, 8]) { pen.moveTo(at, 8); pen.lineTo(at + 8, 0); }
  pen.stroke();
  return made;
}

export function canvases(told) {
  const { colours, marks } = told;
  const found = {};
  for (const [key, parts] of Object.entries(marks)) {
    found[key] = markCanvas(parts, /^(sector|around):/.test(key) ? { size: SECTOR_SIZE } : {});
    if (key.startsWith("op:")) found[`${key}:hollow`] = markCanvas(parts, { hollow: colours.white });
  }
  found.hatch = hatchCanvas(colours.quiet, colours.states.undetermined);
  found["hatch-gap"] = hatchCanvas(colours.states.unserved, "");
  return found;
}

export const images = (told) => Object.entries(canvases(told)).map(([name, made]) => [name, data(made), SCALE]);
