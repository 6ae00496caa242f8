"""The list of recorded findings: what somebody answers for, above or beside what the program works out (design.md)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.schema import Field, ListSchema, Option, RowCheck
from phusong.data.schemas.common import note, row_number
from phusong.data.schemas.villages import VILLAGE_HEADERS
from phusong.words import Text

RECORDED_KINDS = (
    Option("override", Text("kết luận thay", "override"), ("ket luan", "thay the", "ket luan cua so")),
    Option("confirmed", Text("xã xác nhận", "confirmed by the commune"), ("xac nhan", "xa", "ubnd xa xac nhan")),
)
FOUND = (
    Option("white", Text("trắng sóng", "no signal"), ("trang", "khong co song")),
    Option("depression", Text("lõm sóng", "signal depression"), ("lom", "vung lom")),
    Option("weak", Text("sóng yếu", "weak signal"), ("yeu", "kem")),
    Option("covered", Text("phủ sóng", "covered"), ("da phu song", "phu")),
    Option("unserved", Text("chưa có sóng", "unserved"), ("chua co", "chua phu song", "con lom")),
    Option("served", Text("có sóng", "served"), ("da co song", "het lom")),
    Option("undetermined", Text("chưa xác định", "undetermined"), ("can do", "chua ro")),
)


def _without_reason(rows: pd.DataFrame) -> NDArray[np.bool_]:
    return np.asarray((rows["kind"] != "confirmed") & (rows["reason"] == ""), dtype=bool)


def _of_another_target(rows: pd.DataFrame) -> NDArray[np.bool_]:
    of_gap = rows["finding"].isin(("unserved", "served"))
    of_village = rows["finding"].isin(("white", "depression", "weak", "covered"))
    about_gap = rows["gap_id"] != ""
    return np.asarray((of_gap & ~about_gap) | (of_village & about_gap), dtype=bool)


FINDINGS = ListSchema(
    name="findings",
    title=Text("Danh sách kết luận đã ghi", "Recorded findings"),
    unique=("finding_id",),
    key="finding_id",
    key_prefix="KL-",
    one_of=(("village_code", "village_name", "gap_id"),),
    checks=(
        RowCheck(
            column="reason",
            level="error",
            code="finding.reason",
            text=Text("Kết luận thay phải ghi lý do.", "An override must state its reason."),
            breaks=_without_reason,
        ),
        RowCheck(
            column="finding",
            level="error",
            code="finding.word",
            text=Text(
                "Kết luận của thôn là trắng sóng, lõm sóng, sóng yếu, phủ sóng hoặc chưa xác định; của khu vực lõm là "
                "chưa có sóng, có sóng hoặc chưa xác định.",
                "A village is: no signal, signal depression, weak signal, covered or undetermined; a gap is: unserved, "
                "served or undetermined.",
            ),
            breaks=_of_another_target,
        ),
    ),
    fields=(
        row_number(),
        Field(
            name="finding_id",
            title=Text("Mã kết luận", "Finding ID"),
            kind="code",
            default=Text("phần mềm tự đặt", "made by the program"),
            meaning=Text("Mã của dòng kết luận này.", "Code of this recorded finding."),
        ),
        Field(
            name="village_code",
            title=Text("Mã thôn", "Village code"),
            kind="code",
            required="C",
            aliases=("Mã thôn/bản",),
            meaning=Text("Mã thôn như trong danh sách thôn.", "Code as in the village list."),
            example="00985-03",
        ),
        Field(
            name="village_name",
            title=Text("Tên thôn/bản/ấp/buôn", "Village"),
            required="C",
            aliases=VILLAGE_HEADERS,
            meaning=Text(
                "Tên thôn, dùng khi không có mã; ghi kèm xã vì nhiều thôn trùng tên.",
                "Name of the village where there is no code; with its commune, for names repeat.",
            ),
            example="Bản Nà Lạ",
        ),
        Field(
            name="commune_code",
            title=Text("Mã xã", "Commune code"),
            kind="code",
            digits=5,
            meaning=Text("Mã xã, phường, đặc khu 5 chữ số.", "Five-digit code of the commune."),
            example="00985",
        ),
        Field(
            name="commune_name",
            title=Text("Tên xã, phường, đặc khu", "Commune"),
            aliases=("Xã", "Tên xã", "Xã/Phường", "Xã/phường/đặc khu", "Xã, phường, đặc khu"),
            meaning=Text("Tên xã, phường, đặc khu hiện nay.", "Name of the commune as of today."),
            example="Xã Thượng Lâm",
        ),
        Field(
            name="gap_id",
            title=Text("Mã khu vực lõm", "Gap ID"),
            kind="code",
            required="C",
            aliases=("Mã khu vực",),
            meaning=Text(
                "Mã khu vực lõm, nếu kết luận chỉ về khu vực ấy.", "Code of the gap where only that gap is meant."
            ),
        ),
        Field(
            name="service",
            title=Text("Dịch vụ", "Service"),
            default=Text("dịch vụ chính của bộ ngưỡng", "the main service of the profile"),
            meaning=Text("Dịch vụ của bộ ngưỡng: data, voice.", "Service of the profile: data, voice."),
            example="data",
        ),
        Field(
            name="kind",
            title=Text("Loại", "Kind"),
            kind="enum",
            options=RECORDED_KINDS,
            default=Text("kết luận thay", "override"),
            aliases=("Loại kết luận", "Loại ghi nhận"),
            meaning=Text(
                "Kết luận thay cho mọi bằng chứng (phải có lý do), hoặc xác nhận của xã.",
                "An override of all evidence (a reason is needed), or what the commune confirmed.",
            ),
            example="kết luận thay",
        ),
        Field(
            name="finding",
            title=Text("Kết luận", "Finding"),
            kind="enum",
            required="R",
            options=FOUND,
            aliases=("Kết luận về sóng", "Phân loại"),
            meaning=Text("Kết luận về thôn hoặc khu vực lõm.", "What is found of the village or the gap."),
            example="phủ sóng",
        ),
        Field(
            name="reason",
            title=Text("Lý do", "Reason"),
            required="C",
            aliases=("Căn cứ", "Lý do kết luận"),
            meaning=Text("Vì sao; bắt buộc với kết luận thay.", "Why; needed for an override."),
            example="Trạm mới phát sóng ngày 20/10/2026",
        ),
        Field(
            name="author",
            title=Text("Người kết luận (chức danh)", "Author (office)"),
            required="R",
            aliases=("Người kết luận", "Đơn vị kết luận", "Người ghi", "Cơ quan kết luận"),
            meaning=Text("Cơ quan, chức danh; không ghi họ tên.", "Office or function; no names."),
            example="Phòng Bưu chính Viễn thông, Sở KH&CN",
        ),
        Field(
            name="dated",
            title=Text("Ngày kết luận", "Dated"),
            kind="date",
            required="R",
            aliases=("Ngày", "Ngày ghi", "Date"),
            meaning=Text("Ngày kết luận hoặc xác nhận.", "Day of the finding or confirmation."),
            example="01/11/2026",
        ),
        Field(
            name="evidence",
            title=Text("Bằng chứng kèm theo", "Evidence"),
            aliases=("Hồ sơ kèm theo", "Biên bản", "Ảnh/biên bản kèm theo"),
            meaning=Text("Tên biên bản, ảnh, tệp đo kèm theo.", "Names of minutes, pictures or logs attached."),
            example="bien-ban-do-2026-10.pdf",
        ),
        note(),
    ),
)
