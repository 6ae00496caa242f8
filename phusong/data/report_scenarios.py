"""The sheet of scenarios: households and villages today, after a switch-off, with what is planned or added."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from phusong.coverage.reasons import operator_title
from phusong.coverage.scenarios import SCENARIOS
from phusong.data.terms import village_class_title
from phusong.data.workbook import Block, Column, Sheet
from phusong.words import Language, Text

_VIEWS = {"any": Text("bất kỳ nhà mạng nào", "any operator"), "all": Text("mọi nhà mạng", "all operators")}
_STATES = (
    ("served", Text("Hộ có sóng", "Served")),
    ("unserved", Text("Hộ chưa có sóng", "Unserved")),
    ("undetermined", Text("Hộ chưa xác định", "Undetermined")),
    ("no_data", Text("Hộ không có dữ liệu", "No data")),
)
_CLASSES = ("white", "depression", "weak", "covered", "undetermined")


def scenarios_sheet(scenarios: pd.DataFrame, services: Mapping[str, Text], language: Language) -> Sheet:
    """Show every scenario by service and view; each line sums to all households and all villages."""
    titles = {scenario.key: scenario.title for scenario in SCENARIOS}
    rows = [
        {
            **{str(key): value for key, value in row.items()},
            "scenario": titles[row["scenario"]],
            "service": services.get(row["service"], row["service"]),
            "view": _VIEWS.get(row["view"], operator_title(row["view"])),
        }
        for row in scenarios.to_dict("records")
    ]
    return Sheet(
        name=Text("Kịch bản", "Scenarios"),
        title=Text("Hộ dân và thôn theo kịch bản", "Households and villages by scenario"),
        notes=(
            Text(
                "Trạm mới có kế hoạch chỉ được tính trong kịch bản của nó, không tính là đã phát sóng.",
                "Planned sites count only in their scenario, never as on air.",
            ),
        ),
        columns=(
            Column(title=Text("Kịch bản", "Scenario"), key="scenario", width=26),
            Column(title=Text("Dịch vụ", "Service"), key="service", width=18),
            Column(title=Text("Theo", "View"), key="view", width=18),
            Column(title=Text("Tổng số hộ", "Households"), key="households", kind="whole", width=11),
            *(Column(title=title, key=f"{key}_households", kind="whole", width=11) for key, title in _STATES),
            *(Column(title=_class_title(key), key=f"villages_{key}", kind="whole", width=10) for key in _CLASSES),
            Column(title=Text("Số vùng lõm", "Gaps"), key="gaps", kind="whole", width=9),
            Column(title=Text("Hộ trong vùng lõm", "Households in gaps"), key="gap_households", kind="whole", width=11),
        ),
        blocks=(Block(rows=rows),),
        frozen_columns=3,
    )


def _class_title(key: str) -> Text:
    title = village_class_title(key)
    return Text(f"Thôn {title.vi}", f"Villages: {title.en}")
