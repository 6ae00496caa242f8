"""The measurement list: tests of signal and speed by commune, operator or department (domain.md §2.4)."""

from __future__ import annotations

from phusong.data.schema import Field, ListSchema, Option
from phusong.data.schemas.common import TECHNOLOGY_OPTIONS, UNKNOWN, note, position_fields, row_number, unit_fields
from phusong.data.schemas.villages import VILLAGE_HEADERS
from phusong.errors import Range
from phusong.words import Text

ENVIRONMENTS = (
    Option("outdoor", Text("ngoài trời", "outdoor"), ("ngoai nha",)),
    Option("indoor", Text("trong nhà", "indoor"), ()),
    Option("vehicle", Text("trong xe", "in vehicle"), ("tren xe", "xe", "in-vehicle")),
)
PHONE_ONLY = (
    Option(
        "none",
        Text("không có sóng", "no service"),
        ("out of service", "emergency only", "limited service", "no signal", "khong song", "out_of_service"),
    ),
    Option("wifi", Text("Wi-Fi", "Wi-Fi"), ("wifi", "iwlan", "wlan")),
)
"""What phones write where another list has a technology: a test without service fails every one, Wi-Fi is no test."""

TESTERS = (
    Option("commune", Text("xã", "commune"), ("ubnd xa", "can bo xa")),
    Option("province", Text("sở", "department"), ("so khoa hoc va cong nghe", "so khcn", "tinh", "province")),
    Option("operator", Text("nhà mạng", "operator"), ("doanh nghiep",)),
    Option("resident", Text("người dân", "resident"), ("dan", "cu tri")),
    Option("other", Text("khác", "other")),
)


def radio_fields() -> tuple[Field, ...]:
    """Return the columns of one test: what was received and how fast it was."""
    return (
        Field(
            name="rsrp_dbm",
            title=Text("RSRP", "RSRP"),
            kind="float",
            unit="dBm",
            limits=Range(-160, -20, "dBm"),
            aliases=(
                *("Mức thu", "Mức thu đo được", "RSSI", "RSCP", "RxLev", "Mức thu RSRP", "SS-RSRP", "level"),
                *("LTE RSRP", "LTERSRP", "NR RSRP", "NR SS-RSRP", "SSRSRP", "Signal strength", "SignalStrength", "dBm"),
                *("Cường độ tín hiệu", "Cường độ sóng"),
            ),
            meaning=Text(
                "Mức thu: RSRP (4G), SS-RSRP (5G), RSCP (3G), RxLev (2G).",
                "Level received: RSRP (4G), SS-RSRP (5G), RSCP (3G), RxLev (2G).",
            ),
            example="-113,5",
        ),
        Field(
            name="rsrq_db",
            title=Text("RSRQ", "RSRQ"),
            kind="float",
            unit="dB",
            limits=Range(-60, 30, "dB"),
            aliases=("Qual", "LTE RSRQ", "LTERSRQ", "SS-RSRQ", "NR SS-RSRQ"),
            meaning=Text("Chất lượng tín hiệu thu.", "Reference signal quality."),
        ),
        Field(
            name="sinr_db",
            title=Text("SINR", "SINR"),
            kind="float",
            unit="dB",
            limits=Range(-50, 60, "dB"),
            aliases=("SNR", "LTE SNR", "LTE SINR", "RSSNR", "SS-SINR", "NR SS-SINR"),
            meaning=Text("Tỷ số tín hiệu trên nhiễu.", "Signal to interference and noise."),
        ),
        Field(
            name="dl_mbps",
            title=Text("Tốc độ tải xuống", "Download"),
            kind="float",
            unit="Mbit/s",
            limits=Range(0, 20000, "Mbit/s"),
            aliases=(
                *("Tải xuống", "Download (Mbps)", "DL", "Tốc độ tải xuống (Mbps)", "Tốc độ download"),
                *("Download speed", "Tốc độ tải xuống trung bình"),
            ),
            meaning=Text("Tốc độ tải xuống.", "Download speed."),
            example="6,2",
        ),
        Field(
            name="ul_mbps",
            title=Text("Tốc độ tải lên", "Upload"),
            kind="float",
            unit="Mbit/s",
            limits=Range(0, 20000, "Mbit/s"),
            aliases=(
                *("Tải lên", "Upload (Mbps)", "UL", "Tốc độ tải lên (Mbps)", "Tốc độ upload", "Upload speed"),
                *("Tốc độ tải lên trung bình",),
            ),
            meaning=Text("Tốc độ tải lên.", "Upload speed."),
            example="1,4",
        ),
        Field(
            name="latency_ms",
            title=Text("Độ trễ", "Latency"),
            kind="float",
            unit="ms",
            limits=Range(0, 100000, "ms"),
            aliases=("Ping",),
            meaning=Text("Độ trễ.", "Latency."),
        ),
    )


MEASUREMENTS = ListSchema(
    name="measurements",
    title=Text("Danh sách kết quả đo", "Measurements"),
    unique=("test_id",),
    position="required",
    key="test_id",
    key_prefix="DO-",
    one_of=(("operator", "mnc"),),
    fields=(
        row_number(),
        Field(
            name="test_id",
            title=Text("Mã phép đo", "Test ID"),
            kind="code",
            required="R",
            default=Text("phần mềm tự đặt", "made by the program"),
            aliases=("Mã đo", "Mã mẫu đo"),
            meaning=Text("Mã của phép đo.", "Code of the test."),
            example="TQ-2026-0417",
        ),
        Field(
            name="time",
            title=Text("Thời điểm đo", "Time"),
            kind="time",
            required="R",
            default=UNKNOWN,
            aliases=(
                *("Thời gian", "Thời gian đo", "Ngày đo", "Ngày giờ đo", "Timestamp", "measured_on", "Ngày giờ"),
                *("Thời gian thực hiện", "measured_at", "DateTime", "Date time", "Thời gian test"),
            ),
            meaning=Text("Ngày giờ đo.", "Day and time of the test."),
            example="15/09/2026 14:05",
        ),
        *position_fields(),
        Field(
            name="accuracy_m",
            title=Text("Sai số vị trí", "Position accuracy"),
            kind="float",
            unit="m",
            limits=Range(0, 10000, "m"),
            aliases=("Độ chính xác", "Accuracy", "GPS accuracy", "Độ chính xác vị trí"),
            meaning=Text("Sai số của vị trí do thiết bị báo.", "Accuracy the device states."),
            example="8",
        ),
        *unit_fields(),
        Field(
            name="village_name",
            title=Text("Thôn", "Village"),
            aliases=VILLAGE_HEADERS,
            meaning=Text("Thôn nơi đo.", "Village of the test."),
        ),
        Field(
            name="operator",
            title=Text("Nhà mạng", "Operator"),
            kind="operator",
            required="C",
            default=Text("theo MNC", "by MNC"),
            aliases=(
                *("Mạng", "Doanh nghiệp", "Nhà mạng được đo", "Nhà cung cấp dịch vụ", "Operator name", "Operatorname"),
                *("Carrier", "Network operator", "PLMN", "MCCMNC", "MCC-MNC", "Tên nhà mạng"),
            ),
            meaning=Text(
                "Nhà mạng được đo, theo tên hoặc MCC-MNC (452-04 là Viettel).",
                "Operator measured, by name or MCC-MNC (452-04 is Viettel).",
            ),
            example="Viettel",
        ),
        Field(
            name="mcc",
            title=Text("MCC", "MCC"),
            kind="int",
            limits=Range(200, 799),
            meaning=Text("Mã nước do máy ghi: 452 là Việt Nam.", "Country code a phone writes: 452 is Viet Nam."),
        ),
        Field(
            name="mnc",
            title=Text("MNC", "MNC"),
            kind="int",
            required="C",
            limits=Range(0, 999),
            aliases=("Network code",),
            meaning=Text(
                "Mã mạng do máy ghi, dùng khi không có tên nhà mạng: 01 MobiFone, 02 VinaPhone, 04 Viettel, "
                "05 Vietnamobile.",
                "Network code a phone writes, used without an operator: 01 MobiFone, 02 VinaPhone, 04 Viettel, "
                "05 Vietnamobile.",
            ),
        ),
        Field(
            name="tech",
            title=Text("Công nghệ", "Technology"),
            kind="enum",
            required="R",
            options=(*TECHNOLOGY_OPTIONS, *PHONE_ONLY),
            aliases=(
                *("Công nghệ đo", "Loại mạng", "technology", "Công nghệ mạng", "NetworkTech", "Network tech"),
                *("Network type", "NetworkType", "RAT", "NetworkMode", "Loại kết nối"),
            ),
            meaning=Text(
                "Công nghệ được đo; “không có sóng” nếu máy không bắt được mạng nào của nhà mạng.",
                "Technology measured; “no service” where the device found no network of the operator.",
            ),
            example="4G",
        ),
        Field(
            name="band",
            title=Text("Băng tần/EARFCN", "Band/EARFCN"),
            aliases=("Băng tần", "EARFCN", "Tần số", "band"),
            meaning=Text("Băng tần hoặc số kênh.", "Band or channel number."),
            example="1800",
        ),
        Field(
            name="pci",
            title=Text("PCI", "PCI"),
            kind="int",
            limits=Range(0, 1007),
            aliases=("PhysCellId", "Physical cell ID", "LTE PCI", "NR PCI"),
            meaning=Text("Mã nhận dạng cell vật lý.", "Physical cell identity."),
        ),
        Field(
            name="cell_id",
            title=Text("Mã cell", "Cell ID"),
            kind="code",
            aliases=("CellID", "CID", "ECI", "CI"),
            meaning=Text("Mã cell máy thu được.", "Identity of the cell received."),
        ),
        Field(
            name="site_id",
            title=Text("Mã trạm thu được", "Site received"),
            kind="code",
            aliases=("Mã trạm", "Site ID"),
            meaning=Text("Mã trạm mà máy thu được.", "Site the device received."),
        ),
        *radio_fields(),
        Field(
            name="signal",
            title=Text("Có sóng", "Signal"),
            kind="bool",
            default=Text("có, nếu ghi mức thu", "yes, where a level is given"),
            aliases=("Có sóng/không sóng", "Kết nối được"),
            meaning=Text("Máy có bắt được sóng hay không.", "Whether the device found a signal."),
            example="Có",
        ),
        Field(
            name="environment",
            title=Text("Môi trường đo", "Environment"),
            kind="enum",
            options=ENVIRONMENTS,
            default=Text("ngoài trời", "outdoor"),
            aliases=("Trong nhà/ngoài trời", "Nơi đo"),
            meaning=Text("Đo trong nhà, ngoài trời hay trong xe.", "Indoors, outdoors or in a vehicle."),
            example="ngoài trời",
        ),
        Field(
            name="device",
            title=Text("Thiết bị đo", "Device"),
            aliases=("Thiết bị", "Máy đo"),
            meaning=Text("Loại máy dùng để đo.", "Model of the device."),
        ),
        Field(
            name="speed_kmh",
            title=Text("Tốc độ di chuyển", "Speed"),
            kind="float",
            unit="km/h",
            limits=Range(0, 400, "km/h"),
            aliases=("Vận tốc",),
            meaning=Text("Tốc độ của máy khi đo.", "How fast the device moved."),
        ),
        Field(
            name="tester_role",
            title=Text("Đơn vị đo", "Tester"),
            kind="enum",
            options=TESTERS,
            default=UNKNOWN,
            aliases=("Vai trò người đo", "Bên đo"),
            meaning=Text("Ai đo; không ghi họ tên.", "Who measured; no names."),
            example="xã",
        ),
        note(),
    ),
)
