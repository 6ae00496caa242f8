// Search by name without accents, by code or by coordinates; a combobox as ARIA describes it, usable by keyboard alone.
"use strict";
(function (phusong) {
  const MOST = 8;
  const ORDER = ["communes", "villages", "gaps", "sites", "proposed_sites"];
  const KINDS = /^(xa|phuong|dac khu|thi tran|thon|ban|lang|buon|ap|xom|khu pho|to dan pho|khu)\s+/;

  function plain(text) {
    const letters = text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
    return letters.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  function index(shapes) {
    const entries = [];
    for (const [name, { key, item }] of shapes) {
      const full = plain(item.name);
      const bare = full.replace(KINDS, "");
      entries.push({ name, key, item, bare, all: `${full} ${plain(item.place)} ${plain(item.id)}`, rank: ORDER.indexOf(key) });
    }
    return entries;
  }

  function score(entry, query) {
    const bare = query.replace(KINDS, "");
    if (entry.bare === bare) return 0;
    if (entry.bare.startsWith(bare)) return 1;
    if (` ${entry.bare}`.includes(` ${bare}`)) return 2;
    return query.split(/\s+/).every((word) => ` ${entry.all}`.includes(` ${word}`)) ? 3 : -1;
  }

  function find(entries, query) {
    const scored = [];
    for (const entry of entries) {
      const value = score(entry, query);
      if (value >= 0) scored.push([value, entry.rank, entry]);
    }
    scored.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2].bare.localeCompare(b[2].bare, "vi"));
    return scored.slice(0, MOST).map((row) => row[2]);
  }

  // "18,3456 105,9012", "18.3456, 105.9012", either order: in Vietnam latitude is always the smaller number.
  function coordinates(text) {
    const match = text.match(/^\s*(\d{1,3}[.,]\d+)\s*[°]?\s*[;,\s]\s*(\d{1,3}[.,]\d+)\s*[°]?\s*$/);
    if (!match) return null;
    const [low, high] = match.slice(1).map((part) => Number(part.replace(",", "."))).sort((a, b) => a - b);
    return low <= 90 && high <= 180 ? [low, high] : null;
  }

  phusong.plain = plain;
  phusong.search = function (map, shapes, selection, data) {
    const input = document.getElementById("search");
    const list = document.getElementById("found");
    const entries = index(shapes);
    let options = [];
    let active = -1;

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(next) {
      active = next;
      [...list.children].forEach((node, i) => node.setAttribute("aria-selected", String(i === active)));
      if (active < 0) return;
      input.setAttribute("aria-activedescendant", `found-${active}`);
      list.children[active].scrollIntoView({ block: "nearest" });
    }

    function choose(i) {
      const option = options[i];
      if (!option) return;
      close();
      input.value = option.label;
      option.go();
    }

    function line(option, i) {
      const node = phusong.element("li");
      node.id = `found-${i}`;
      node.setAttribute("role", "option");
      node.append(phusong.element("b", option.label), phusong.element("small", option.hint));
      node.addEventListener("mousedown", (event) => event.preventDefault());
      node.addEventListener("click", () => choose(i));
      return node;
    }

    function suggest() {
      const at = coordinates(input.value);
      const query = plain(input.value);
      if (!query) return close();
      options = at
        ? [{ label: input.value.trim(), hint: data.words.place, go: () => phusong.point(map, at) }]
        : find(entries, query).map((entry) => ({
            label: entry.item.name,
            hint: [data.names[entry.key], entry.item.place].filter(Boolean).join(" · "),
            go: () => selection.go(entry.name),
          }));
      list.replaceChildren(...options.map(line));
      if (!options.length) {
        const none = phusong.element("li", data.words.nothing, "none");
        none.setAttribute("role", "status");
        list.append(none);
      }
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      return mark(options.length ? 0 : -1);
    }

    const keys = {
      ArrowDown: () => options.length && mark((active + 1) % options.length),
      ArrowUp: () => options.length && mark((active - 1 + options.length) % options.length),
      Enter: () => choose(active),
      Escape: () => (list.hidden ? input.blur() : close()),
    };
    input.addEventListener("input", suggest);
    input.addEventListener("focus", () => input.value && input.select());
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (!keys[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      keys[event.key]();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && document.activeElement !== input) {
        event.preventDefault();
        input.focus();
      }
    });
  };

  phusong.point = function (map, at) {
    map.setView(at, Math.max(map.getZoom(), 13), { animate: false });
    const text = at.map((value) => value.toFixed(5)).join("  ");
    L.popup().setLatLng(at).setContent(phusong.element("p", text)).openOn(map);
  };
})(window.PhuSong);
