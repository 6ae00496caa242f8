"""What communes and operators are asked: each question is the field that writes and checks its answer."""

from __future__ import annotations

from phusong.data.geographic_text import LAT_DEG, LON_DEG
from phusong.data.schema import Field, Option
from phusong.data.schemas import GAPS
from phusong.words import Text

STATION_FIELDS = (
    *("lon", "lat", "antenna_height_m", "azimuth_deg", "e_tilt", "band", "tx_power", "ant_gain_dbi"),
    *("feeder_loss_db", "status"),
)
"""What is asked of a station where the operator's list is silent."""

_YES_NO = (Option("yes", Text("có", "yes"), ("x", "1")), Option("no", Text("không", "no"), ("0", "ko", "chua")))
NOTE = Field(
    name="note",
    title=Text("Ghi chú", "Note"),
    meaning=Text("Không ghi họ tên, số điện thoại của người dân.", "No names or telephone numbers of residents."),
)
COMMUNE_FIELDS = (
    Field(
        name="still_gap",
        title=Text("Hiện còn lõm sóng?", "Still a gap?"),
        kind="enum",
        options=(
            Option("yes", Text("còn", "yes"), ("co", "van con")),
            Option("no", Text("hết", "no"), ("khong", "da co song", "khong con")),
            Option("unknown", Text("chưa biết", "not known"), ("khong ro", "chua ro")),
        ),
        meaning=Text("Nơi này hiện còn chưa có sóng hoặc sóng yếu không.", "Whether the place still lacks signal."),
    ),
    Field(
        name="households_total",
        title=Text("Tổng số hộ đúng là", "Households, correct"),
        kind="int",
        limits=GAPS.field("households_total").limits,
        meaning=GAPS.field("households_total").meaning,
    ),
    Field(
        name="households_unserved",
        title=Text("Số hộ chưa có sóng đúng là", "Without signal, correct"),
        kind="int",
        limits=GAPS.field("households_unserved").limits,
        meaning=GAPS.field("households_unserved").meaning,
    ),
    Field(
        name="position_right",
        title=Text("Vị trí đúng?", "Position right?"),
        kind="enum",
        options=(
            Option("yes", Text("đúng", "yes"), ("co", "x")),
            Option("no", Text("sai", "no"), ("khong", "khong dung")),
        ),
        meaning=Text("Toạ độ đang ghi có đúng là nơi này không.", "Whether the position is that of the place."),
    ),
    Field(
        name="lon",
        title=Text("Kinh độ đúng là", "Longitude, correct"),
        kind="float",
        unit="°",
        limits=LON_DEG,
        meaning=GAPS.field("lon").meaning,
    ),
    Field(
        name="lat",
        title=Text("Vĩ độ đúng là", "Latitude, correct"),
        kind="float",
        unit="°",
        limits=LAT_DEG,
        meaning=GAPS.field("lat").meaning,
    ),
    NOTE,
)
OPERATOR_FIELDS = (
    Field(
        name="coverage",
        title=Text("Hiện có sóng 4G/5G?", "4G/5G there today?"),
        kind="enum",
        options=(
            Option("yes", Text("có", "yes"), ("tot", "x")),
            Option("weak", Text("yếu", "weak"), ("song yeu",)),
            Option("no", Text("không", "no"), ("khong co", "chua co")),
        ),
        meaning=Text("Sóng của doanh nghiệp tại nơi này hiện nay.", "The operator's signal there today."),
    ),
    Field(
        name="site_id",
        title=Text("Mã trạm đang phủ", "Site on air"),
        kind="code",
        meaning=Text("Trạm đang phát sóng phủ nơi này.", "The site on air that covers it."),
    ),
    Field(
        name="commitment",
        title=Text("Cam kết phủ sóng?", "Commits to cover?"),
        kind="enum",
        options=_YES_NO,
        meaning=Text("Doanh nghiệp tự đầu tư phủ sóng nơi này.", "The operator will cover it at its own cost."),
    ),
    Field(
        name="quarter",
        title=Text("Quý hoàn thành (2027-Q1)", "Quarter (2027-Q1)"),
        meaning=Text("Quý phát sóng theo cam kết.", "The quarter it will be on air."),
        example="2027-Q1",
    ),
    NOTE,
)
