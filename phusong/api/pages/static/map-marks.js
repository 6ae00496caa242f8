// Marks of the one colour table, drawn once into pictures; and patterns, for what must not be told by colour alone.
const SIZE = 18;
const SCALE = 2;

function canvas(width, height) {
  const made = document.createElement("canvas");
  made.width = width * SCALE;
  made.height = height * SCALE;
  const pen = made.getContext("2d");
  pen.scale(SCALE, SCALE);
  return [made, pen];
}

const data = (made) => made.getContext("2d").getImageData(0, 0, made.width, made.height);

function paths(pen, parts, hollow) {
  for (const [path, fill, stroke, width] of parts) {
    const shape = new Path2D(path);
    if (fill && !hollow) { pen.fillStyle = fill; pen.fill(shape); }
    if (hollow) { pen.fillStyle = "#FFFFFF"; pen.fill(shape); pen.strokeStyle = fill || stroke; pen.lineWidth = 1.6; pen.stroke(shape); }
    else if (stroke) { pen.strokeStyle = stroke; pen.lineWidth = width; pen.lineCap = "round"; pen.stroke(shape); }
  }
}

export function markCanvas(parts, { hollow = false } = {}) {
  const [made, pen] = canvas(SIZE, SIZE);
  pen.translate(SIZE / 2, SIZE / 2);
  paths(pen, parts, hollow);
  return made;
}

function ringCanvas(colour, { dashed = false, width = 2, radius = 7 } = {}) {
  const [made, pen] = canvas(SIZE, SIZE);
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  if (dashed) pen.setLineDash([3.2, 2.4]);
  pen.beginPath();
  pen.arc(SIZE / 2, SIZE / 2, radius, 0, 2 * Math.PI);
  pen.stroke();
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

// Solid point with a ring: measured. A tick on paper: somebody decided. A question mark: not known.
function signCanvas(text, { fill, ink, edge }) {
  const [made, pen] = canvas(SIZE, SIZE);
  pen.fillStyle = fill;
  pen.strokeStyle = edge;
  pen.lineWidth = 1.4;
  pen.beginPath();
  pen.arc(SIZE / 2, SIZE / 2, 6.6, 0, 2 * Math.PI);
  pen.fill();
  pen.stroke();
  pen.fillStyle = ink;
  pen.font = "bold 11px sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(text, SIZE / 2, SIZE / 2 + 0.6);
  return made;
}

function measuredCanvas(colour) {
  const made = ringCanvas(colour, { width: 1.6, radius: 7 });
  const pen = made.getContext("2d");
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(SIZE / 2, SIZE / 2, 3.8, 0, 2 * Math.PI);
  pen.fill();
  return made;
}

export function canvases(told) {
  const { colours, marks } = told;
  const found = {};
  for (const [key, parts] of Object.entries(marks)) {
    found[key] = markCanvas(parts);
    if (key.startsWith("op:")) found[`${key}:hollow`] = markCanvas(parts, { hollow: true });
  }
  found.reported = ringCanvas(colours.action, { dashed: true, width: 2.2 });
  found.measured = measuredCanvas(colours.states.unserved);
  found.decided = signCanvas("✓", { fill: colours.paper, ink: colours.ink, edge: colours.ink });
  found.unknown = signCanvas("?", { fill: colours.states.undetermined, ink: colours.ink, edge: colours.quiet });
  found.hatch = hatchCanvas(colours.quiet, colours.states.undetermined);
  found["hatch-gap"] = hatchCanvas(colours.states.unserved, "");
  return found;
}

export const images = (told) => Object.entries(canvases(told)).map(([name, made]) => [name, data(made), SCALE]);
