// What is looked at stands in the address, so that every view can be sent, kept and gone back to.
const PLAIN = { "%2C": ",", "%2F": "/", "%3A": ":" };
const written = (value) => encodeURIComponent(value).replace(/%2C|%2F|%3A/g, (code) => PLAIN[code]);

function read() {
  return new Map(new URLSearchParams(location.hash.slice(1)));
}

export function permalink() {
  let values = read();
  const waiting = [];
  const address = () => `#${[...values].map(([key, value]) => `${key}=${written(value)}`).join("&")}`;

  addEventListener("popstate", () => {
    values = read();
    waiting.forEach((one) => one());
  });
  return {
    get: (key) => values.get(key) ?? "",
    // `step` makes it something the browser's back button undoes; moving the map is not.
    set(key, value, { step = false } = {}) {
      if ((values.get(key) ?? "") === String(value)) return;
      if (value === "" || value === null) values.delete(key);
      else values.set(key, String(value));
      history[step ? "pushState" : "replaceState"](null, "", address());
    },
    onBack: (callback) => waiting.push(callback),
  };
}
