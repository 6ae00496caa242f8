"""What a command says and shows: sentences, problems, progress, and how Ctrl-C ends it."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, NoReturn, cast

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from phusong.errors import PhuSongError, Problem
from phusong.words import Language, Text, number

MISTAKE = 2
"""Exit code of everything a user can mend."""

INTERRUPTED = 130
SHOWN_PROBLEMS = 40

_STOP = threading.Event()
"""Set by Ctrl-C until the work that it stops has ended."""


@dataclass(frozen=True, slots=True)
class Screen:
    """How this call speaks: language, quiet or not, JSON lines instead of bars."""

    language: Language
    quiet: bool
    as_json: bool
    out: Console
    err: Console

    def say(self, text: Text, **values: Any) -> None:
        """Say one sentence on the standard output; in JSON mode as a line with its values."""
        if self.as_json:
            print(
                json.dumps({"event": "done", "text": text.to(self.language), **values}, ensure_ascii=False, default=str)
            )
        elif not self.quiet:
            self.out.print(text.to(self.language), markup=False, highlight=False, soft_wrap=True)

    def fail(self, text: Text) -> NoReturn:
        """Say what went wrong on the standard error and end."""
        self.err.print(text.to(self.language), markup=False, highlight=False, soft_wrap=True, style="bold")
        sys.exit(MISTAKE)

    def problems(self, problems: tuple[Problem, ...]) -> None:
        """List problems on the standard error, errors first."""
        ordered = sorted(problems, key=lambda p: ("error", "warning", "repair").index(p.level))
        if self.as_json:
            for p in ordered:
                line = {"event": p.level, "file": p.file, "sheet": p.sheet, "row": p.row, "column": p.column}
                print(json.dumps({**line, "text": p.text.to(self.language)}, ensure_ascii=False), file=sys.stderr)
            return
        for p in ordered[:SHOWN_PROBLEMS]:
            word = LEVELS[p.level].to(self.language)
            self.err.print(f"{word}: {p.line(self.language)}", markup=False, highlight=False, soft_wrap=True)
        more = len(ordered) - SHOWN_PROBLEMS
        if more > 0:
            text = Text(f"… và {number(more)} mục nữa", f"… and {number(more, 'en')} more")
            self.err.print(text.to(self.language), markup=False)


LEVELS = {"error": Text("Lỗi", "Error"), "warning": Text("Lưu ý", "Note"), "repair": Text("Đã sửa", "Repaired")}


def announce_compilation(screen: Screen) -> None:
    """Say before the first prediction after an installation why it takes longer."""
    from phusong.coverage.radio._jit import compiled_before

    if screen.quiet or compiled_before("fill_best_servers"):
        return
    text = Text(
        "Lần chạy đầu sau khi cài đặt: biên dịch bộ tính truyền sóng, khoảng nửa phút. Các lần sau không cần nữa.",
        "First run after installation: compiling the propagation engine, about half a minute. Not needed again.",
    ).to(screen.language)
    if screen.as_json:
        print(json.dumps({"event": "compiling", "text": text}, ensure_ascii=False), flush=True)
    else:
        screen.err.print(text, highlight=False, soft_wrap=True)


class Bar:
    """A progress bar with step, share and remaining time; JSON lines where asked, nothing when quiet."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._bar = Progress(
            TextColumn("{task.fields[step]}"),
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=screen.err,
            disable=screen.quiet or screen.as_json or not screen.err.is_terminal,
        )
        self._task = self._bar.add_task("", total=1.0, step="")

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def step(self, title: Text, number: int, of: int) -> None:
        """Begin a step."""
        _stop_if_interrupted()
        name = title.to(self._screen.language)
        if self._screen.as_json:
            print(
                json.dumps({"event": "step", "step": number, "of": of, "title": name}, ensure_ascii=False), flush=True
            )
        self._bar.start()
        self._bar.reset(self._task, total=1.0, description=name, step=f"{number}/{of}")

    def share(self, done: float) -> None:
        """Show how much of the step is done."""
        _stop_if_interrupted()
        self._bar.update(self._task, completed=min(done, 1.0))


def screen_for(lang: str, quiet: bool = False, as_json: bool = False) -> Screen:
    """Return how a call speaks.

    Raises
    ------
    PhuSongError
        A language other than vi and en.
    """
    if lang not in ("vi", "en"):
        raise PhuSongError(
            Text(f"--lang phải là vi hoặc en, nhận được “{lang}”", f"--lang must be vi or en, got “{lang}”")
        )
    return Screen(cast(Language, lang), quiet, as_json, Console(), Console(stderr=True))


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Stop on Ctrl-C at once, or at the next progress: an exception inside the compiler could end the process.

    The next progress stops too where a library has swallowed the exception.
    """
    _STOP.set()
    compiling_here = getattr(sys.modules.get("phusong.coverage.radio._jit"), "compiling_here", None)
    if compiling_here is None or not compiling_here():
        signal.default_int_handler(number, frame)


def _stop_if_interrupted() -> None:
    if _STOP.is_set():
        raise KeyboardInterrupt


def is_interrupt(error: BaseException | None) -> bool:
    """Say whether an error is Ctrl-C, or what a library made of it."""
    return error is not None and (isinstance(error, KeyboardInterrupt) or is_interrupt(error.__cause__))


@contextmanager
def working(screen: Screen) -> Iterator[Bar]:
    """Show progress; Ctrl-C ends with a word, after what was half-written has been taken away."""
    _STOP.clear()
    before = signal.signal(signal.SIGINT, _interrupt)
    try:
        with Bar(screen) as bar:
            yield bar
    except BaseException as error:
        if not is_interrupt(error):
            raise
        text = Text("Đã dừng; không giữ lại gì dở dang.", "Stopped; nothing half-written is kept.")
        screen.err.print(text.to(screen.language))
        raise typer.Exit(INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGINT, before)
