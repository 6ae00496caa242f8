// Sends a form and stays on its page until it is taken: what is wrong stands beside its field, nothing typed is lost.
let leaving = false;
const told = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });

function clear(form) {
  form.querySelectorAll("[data-wrong]").forEach((one) => one.remove());
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-errormessage");
  }
}

function beside(form, wrong, index) {
  const found = wrong.name ? form.elements[wrong.name] : null;
  const field = found instanceof RadioNodeList ? found[0] : found;
  if (!field || field.type === "hidden") return null;
  const line = told("span", wrong.text, { className: "wrong", id: `wrong-${index}` });
  line.dataset.wrong = "";
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-errormessage", line.id);
  (field.closest("fieldset, .field") ?? field.parentElement).append(line);
  return field;
}

function show(form, answer) {
  const box = told("div", "", { className: "notice bad" });
  box.dataset.wrong = "";
  box.setAttribute("role", "alert");
  box.append(told("p", answer.detail));
  const first = (answer.problems ?? []).map((one, index) => {
    const field = beside(form, one, index);
    if (!field) box.append(told("p", one.title ? `${one.title}: ${one.text}` : one.text));
    return field;
  }).find(Boolean);
  form.prepend(box);
  if (first) first.focus();
  else box.scrollIntoView({ block: "nearest" });
}

// Some forms are answered with a page (a password shown once): it takes this one's place.
function put(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  document.title = page.title;
  document.dispatchEvent(new Event("drawn"));
  document.querySelector("main").focus();
}

function bodyOf(form, button) {
  const data = new FormData(form, button);
  return form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
}

async function send(form, button) {
  const options = { method: "POST", body: bodyOf(form, button), headers: { accept: "text/html", "x-form": "script" } };
  const answer = await fetch(form.action, options);
  const isData = (answer.headers.get("content-type") ?? "").includes("json");
  if (!isData && answer.ok) return put(await answer.text());
  const said = isData ? await answer.json() : { detail: String(answer.status) };
  if (!answer.ok) return show(form, said);
  leaving = true;
  location.assign(said.to);
}

export function start() {
  for (const form of document.querySelectorAll('form[method="post"]:not([data-plain], [data-upload], [data-watched])')) {
    form.dataset.watched = "";
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.dataset.sent) return; // the second click of a double click does nothing
      form.dataset.sent = "yes";
      clear(form);
      try {
        await send(form, event.submitter);
      } catch {
        show(form, { detail: document.body.dataset.lost });
      } finally {
        if (!leaving) delete form.dataset.sent;
      }
    });
  }
}

// Whoever comes back to this page by the browser's button may send its forms again.
addEventListener("pageshow", () => {
  leaving = false;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
