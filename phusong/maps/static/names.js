// Names of communes, and of villages when close: the map has no other basemap. A name moves a little to keep clear of
// marks, and is left out rather than laid over another name or over the count of a gap.
"use strict";
(function (phusong) {
  const VILLAGES_FROM_ZOOM = 13;
  const LETTER_PX = 7;
  const LINE_PX = 16;
  const SHIFTS = { communes: [0, -18, 18, -34, 34], villages: [17, -17] };

  function visible(map, groups, data, key) {
    if (!data.layers[key] || !map.hasLayer(groups[key])) return [];
    const view = map.getBounds();
    return data.layers[key].filter((item) => item.at && view.contains(item.at));
  }

  function boxes(map, groups, data, key, radius) {
    return visible(map, groups, data, key).map((item) => {
      const { x, y } = map.latLngToLayerPoint(item.at);
      const r = radius(item);
      return [x - r, y - r, x + r, y + r];
    });
  }

  function hits(box, others) {
    return others.filter((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]).length;
  }

  function place(point, name, shifts, taken, marks) {
    const half = (name.length * LETTER_PX) / 2;
    let best = null;
    for (const shift of shifts) {
      const y = point.y + shift;
      const box = [point.x - half, y - LINE_PX / 2, point.x + half, y + LINE_PX / 2];
      if (hits(box, taken)) continue;
      const cost = hits(box, marks);
      if (!best || cost < best.cost) best = { box, cost, y };
      if (!cost) break;
    }
    return best;
  }

  phusong.names = function (map, groups, data) {
    const pane = map.createPane("names");
    pane.className += " place-names";
    pane.style.zIndex = 450;

    function draw() {
      const taken = boxes(map, groups, data, "gaps", (item) => data.steps[item.step].radius);
      const marks = ["sites", "villages", "proposed_sites"].flatMap((key) => boxes(map, groups, data, key, () => 7));
      const made = [];
      const layers = map.getZoom() >= VILLAGES_FROM_ZOOM ? ["communes", "villages"] : ["communes"];
      for (const key of layers) {
        for (const item of visible(map, groups, data, key)) {
          const point = map.latLngToLayerPoint(item.at);
          const spot = place(point, item.name, SHIFTS[key], taken, marks);
          if (!spot) continue;
          taken.push(spot.box);
          const label = phusong.element("span", item.name, key === "villages" ? "village" : "commune");
          label.style.left = `${point.x}px`;
          label.style.top = `${spot.y}px`;
          made.push(label);
        }
      }
      pane.replaceChildren(...made);
    }

    map.on("zoomstart", () => pane.replaceChildren());
    map.on("moveend zoomend overlayadd overlayremove", draw);
    draw();
  };
})(window.PhuSong);
