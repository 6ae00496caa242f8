"""What is said of a file that cannot be read at all."""

from __future__ import annotations

from pathlib import Path

from phusong.errors import UnreadableFileError
from phusong.words import Text


def empty_file(path: Path) -> UnreadableFileError:
    """Return the error of a file without a row of data."""
    return unreadable(path, "không có dòng dữ liệu nào", "has no rows of data")


def damaged(path: Path) -> UnreadableFileError:
    """Return the error of a file that is not what its name says."""
    return unreadable(
        path,
        f"bị hỏng, có mật khẩu hoặc không phải tệp {path.suffix}; hãy mở và lưu lại",
        f"is damaged, protected or no {path.suffix} file; open it and save it again",
    )


def unreadable(path: Path, vi: str, en: str) -> UnreadableFileError:
    """Return an error that begins with the file's name."""
    return UnreadableFileError(Text(f"Tệp {path.name} {vi}.", f"File {path.name} {en}."))
