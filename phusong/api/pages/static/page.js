// What every page does with script; without it, all of this works by plain forms and links.
document.documentElement.classList.add("scripted");

document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-submits]")) event.target.form.requestSubmit();
});

// "/" goes to the search box, as long as nobody is typing anywhere.
document.addEventListener("keydown", (event) => {
  const box = document.getElementById("search");
  if (event.key !== "/" || !box || event.target.closest("input, select, textarea")) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// On a phone the rail and tabs lie in one line: the section one is in comes into sight.
for (const line of document.querySelectorAll(".rail, .tabs")) {
  const current = line.querySelector("[aria-current]");
  if (current) line.scrollLeft = current.offsetLeft - (line.clientWidth - current.offsetWidth) / 2;
}

// A table that fits scrolls with the page, under its heading; a wider one scrolls by itself, by keyboard too.
function fit() {
  for (const frame of document.querySelectorAll(".table")) {
    const table = frame.querySelector("table");
    if (!table) continue;
    const fits = table.offsetWidth <= frame.clientWidth + 1;
    frame.classList.toggle("fits", fits);
    if (frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight) frame.tabIndex = 0;
    else frame.removeAttribute("tabindex");
  }
}
addEventListener("resize", fit);
document.addEventListener("drawn", fit);
document.fonts.ready.then(fit);

const parts = {
  "table[data-keys]": "./table.js", "table[data-keys] thead": "./columns.js", "[data-job]": "./job.js", "form[data-upload]": "./upload.js", 'form[method="post"]': "./form.js",
};

function begin() {
  for (const [selector, module] of Object.entries(parts)) {
    if (document.querySelector(selector)) import(module).then(({ start }) => start());
  }
}

document.addEventListener("drawn", begin);
begin();
