// Marks of the colour table on Leaflet's canvas: many thousands stay fast, and legend and map share one drawing.
"use strict";
window.PhuSong = {};
(function (phusong) {
  const paths = new Map();
  const tiles = new Map();

  function path(text) {
    if (!paths.has(text)) paths.set(text, new Path2D(text));
    return paths.get(text);
  }

  // Marks shrink where they would crowd: full size from the zoom at which they stand apart by their own width and more.
  function scaleAt(map, spacing, room, least) {
    const pixel = (40075017 * Math.cos((map.getCenter().lat * Math.PI) / 180)) / 2 ** (map.getZoom() + 8);
    return Math.min(1, Math.max(least, spacing / pixel / room));
  }

  function drawMark(context, parts, hollow) {
    for (const [outline, fill, stroke, width] of parts) {
      if (fill) {
        context.fillStyle = hollow ? "#FFFFFF" : fill;
        context.fill(path(outline));
      }
      if (stroke || hollow) {
        context.strokeStyle = hollow ? fill : stroke;
        context.lineWidth = hollow ? 2 : width;
        context.stroke(path(outline));
      }
    }
  }

  function hatch(context, colour) {
    if (!tiles.has(colour)) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = 8;
      const pen = tile.getContext("2d");
      pen.strokeStyle = colour;
      pen.lineWidth = 1;
      for (const at of [-8, 0, 8]) {
        pen.moveTo(at - 1, 9);
        pen.lineTo(at + 9, -1);
      }
      pen.stroke();
      tiles.set(colour, context.createPattern(tile, "repeat"));
    }
    return tiles.get(colour);
  }

  const plain = L.Canvas.prototype._fillStroke;
  L.Canvas.include({
    _updateMark(layer) {
      if (!this._drawing || layer._empty()) return;
      const context = this._ctx;
      const { parts, hollow, disc, spacing } = layer.options;
      const point = layer._point;
      if (disc) {
        layer._radius = layer.options.radius * scaleAt(this._map, spacing, 56, 0.5);
        this._updateCircle(layer);
        if (layer._radius < 3 + 2.5 * disc.text.length) return;
        context.globalAlpha = 1;
        context.fillStyle = disc.ink;
        const size = Math.round(7 + layer._radius / 4);
        context.font = `600 ${size}px "Be Vietnam Pro", "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif`;
        context.textAlign = "center";
        context.textBaseline = "middle";
        context.fillText(disc.text, point.x, point.y + 0.5);
        return;
      }
      const scale = scaleAt(this._map, spacing, 20, 0.45);
      parts.forEach((mark, index) => {
        context.save();
        context.translate(point.x + (index - (parts.length - 1) / 2) * 11 * scale, point.y);
        context.scale(scale, scale);
        context.lineCap = context.lineJoin = "round";
        drawMark(context, mark, hollow);
        context.restore();
      });
    },
    _fillStroke(context, layer) {
      plain.call(this, context, layer);
      if (layer.options.hatch) {
        context.globalAlpha = 1;
        context.fillStyle = hatch(context, layer.options.hatch);
        context.fill("evenodd");
      }
    },
  });

  phusong.Mark = L.CircleMarker.extend({
    _updatePath() {
      this._renderer._updateMark(this);
    },
  });
})(window.PhuSong);
