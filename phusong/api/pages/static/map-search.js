// The search box of the map: places by name without accents, or coordinates; arrows, Enter, Esc.
const WAIT_MS = 150;
const ZOOMS = { commune: 11, village: 13, site: 14, position: 14 };

export function install(view) {
  const box = document.getElementById("map-search");
  const list = document.getElementById("map-found");
  const said = document.getElementById("map-said");
  const { words } = view;
  let items = [];
  let chosen = -1;
  let waiting = 0;
  let asked = 0;

  function close() {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
    chosen = -1;
  }

  function mark(number) {
    chosen = number;
    [...list.querySelectorAll("[role=option]")].forEach((one, i) => {
      one.setAttribute("aria-selected", String(i === chosen));
      if (i === chosen) { box.setAttribute("aria-activedescendant", one.id); one.scrollIntoView({ block: "nearest" }); }
    });
  }

  function line(item, number) {
    const one = document.createElement("li");
    one.id = `map-found-${number}`;
    one.role = "option";
    const told = document.createElement("span");
    told.className = "hint";
    told.textContent = `${words[`kind_${item.kind}`]} · ${item.told}`;
    one.append(item.title, told);
    one.addEventListener("mousedown", (event) => { event.preventDefault(); go(item); });
    return one;
  }

  function show(found) {
    items = found;
    list.replaceChildren(...found.map(line));
    if (!found.length) list.append(Object.assign(document.createElement("li"), { className: "hint", textContent: words.nothing }));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    said.textContent = found.length ? words.found.replace("{n}", found.length) : words.nothing;
    if (found.length) mark(0);
  }

  async function ask() {
    const text = box.value.trim();
    const mine = ++asked;
    if (!text) return close();
    const answer = await fetch(`/api/studies/${view.study}/places?${new URLSearchParams({ q: text })}`).catch(() => null);
    if (mine !== asked) return undefined;
    if (!answer?.ok) { said.textContent = words.failed; return close(); }
    return show((await answer.json()).items);
  }

  function go(item) {
    close();
    box.value = item.title;
    view.fly(item.lon_deg, item.lat_deg, ZOOMS[item.kind]);
    const thing = { village: "village_code", site: "site_id" }[item.kind];
    if (item.kind !== "commune") view.ask({ lon: item.lon_deg, lat: item.lat_deg, ...(thing ? { [thing]: item.code } : {}) });
  }

  box.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, WAIT_MS); });
  box.addEventListener("keydown", async (event) => {
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) await ask();
      else if (items.length) mark((chosen + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(waiting);
      if (list.hidden || asked === 0 || box.value !== box.dataset.asked) { box.dataset.asked = box.value; await ask(); }
      if (items[chosen]) go(items[chosen]);
    }
  });
  box.addEventListener("blur", close);
  // On this page "/" goes to the map's own box.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    box.focus();
    box.select();
  }, { capture: true });
}
