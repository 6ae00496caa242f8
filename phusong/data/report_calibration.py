"""The sheet of report.xlsx that says whether the model was corrected by measurements, by how much, and why."""

from __future__ import annotations

from collections.abc import Iterator

from phusong.coverage.calibration import TITLES, Calibration, Group
from phusong.data.calibration import StudyCalibration
from phusong.data.workbook import Block, Column, Row, Sheet
from phusong.words import Language, Text, number

_LAND = {
    "residential": Text("đất ở", "residential land"),
    "built_up": Text("đất xây dựng", "built-up land"),
    "forest": Text("rừng", "forest"),
    "water": Text("mặt nước", "water"),
    "open": Text("đất trống, nông nghiệp", "open land"),
}


def calibration_sheet(calibration: StudyCalibration) -> Sheet:
    """Show the cross-validation, and above it the decision, the offsets and the tests that do not count."""
    found = calibration.found
    return Sheet(
        name=Text("Hiệu chỉnh", "Calibration"),
        title=Text("Hiệu chỉnh mô hình theo kết quả đo", "Calibration of the model by measurements"),
        notes=(calibration.why, *offset_notes(calibration.adopted), *calibration.notes, *_how(found)),
        columns=(
            Column(title=Text("Phương án", "Candidate"), key="title", width=40),
            Column(
                title=Text("Sai số ở nơi để riêng, dB", "Error at places held out, dB"),
                key="error_db",
                kind="correlation",
                width=16,
            ),
            Column(
                title=Text("Giảm so với phương án đơn giản hơn, dB", "Less than the simpler candidate's by, dB"),
                key="gain_db",
                kind="correlation",
                width=20,
            ),
            Column(
                title=Text("Sai số chuẩn của mức giảm, dB", "Standard error of that, dB"),
                key="standard_error_db",
                kind="correlation",
                width=16,
            ),
            Column(title=Text("Tốt hơn", "Better"), key="better", width=10),
        ),
        blocks=(Block(rows=list(_rows(found)) if found is not None else []),),
        landscape=False,
    )


def offset_notes(adopted: Calibration | None) -> Iterator[Text]:
    """Yield a line for each offset that is applied; none where nothing is."""
    for group in adopted.groups if adopted is not None else ():
        yield _offset(group)


def _rows(found: Calibration) -> Iterator[Row]:
    for row in found.cross_validation:
        yield {
            "title": TITLES[row.key],
            "error_db": row.error_db,
            "gain_db": row.gain_db,
            "standard_error_db": row.standard_error_db,
            "better": row.better if row.key != "none" else None,
        }


def _offset(group: Group) -> Text:
    where = Text("", "")
    if group.environment:
        land = _LAND.get(group.environment, Text(group.environment, group.environment))
        where = Text(f", {land.vi}", f", {land.en}")
    return Text(
        f"{group.technology}{where.vi}: cộng {_signed(group.offset_db, 'vi')} dB vào mức của mô hình trước khi trừ dự "
        f"trữ ({number(group.tests)} phép đo, {number(group.places)} nơi; "
        f"phần dư σ = {_signed(group.sigma_db, 'vi')} dB).",
        f"{group.technology}{where.en}: {_signed(group.offset_db, 'en')} dB added to the model's level before margins "
        f"({number(group.tests, 'en')} tests, {number(group.places, 'en')} places; what remains: "
        f"σ = {_signed(group.sigma_db, 'en')} dB).",
    )


def _signed(value: float, language: Language) -> str:
    return number(value, language, decimals=1).replace("-", "−")


def _how(found: Calibration | None) -> Iterator[Text]:
    if found is None:
        return
    if found.adopted:
        yield Text(
            "Công nghệ chưa được đo thì không cộng gì. Độ lệch gồm cả sai số của các giá trị mặc định cho trạm.",
            "A technology that was not measured gets nothing. The bias holds errors of defaults in the lists as well.",
        )
    yield Text(
        "Các nơi đo được chia làm 10 phần; mỗi phần được dự báo bằng độ lệch tính từ các phần kia. Phương án nhiều "
        "thông số hơn chỉ được chọn khi sai số giảm hơn một sai số chuẩn.",
        "The places are dealt into 10 parts; each is predicted by a bias fitted to the others. A richer candidate is "
        "taken only where the error falls by more than one standard error.",
    )
