"""Word templates that somebody sent: what is in the file, and what its tags read, before anything of it runs."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import jinja2
from jinja2.defaults import DEFAULT_NAMESPACE

from phusong.data.raw.archives import check_archive, check_links
from phusong.data.raw.limits import Limits
from phusong.data.raw.refusals import made_of
from phusong.data.raw.refused import RefusedError
from phusong.errors import UnreadableFileError
from phusong.words import Text

MOST_BYTES = 12 * 2**20
_LIMITS = Limits(file_bytes=MOST_BYTES, unpacked_bytes=60 * 2**20, entries=500)


def check_file(content: bytes, name: str) -> None:
    """Refuse what no template needs: programs, links to other files, more than fits.

    Raises
    ------
    UnreadableFileError
        In one sentence what is in the file that may not be.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            check_archive(archive, len(content), _LIMITS)
            if "word/document.xml" not in archive.namelist():
                raise zipfile.BadZipFile
            check_links(archive)
    except RefusedError as error:
        told = made_of(error.reason)
        raise UnreadableFileError(Text(f"Mẫu {name} {told.vi}.", f"Template {name} {told.en}.")) from error
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise UnreadableFileError(
            Text(f"Mẫu {name} không phải tệp Word (.docx).", f"Template {name} is no Word file.")
        ) from error


def private_of(tree: jinja2.nodes.Template) -> set[str]:
    """Return what a template reads of the program behind a value: names no field has."""
    found = {node.attr for node in tree.find_all(jinja2.nodes.Getattr)}
    found |= {key for node in tree.find_all(jinja2.nodes.Getitem) if isinstance(key := _constant(node.arg), str)}
    named = {node.name for node in tree.find_all(jinja2.nodes.Name)}
    return {one for one in found if one.startswith("_")} | (named & DEFAULT_NAMESPACE.keys())


def _constant(node: Any) -> Any:
    return node.value if isinstance(node, jinja2.nodes.Const) else None
