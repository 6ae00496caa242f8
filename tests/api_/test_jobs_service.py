"""``phusong serve`` as a process: usable at once, left in order, and nothing stays behind when it is killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import pytest
from api_.served import ROOT, RUN, answers, serving
from api_.toy_processes import wait_until
from pydantic import SecretStr
from sqlalchemy import select

from phusong.api.database.models import Worker
from phusong.api.database.store import Database
from phusong.api.settings import ServiceSettings


def _workers(settings: ServiceSettings) -> list[Worker]:
    database = Database(settings.url)
    try:
        with database.read() as db:
            return list(db.scalars(select(Worker)))
    finally:
        database.close()


def _there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("processes", ["1", "2"])
def test_one_command_serves_and_leaves_in_order(settings: ServiceSettings, processes: str) -> None:
    """It says its address and the first-run code, answers, has a worker, and Ctrl-C leaves neither process nor row."""
    with serving(settings, "--port", "0", "--processes", processes) as served:
        address = served.hear("đang chạy ở")
        served.hear("Ctrl-C")
        assert any("Mã thiết lập lần đầu" in line for line in served.said)
        wait_until(lambda: answers(address), "an answer")
        worker = wait_until(lambda: _workers(settings), "a worker")[0]
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(120) == 0
        served.hear("Đã dừng")
    assert _workers(settings) == []
    assert not _there(worker.pid)


@pytest.mark.slow
def test_a_second_start_on_the_same_address_is_one_sentence(settings: ServiceSettings) -> None:
    """Somebody who starts it twice is told so, and the first goes on; killed, its worker goes with it."""
    with serving(settings, "--port", "0") as served:
        port = served.hear("đang chạy ở").rsplit(":", 1)[-1]
        worker = wait_until(lambda: _workers(settings), "a worker")[0]
        command = [sys.executable, "-P", "-c", RUN, "serve", "--home", str(settings.home), "--port", port]
        second = subprocess.run(
            command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
        )
        assert second.returncode == 2
        assert f"Không mở được địa chỉ 127.0.0.1:{port}" in second.stderr
        served.process.kill()
        wait_until(lambda: not _workers(settings), "the worker to leave")
        wait_until(lambda: not _there(worker.pid), "the worker's end")


@pytest.mark.parametrize("page", ["van-hanh.vi.md", "running-the-service.en.md"])
def test_every_setting_is_documented(page: str) -> None:
    """Each setting has its row with its default, and no row is of a setting that is gone."""
    rows = re.findall(
        r"^\| `PHUSONG_([A-Z_]+)` \| (?:`(.*?)`)? ?\|", (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE
    )
    told = {name.lower(): default for name, default in rows}
    assert told == {name: _written(field.default) for name, field in ServiceSettings.model_fields.items()}


def _written(default: object) -> str:
    match default:
        case tuple():
            return "[]"
        case bool():
            return str(default).lower()
        case SecretStr() | None:
            return ""
        case float():
            return f"{default:g}"
    return str(default)
