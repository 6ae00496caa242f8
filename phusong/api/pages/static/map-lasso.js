// An area drawn by hand: with the pointer held down a ring is drawn, let go it is closed.
const STEP_PX = 4;
const LEAST_POINTS = 8;

const apart = ([x, y], [otherX, otherY]) => Math.hypot(x - otherX, y - otherY);

// Distance of a point from a stretch, in pixels.
function off([x, y], [ax, ay], [bx, by]) {
  const long = (bx - ax) ** 2 + (by - ay) ** 2;
  const share = long ? Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long)) : 0;
  return Math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay));
}

// The fewer corners of a line that stays within so many pixels of it (Douglas and Peucker).
export function thinned(points, pixels) {
  if (points.length < 3) return points;
  const [first, last] = [points[0], points.at(-1)];
  let far = 0;
  let most = 0;
  points.forEach((one, i) => { const found = off(one, first, last); if (found > most) [far, most] = [i, found]; });
  return most > pixels ? [...thinned(points.slice(0, far + 1), pixels).slice(0, -1), ...thinned(points.slice(far), pixels)] : [first, last];
}

export function fewer(points, most) {
  let pixels = 1.5;
  let found = points;
  while (found.length > most) { found = thinned(points, pixels); pixels *= 1.5; }
  return found;
}

export function install(box, drawing, { most, draw, done }) {
  let on = false;
  let pointer = null;
  let trail = [];
  const at = (event) => { const { left, top } = box.getBoundingClientRect(); return [event.clientX - left, event.clientY - top]; };
  const places = () => trail.map((one) => drawing.lonLatAt(...one));
  let ended = false;
  function stopped(event) {
    const ours = on && !event.shiftKey && event.target.closest("canvas, .leaflet-container") !== null;
    if (ours) event.stopImmediatePropagation();
    return ours;
  }

  function forget() {
    pointer = null;
    trail = [];
    draw([]);
  }

  // What the map itself would make of a drag does not reach it; wheel and keys still move it.
  for (const name of ["mousedown", "touchstart", "touchmove"]) box.addEventListener(name, stopped, { capture: true, passive: true });
  for (const name of ["click", "dblclick"]) box.addEventListener(name, (event) => { if (ended) event.stopImmediatePropagation(); else stopped(event); }, { capture: true });
  box.addEventListener("pointerdown", (event) => {
    ended = false;
    if (event.button || !stopped(event)) return;
    if (pointer !== null) return void forget();
    pointer = event.pointerId;
    trail = [at(event)];
    box.setPointerCapture(pointer);
  }, { capture: true });
  box.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const now = at(event);
    if (apart(now, trail.at(-1)) < STEP_PX) return;
    trail.push(now);
    draw(places());
  });
  box.addEventListener("pointerup", (event) => {
    if (event.pointerId !== pointer) return;
    ended = true; // the click that follows is part of the drag
    const enough = trail.length >= LEAST_POINTS;
    trail = fewer(trail, most);
    const ring = places();
    forget();
    if (enough) done(ring);
  });
  box.addEventListener("pointercancel", (event) => { if (event.pointerId === pointer) forget(); });

  return {
    use(wanted) {
      on = wanted;
      box.classList.toggle("lasso", on);
      if (pointer !== null) forget();
    },
    // Says whether there was something to let go of.
    cancel() {
      const busy = pointer !== null;
      if (busy) forget();
      return busy;
    },
  };
}
