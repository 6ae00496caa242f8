"""One study, start to end: read, predict, decide, gather gaps, draft packages, write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd

import phusong
from phusong.coverage.criteria import STATES, Profile
from phusong.coverage.states import UNSERVED
from phusong.data.clutter import clutter_text
from phusong.data.digests import sha256_of
from phusong.data.inputs import read_inputs
from phusong.data.ledger import LossRow, loss_ledger
from phusong.data.measured import comparison_table
from phusong.data.profiles import read_profile
from phusong.data.provenance import NOT_JUDGED, InputFile, Provenance, provenance_of
from phusong.data.store import whole_folder
from phusong.data.study_file import INPUT_TITLES, StudyFile, read_study_file
from phusong.data.units import province_name
from phusong.plan.reference import reference_sites
from phusong.study.assess import Assessment, assess
from phusong.study.correction import Correction, correction_of
from phusong.study.gathered import Gathered, gather
from phusong.study.judged import Judged, judge
from phusong.study.progress import Progress, Silent, Stopwatch
from phusong.study.tile_views import tile_tables
from phusong.study.veil import veiled, veiled_inputs
from phusong.study.write import Written, write_results
from phusong.tenders.division.draft import draft_lots
from phusong.tenders.division.values import LeftOut
from phusong.words import Language, Text

MODEL = Text(
    "Khuyến nghị ITU-R P.1812-8, 50 % thời gian, 50 % vị trí",
    "Recommendation ITU-R P.1812-8, 50 % of time, 50 % of places",
)
SCENARIO = Text("hiện nay", "today")

FIRST_STEPS = (
    Text("Đọc và kiểm tra dữ liệu", "Read and check the inputs"),
    Text("Dự báo mức thu tại hộ dân", "Predict the level at every household"),
)
"""The steps of :func:`assess_study`, with which everything begins."""

STEPS = (
    *FIRST_STEPS,
    Text("Gom vùng lõm, xếp loại thôn", "Gather gaps, classify villages"),
    Text("Kết luận, nguồn vốn, thứ tự ưu tiên, kịch bản", "Findings, routes, priorities, scenarios"),
    Text("Đề xuất trạm tham chiếu, dự kiến chia gói", "Propose reference sites, draft packages"),
    Text("Ghi kết quả", "Write the results"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Study:
    """A study's configuration, read and checked: the file, its thresholds, its ledger and the day of its documents."""

    file: StudyFile
    profile: Profile
    ledger: tuple[LossRow, ...]
    dated: date

    @classmethod
    def read(cls, path: Path) -> Study:
        """Read ``study.toml`` and the profile it names; a loss that would count twice is refused."""
        file = read_study_file(path)
        profile = read_profile(file.profile, folder=file.path.parent)
        ledger = loss_ledger(
            profile.margins,
            terrain_kind=file.terrain_kind,
            land_cover_given=file.land_cover is not None,
            model=MODEL,
        )
        return cls(file=file, profile=profile, ledger=ledger, dated=file.dated or date.today())

    @property
    def province(self) -> str:
        """Return the province's name: as the file says, else of the national list."""
        return self.file.province_name or province_name(self.file.province_code)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Results:
    """All tables of a run, the counts of its manifest, and what follows from what was found.

    ``gap_ids`` are all ids ever given to gaps, in this run or earlier ones. ``tiles`` are the tables of map tiles.
    """

    tables: Mapping[str, pd.DataFrame]
    tiles: Mapping[str, pd.DataFrame]
    counts: Mapping[str, int]
    judged: Judged
    gap_ids: tuple[str, ...]


def assess_study(study: Study, watch: Stopwatch) -> tuple[Assessment, Correction]:
    """Read a study's inputs, correct its model where it asks for that, and assess every household."""
    watch.next()
    inputs = read_inputs(study.file, study.profile)
    watch.next()
    correction = correction_of(study.file, inputs, study.profile)
    return assess(inputs, study.profile, engine=correction.predict, progress=watch.share), correction


def run_study(path: Path, out: Path, *, language: Language = "vi", progress: Progress | None = None) -> Written:
    """Run the study of a file and write its results into a folder, whole or not at all.

    Raises
    ------
    PhuSongError
        Whatever a user can mend: a missing file, lists with errors (all of them at once), terrain that cannot be used.
    """
    study = Study.read(path)
    watch = Stopwatch(progress or Silent(), STEPS)
    with whole_folder(out) as folder:
        found, correction = assess_study(study, watch)
        inputs = found.inputs
        watch.next()
        gathered = gather(found, study)
        watch.next()
        judged = judge(found, gathered, study, correction)
        judged = replace(judged, tables=veiled(judged.tables))
        tables = judged.tables
        watch.next()
        tables["proposed_sites"] = _proposed(found, study, tables["gaps"], correction)
        tables["packages"], _, remainder = draft_lots(
            tables["gaps"],
            inputs.communes,
            max_households=study.file.max_households,
            max_sites=study.file.max_sites,
        )
        counts = _counts(found, tables, remainder, gathered)
        if judged.reconciled is not None:
            counts |= judged.reconciled.counts
        watch.next()
        tiles = tile_tables(found, judged.answers, tables)
        results = Results(tables=tables, tiles=tiles, counts=counts, judged=judged, gap_ids=gathered.places.used)
        return write_results(
            folder,
            out,
            study=study,
            rests_on=provenance(
                study,
                estimated=inputs.estimated,
                correction=correction,
                reliability=judged.conclusions.reliability.text,
            ),
            inputs=veiled_inputs(inputs),
            results=results,
            correction=correction,
            comparison=comparison_table(
                inputs.measurements, inputs.network, inputs.terrain, study.profile, air=study.file.air
            ),
            language=language,
            watch=watch,
        )


def _proposed(found: Assessment, study: Study, gaps: gpd.GeoDataFrame, correction: Correction) -> gpd.GeoDataFrame:
    h = found.households
    dark = h.outdoor[study.profile.main_service.key].overall.state == UNSERVED
    return reference_sites(
        gaps,
        found.inputs.terrain,
        study.profile,
        lon_deg=h.lon_deg[dark],
        lat_deg=h.lat_deg[dark],
        weight=h.weight[dark],
        engine=correction.predict,
    )


def _counts(
    found: Assessment, tables: Mapping[str, pd.DataFrame], remainder: Sequence[LeftOut], gathered: Gathered
) -> dict[str, int]:
    households, gaps = tables["households"], tables["gaps"]
    by_state = households.groupby("state", observed=False)["weight"].sum()
    unclustered = households["weight"][(households["state"] == "unserved") & (households["gap_id"] == "")].sum()
    return {
        "sites": len(tables["sites"]),
        "sectors": int(tables["sites"]["sectors"].sum()),
        "household_points": len(households),
        "households": int(households["weight"].sum()),
        **{f"{state}_households": int(by_state[state]) for state in STATES},
        "unserved_low": int(gathered.sure.total.low[0]),
        "unserved_high": int(gathered.sure.total.high[0]),
        "villages": len(tables["villages"]),
        "gaps": len(gaps),
        "gap_households": int(gaps["households"].sum()),
        "unclustered_households": int(unclustered),
        "proposed_sites": len(tables["proposed_sites"]),
        "packages": len(tables["packages"]),
        "package_households": int(tables["packages"]["households"].sum()),
        "package_remainder_households": sum(gap.households for gap in remainder),
        "paths_in_reach": found.prediction.paths_in_reach,
        "paths_computed": found.prediction.paths_computed,
    }


def provenance(study: Study, *, estimated: bool, correction: Correction, reliability: Text = NOT_JUDGED) -> Provenance:
    """Return what the study's numbers rest on; ``estimated`` says that its households were."""
    files = [
        InputFile(role=INPUT_TITLES[name.partition("/")[0]], name=path.name, sha256=sha256_of(path))
        for name, path in study.file.inputs.items()
    ]
    model = correction.model(MODEL)
    clutter = clutter_text(study.file.terrain_kind, land_cover_given=study.file.land_cover is not None)
    return provenance_of(
        study.profile,
        study=study.file.name,
        scenario=SCENARIO,
        created_on=study.dated,
        model=Text(f"{model.vi}; {clutter.vi}", f"{model.en}; {clutter.en}"),
        version=phusong.__version__,
        inputs=files,
        simulated=study.file.simulated,
        estimated=estimated,
        reliability=reliability,
    )
