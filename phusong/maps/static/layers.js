// The layers: shapes from the data, put into the groups that folium made; drawing order is the order of the groups.
"use strict";
(function (phusong) {
  const UNITS_PER_DEG = 100000;

  function ring(numbers) {
    const points = [];
    let x = 0;
    let y = 0;
    for (let i = 0; i < numbers.length; i += 2) {
      x += numbers[i];
      y += numbers[i + 1];
      points.push([y / UNITS_PER_DEG, x / UNITS_PER_DEG]);
    }
    return points;
  }

  const area = (polygons) => polygons.map((rings) => rings.map(ring));

  function communes(item, data) {
    return [L.polygon(area(item.area), { ...data.fills[item.fill], smoothFactor: 0.6 })];
  }

  function gaps(item, data) {
    const step = data.steps[item.step];
    const look = { color: step.edge, weight: 1.5, fillColor: step.colour, fillOpacity: 0.45 };
    const mark = new phusong.Mark(item.at, {
      radius: step.radius, disc: { ink: step.ink, text: item.short }, spacing: data.spacing.gaps, color: "#FFFFFF", weight: 1.5, fillColor: step.colour, fillOpacity: 0.94,
    });
    return item.area.length ? [L.polygon(area(item.area), look), mark] : [mark];
  }

  function marks(item, data, spacing = data.spacing.marks) {
    const parts = item.marks.map((key) => data.marks[key]);
    const radius = 7 + (parts.length - 1) * 5;
    return [new phusong.Mark(item.at, { parts, hollow: item.hollow, radius, weight: 0, spacing })];
  }

  const planned = (item, data) => marks(item, data, data.spacing.planned);

  function dashed(item, data) {
    return [L.polygon(area(item.area), { color: data.lines.future_gaps, weight: 2, dashArray: "5 4", fill: true, fillOpacity: 0.05 })];
  }

  function stretches(item, data) {
    return [L.polyline(item.lines.map(ring), { color: data.lines.road_gaps, weight: 4, opacity: 0.85 })];
  }

  const makers = {
    communes, gaps, sites: marks, villages: marks, proposed_sites: marks, plan_sites: planned, target_places: marks,
    future_gaps: dashed, road_gaps: stretches,
  };

  function fill(key, group, data, shapes) {
    const items = key === "gaps" ? [...data.layers[key]].sort((a, b) => b.step - a.step) : data.layers[key];
    for (const item of items) {
      if (!item.at) continue;
      const made = makers[key](item, data);
      for (const shape of made) shape.addTo(group);
      shapes.set(`${key}:${item.id}`, { key, item, shape: made[made.length - 1] });
    }
  }

  function relief(group, overlay) {
    L.imageOverlay(overlay.source, overlay.bounds, { pane: "tilePane", opacity: 0.9 }).addTo(group);
  }

  // Leaflet puts a layer switched on again on top of all others; uppermost stay the discs of gaps, with their counts, and
  // the sites of a plan.
  function keepOrder(map, groups, shapes) {
    const order = () => {
      for (const [key, group] of Object.entries(groups)) if (key !== "relief" && map.hasLayer(group)) group.bringToFront();
      for (const upper of ["gaps", "plan_sites"]) {
        for (const { key, shape } of shapes.values()) if (key === upper && map.hasLayer(shape)) shape.bringToFront();
      }
    };
    map.on("overlayadd", order);
    order();
  }

  // Metres between neighbours if they were spread evenly over the first view.
  function spacings(map, data) {
    const bounds = L.latLngBounds(data.views[0].bounds);
    const wide = map.distance(bounds.getSouthWest(), bounds.getSouthEast());
    const high = map.distance(bounds.getSouthWest(), bounds.getNorthWest());
    const apart = (keys) => {
      const count = keys.reduce((sum, key) => sum + (data.layers[key] || []).length, 0);
      return Math.sqrt((0.5 * wide * high) / Math.max(1, count));
    };
    return { gaps: apart(["gaps"]), marks: apart(["sites", "villages"]), planned: apart(["plan_sites"]) };
  }

  phusong.layers = function (map, groups, data) {
    data.spacing = spacings(map, data);
    const shapes = new Map();
    for (const [key, group] of Object.entries(groups)) {
      if (key === "relief") relief(group, data.relief);
      else fill(key, group, data, shapes);
    }
    keepOrder(map, groups, shapes);
    return shapes;
  };
})(window.PhuSong);
