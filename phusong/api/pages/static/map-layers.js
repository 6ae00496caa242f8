// The panel of layers and legend: switches, ways to draw, and what findings rest on. All of it stands in the address.
const WITH = { communes: ["communes", "provinces"], roads: ["roads", "road_names"], rivers: ["rivers", "river_names"] };
const drawnOf = (layer) => WITH[layer] ?? [layer];

// What is drawn where nobody chose otherwise; gaps of a scenario wait for one to be chosen.
export function drawnAtFirst() {
  const boxes = [...document.querySelectorAll("#map-layers [data-layer]")].filter((one) => one.defaultChecked);
  return new Set(["islands", ...boxes.map((one) => one.dataset.layer).filter((one) => one !== "future_gaps").flatMap(drawnOf)]);
}

export function install(drawing, link, words) {
  const panel = document.getElementById("map-layers");
  const opener = document.getElementById("do-layers");
  const boxes = [...panel.querySelectorAll("[data-layer]")];
  const kinds = [...panel.querySelectorAll("[data-evidence]")];
  const modes = [...panel.querySelectorAll("[data-mode]")];
  for (const box of boxes) if (drawing.layers && !drawing.layers.has(box.dataset.layer)) box.closest(".layer").remove();
  const there = (one) => one.isConnected;
  const first = new Set(boxes.filter((one) => one.defaultChecked).map((one) => one.dataset.layer));

  // "+coverage,-sites": what differs from the layers that are on at first, so that an old address stays good.
  const differences = () => boxes.filter(there).filter((one) => one.checked !== first.has(one.dataset.layer)).map((one) => `${one.checked ? "" : "-"}${one.dataset.layer}`).join(",");

  function drawnBy(box) {
    const key = box.dataset.layer;
    const mode = modes.find((one) => one.dataset.mode === key)?.value;
    if (key === "villages") return { villages: box.checked && mode === "class", findings: box.checked && mode === "finding" };
    if (key === "coverage") return { [`coverage:${mode}`]: box.checked };
    return Object.fromEntries(drawnOf(key).map((one) => [one, box.checked]));
  }

  function draw() {
    for (const box of boxes.filter(there)) {
      box.closest(".layer").classList.toggle("off", !box.checked);
      for (const [key, shown] of Object.entries(drawnBy(box))) drawing.show(key, shown);
    }
    drawing.show("islands", true);
    for (const list of panel.querySelectorAll("[data-of]")) {
      list.hidden = list.dataset.of !== list.closest(".layer").querySelector("[data-mode]").value;
    }
    drawing.evidence(new Set(kinds.filter((one) => one.checked).map((one) => one.dataset.evidence)));
  }

  function read() {
    const told = link.get("layers").split(",").filter(Boolean);
    for (const box of boxes.filter(there)) {
      const key = box.dataset.layer;
      box.checked = told.includes(key) || (first.has(key) && !told.includes(`-${key}`));
    }
    const hidden = link.get("without").split(",");
    for (const one of kinds) one.checked = !hidden.includes(one.dataset.evidence);
    for (const one of modes) {
      const wanted = link.get(one.dataset.mode);
      one.value = [...one.options].some(({ value }) => value === wanted) ? wanted : one.options[0].value;
    }
    draw();
  }

  panel.addEventListener("change", ({ target }) => {
    if (target.dataset.layer) link.set("layers", differences(), { step: true });
    else if (target.dataset.evidence) link.set("without", kinds.filter((one) => !one.checked).map((one) => one.dataset.evidence).join(","), { step: true });
    else if (target.dataset.mode) {
      if (target.dataset.mode === "coverage") drawing.show("coverage", false);
      link.set(target.dataset.mode, target.selectedIndex ? target.value : "", { step: true });
    }
    draw();
  });
  opener.addEventListener("click", () => {
    panel.hidden = !panel.hidden;
    opener.setAttribute("aria-expanded", String(!panel.hidden));
    drawing.resize();
  });
  if (matchMedia("(max-width: 600px)").matches) {
    panel.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    const placed = link.get("at") !== "";
    drawing.resize();
    if (!placed) drawing.whole();
  }
  read();
  link.onBack(read);

  return {
    // Say beside a layer by what it cannot be filtered.
    note(key, names) {
      const hint = panel.querySelector(`[data-note="${key}"]`);
      if (!hint) return;
      hint.hidden = names.length === 0;
      hint.textContent = words.not_by.replace("{names}", names.join(", "));
    },
  };
}
