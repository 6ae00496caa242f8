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

const parts = {
  "table[data-keys]": "./table.js", "[data-job]": "./job.js", "form[data-upload]": "./upload.js", 'form[method="post"]': "./form.js",
};

function begin() {
  for (const [selector, module] of Object.entries(parts)) {
    if (document.querySelector(selector)) import(module).then(({ start }) => start());
  }
}

document.addEventListener("drawn", begin);
begin();
