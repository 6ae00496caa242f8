"""What a person must look at before a lot goes out: splitting, smallness, competition, brands, land.

Rules nobody here has confirmed against the law's text are marked as not verified and never said to be the law.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from phusong.data.schemas.gap_options import CONSTRAINTS
from phusong.errors import OutOfRangeError
from phusong.tenders.division.values import Caps, Division, Load, Lot
from phusong.tenders.package.values import Bidder, Notice, Setting
from phusong.words import Text, number

BRANDS = (
    "Ericsson", "Nokia", "Huawei", "ZTE", "Samsung", "Viettel High Tech", "VHT", "VNPT Technology", "NEC", "Fujitsu",
    "Mavenir", "Cisco", "Juniper", "Ceragon", "Aviat", "SIAE", "CommScope", "Kathrein", "RFS", "Comba", "Alcatel",
    "Lucent", "Motorola", "Siemens", "Starlink", "Cambium", "Ubiquiti", "MikroTik", "Dasan", "Vertiv", "Eltek",
    "Narada", "Schneider Electric", "Panasonic", "Mobicom", "Baicells", "Airspan", "Parallel Wireless",
)  # fmt: skip
"""Makers whose names have no place in requirements; names of operators are no brands."""

_BRAND = re.compile(r"(?<!\w)(" + "|".join(re.escape(name) for name in BRANDS) + r")(?!\w)", re.IGNORECASE)
_SPELT = {name.casefold(): name for name in BRANDS}

RULE = Text("quy định về đấu thầu, chưa đối chiếu văn bản", "bidding rules, not checked against their text")
OURS = Text("đề xuất của công cụ", "advice of this tool")
_LAND = {option.value: option.title for option in CONSTRAINTS}
_UNKNOWN = "unknown"


def caps_of(settings: Sequence[Setting], *, lots: int | None = None) -> Caps:
    """Return the caps that the options set.

    Raises
    ------
    OutOfRangeError
        If a cap is no number, or out of its range.
    """
    return Caps(
        max_value_vnd=round(_number(settings, "lot_max_value_vnd")),
        max_households=round(_number(settings, "lot_max_households")),
        max_sites=round(_number(settings, "lot_max_sites")),
        tolerance=_number(settings, "lot_tolerance"),
        lots=lots,
    )


OF_TENDERS = frozenset(("appointment_ceiling_unset", "possible_splitting", "few_bidders"))
"""Warnings that mean something in a tender only."""


def brand_names_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names of makers that stand in some texts as whole words, each once, in the order of ``BRANDS``."""
    found = {_SPELT[match.casefold()] for text in texts for match in _BRAND.findall(text)}
    return tuple(name for name in BRANDS if name in found)


def warnings_of(
    lot: Lot,
    division: Division,
    settings: Sequence[Setting],
    *,
    bidders: Sequence[Bidder] | None = None,
    constraints: Mapping[str, str] | None = None,
    texts: Iterable[str] = (),
) -> tuple[Notice, ...]:
    """Say what a person must look at in a lot.

    Parameters
    ----------
    lot, division
        The lot and the division it is of.
    settings
        Options of the documents; those of ``lot_…`` are used, and all are searched for brand names.
    bidders
        From :func:`phusong.tenders.division.bidders.plausible_bidders`; None where nobody looked.
    constraints
        The kinds of land each site stands on, ``;`` between them, by site; None where nobody looked.
    texts
        Free texts that will stand in the documents, to be searched for brand names.
    """
    return (
        *_splitting(lot, division, settings),
        *_size(lot, division, settings),
        *_caps(lot, division),
        *_evenness(lot, division),
        *_competition(lot, settings, bidders),
        *_apart(lot, division),
        *_brands(lot, [*texts, *(setting.value for setting in settings)]),
        *_land(lot, division, constraints),
    )


def _notice(lot: Lot, key: str, text: Text, *, source: Text = OURS, verified: bool = False, code: str = "") -> Notice:
    return Notice(key=key, code=code or lot.lot_code, place_name="", text=text, source=source, verified=verified)


def _setting(settings: Sequence[Setting], key: str) -> Setting | None:
    return next((one for one in settings if one.key == key and one.value.strip()), None)


def _number(settings: Sequence[Setting], key: str) -> float:
    value = next((one.value for one in settings if one.key == key), "")
    try:
        return float(value)
    except ValueError as error:
        raise OutOfRangeError(
            Text(f"Mục {key} phải là một số, nhận được “{value}”.", f"Option {key} must be a number, got “{value}”.")
        ) from error


def _splitting(lot: Lot, division: Division, settings: Sequence[Setting]) -> Iterator[Notice]:
    """Warn where a lot is below the ceiling of direct appointment and its route as a whole is not."""
    value = Load.of(division.units_in(lot)).value_vnd
    given = _setting(settings, "lot_direct_appointment_vnd")
    if given is None:
        yield _notice(
            lot,
            "appointment_ceiling_unset",
            Text(
                "Chưa khai hạn mức chỉ định thầu: chưa kiểm tra được việc chia nhỏ gói.",
                "The ceiling of direct appointment is not set: splitting is not checked.",
            ),
            source=RULE,
        )
        return
    ceiling = _number(settings, given.key)
    beside = division.lots_beside(lot)
    total = Load.of(unit for one in beside for unit in division.units_in(one)).value_vnd
    if value is None or total is None or len(beside) < 2 or not value <= ceiling < total:
        return
    yield _notice(
        lot,
        "possible_splitting",
        Text(
            f"Khái toán {number(value)} đồng không quá hạn mức chỉ định thầu {number(ceiling)} đồng, trong khi cả "
            f"nguồn vốn là {number(total)} đồng chia {number(len(beside))} gói: phải giải trình để không bị coi là "
            "chia nhỏ gói thầu.",
            f"The estimate of VND {number(value, 'en')} is not above the ceiling of direct appointment, VND "
            f"{number(ceiling, 'en')}, while the route as a whole is VND {number(total, 'en')} in "
            f"{number(len(beside), 'en')} lots: explain that this is no splitting.",
        ),
        source=given.source,
        verified=given.verified,
    )


def _size(lot: Lot, division: Division, settings: Sequence[Setting]) -> Iterator[Notice]:
    least = _setting(settings, "lot_least_sites")
    sites = Load.of(division.units_in(lot)).sites
    if least is not None and sites < _number(settings, least.key):
        yield _notice(
            lot,
            "small_lot",
            Text(
                f"Gói chỉ có {number(sites)} trạm, dưới {number(_number(settings, least.key))}: có thể kém hấp dẫn nhà "
                "thầu; xem xét gộp gói.",
                f"The lot has {number(sites, 'en')} sites, below {number(_number(settings, least.key), 'en')}: it may "
                "draw few bidders; consider joining lots.",
            ),
            source=least.source,
            verified=least.verified,
        )


def _caps(lot: Lot, division: Division) -> Iterator[Notice]:
    units = division.units_in(lot)
    load, caps = Load.of(units), division.caps
    words = {
        "value": (Text("đồng khái toán", "VND of estimate"), load.value_vnd or 0, caps.max_value_vnd),
        "households": (Text("hộ", "households"), load.households, caps.max_households),
        "sites": (Text("trạm", "sites"), load.sites, caps.max_sites),
    }
    for name in load.over(caps):
        unit, has, cap = words[name]
        yield _notice(
            lot,
            f"above_cap_{name}",
            Text(
                f"Riêng {units[0].unit_id} đã có {number(has)} {unit.vi}, vượt mức trần {number(cap)} {unit.vi} của "
                "một gói; không chia nhỏ được nên đứng thành gói riêng.",
                f"{units[0].unit_id} alone has {number(has, 'en')} {unit.en}, above the cap of {number(cap, 'en')} "
                f"{unit.en} a lot; it cannot be divided and is a lot of its own.",
            ),
            verified=True,
        )


def _evenness(lot: Lot, division: Division) -> Iterator[Notice]:
    balance = division.balance_of(lot)
    if balance.standing != "met":
        yield _notice(lot, "uneven", balance.text, verified=True)


def _competition(lot: Lot, settings: Sequence[Setting], bidders: Sequence[Bidder] | None) -> Iterator[Notice]:
    least = _setting(settings, "lot_least_bidders")
    if bidders is None or least is None or len(bidders) >= _number(settings, least.key):
        return
    names = ", ".join(one.operator for one in bidders)
    yield _notice(
        lot,
        "few_bidders",
        Text(
            f"Chỉ {number(len(bidders))} doanh nghiệp có trạm ở gần ({names or 'không có'}), dưới "
            f"{number(_number(settings, least.key))}: nguy cơ ít nhà thầu tham dự; không đặt điều kiện làm hạn chế "
            "cạnh tranh.",
            f"Only {number(len(bidders), 'en')} operators have stations near ({names or 'none'}), below "
            f"{number(_number(settings, least.key), 'en')}: there may be few bids; set no conditions that limit "
            "competition.",
        ),
        source=least.source,
        verified=least.verified,
    )


def _apart(lot: Lot, division: Division) -> Iterator[Notice]:
    """Say where communes of the lot are joined by distance alone."""
    mine = {code for unit in division.units_in(lot) for code in unit.commune_codes}
    own = [one for one in division.contacts if (one.province_code, one.route) == lot.group and one.kind == "nearest"]
    for one, other in (contact.communes for contact in own if set(contact.communes) <= mine):
        text = Text(
            f"Xã {one} và xã {other} không giáp nhau, được nối theo khoảng cách gần nhất.",
            f"Communes {one} and {other} do not border on each other; they are joined as the nearest.",
        )
        yield _notice(lot, "apart", text, verified=True)


def _brands(lot: Lot, texts: Iterable[str]) -> Iterator[Notice]:
    names = ", ".join(brand_names_in(texts))
    if names:
        text = Text(
            f"Có tên hãng trong nội dung hồ sơ: {names}; thay bằng yêu cầu kỹ thuật trung lập.",
            f"Names of makers stand in the texts: {names}; ask for what is needed instead.",
        )
        yield _notice(lot, "brand_names", text, source=RULE)


def _land(lot: Lot, division: Division, constraints: Mapping[str, str] | None) -> Iterator[Notice]:
    for unit in division.units_in(lot):
        for site_id in unit.site_ids:
            kinds = [part for part in (constraints or {}).get(site_id, _UNKNOWN).split(";") if part not in ("", "none")]
            if _UNKNOWN in kinds:
                text = Text(
                    f"Trạm {site_id}: chưa biết đất có vướng rừng, quốc phòng, di tích hay không.",
                    f"Site {site_id}: whether forest, defence or heritage land stands in its way is not known.",
                )
                yield _notice(lot, "land_unknown", text, code=site_id, verified=True)
            elif kinds:
                titles = [_LAND.get(kind, Text(kind, kind)) for kind in kinds]
                text = Text(
                    f"Trạm {site_id} nằm trong {', '.join(t.vi for t in titles)}: cần làm thủ tục trước khi xây dựng.",
                    f"Site {site_id} stands on {', '.join(t.en for t in titles)}: permits are needed before building.",
                )
                yield _notice(lot, "land", text, code=site_id, verified=True)
