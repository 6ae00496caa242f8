"""What a study is made from: which data it cannot do without, which make it better, and what it means to go without."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from phusong.words import Text

REQUIRED = ("stations", "terrain")
ONE_OF = ("households", "communes")
"""One of these has to be there: households are listed, or estimated over communes."""
ORDER = (
    *("stations", "terrain", "households", "communes", "villages", "population", "land_cover", "declarations"),
    *("measurements", "reported_gaps", "places", "roads", "power_lines", "fibre", "constraints", "claims"),
    *("rivers", "antennas", "unit_prices", "routes", "ranking", "clutter_heights"),
)
"""The order of the form: what decides most comes first."""
MEANS: Mapping[str, Text] = {
    "stations": Text("Không chạy được: không biết sóng phát từ đâu.", "The study cannot run: no transmitter is known."),
    "terrain": Text("Không chạy được: không biết núi nào che sóng.", "The study cannot run: no ridge is known."),
    "households": Text(
        "Số hộ sẽ ước lượng theo dân số xã; số theo thôn chỉ để tham khảo.",
        "Households will be estimated from communes; counts by village are a guide.",
    ),
    "communes": Text(
        "Không kiểm tra được hộ, trạm nằm ở xã nào; bản đồ không có ranh giới.",
        "Nothing is checked against communes; maps show no boundaries.",
    ),
    "villages": Text("Không xếp loại được thôn, không lập được phiếu thôn.", "Villages cannot be classified."),
    "population": Text("Chỉ có số hộ, không có số dân.", "There are households but no persons."),
    "land_cover": Text(
        "Với địa hình mặt đất (DTM), rừng và nhà không được tính là vật che.",
        "With bare ground (DTM), forest and houses count for nothing.",
    ),
    "declarations": Text("Không có gì để đối chiếu với kết quả tính.", "There is nothing to hold results against."),
    "measurements": Text(
        "Kết quả là mô phỏng, chưa đo: nhiều hộ ở lại mức chưa xác định.",
        "Results are modelled only: more households stay undetermined.",
    ),
    "reported_gaps": Text("Không đối chiếu được với danh sách của tỉnh.", "The province's list cannot be compared."),
    "places": Text("Không tính được điểm công ích khi xếp ưu tiên.", "Public interest does not count in the order."),
    "roads": Text("Không có lõm sóng trên đường, chi phí đường vào lấy giả định.", "Gaps along roads are left out."),
    "power_lines": Text("Chi phí kéo điện lấy theo giả định.", "The cost of power is assumed."),
    "fibre": Text("Truyền dẫn chỉ tính bằng viba hoặc vệ tinh.", "Links are planned by microwave or satellite only."),
    "constraints": Text("Không biết trạm mới có vướng rừng, quốc phòng.", "Forest and defence land are not known."),
    "unit_prices": Text("Dùng đơn giá giả định của công cụ, chưa kiểm chứng.", "The tool's assumed prices are used."),
}
"""What it means for a study to go without a kind of data; other kinds change little."""


NEITHER = Text(
    "Cần danh sách này hoặc ranh giới xã: không có cả hai thì không biết hộ ở đâu.",
    "This list or commune boundaries are needed: without either nobody knows where households are.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """A kind of data that is not there; ``stops`` says that no study can be run without it."""

    kind: str
    means: Text
    stops: bool


def lacks_of(there: Collection[str]) -> tuple[Lack, ...]:
    """Say which kinds of data are missing and what that means, what stops a study first."""
    neither = not set(ONE_OF) & set(there)
    missing = [kind for kind in ORDER if kind in MEANS and kind not in there and not (neither and kind in ONE_OF)]
    found = [Lack(kind=kind, means=MEANS[kind], stops=kind in REQUIRED) for kind in missing]
    found += [Lack(kind=ONE_OF[0], means=NEITHER, stops=True)] if neither else []
    return tuple(sorted(found, key=lambda one: not one.stops))
