"""What is said to a user about positions: one place for the wording of :mod:`phusong.data.positions`."""

from __future__ import annotations

from functools import cache

from phusong.data.stated_system import system_name
from phusong.data.zone_inference import Reading
from phusong.words import Language, Text, number

NO_POSITION = Text(
    "Thiếu toạ độ: cần kinh độ và vĩ độ, hoặc X, Y và kinh tuyến trục.",
    "No position: longitude and latitude are needed, or X, Y and the central meridian.",
)
FROM_SAME_SITE = Text(
    "Không có toạ độ, lấy theo dòng khác của cùng trạm.",
    "No position: taken from another row of the same site.",
)
HALF_SURVEY = Text("Chỉ có X hoặc Y. Hãy ghi đủ cả hai.", "Only X or only Y is given. Both are needed.")
ASK_MERIDIAN = Text(
    "Có X, Y nhưng không biết kinh tuyến trục. Hãy ghi kinh tuyến trục (ví dụ 105°30′) hoặc mã EPSG (ví dụ 9209).",
    "X and Y are given without a known central meridian. Write it (for example 105°30′) or the EPSG code (9209).",
)
CONTRADICTION = Text(
    "Mã EPSG và kinh tuyến trục không khớp nhau. Hãy sửa một trong hai.",
    "EPSG code and central meridian contradict each other. Correct one of them.",
)
WHICH_MERIDIAN = Text(
    "Nhiều cách đọc X, Y đều đặt điểm vào nơi đã ghi. Hãy chọn kinh tuyến trục đúng.",
    "Several readings of X and Y put the point where the row says it is. Choose the right central meridian.",
)
NOT_A_PAIR = Text(
    "Không đọc được toạ độ trong ô này. Hãy ghi kinh độ và vĩ độ, ví dụ 105,34808; 22,62924.",
    "The position in this cell cannot be read. Write longitude and latitude, for example 105.34808; 22.62924.",
)
HANOI_72 = Text(
    "Y có số múi 18 hoặc 19 của hệ HN-72, không phải VN-2000. Hãy chuyển sang VN-2000 hoặc WGS84.",
    "Y bears zone 18 or 19 of the system HN-72, which is not VN-2000. Convert it to VN-2000 or WGS84.",
)
KILOMETRES = Text("X, Y ghi bằng km đã đổi sang mét.", "X and Y written in kilometres are taken as metres.")
ZONE_PREFIX = Text("Số múi chiếu đứng trước Y đã được bỏ.", "The number of the zone before Y is left out.")
DEGREES_IN_METRES = Text(
    "Cột X, Y ghi kinh độ và vĩ độ: đã đọc theo độ.",
    "The columns X and Y hold longitude and latitude and are read as degrees.",
)
METRES_IN_DEGREES = Text(
    "Cột kinh độ, vĩ độ ghi X, Y tính bằng mét: đã đọc như X, Y VN-2000.",
    "The columns of longitude and latitude hold metres and are read as X and Y of VN-2000.",
)
SWAPPED_DEGREES = Text(
    "Kinh độ và vĩ độ bị đổi chỗ; đọc lại cho đúng thì điểm nằm ở nơi đã ghi. Hãy xác nhận.",
    "Longitude and latitude are swapped; read the other way round the point lies where the row says. Confirm it.",
)
LOST_MARK = Text(
    "Số mất dấu thập phân; thêm lại dấu thì điểm nằm ở nơi đã ghi.",
    "The number lost its decimal mark; with the mark the point lies where the row says.",
)
PACKED = Text(
    "Độ, phút, giây viết liền; tách ra thì điểm nằm ở nơi đã ghi.",
    "Degrees, minutes and seconds are run together; parted, the point lies where the row says.",
)
DEPRECATED_EPSG = Text(
    "Mã EPSG này đã bị huỷ vì sai tham số; dùng mã thay thế của cùng múi chiếu.",
    "This EPSG code was withdrawn for wrong parameters; the valid code of the same zone is used.",
)


def missing(vi: str, en: str) -> Text:
    """Say that one of longitude and latitude is missing."""
    return Text(f"Thiếu {vi}.", f"No {en}.")


def outside(value: float, hint: Text | None = None) -> Text:
    """Say that a longitude or latitude is no place in Vietnam."""
    vi, en = (f"{degrees(value, 'vi')} nằm ngoài Việt Nam.", f"{degrees(value, 'en')} is outside Vietnam.")
    return Text(f"{vi} {hint.vi}", f"{en} {hint.en}") if hint else Text(vi, en)


MAY_BE_SWAPPED = Text("Có lẽ kinh độ và vĩ độ bị đổi chỗ.", "Longitude and latitude may be swapped.")
MAY_LACK_MARK = Text("Có lẽ số này mất dấu thập phân.", "The number may have lost its decimal mark.")


def outside_survey(northing: float, *, may_be_swapped: bool) -> Text:
    """Say that X and Y are no place in Vietnam by the system stated."""
    vi, en = (f"X {number(northing, 'vi')} nằm ngoài Việt Nam.", f"X {number(northing, 'en')} is outside Vietnam.")
    if may_be_swapped:
        vi += " Có lẽ X và Y bị đổi chỗ (X là khoảng cách về phía bắc)."
        en += " X and Y may be swapped (X is the northing)."
    return Text(vi, en)


@cache
def moved(stated: str, taken: Reading, distance: Text | None) -> Text:
    """Say that X and Y were read otherwise than stated, and how far that moves the point (None: from nowhere)."""
    vi = f"Theo {stated} ghi trong dòng, điểm nằm ngoài xã đã ghi; theo {_name(taken).vi} thì nằm đúng chỗ."
    en = f"By {stated} the point lies outside the commune stated; by {_name(taken).en} it lies where it should."
    if distance is not None:
        vi += f" Đã đọc theo cách sau, vị trí dời {distance.vi}. Hãy xác nhận."
        en += f" The latter is used and moves the point by {distance.en}. Confirm it."
    else:
        vi += " Đã đọc theo cách sau. Hãy xác nhận."
        en += " The latter is used. Confirm it."
    return Text(vi, en)


@cache
def inferred(taken: Reading, *, is_sure: bool) -> Text:
    """Say by which system X and Y were read where none is stated, and how sure that is."""
    name = _name(taken)
    vi = f"Không ghi kinh tuyến trục; chỉ {name.vi} đặt điểm vào nơi đã ghi nên đã đọc theo đó"
    en = f"No central meridian is stated; only {name.en} puts the point where the row says, so that is used"
    if is_sure:
        return Text(
            f"{vi} (chắc chắn: các cách đọc khác đều ở xa).", f"{en} (certain: all other readings are far off)."
        )
    return Text(
        f"{vi} (chưa chắc chắn: còn cách đọc khác ở gần). Hãy xác nhận.",
        f"{en} (not certain: another reading is near). Confirm it.",
    )


@cache
def assumed(taken: Reading) -> Text:
    """Say that the only zone of the province was taken, unchecked."""
    name = _name(taken)
    return Text(
        f"Không ghi kinh tuyến trục; đã đọc theo {name.vi}, kinh tuyến trục duy nhất của tỉnh.",
        f"No central meridian is stated; {name.en}, the only one of the province, is used.",
    )


@cache
def unsure(stated: str, others: tuple[Reading, ...]) -> Text:
    """Say that a reading other than the stated one fits as well."""
    vi, en = (", ".join(_name(other).to(language) for other in others) for language in ("vi", "en"))
    return Text(
        f"Theo {stated} điểm nằm trong xã đã ghi, nhưng theo {vi} cũng vậy. Giữ {stated}; hãy kiểm tra lại.",
        f"By {stated} the point lies in the commune stated, but by {en} too. {stated} is kept; check the meridian.",
    )


def choice(taken: Reading, lon: float, lat: float, commune: str) -> Text:
    """Write one reading of a question: which system, where it puts the point, in which commune."""
    name, where = _name(taken), f" ({commune})" if commune else ""
    return Text(f"{name.vi} → {place(lon, lat, 'vi')}{where}", f"{name.en} → {place(lon, lat, 'en')}{where}")


def vn2000_degrees(count: int) -> Text:
    """Say that degrees stated as VN-2000 were moved to WGS 84."""
    return Text(
        f"{number(count)} dòng ghi kinh độ, vĩ độ theo VN-2000 nên đã chuyển sang WGS84 (dời khoảng 0,2 km). "
        "Nếu toạ độ lấy từ máy định vị hoặc điện thoại thì đó là WGS84: hãy sửa lại hệ toạ độ.",
        f"{number(count, 'en')} rows state VN-2000 degrees and were moved to WGS 84 (by about 0.2 km). "
        "Positions from a GPS receiver or telephone are WGS 84: then correct the system.",
    )


@cache
def coarse(metres: int) -> Text:
    """Say how far off a position written with few digits may be."""
    off = length(float(metres))
    return Text(
        f"Toạ độ ghi quá ít chữ số: có thể lệch tới {off.vi}. Hãy ghi ít nhất 5 chữ số thập phân.",
        f"The position has too few digits: it may be off by up to {off.en}. Write at least 5 decimals.",
    )


def conflict(distance: Text) -> Text:
    """Say that both kinds of coordinates of a row differ."""
    return Text(
        f"Kinh độ, vĩ độ và X, Y của dòng này cách nhau {distance.vi}; dùng kinh độ và vĩ độ. Hãy kiểm tra.",
        f"Longitude and latitude lie {distance.en} from X and Y of the row; the former are used. Check them.",
    )


@cache
def length(metres: float) -> Text:
    """Write a distance in round figures: 350 m, 26 km."""
    if metres < 995.0:
        rounded = max(round(metres, -1), 10.0)
        return Text(f"{number(rounded)} m", f"{number(rounded, 'en')} m")
    decimals = 1 if metres < 9_950.0 else 0
    return Text(*(f"{number(metres / 1000.0, language, decimals=decimals)} km" for language in ("vi", "en")))


def place(lon: float, lat: float, language: Language = "vi") -> str:
    """Write a position as a cell would: longitude; latitude."""
    written = f"{lon:.6f}; {lat:.6f}"
    return written.replace(".", ",") if language == "vi" else written


def degrees(value: float, language: Language) -> str:
    """Write one number as given."""
    written = f"{value:.10g}"
    return written.replace(".", ",") if language == "vi" else written


def _name(reading: Reading) -> Text:
    name = system_name(reading.epsg)
    return Text(f"{name}, X và Y đổi chỗ", f"{name} with X and Y swapped") if reading.is_swapped else Text(name, name)
