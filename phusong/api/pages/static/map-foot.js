// The strip under the map: zoom, scale bar, and the coordinates under the pointer.
const EARTH_M = 40_075_016.686;

export const metresPerPixel = (lat, zoom) => (EARTH_M * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** zoom);

// The longest of 1, 2, 5 × 10ⁿ metres that is no wider than so many pixels.
export function scaleBar(lat, zoom, mostPx) {
  const most = metresPerPixel(lat, zoom) * mostPx;
  const tens = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].find((one) => one * tens <= most) * tens;
  return { metres, px: metres / metresPerPixel(lat, zoom) };
}

export function lengthText(metres, { language, words }) {
  const km = metres >= 1000;
  const value = km ? metres / 1000 : metres;
  const digits = km && value < 100 && value % 1 ? 2 : 0;
  return `${value.toLocaleString(language === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: digits })} ${km ? words.km : words.m}`;
}

export const degreesText = (lon, lat, { language }) => {
  const digits = (value) => value.toLocaleString(language === "vi" ? "vi-VN" : "en-GB", { minimumFractionDigits: 5, maximumFractionDigits: 5 });
  return `${digits(lat)}; ${digits(lon)}`;
};

export function install(drawing, told) {
  const scale = document.getElementById("map-scale");
  const at = document.getElementById("map-at");
  function draw() {
    const { lat, zoom } = drawing.centre();
    const { metres, px } = scaleBar(lat, zoom, 110);
    scale.style.width = `${Math.round(px)}px`;
    scale.textContent = lengthText(metres, told);
  }
  drawing.onMove(draw);
  drawing.onPointer((lon, lat) => { at.textContent = degreesText(lon, lat, told); });
  draw();
  for (const button of document.querySelectorAll("button[data-zoom]")) button.addEventListener("click", () => drawing.zoom(+button.dataset.zoom));
  document.getElementById("do-whole").addEventListener("click", () => drawing.whole());
}
