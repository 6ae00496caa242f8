// A small map of the page: wheel, buttons and dragging move and enlarge it; a place can be shown and lit.
const MOST = 64;

class PlaceMap {
  constructor(figure) {
    this.figure = figure;
    this.svg = figure.querySelector("svg");
    this.spots = new Map([...this.svg.querySelectorAll("[data-key]")].map((one) => [one.dataset.key, one]));
    const { width, height } = this.svg.viewBox.baseVal;
    this.whole = { x: 0, y: 0, width, height };
    this.view = { ...this.whole };
    this.buttons();
    this.svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.svg.addEventListener("pointerdown", (event) => this.drag(event));
    this.put();
    new ResizeObserver(() => this.put()).observe(this.svg);
  }

  buttons() {
    const words = JSON.parse(this.figure.dataset.words), box = document.createElement("div");
    box.className = "map-tools";
    const all = { "+": [words.in, () => this.zoom(2)], "−": [words.out, () => this.zoom(0.5)], "⤢": [words.whole, () => this.all()] };
    for (const [sign, [title, does]] of Object.entries(all)) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: sign, title });
      button.setAttribute("aria-label", title);
      button.addEventListener("click", does);
      box.append(button);
    }
    this.figure.prepend(box);
  }

  all() { this.view = { ...this.whole }; this.put(); }

  put() {
    const { x, y, width, height } = this.view;
    this.svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    const { clientWidth, clientHeight } = this.svg;
    const unit = Math.max(width / (clientWidth || 1), height / (clientHeight || 1));
    this.svg.style.setProperty("--unit", String(unit)); // marks keep their size on the screen
  }

  at(event) {
    const box = this.svg.getBoundingClientRect();
    return [this.view.x + ((event.clientX - box.left) / box.width) * this.view.width,
      this.view.y + ((event.clientY - box.top) / box.height) * this.view.height];
  }

  zoom(by, point) {
    const width = Math.min(this.whole.width, Math.max(this.whole.width / MOST, this.view.width / by));
    const factor = width / this.view.width;
    const [x, y] = point ?? [this.view.x + this.view.width / 2, this.view.y + this.view.height / 2];
    this.view = { x: x - (x - this.view.x) * factor, y: y - (y - this.view.y) * factor, width, height: this.view.height * factor };
    this.keep();
    this.put();
  }

  keep() {
    const { view, whole } = this;
    view.x = Math.min(Math.max(view.x, -view.width / 2), whole.width - view.width / 2);
    view.y = Math.min(Math.max(view.y, -view.height / 2), whole.height - view.height / 2);
  }

  wheel(event) {
    if (!event.ctrlKey && !event.shiftKey && document.activeElement !== this.svg && !this.figure.matches(":focus-within")) return;
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? 1.4 : 1 / 1.4, this.at(event));
  }

  drag(event) {
    if (event.button || event.target.closest("a")) return;
    const start = { x: event.clientX, y: event.clientY, view: { ...this.view } }, box = this.svg.getBoundingClientRect();
    const move = (now) => {
      this.view.x = start.view.x - ((now.clientX - start.x) / box.width) * this.view.width;
      this.view.y = start.view.y - ((now.clientY - start.y) / box.height) * this.view.height;
      this.keep();
      this.put();
    };
    const end = () => { removeEventListener("pointermove", move); removeEventListener("pointerup", end); };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
  }

  // Lights a place and brings it into the view; a key without a place puts out the light.
  show(key) {
    for (const one of this.svg.querySelectorAll(".lit")) one.classList.remove("lit");
    const spot = this.spots.get(key);
    this.figure.dataset.shown = spot ? key : "";
    if (!spot) return;
    spot.classList.add("lit");
    spot.parentNode.append(spot); // above its neighbours
    this.svg.querySelector(".degrees")?.before(spot);
    const { e: x, f: y } = spot.transform.baseVal.consolidate().matrix;
    const { view } = this;
    const inside = x > view.x && x < view.x + view.width && y > view.y && y < view.y + view.height;
    if (!inside) { view.x = x - view.width / 2; view.y = y - view.height / 2; this.put(); }
  }
}

export function begin() {
  return [...document.querySelectorAll("[data-place-map]")].map((figure) => new PlaceMap(figure));
}
