// The chips above the map. A choice changes the addresses of the tiles it is about, and stands in the address of the page.
export function install(drawing, link, told, panel) {
  const bar = document.querySelector(".map-chips");
  for (const one of bar.querySelectorAll("[data-filter]")) if (drawing.filters && !drawing.filters.has(one.dataset.filter)) one.closest("label").remove();
  const chips = [...bar.querySelectorAll("[data-filter]")];
  const clear = document.getElementById("do-unfilter");
  const [firstService, , , firstScenario] = told.views[0];
  const title = (key) => chips.find((one) => one.dataset.filter === key).closest("label").querySelector("span").textContent.toLowerCase();

  const asked = () => {
    const values = Object.fromEntries(chips.map((one) => [one.dataset.filter, one.value]));
    const [kind, value] = (values.what ?? "").split(":");
    return { ...values, service: kind === "service" ? value : "", technology: kind === "technology" ? value : "" };
  };
  const numberOf = ({ service, technology, operator, scenario }) => {
    const wanted = [service || (technology ? "" : firstService), technology, operator ?? "", scenario || firstScenario];
    return told.views.findIndex((view) => view.every((value, i) => value === wanted[i]));
  };

  const query = (values) => {
    const kept = Object.entries(values).filter(([, value]) => value);
    return kept.length ? `?${new URLSearchParams(kept)}` : "";
  };
  const given = ({ service, technology, operator, scenario, class: classes }) => ({ service, technology, operator, scenario, class: classes });

  const LAYERS = { gaps: "gaps", villages: "villages", households: "households", sites: "sites", sectors: "sectors", shares: "communes", coverage: "coverage" };
  function notes(wanted) {
    const chosen = [["operator", wanted.operator], ["what", wanted.what], ["scenario", wanted.scenario]].filter(([, value]) => value).map(([key]) => key);
    for (const [key, name] of Object.entries(LAYERS)) {
      const filters = told.tiles[name]?.filters ?? [];
      const may = (chip) => (chip === "what" ? (wanted.technology ? filters.includes("technology") : filters.includes("service")) : filters.includes(chip));
      panel.note(key, chosen.filter((chip) => !may(chip)).map(title));
    }
  }

  function draw() {
    const wanted = asked();
    const addresses = { study: told.joined.address + query(given(wanted)) };
    for (const [name, one] of Object.entries(told.tiles)) {
      if (one.type !== "vector" || told.joined.layers.includes(name)) continue;
      addresses[name] = one.address + query(Object.fromEntries(Object.entries(given(wanted)).filter(([key]) => one.filters.includes(key))));
    }
    if (addresses.rows && wanted.round) addresses.rows = `/tiles/rounds/${wanted.round}/rows/{z}/{x}/{y}.mvt`;
    drawing.tiles(addresses);
    drawing.route(wanted.route ?? "");
    drawing.classes?.((wanted.class ?? "").split(",").filter(Boolean));
    drawing.scenario(Boolean(wanted.scenario));
    notes(wanted);
    for (const one of chips) one.closest("label").classList.toggle("set", one.value !== "");
    clear.hidden = chips.every((one) => one.value === "");
  }

  // Choices that the study was not computed for cannot be made.
  function narrow() {
    const wanted = asked();
    for (const one of chips) {
      const key = one.dataset.filter;
      if (!["operator", "what", "scenario"].includes(key)) continue;
      for (const option of one.options) {
        const [kind, value] = option.value.split(":");
        const other = key === "what" ? { service: kind === "service" ? value : "", technology: kind === "technology" ? value : "" } : { [key]: option.value };
        option.disabled = numberOf({ ...wanted, ...other }) < 0;
      }
    }
  }

  function read() {
    for (const one of chips) {
      const wanted = link.get(one.dataset.filter);
      one.value = [...one.options].some(({ value }) => value === wanted) ? wanted : "";
    }
    if (numberOf(asked()) < 0) for (const one of chips) if (["what", "scenario"].includes(one.dataset.filter)) one.value = "";
    narrow();
    draw();
  }

  bar.addEventListener("change", ({ target }) => {
    link.set(target.dataset.filter, target.value, { step: true });
    narrow();
    draw();
  });
  clear.addEventListener("click", () => {
    for (const one of chips) { link.set(one.dataset.filter, "", { step: true }); one.value = ""; }
    narrow();
    draw();
    chips[0].focus();
  });
  read();
  link.onBack(read);
}
