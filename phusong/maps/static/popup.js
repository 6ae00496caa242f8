// A popup from its plain values. Every word is set as text, never as markup: a name may hold anything.
"use strict";
(function (phusong) {
  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function stateBar(states, labels) {
    const bar = element("div", undefined, "states");
    const words = element("ul");
    for (const [field, share, count] of states) {
      const piece = element("i", undefined, `state-${field.replace("_households", "")}`);
      piece.style.flexGrow = share;
      bar.append(piece);
      words.append(element("li", `${labels[field]}: ${count}`));
    }
    return [bar, words];
  }

  function levelBars(bars, title) {
    const grid = element("div", undefined, "bars");
    for (const bar of bars) {
      const line = element("i");
      line.style.width = `${bar.share}%`;
      line.style.background = bar.colour;
      const track = element("span");
      track.append(line);
      grid.append(element("span", bar.label), track, element("span", bar.value));
    }
    return [element("p", title, "bars-title"), grid];
  }

  function lines(pairs, labels) {
    const list = element("dl");
    for (const [field, value] of pairs) {
      const wide = Array.isArray(value) ? "wide" : undefined;
      const told = element("dd", undefined, wide);
      for (const part of [].concat(value)) told.append(element("div", part));
      list.append(element("dt", labels[field], wide), told);
    }
    return list;
  }

  phusong.element = element;
  phusong.popup = function (item, data) {
    const { popup: values, name, place } = item;
    const subtitle = values.subtitle === undefined ? place : values.subtitle;
    const body = element("article");
    body.append(element("h3", values.title === undefined ? name : values.title));
    if (subtitle) body.append(element("p", subtitle, "sub"));
    if (values.count) body.append(element("p", values.count, "count"));
    if (values.states) body.append(...stateBar(values.states, data.labels));
    if (values.said) body.append(element("p", values.said, "said"));
    if (values.bars) body.append(...levelBars(values.bars, data.words.levels));
    if (values.lines) body.append(lines(values.lines, data.labels));
    return body;
  };
})(window.PhuSong);
