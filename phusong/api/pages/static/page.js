// What every page does with script; without it, all of this works by plain forms and links.
document.documentElement.classList.add("scripted");

for (const select of document.querySelectorAll("select[data-submits]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

// A form is sent once: the second click of a double click does nothing.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
}

const parts = { "table[data-keys]": "./table.js", "[data-job]": "./job.js", "form[data-upload]": "./upload.js" };
for (const [selector, module] of Object.entries(parts)) {
  if (document.querySelector(selector)) import(module).then(({ start }) => start());
}
