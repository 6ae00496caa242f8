"""Ctrl-C in the middle of a command, as a person presses it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time


def interrupted(arguments: list[str], *, step: int, after_s: float) -> tuple[int, str]:
    """Run ``phusong`` with ``--json``, interrupt it so long into a step; return its exit code and standard error."""
    with subprocess.Popen(
        [sys.executable, "-c", "from phusong.cli import main; main()", *arguments, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line).get("step") == step:
                break
        time.sleep(after_s)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    return process.returncode, err
