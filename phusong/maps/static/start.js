// The page: view, panel, address. Called once by the script that folium made, with its map, groups and layer control.
"use strict";
(function (phusong) {
  // The layer switch stands in the panel, each layer's legend under its name.
  function panel(map, control, groups, data) {
    const place = document.getElementById("layers");
    place.append(control.getContainer());
    const update = control._update;
    const keys = Object.keys(groups);
    const legends = new Map();
    for (const template of document.querySelectorAll("template[data-legend]")) {
      legends.set(template.dataset.legend, template.content.firstElementChild);
    }
    control._update = function () {
      update.call(this);
      const box = place.querySelector(".leaflet-control-layers-overlays");
      const labels = [...box.children];
      for (const key of data.panel) {
        if (!groups[key]) continue;
        box.append(labels[keys.indexOf(key)]);
        if (!legends.has(key)) continue;
        legends.get(key).classList.toggle("off", !map.hasLayer(groups[key]));
        box.append(legends.get(key));
      }
      return this;
    };
    const refresh = () => control._update();
    map.on("overlayadd overlayremove", refresh);
    refresh();
  }

  function sheet(map) {
    const button = document.getElementById("sheet");
    const open = (state) => {
      document.getElementById("panel").classList.toggle("open", state);
      button.setAttribute("aria-expanded", String(state));
    };
    button.addEventListener("click", () => open(button.getAttribute("aria-expanded") !== "true"));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      open(false);
      map.closePopup();
    });
    return () => open(false);
  }

  function views(map, data, closeSheet) {
    const nav = document.getElementById("views");
    if (data.views.length < 2) return;
    for (const view of data.views) {
      const button = phusong.element("button", view.name);
      button.type = "button";
      button.addEventListener("click", () => {
        map.fitBounds(view.bounds);
        closeSheet();
      });
      nav.append(button);
    }
  }

  // #map=zoom/lat/lon&off=layer,layer&at=layer:id – the same address shows the same view.
  function readAddress() {
    const given = new URLSearchParams(location.hash.slice(1));
    const view = (given.get("map") || "").split("/").map(Number);
    const valid = view.length === 3 && view.every(Number.isFinite) && Math.abs(view[1]) <= 85 && Math.abs(view[2]) <= 180;
    return { view: valid ? view : null, off: given.get("off"), at: given.get("at") };
  }

  function address(map, groups, selection, data) {
    let applying = false;

    function apply() {
      applying = true;
      const { view, off, at } = readAddress();
      if (off !== null) {
        const hidden = new Set(off.split(","));
        for (const [key, group] of Object.entries(groups)) {
          if (hidden.has(key)) group.remove();
          else group.addTo(map);
        }
      }
      if (view) map.setView([view[1], view[2]], view[0], { animate: false });
      else map.fitBounds(data.views[0].bounds, { animate: false });
      if (at) (view ? selection.show : selection.go)(at);
      applying = false;
      write();
    }

    function write() {
      if (applying) return;
      const centre = map.getCenter();
      const off = Object.keys(groups).filter((key) => !map.hasLayer(groups[key]));
      const parts = [`map=${map.getZoom()}/${centre.lat.toFixed(4)}/${centre.lng.toFixed(4)}`];
      if (off.length) parts.push(`off=${off.join(",")}`);
      if (selection.current()) parts.push(`at=${encodeURIComponent(selection.current())}`);
      history.replaceState(null, "", `#${parts.join("&")}`);
    }

    apply();
    map.on("moveend overlayadd overlayremove phusong:selected", write);
    window.addEventListener("hashchange", apply);
  }

  phusong.start = function (map, groups, control) {
    const data = JSON.parse(document.getElementById("data").textContent);
    L.control.zoom({ position: "topleft", zoomInTitle: data.words.zoom_in, zoomOutTitle: data.words.zoom_out }).addTo(map);
    L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
    map.fitBounds(data.views[0].bounds, { animate: false });
    const shapes = phusong.layers(map, groups, data);
    const selection = phusong.selection(map, groups, shapes, data);
    const closeSheet = sheet(map);
    panel(map, control, groups, data);
    views(map, data, closeSheet);
    phusong.search(map, shapes, selection, data);
    address(map, groups, selection, data);
    phusong.names(map, groups, data);
    document.documentElement.dataset.ready = "yes";
  };
})(window.PhuSong);
