// Sends a file in parts and goes on where it stopped: after a lost connection, a closed page, a restarted server. Parts
// begin small and grow with the line, so that how far it is is told every second or two; sending can be given up.
const FIRST_PART_BYTES = 250_000, PART_MS = 1200;
const WAITS_MS = [1000, 2000, 5000, 10000, 20000, 30000];
// Waits a while, or until the line is back or the sending is given up.
const wait = (ms, signal) => new Promise((done) => {
  setTimeout(done, ms);
  addEventListener("online", done, { once: true });
  signal.addEventListener("abort", done, { once: true });
});

class Refused extends Error {}

async function asked(address, options, csrf) {
  const answer = await fetch(address, { ...options, headers: { ...options.headers, "x-csrf-token": csrf, accept: "application/json" } });
  if (answer.status === 409) return null;
  if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
  const told = await answer.json();
  if (!answer.ok) throw new Refused(told.detail ?? String(answer.status));
  return told;
}

// The same file of the same person for the same round, chosen again: its upload is remembered by name, size and day.
const keyOf = (form, file) => ["upload", form.action, file.name, file.size, file.lastModified].join("|");

async function begun(form, file, csrf) {
  const known = localStorage.getItem(keyOf(form, file));
  if (known) {
    const upload = await asked(`/api/uploads/${known}`, {}, csrf).catch(() => null);
    if (upload?.state === "receiving") return { upload, resumed: upload.received > 0 };
    localStorage.removeItem(keyOf(form, file));
  }
  const told = { ...JSON.parse(form.dataset.begin), file_name: file.name, size: file.size };
  const replaces = form.elements.replaces_id;
  if (replaces?.checked) told.replaces_id = replaces.value;
  for (const name of ["kind", "operator", "dataset_id"]) if (form.elements[name]?.value) told[name] = form.elements[name].value;
  const options = { method: "POST", body: JSON.stringify(told), headers: { "content-type": "application/json" } };
  const upload = await asked("/api/uploads", options, csrf);
  if (!upload) throw new Refused("409");
  localStorage.setItem(keyOf(form, file), upload.id);
  return { upload, resumed: false };
}

async function part(upload, file, csrf, bytes, signal) {
  const end = Math.min(upload.received + Math.min(bytes, upload.part_bytes), file.size);
  const options = { method: "PATCH", signal, body: file.slice(upload.received, end), headers: { "content-type": "application/octet-stream" } };
  const told = await asked(`/api/uploads/${upload.id}?offset=${upload.received}`, options, csrf);
  return told ?? asked(`/api/uploads/${upload.id}`, {}, csrf);  // the service knows better where to go on
}

async function send(form, file, words, show, signal) {
  const csrf = form.elements.csrf.value;
  let failures = 0, upload = null, bytes = FIRST_PART_BYTES;
  while (upload?.state !== "stored") {
    try {
      if (signal.aborted) return await givenUp(form, file, csrf, upload);
      if (!upload) {
        const first = await begun(form, file, csrf);
        upload = first.upload;
        if (first.resumed) show(upload.received, words.resume);
      }
      const began = performance.now();
      upload = await part(upload, file, csrf, bytes, signal);
      bytes = Math.max(FIRST_PART_BYTES, performance.now() - began < PART_MS ? bytes * 2 : bytes / 2);
      if (upload.state === "failed") throw new Refused(upload.error);
      if (upload.state !== "receiving") break;
      failures = 0;
      show(upload.received, words.sending);
    } catch (error) {
      if (signal.aborted) continue;
      if (error instanceof Refused || failures >= WAITS_MS.length) throw error;
      show(upload?.received ?? 0, words.stopped);
      await wait(WAITS_MS[failures++], signal);
      bytes = FIRST_PART_BYTES;
      if (upload) upload = (await asked(`/api/uploads/${upload.id}`, {}, csrf).catch(() => upload)) ?? upload;
    }
  }
  localStorage.removeItem(keyOf(form, file));
  return upload;
}

// What has arrived of a file that is given up is thrown away there, too.
async function givenUp(form, file, csrf, upload) {
  localStorage.removeItem(keyOf(form, file));
  if (upload) await asked(`/api/uploads/${upload.id}`, { method: "DELETE" }, csrf).catch(() => null);
  return null;
}

// Everything that stands against a file, told at once.
function against(form, file, words) {
  const input = form.elements.file, kinds = input.accept ? input.accept.split(",") : [];
  const taken = !kinds.length || kinds.some((kind) => file.name.toLowerCase().endsWith(kind.trim()));
  return [
    !taken && words.kind?.replace("{kinds}", kinds.join(", ")),
    !file.size && words.empty,
    file.size > Number(form.dataset.mostBytes) && words.large,
  ].filter(Boolean);
}

// How long the rest takes, by the bytes of this page's own sending; nothing is said before it can be told.
function clock(words) {
  let began = 0, from = 0;
  return (received, size) => {
    const now = performance.now();
    if (!began || received < from) { began = now; from = received; return ""; }
    if (received === from || now - began < 1500) return "";
    const seconds = Math.ceil(((size - received) * (now - began)) / (received - from) / 1000);
    const [value, unit] = seconds > 90 ? [Math.ceil(seconds / 60), words.minutes] : [seconds, words.seconds];
    return words.left ? ` · ${words.left} ${value} ${unit}` : "";
  };
}

// A file dropped anywhere on the page is the form's file.
function takeDrops(form, line, words) {
  const input = form.elements.file, chosen = form.querySelector("[data-chosen]");
  const hasFile = (event) => event.dataTransfer?.types.includes("Files");
  const light = (on) => document.body.classList.toggle("dropping", on);
  addEventListener("dragover", (event) => { if (hasFile(event)) { event.preventDefault(); light(true); } });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) light(false); });
  addEventListener("drop", (event) => {
    light(false);
    if (!hasFile(event)) return;
    event.preventDefault();
    const held = new DataTransfer(), [first] = event.dataTransfer.files;
    if (!first) return;
    held.items.add(first);
    input.files = held.files;
    if (event.dataTransfer.files.length > 1) line.textContent = words.several;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    form.requestSubmit();
  });
  input.addEventListener("change", () => { if (chosen) chosen.textContent = input.files[0]?.name ?? ""; });
}

function watch(form) {
  const words = JSON.parse(form.dataset.words);
  const bar = form.querySelector("progress"), line = form.querySelector("[data-status]"), button = form.querySelector("button:not([data-cancel])");
  const cancel = form.querySelector("[data-cancel]");
  if (form.dataset.drop !== undefined) takeDrops(form, line, words);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const file = form.elements.file.files[0];
    if (!file || button.disabled) return;
    const wrong = against(form, file, words);
    if (wrong.length) { line.textContent = wrong.join(" "); return; }
    const left = clock(words);
    const show = (received, told) => {
      bar.hidden = false;
      bar.value = file.size ? received / file.size : 1;
      line.textContent = `${told} ${Math.floor(100 * bar.value)} %${left(received, file.size)}`;
    };
    const giving = new AbortController();
    const giveUp = () => giving.abort();
    button.disabled = true;
    cancel?.addEventListener("click", giveUp);
    cancel?.removeAttribute("hidden");
    try {
      const upload = await send(form, file, words, show, giving.signal);
      if (!upload) {
        bar.hidden = true;
        button.disabled = false;
        line.textContent = words.given_up ?? "";
        button.focus();
        return;
      }
      if (words.checking) line.textContent = words.checking;
      location.assign(form.dataset.after ? `${form.dataset.after}?upload=${upload.id}` : `/uploads/${upload.id}`);
    } catch (error) {
      line.textContent = `${words.failed}: ${error.message}`;
      button.disabled = false;
    } finally {
      cancel?.removeEventListener("click", giveUp);
      cancel?.setAttribute("hidden", "");
    }
  });
}

export function start() {
  document.querySelectorAll("form[data-upload]").forEach(watch);
}
