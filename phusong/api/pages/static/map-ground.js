// What lies under all that is found: the user's own picture or tiles, water, roads, borders; and names along them.
const wide = (...steps) => ["interpolate", ["exponential", 1.5], ["zoom"], ...steps];
const ROUND = { "line-cap": "round", "line-join": "round" };
const LINES = ["==", ["geometry-type"], "LineString"];
const AREAS = ["==", ["geometry-type"], "Polygon"];

function along(id, source, name, colours, font, part) {
  return {
    id, source, part: part ?? source, type: "symbol", minzoom: 12, filter: ["!=", ["coalesce", ["get", name], ""], ""],
    layout: { "symbol-placement": "line", "symbol-spacing": 320, "text-field": ["get", name], "text-size": 11, "text-max-angle": 35, ...font },
    paint: { "text-color": colours.quiet, "text-halo-color": colours.paper, "text-halo-width": 1.4 },
  };
}

function water(colours) {
  const narrow = ["in", ["coalesce", ["get", "water_class"], ""], ["literal", ["stream", "canal"]]];
  const line = (id, filter, width) => ({ id, source: "rivers", type: "line", filter, layout: ROUND, paint: { "line-color": colours.water, "line-width": wide(7, 1.2 * width, 12, 2.6 * width, 16, 6 * width) } });
  return [
    { id: "lakes", source: "rivers", part: "lakes", type: "fill", paint: { "fill-color": colours.water, "fill-opacity": 0.55 } },
    line("streams", narrow, 0.6), line("rivers", ["!", narrow], 1),
  ];
}

function roads(colours) {
  const car = ["==", ["get", "road_class"], "car"];
  const boat = ["==", ["get", "road_class"], "water"];
  const path = ["in", ["coalesce", ["get", "road_class"], ""], ["literal", ["motorbike", "trail"]]];
  const line = (id, filter, width, more = {}) => ({ id, source: "roads", type: "line", filter, layout: more["line-dasharray"] ? {} : ROUND, paint: { "line-color": colours.road, "line-width": width, ...more } });
  return [
    line("roads-edge", car, wide(11, 2.2, 16, 11), { "line-opacity": ["interpolate", ["linear"], ["zoom"], 10.5, 0, 11.5, 0.55] }),
    line("roads", car, wide(6, 0.4, 11, 1.2, 16, 8), { "line-color": ["step", ["zoom"], colours.road, 11.5, colours.white] }),
    line("roads-unknown", ["all", ["!", car], ["!", path], ["!", boat]], wide(8, 0.3, 12, 0.9, 16, 4)),
    { ...line("roads-paths", path, wide(11, 0.6, 16, 2.4), { "line-dasharray": [3, 1.6] }), minzoom: 10 },
    line("roads-boats", boat, wide(10, 0.8, 16, 2), { "line-color": colours.quiet, "line-dasharray": [1, 2.4] }),
  ];
}

// Tiles of the user's own: a picture as it is; of vector tiles the water and the roads that common schemas have.
function basemap(told) {
  const { colours, tiles } = told;
  if (!tiles.basemap) return [];
  if (tiles.basemap.type === "raster") return [{ id: "basemap", source: "basemap", type: "raster" }];
  const fill = (part) => ({ id: `basemap-${part}-areas`, source: "basemap", part, type: "fill", filter: AREAS, paint: { "fill-color": colours.water, "fill-opacity": 0.5 } });
  const line = (part, colour, width) => ({ id: `basemap-${part}`, source: "basemap", part, type: "line", filter: LINES, paint: { "line-color": colour, "line-width": width } });
  return [
    fill("water"), line("water", colours.water, wide(8, 0.6, 16, 4)), line("waterway", colours.water, wide(8, 0.6, 16, 4)),
    ...["transportation", "roads"].map((part) => line(part, colours.road, wide(6, 0.3, 12, 0.9, 16, 4))),
  ];
}

export function groundLayers(told, font) {
  const { colours } = told;
  return {
    under: { basemap: basemap(told), relief: [{ id: "hillshade", source: "hillshade", type: "raster", paint: { "raster-opacity": told.tiles.basemap ? 0.45 : 0.8 } }], rivers: water(colours), roads: roads(colours) },
    borders: {
      communes: [{ id: "communes", source: "communes", type: "line", paint: { "line-color": colours.ink, "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.4, 12, 1.2], "line-opacity": 0.6 } }],
      provinces: [{ id: "provinces", source: "provinces", type: "line", layout: ROUND, paint: { "line-color": colours.ink, "line-width": ["interpolate", ["linear"], ["zoom"], 5, 0.9, 12, 2.8], "line-opacity": 0.85 } }],
    },
    names: { river_names: [along("river-names", "rivers", "water_name", colours, font)], road_names: [along("road-names", "roads", "road_name", colours, font)] },
  };
}

// Hoàng Sa and Trường Sa stand on every map, whatever is switched off and whatever lies beneath.
export function islandLayers(colours, font) {
  const label = { "text-color": colours.ink, "text-halo-color": colours.paper, "text-halo-width": 1.5 };
  return [
    { id: "islands", source: "islands", type: "circle", filter: ["!", ["has", "name"]], paint: { "circle-color": colours.ink, "circle-radius": 2, "circle-stroke-color": colours.paper, "circle-stroke-width": 1 } },
    { id: "island-names", source: "islands", type: "symbol", filter: ["has", "name"], paint: label, layout: {
      "text-field": ["format", ["get", "name"], { "font-scale": 1 }, "\n", {}, ["get", "unit"], { "font-scale": 0.85 }],
      "text-size": ["interpolate", ["linear"], ["zoom"], 3, 10, 8, 13], "text-offset": [0, 1], "text-max-width": 24, "text-allow-overlap": true, "text-ignore-placement": true, ...font,
    } },
  ];
}
