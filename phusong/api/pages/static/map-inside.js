// What lies inside a drawn area: totals, and the same things as a table. It stands in the address.
const written = (ring) => ring.map((point) => point.map((value) => value.toFixed(5)).join(",")).join(";");

export function install(view, drawing, link) {
  const panel = document.getElementById("map-inside");
  const said = document.getElementById("inside-said");
  const pack = document.getElementById("inside-pack");
  const { words, told } = view;
  const number = (value) => value.toLocaleString(told.language === "vi" ? "vi-VN" : "en-GB");
  const plan = new URLSearchParams(location.search).get("plan") ?? "";

  function table(id, rows, cells) {
    const whole = document.getElementById(id);
    whole.hidden = rows.length === 0;
    whole.querySelector("tbody").replaceChildren(...rows.map((row) => {
      const line = document.createElement("tr");
      const [key, name, households, title] = cells(row);
      const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: true, value: key });
      box.setAttribute("aria-label", name);
      const parts = [box, name, number(households), title].map((content, i) => {
        const cell = document.createElement(i === 1 ? "th" : "td");
        if (i === 2) cell.className = "n";
        cell.append(content);
        return cell;
      });
      line.append(...parts);
      return line;
    }));
  }

  function offer() {
    const codes = [...document.querySelectorAll("#inside-gaps input:checked")].map((one) => one.value);
    pack.hidden = !plan || !codes.length;
    if (plan) pack.href = `/plans/${encodeURIComponent(plan)}/packages/new#items=${codes.map(encodeURIComponent).join(",")}`;
    const villages = [...document.querySelectorAll("#inside-villages input:checked")].map((one) => one.value);
    document.dispatchEvent(new CustomEvent("map-selected", { detail: { gaps: codes, villages } }));
  }

  function show(found) {
    const values = {
      gaps: found.gap_count, gap_households: found.gap_households, villages: found.village_count, households: found.village_households,
      unserved: found.unserved_households, undetermined: found.undetermined_households,
    };
    const none = !found.gap_count && !found.village_count;
    said.textContent = none ? words.nothing_inside : words.inside.replace(/{(\w+)}/g, (_, key) => number(values[key]));
    table("inside-gaps", found.gaps, (row) => [row.gap_id, `${row.gap_id}, ${row.village_name}`, row.households, [row.finding, row.route].filter(Boolean).join("; ")]);
    table("inside-villages", found.villages, (row) => [row.village_code, `${row.village_name}, ${row.commune_name}`, row.households, row.village_class]);
    panel.hidden = false;
    drawing.resize();
    panel.focus({ preventScroll: true });
    offer();
  }

  async function load(ring) {
    const corners = ring.split(";").map((pair) => pair.split(",").map(Number));
    view.overlay("inside", { type: "LineString", coordinates: [...corners, corners[0]] }, { kind: "lines", colour: told.colours.action, width: 2.5, dashed: true });
    const query = new URLSearchParams({ ring, route: link.get("route") });
    const answer = await fetch(`/api/studies/${view.study}/inside?${query}`).catch(() => null);
    if (!answer?.ok) said.textContent = words.failed;
    else show(await answer.json());
  }

  function hide() {
    view.overlay("inside", null);
    if (panel.hidden) return;
    panel.hidden = true;
    drawing.resize();
  }

  function read() {
    const ring = link.get("inside");
    if (ring) load(ring);
    else hide();
  }

  function clear() {
    link.set("inside", "", { step: true });
    hide();
  }

  panel.addEventListener("change", offer);
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.preventDefault(); clear(); drawing.focus(); } });
  document.getElementById("do-close-inside").addEventListener("click", () => { clear(); drawing.focus(); });
  link.onBack(read);
  read();
  return {
    clear,
    select(ring) {
      link.set("inside", written(ring), { step: true });
      view.close();
      read();
    },
  };
}
