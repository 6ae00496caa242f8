// How far a job is, as the service tells it (Server-Sent Events); the page is drawn anew when the job has ended.
const ENDED = new Set(["done", "failed", "cancelled"]);

// How long the rest takes, were it as fast as what was seen of it; the page has the words, if it wants them.
const begun = new Map();

function left(section, share) {
  const words = section.closest("[data-left]")?.dataset;
  if (!words) return;
  const first = begun.get(section) ?? { share, at: Date.now() };
  begun.set(section, first);
  const done = share - first.share;
  if (done < 0.02) return;
  const minutes = Math.ceil((((Date.now() - first.at) / done) * (1 - share)) / 60_000);
  const line = section.querySelector("[data-rest]") ?? section.querySelector("[data-step]")?.parentElement.insertBefore(
    Object.assign(document.createElement("p"), { className: "hint" }), section.querySelector("[data-step]").nextSibling,
  );
  if (!line) return;
  line.dataset.rest = "";
  line.textContent = share > 0.97 ? words.soon : words.left.replace("{minutes}", minutes);
}

function show(section, job) {
  const bar = section.querySelector("[data-share]");
  const share = job.progress?.share;
  if (bar && typeof share === "number") bar.value = share;
  if (typeof share === "number") left(section, share);
  const step = section.querySelector("[data-step]");
  const title = job.progress?.title;
  if (step && title) step.textContent = typeof title === "string" ? title : title[document.documentElement.lang] ?? title.vi ?? "";
}

export function start() {
  for (const section of document.querySelectorAll("[data-job]")) {
    if (ENDED.has(section.dataset.state)) continue;
    const source = new EventSource(`/api/jobs/${section.dataset.job}/events`);
    const told = (event) => {
      const job = JSON.parse(event.data);
      show(section, job);
      if (!ENDED.has(job.state)) return;
      source.close();
      location.reload();
    };
    for (const kind of ["message", "progress", "job", "state", "end"]) source.addEventListener(kind, told);
  }
}
