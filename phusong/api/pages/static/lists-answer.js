// One question after another by keyboard: n and p move between those that wait; Enter in a choice sends the form.
import { begin } from "./place-map.js";

begin();
const form = document.getElementById("answer");
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isText = event.target.closest("textarea, select, input:not([type=radio], [type=checkbox])");
  const link = { n: "[data-next]", p: "[data-previous]" }[event.key];
  if (link && !isText) document.querySelector(link)?.click();
  else if (event.key === "Enter" && form?.contains(event.target) && event.target.type === "radio") {
    event.preventDefault();
    event.target.checked = true;
    form.requestSubmit();
  }
});
