// The board by keyboard: arrows go from card to card and from state to state; Tab and Enter work as with any link.
const board = document.querySelector("[data-board]");

function beside(lanes, from, by, row) {
  for (let at = from + by; at >= 0 && at < lanes.length; at += by) {
    const cards = lanes[at];
    if (cards.length) return cards[Math.min(row, cards.length - 1)];
  }
  return null;
}

board?.addEventListener("keydown", (event) => {
  const card = event.target.closest("a.parcel");
  if (!card || event.altKey || event.ctrlKey || event.metaKey) return;
  const lanes = [...board.querySelectorAll(".lane")].map((lane) => [...lane.querySelectorAll("a.parcel")]);
  const at = lanes.findIndex((cards) => cards.includes(card));
  const row = lanes[at].indexOf(card);
  const next = {
    ArrowDown: () => lanes[at][row + 1], ArrowUp: () => lanes[at][row - 1],
    ArrowRight: () => beside(lanes, at, 1, row), ArrowLeft: () => beside(lanes, at, -1, row),
  }[event.key]?.();
  if (!next) return;
  next.focus();
  event.preventDefault();
});
