"""A worker process for the toy kinds: ``python -m api_.toy_worker``, settings from the environment.

``TOY_VERSION`` makes it one of another version; ``TOY_SILENT`` says after how many seconds of silence others are dead.
"""

from __future__ import annotations

import logging
import os

from api_.toy_jobs import TOYS

import phusong
from phusong.api.jobs import workers
from phusong.api.jobs.process import work_until_told

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    phusong.__version__ = os.environ.get("TOY_VERSION", phusong.__version__)
    workers.SILENT_SECONDS = float(os.environ.get("TOY_SILENT", workers.SILENT_SECONDS))
    raise SystemExit(work_until_told(kinds=TOYS))
