"""The radio columns of the station list, and what stands in for the values it leaves out (domain.md §2.2, §3.2)."""

from __future__ import annotations

from phusong.coverage.radio.defaults import DEFAULTS
from phusong.data.schema import Field, Option
from phusong.data.schemas.common import TECHNOLOGY_OPTIONS
from phusong.errors import Range
from phusong.words import Text

SITE_KINDS = (
    Option("macro", Text("macro", "macro"), ("tram macro", "bts macro", "tram thu phat song")),
    Option("remote_sector", Text("remote sector (RRU)", "remote sector"), ("remote sector", "rru", "remote")),
    Option("small_cell", Text("trạm nhỏ", "small cell"), ("smallcell", "small cell", "micro", "pico")),
    Option("repeater", Text("trạm lặp", "repeater"), ("repeater", "tram lap")),
    Option("mobile", Text("xe lưu động", "mobile station"), ("luu dong", "xe phat song", "cow")),
    Option(
        "indoor",
        Text("trong nhà", "indoor"),
        ("tram trong nha", "trong toa nha", "ibs", "inbuilding", "in-building", "das", "femto", "femtocell", "ibc"),
    ),
)
_KINDS = {option.value: option.title for option in SITE_KINDS} | {
    "rooftop": Text("trên mái", "rooftop"),
    "other": Text("công nghệ khác", "other technology"),
}


def assumed_text(field: str) -> Text:
    """Write what stands in for a missing value, with the range it may have, from the model's own table."""
    parts = []
    for row in (row for row in DEFAULTS if row.field == field):
        span = row.span
        middle, low, high = (f"{value:g}" for value in (span.middle, span.low, span.high))
        values = middle if low == high else f"{middle} ({low}–{high})"
        label = _KINDS.get(row.applies_to, Text(row.applies_to, row.applies_to))
        is_any = row.applies_to == "any"
        parts.append(Text(*(values if is_any else f"{word}: {values}" for word in (label.vi, label.en))))
    return Text("; ".join(part.vi.replace(".", ",") for part in parts), "; ".join(part.en for part in parts))


RADIO = (
    Field(
        name="tech",
        title=Text("Công nghệ", "Technology"),
        kind="enum",
        required="R",
        options=TECHNOLOGY_OPTIONS,
        aliases=(
            *("Công nghệ (2G/3G/4G/5G)", "Loại công nghệ", "RAT", "technology", "Công nghệ phát sóng"),
            *("Công nghệ mạng", "Công nghệ sử dụng"),
        ),
        meaning=Text(
            "Công nghệ; trạm có nhiều công nghệ thì mỗi công nghệ một dòng.",
            "Technology; one row each where a site has several.",
        ),
        example="4G",
    ),
    Field(
        name="band",
        title=Text("Băng tần", "Band"),
        required="R",
        default=assumed_text("band"),
        aliases=("Tần số", "Băng tần (MHz)", "Tần số (MHz)", "frequency", "Băng tần sử dụng", "Tần số phát"),
        meaning=Text(
            "Băng tần theo MHz hoặc tên băng: 700, 900, 1800, 2100, 2600, B3, n41.",
            "Band in MHz or by name: 700, 900, 1800, 2100, 2600, B3, n41.",
        ),
        example="1800",
    ),
    Field(
        name="arfcn",
        title=Text("EARFCN/NR-ARFCN", "EARFCN/NR-ARFCN"),
        kind="int",
        limits=Range(0, 3279165),
        aliases=("EARFCN", "NR-ARFCN", "ARFCN", "UARFCN"),
        meaning=Text("Số kênh vô tuyến.", "Radio channel number."),
        example="1850",
    ),
    Field(
        name="bandwidth_mhz",
        title=Text("Băng thông", "Bandwidth"),
        kind="float",
        unit="MHz",
        limits=Range(0.1, 400, "MHz"),
        default=assumed_text("bandwidth_mhz"),
        aliases=("Độ rộng băng tần",),
        meaning=Text("Băng thông sóng mang.", "Bandwidth of the carrier."),
        example="20",
    ),
    Field(
        name="sector",
        title=Text("Mã sector", "Sector"),
        kind="code",
        aliases=("Sector", "Tên sector", "Cell", "Tên cell", "Mã cell"),
        meaning=Text("Mã sector, khi mỗi dòng là một sector.", "Code of the sector, where each row is one sector."),
        example="1",
    ),
    Field(
        name="sectors",
        title=Text("Số sector", "Sectors"),
        kind="int",
        limits=Range(0, 12),
        default=assumed_text("sectors"),
        aliases=("Số lượng sector", "Số cell"),
        meaning=Text("Số sector; 0 là anten vô hướng.", "Number of sectors; 0 is an omnidirectional antenna."),
        example="3",
    ),
    Field(
        name="azimuth_deg",
        title=Text("Phương vị", "Azimuth"),
        kind="azimuths",
        unit="°",
        limits=Range(0, 360, "°"),
        default=Text("mọi hướng đều có thể", "any direction is possible"),
        aliases=("Góc phương vị", "Azimuth (độ)", "Hướng anten", "azimuth", "Hướng phát sóng"),
        meaning=Text(
            "Góc từ hướng bắc theo chiều kim đồng hồ; nhiều sector thì ghi 0/120/240.",
            "Angle clockwise from north; several sectors as 0/120/240.",
        ),
        example="0/120/240",
    ),
    Field(
        name="e_tilt",
        title=Text("Tilt điện", "Electrical tilt"),
        kind="float",
        unit="°",
        limits=Range(-20, 30, "°"),
        default=assumed_text("e_tilt"),
        aliases=("Tilt điện (độ)", "Góc ngẩng điện", "E-tilt", "Electrical downtilt", "Tilt điện tử", "Góc cúp điện"),
        meaning=Text("Góc cúp điện, dương là chúc xuống.", "Electrical tilt, positive downwards."),
        example="4",
    ),
    Field(
        name="m_tilt",
        title=Text("Tilt cơ", "Mechanical tilt"),
        kind="float",
        unit="°",
        limits=Range(-20, 30, "°"),
        default=Text("tính chung với tilt điện", "taken together with the electrical tilt"),
        aliases=("Tilt cơ (độ)", "Góc ngẩng cơ", "M-tilt", "Mechanical downtilt", "Tilt cơ khí", "Góc cúp cơ"),
        meaning=Text("Góc cúp cơ, dương là chúc xuống.", "Mechanical tilt, positive downwards."),
        example="0",
    ),
    Field(
        name="antenna",
        title=Text("Mẫu anten", "Antenna model"),
        default=Text("giản đồ 3GPP theo búp sóng ngang, dọc", "the 3GPP pattern with the beamwidths"),
        aliases=("Model anten", "Loại anten", "Tên anten", "Antenna type", "antenna pattern"),
        meaning=Text(
            "Tên giản đồ anten: dòng NAME hoặc tên tệp trong thư mục antennas của study.toml. Độ lợi, tilt điện lấy từ "
            "tệp nếu danh sách không ghi.",
            "Name of the antenna's pattern: its NAME line or file name in the folder antennas of study.toml. Gain and "
            "electrical tilt are the file's where the list gives none.",
        ),
        example="80010292_0824_X_CO_M45_06T",
    ),
    Field(
        name="hbw",
        title=Text("Búp sóng ngang", "Horizontal beamwidth"),
        kind="float",
        unit="°",
        limits=Range(1, 360, "°"),
        default=assumed_text("hbw"),
        aliases=("Độ rộng búp sóng ngang",),
        meaning=Text("Độ rộng búp sóng ngang ở −3 dB.", "Horizontal beamwidth at −3 dB."),
        example="65",
    ),
    Field(
        name="vbw",
        title=Text("Búp sóng dọc", "Vertical beamwidth"),
        kind="float",
        unit="°",
        limits=Range(1, 180, "°"),
        default=assumed_text("vbw"),
        aliases=("Búp sóng đứng", "Độ rộng búp sóng dọc"),
        meaning=Text("Độ rộng búp sóng dọc ở −3 dB.", "Vertical beamwidth at −3 dB."),
        example="8",
    ),
    Field(
        name="tx_power",
        title=Text("Công suất phát", "Transmit power"),
        kind="float",
        unit="dBm",
        limits=Range(-10, 70, "dBm"),
        default=assumed_text("tx_power"),
        aliases=("Công suất", "Công suất phát (dBm)", "power"),
        meaning=Text(
            "Công suất của cả sóng mang tại một cổng anten, theo dBm.",
            "Power of the whole carrier at one antenna port, in dBm.",
        ),
        example="43",
    ),
    Field(
        name="tx_power_w",
        title=Text("Công suất phát theo oát", "Transmit power in watts"),
        kind="float",
        unit="W",
        limits=Range(0.0001, 10000, "W"),
        aliases=("Công suất phát (W)", "Công suất (W)", "power (W)"),
        meaning=Text(
            "Công suất theo oát, dùng khi không có cột theo dBm.", "Power in watts, used where none is given in dBm."
        ),
    ),
    Field(
        name="ant_gain_dbi",
        title=Text("Độ lợi anten", "Antenna gain"),
        kind="float",
        unit="dBi",
        limits=Range(-5, 40, "dBi"),
        default=assumed_text("ant_gain_dbi"),
        aliases=("Tăng ích anten", "Gain", "Độ tăng ích"),
        meaning=Text("Độ lợi anten ở hướng chính.", "Gain of the antenna on its axis."),
        example="17,5",
    ),
    Field(
        name="feeder_loss_db",
        title=Text("Suy hao feeder", "Feeder loss"),
        kind="float",
        unit="dB",
        limits=Range(0, 20, "dB"),
        default=assumed_text("feeder_loss_db"),
        aliases=("Suy hao", "Suy hao cáp", "Suy hao phi đơ"),
        meaning=Text("Suy hao dây và đầu nối.", "Loss of feeder and jumpers."),
        example="1",
    ),
    Field(
        name="mimo",
        title=Text("Cấu hình MIMO", "MIMO"),
        aliases=("MIMO", "Cấu hình anten"),
        meaning=Text("Cấu hình anten, ví dụ 2T2R.", "Antenna configuration, for example 2T2R."),
        example="2T2R",
    ),
    Field(
        name="pci",
        title=Text("PCI", "PCI"),
        kind="int",
        limits=Range(0, 1007),
        meaning=Text("Mã nhận dạng cell vật lý.", "Physical cell identity."),
    ),
    Field(
        name="cell_id",
        title=Text("CI", "Cell ID"),
        kind="int",
        limits=Range(0, 68719476735),
        aliases=("ECI", "CGI", "Cell Identity"),
        meaning=Text("Mã nhận dạng cell.", "Cell identity."),
    ),
    Field(
        name="tac",
        title=Text("LAC/TAC", "LAC/TAC"),
        kind="int",
        limits=Range(0, 16777215),
        aliases=("TAC", "LAC", "LAC-TAC"),
        meaning=Text("Mã vùng định vị.", "Location or tracking area code."),
    ),
)
