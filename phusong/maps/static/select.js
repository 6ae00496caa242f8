// Opening an item: its popup, docked where it hides neither the item nor its surroundings; for a gap also thin lines to the nearest stations and the obstacle that hides them.
"use strict";
(function (phusong) {
  function fan(layer, found, shapes) {
    layer.clearLayers();
    if (found.key !== "gaps") return;
    const { item } = found;
    for (const site of item.sites) {
      const other = shapes.get(`sites:${site}`);
      if (other) {
        L.polyline([item.at, other.item.at], { color: "#1B2430", weight: 1, opacity: 0.8, interactive: false }).addTo(layer);
      }
    }
    found.shape.bringToFront();
    if (item.obstacle) {
      const icon = L.divIcon({ className: "obstacle", iconSize: [0, 0], html: phusong.element("span", item.loss) });
      L.marker(item.obstacle, { icon, interactive: false, keyboard: false }).addTo(layer);
    }
  }

  phusong.selection = function (map, groups, shapes, data) {
    const lines = L.layerGroup().addTo(map);
    map.createPane("inspector", map.getContainer());
    let current = null;

    // Room the inspector takes: at the right on a desk, at the bottom on a phone.
    function room() {
      const size = map.getSize();
      return size.x > 600 ? { paddingTopLeft: [60, 40], paddingBottomRight: [390, 40] }
        : { paddingTopLeft: [30, 30], paddingBottomRight: [30, 0.55 * size.y] };
    }

    function show(name, at) {
      const found = shapes.get(name);
      if (!found) return;
      const popup = L.popup({ pane: "inspector", autoPan: false, maxWidth: 1000, closeOnClick: false });
      const place = at || found.item.at;
      popup.setLatLng(place).setContent(phusong.popup(found.item, data)).openOn(map);
      popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", data.words.close);
      fan(lines, found, shapes);
      current = name;
      map.panInside(place, { ...room(), animate: false });
      map.fire("phusong:selected");
    }

    function go(name) {
      const found = shapes.get(name);
      if (!found) return;
      if (!map.hasLayer(groups[found.key])) groups[found.key].addTo(map);
      const near = (found.item.sites || []).map((site) => shapes.get(`sites:${site}`)).filter(Boolean);
      const bounds = found.shape.getBounds ? found.shape.getBounds() : L.latLngBounds([found.item.at]);
      for (const other of near) bounds.extend(other.item.at);
      map.fitBounds(bounds, { ...room(), animate: false, maxZoom: 13 });
      show(name);
    }

    for (const [name, found] of shapes) {
      const clicked = (event) => {
        L.DomEvent.stopPropagation(event);
        show(name, found.key === "communes" ? event.latlng : null);
      };
      found.shape.on("click", clicked);
    }
    map.on("popupclose", () => {
      lines.clearLayers();
      current = null;
      map.fire("phusong:selected");
    });
    return { show, go, current: () => current };
  };
})(window.PhuSong);
