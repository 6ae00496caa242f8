"""Papers with fields of their own: the cover lists the set, the dictionary its data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from phusong.data.terms import LEAST_SHOWN
from phusong.tenders.digital.fields import CSV_NOTE, FIELDS, LAYERS
from phusong.tenders.package.values import Award, Package
from phusong.tenders.papers.writer import write_paper
from phusong.tenders.parts import Making, part, parts_of
from phusong.words import Language


def write_cover(path: Path, package: Package, making: Making) -> None:
    """Write the cover with the list of what the set of this way of award holds."""
    write_paper(path, package, making, "cover", {"contents": contents(package.award, making.language)})


def contents(award: Award, language: Language) -> list[Mapping[str, Any]]:
    """Return the files of a set in the order of the shelf."""
    return [
        {"number": one.number, "title": one.title.to(language), "file": one.file_name(language)}
        for one in parts_of(award)
    ]


def write_dictionary(path: Path, package: Package, making: Making) -> None:
    """Write what every table and column of the data means."""
    language = making.language
    fields = {
        "data_files": list(_data_files(language)),
        "tables": list(_tables(language)),
        "csv_note": CSV_NOTE.to(language),
        "least_shown": LEAST_SHOWN,
    }
    write_paper(path, package, making, "dictionary", fields)


def _data_files(language: Language) -> Iterator[Mapping[str, str]]:
    for name, (_, title) in LAYERS.items():
        yield {"file": part("data_gpkg").file_name(language), "layer": name, "title": title.to(language)}
    for key in ("data_kml", "data_areas", "data_households", "data_sites"):
        one = part(key)
        layer = "–" if key == "data_kml" else next(name for name, (of, _) in LAYERS.items() if of == key)
        yield {"file": one.file_name(language), "layer": layer, "title": one.title.to(language)}


def _tables(language: Language) -> Iterator[Mapping[str, Any]]:
    """Give the tables with their columns; the same column may stand in several."""
    for name, (key, title) in LAYERS.items():
        rows = [
            {"name": field.name, "title": field.title.to(language), "meaning": field.meaning.to(language)}
            for field in FIELDS[key]
        ]
        yield {"name": name, "title": title.to(language), "fields": rows}
