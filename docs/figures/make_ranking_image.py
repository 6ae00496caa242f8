"""Make the picture of the ranking: ``python docs/figures/make_ranking_image.py STUDY RESULTS``, from the root.

STUDY is the study.toml of the sample province, RESULTS the folder its run wrote.
"""

from __future__ import annotations

import sys
from pathlib import Path

from phusong.data.inputs import read_reported
from phusong.data.layers import read_layers
from phusong.data.ranking import read_ranking
from phusong.data.report_ranking import figure_note
from phusong.data.study_file import read_study_file
from phusong.maps.drawing import png_bytes
from phusong.maps.ranking_figure import ranking_figure
from phusong.study.opened import open_results
from phusong.study.ranking import RankedGaps, ranked_gaps
from phusong.study.ranking_facts import RankingInputs
from phusong.study.reported_on import NO_REPORTS, ReportedPlaces

IMAGE = Path(__file__).resolve().parents[1] / "images" / "ranking.png"
SHOWN = 15


def main(study: Path, folder: Path) -> None:
    """Write the picture into docs/images."""
    rules = read_ranking()
    figure = ranking_figure(
        ranked(study, folder).table, top=rules.top, shown=SHOWN, note=figure_note(rules), language="vi"
    )
    IMAGE.write_bytes(png_bytes(figure, dpi=150))


def ranked(study: Path, folder: Path) -> RankedGaps:
    """Rank the gaps of a run by what its tables and the province's list tell."""
    results, file = open_results(folder), read_study_file(study)
    gaps, villages = results.places("gaps"), results.places("villages")
    if "is_dbkk" not in gaps:
        gaps = gaps.merge(villages[["village_code", "is_dbkk"]], on="village_code", how="left")
    reported = NO_REPORTS
    if file.reported_gaps is not None:
        rows = read_reported(file, file.reported_gaps).rows
        reported = ReportedPlaces.of(rows, results.table("reconciliation"))
    places = read_layers(file).layers.places
    given = RankingInputs(villages=villages, service="data", reported=reported, places=places)
    return ranked_gaps(gaps, given, read_ranking())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
