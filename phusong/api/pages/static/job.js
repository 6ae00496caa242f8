// How far a job is, as the service tells it (Server-Sent Events); the page is drawn anew when the job has ended.
const ENDED = new Set(["done", "failed", "cancelled"]);

function show(section, job) {
  const bar = section.querySelector("[data-share]");
  const share = job.progress?.share;
  if (bar && typeof share === "number") bar.value = share;
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
