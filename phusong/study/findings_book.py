"""``phusong findings``: what a study concludes, from a run's results or from its inputs, as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from phusong.coverage.findings import SAYS_TITLES
from phusong.coverage.reliability import Reliability
from phusong.data.report import SIMULATED
from phusong.data.report_findings import (
    disagreements_sheet,
    evidence_sheet,
    findings_sheet,
    points_sheet,
    recording_sheet,
    reliability_sheet,
)
from phusong.data.rounds.store import read_round
from phusong.data.workbook import new_book
from phusong.errors import MissingFileError
from phusong.maps.colours import HOUSEHOLD_STATES, VILLAGE_CLASSES
from phusong.study import FIRST_STEPS, Study, assess_study
from phusong.study.conclusions import CONCLUSIONS, conclude
from phusong.study.gathered import gather
from phusong.study.opened import open_results
from phusong.study.progress import Progress, Silent, Stopwatch
from phusong.study.reliability import reliability_text
from phusong.study.village_names import find_village
from phusong.words import Language, Text

STEPS = (
    *FIRST_STEPS,
    Text("Gom bằng chứng, kết luận", "Gather the evidence and conclude"),
)
VILLAGE_KEY = ("village_code", "village_name", "commune_code")
COLOURS: Mapping[str, str] = {
    key: style.colour for key, style in (*VILLAGE_CLASSES.items(), *HOUSEHOLD_STATES.items()) if key != "no_data"
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyFindings:
    """What a study concludes, with what its workbook needs to say of it."""

    study: Study
    tables: Mapping[str, pd.DataFrame]
    reliability: Text

    @property
    def counts(self) -> dict[str, int]:
        """Return how many findings there are of the main service, of each word, and how many may be bought by."""
        findings = self.tables["findings"]
        own = findings[findings["service"] == self.study.profile.main_service.key]
        said = {word: int((own["finding"] == word).sum()) for word in SAYS_TITLES}
        return {
            "findings": len(findings),
            **{word: count for word, count in said.items() if count},
            "disagreements": int((~findings["agrees"].astype(bool)).sum()),
            "provisional": int(own["provisional"].sum()),
            "tender": int(own["tender"].sum()),
            "test_points": len(self.tables["test_points"]),
        }

    def of_village(self, name: str) -> StudyFindings:
        """Return what is concluded of one village: by its code, its name however it is typed, or "village, commune".

        Raises
        ------
        UnknownNameError
            The study has no such village, or several.
        """
        findings = self.tables["findings"]
        villages = findings[findings["target"] == "village"].drop_duplicates(list(VILLAGE_KEY)).reset_index(drop=True)
        key = villages.loc[find_village(villages, name), list(VILLAGE_KEY)]
        tables = {
            table_name: table[(table[list(VILLAGE_KEY)] == key).all(axis=1)].reset_index(drop=True)
            if "village_code" in table
            else table
            for table_name, table in self.tables.items()
        }
        return replace(self, tables=tables)


def findings_of_results(path: Path, results: Path) -> StudyFindings:
    """Return what an earlier run concluded.

    Raises
    ------
    MissingFileError
        The folder holds no results, or those of a run that kept no findings.
    """
    opened = open_results(results)
    absent = next((name for name in CONCLUSIONS if not opened.has(name)), None)
    if absent is not None:
        raise MissingFileError(
            Text(
                f"Kết quả ở {results} chưa có bảng {absent}: hãy chạy lại phusong run, hoặc bỏ --results.",
                f"The results in {results} have no table {absent}: run phusong run again, or leave --results out.",
            )
        )
    tables = {name: opened.table(name) for name in CONCLUSIONS}
    calibrated = bool(opened.manifest.get("calibration", {}).get("adopted"))
    text = reliability_text(reliability_of(tables["reliability"]), calibrated=calibrated)
    return StudyFindings(study=Study.read(path), tables=tables, reliability=text)


def findings_of_study(
    path: Path, *, round_folder: Path | None = None, progress: Progress | None = None
) -> StudyFindings:
    """Read a study, assess it, gather the evidence and conclude; nothing else of a run is made.

    ``round_folder`` is a reporting round whose answers by communes and operators are evidence, instead of the study's.
    """
    watch = Stopwatch(progress or Silent(), STEPS)
    study = Study.read(path)
    rows = None if round_folder is None else read_round(round_folder).rows
    found, correction = assess_study(study, watch)
    watch.next()
    made = conclude(found, gather(found, study).tables, study.file, correction, round_rows=rows)
    watch.end()
    return StudyFindings(study=study, tables=made.tables, reliability=made.reliability.text)


def write_findings(path: Path, found: StudyFindings, *, dated: date, language: Language = "vi") -> None:
    """Write the workbook; the same values give the same bytes."""
    tables, study = found.tables, found.study
    title = Text(f"Kết luận của {study.file.name}", f"Findings of {study.file.name}")
    services = {service.key: service.title for service in study.profile.services}
    findings = tables["findings"]
    communes = dict(zip(findings["commune_code"], findings["commune_name"], strict=True))
    sheets = (
        findings_sheet(findings, found.reliability, services, language),
        evidence_sheet(tables["evidence"], communes, services, language),
        disagreements_sheet(findings, services, language),
        points_sheet(tables["test_points"], language),
        reliability_sheet(tables["reliability"], found.reliability),
        recording_sheet(),
    )
    with new_book(
        path, language=language, title=title, created_on=dated, footer=title.to(language), colours=COLOURS
    ) as book:
        for sheet in sheets:
            book.add(replace(sheet, alert=SIMULATED if study.file.simulated else None))


def reliability_of(table: pd.DataFrame) -> Reliability:
    """Return the figure for the whole study from its table."""
    row = table[table["commune_code"] == ""].iloc[0]
    whole = {name: int(row[name]) for name in ("tests", "places", "decided", "decided_places", "right")}
    ends = {name: float(row[name]) for name in ("low_percent", "high_percent", "interval_percent")}
    return Reliability(**whole, **ends)  # type: ignore[arg-type]
