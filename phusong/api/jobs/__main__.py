"""``python -m phusong.api.jobs``: a worker that leaves on Ctrl-C, on a signal, or when its standard input closes."""

from __future__ import annotations

from phusong.api.jobs.process import work_until_told

if __name__ == "__main__":
    raise SystemExit(work_until_told())
