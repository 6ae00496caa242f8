"""Sheets of report.xlsx about what follows from a study: findings, routes, priorities, scenarios, other targets."""

from __future__ import annotations

from collections.abc import Sequence

from phusong.coverage.criteria import Profile
from phusong.data.report_findings import disagreements_sheet, findings_sheet, points_sheet, reliability_sheet
from phusong.data.report_ranking import criteria_sheet, ranking_sheet
from phusong.data.report_routes import gap_routes_sheet, route_rules_sheet, route_sums_sheet, village_routes_sheet
from phusong.data.report_scenarios import scenarios_sheet
from phusong.data.report_targets import cells_sheet, places_sheet, roads_sheet
from phusong.data.workbook import Sheet
from phusong.study.judged import Judged
from phusong.study.routes import route_sums
from phusong.words import Language


def judged_sheets(judged: Judged, profile: Profile, language: Language) -> Sequence[Sheet]:
    """Return the sheets in the order a reader wants them; the evidence itself is in ``phusong findings``."""
    tables = judged.tables
    services = {service.key: service.title for service in profile.services}
    reliability = judged.conclusions.reliability.text
    return (
        findings_sheet(tables["findings"], reliability, services, language),
        disagreements_sheet(tables["findings"], services, language),
        gap_routes_sheet(tables["gaps"], judged.rules, language),
        route_sums_sheet(route_sums(tables["gaps"]), judged.rules, of_gaps=True),
        village_routes_sheet(tables["villages"], judged.rules, language),
        route_rules_sheet(judged.rules, language),
        ranking_sheet(tables["ranking"], judged.ranking, judged.ranked.left_out, language),
        criteria_sheet(judged.ranking),
        scenarios_sheet(tables["scenarios"], services, language),
        roads_sheet(tables["roads_summary"], services),
        places_sheet(tables["target_places"]),
        cells_sheet(tables["cells"], judged.congestion, language),
        points_sheet(tables["test_points"], language),
        reliability_sheet(tables["reliability"], reliability),
    )
