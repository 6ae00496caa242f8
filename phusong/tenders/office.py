"""LibreOffice, where it is installed: Word files to PDF."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from phusong.errors import PhuSongError
from phusong.words import Text

SECONDS_A_FILE = 60
_ON_WINDOWS = ("PROGRAMFILES", "PROGRAMFILES(X86)")


def find_office() -> Path | None:
    """Return the LibreOffice program; None where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found:
        return Path(found)
    folders = (os.environ.get(name) for name in _ON_WINDOWS)
    programs = (Path(folder) / "LibreOffice" / "program" / "soffice.exe" for folder in folders if folder)
    return next((program for program in programs if program.is_file()), None)


def convert_to_pdf(office: Path, files: Sequence[Path], out: Path) -> None:
    """Convert Word files in one call, under a profile of its own so that an open LibreOffice is not disturbed.

    Raises
    ------
    PhuSongError
        If LibreOffice fails, takes too long, or leaves a file out.
    """
    if not files:
        return
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [str(office), f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--convert-to", "pdf"]
        command += ["--outdir", str(out), *(str(file) for file in files)]
        try:
            done = subprocess.run(  # noqa: S603
                command, capture_output=True, text=True, timeout=SECONDS_A_FILE * len(files), check=False
            )
        except subprocess.TimeoutExpired as error:
            raise PhuSongError(_failed("quá thời gian", "it took too long")) from error
        except OSError as error:
            raise PhuSongError(_failed(str(error.strerror), str(error.strerror))) from error
    missing = [file.name for file in files if not (out / file.with_suffix(".pdf").name).is_file()]
    if missing:
        said = done.stderr.strip().splitlines()[-1:] or [", ".join(missing)]
        raise PhuSongError(_failed(said[0], said[0]))


def _failed(vi: str, en: str) -> Text:
    return Text(
        f"LibreOffice không chuyển được sang PDF ({vi}); có thể lập hồ sơ không kèm PDF (--no-pdf).",
        f"LibreOffice could not convert to PDF ({en}); the set can be made without PDF (--no-pdf).",
    )
