"""The quarterly report as a workbook: provinces, layers, communes, rounds, packages, and what it all rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from phusong.api.reports.contents import Contents, Row
from phusong.data.workbook import Block, Column, Sheet, new_book
from phusong.tenders.village_words import SIMULATED
from phusong.words import Language, Text, day

_HOUSEHOLDS = Text("Hộ", "Households")
_PEOPLE = Text("Dân số", "People")
_VILLAGES = Text("Thôn", "Villages")
_COMMUNES = Text("Xã", "Communes")
_SERVED = Text("có sóng", "served")
_UNKNOWN = Text("chưa rõ", "unknown")
_WHOLE = Text("tổng số", "of")
_SHARE = Text("%", "%")
_PROVINCE = Column(title=Text("Tỉnh, thành phố", "Province"), key="province", width=22)


def _terms(name: str, group: Text, *, unknown: bool = True, summed: bool) -> Iterator[Column]:
    """Give numerator, what is not known, denominator and share of one thing counted."""
    part, dim = f"{name}_served", f"{name}_unknown"
    yield Column(title=_SERVED, key=part, kind="whole", width=10, summed=summed, group=group)
    if unknown:
        yield Column(title=_UNKNOWN, key=dim, kind="whole", width=10, summed=summed, group=group)
    yield Column(title=_WHOLE, key=name, kind="whole", width=10, summed=summed, group=group)
    yield Column(title=_SHARE, key=f"{name}_share", kind="percent", width=7, share_of=(part, name), group=group)


def _counted(*, summed: bool) -> tuple[Column, ...]:
    return (
        *_terms("households", _HOUSEHOLDS, summed=summed),
        *_terms("population", _PEOPLE, unknown=False, summed=summed),
        *_terms("villages", _VILLAGES, summed=summed),
        *_terms("communes", _COMMUNES, summed=summed),
    )


_LAYER = (
    Column(title=Text("Doanh nghiệp", "Operator"), key="operator", width=18),
    Column(title=Text("Công nghệ", "Technology"), key="technology", width=14),
)
_BY_PROVINCE = (
    _PROVINCE,
    *_counted(summed=True),
    Column(title=Text("Thôn trắng sóng", "Villages without signal"), key="white", kind="whole", width=10, summed=True),
    Column(title=Text("Thôn lõm sóng", "Depressions"), key="depression", kind="whole", width=10, summed=True),
    Column(title=Text("Vùng lõm", "Gaps"), key="gaps", kind="whole", width=9, summed=True),
    Column(title=Text("Hộ vùng lõm", "Households in gaps"), key="gap_households", kind="whole", width=10, summed=True),
    Column(title=Text("Số liệu ngày", "Dated"), key="dated", kind="date", width=12),
    Column(title=Text("Bộ tiêu chí", "Profile"), key="profile", width=13),
)
_BY_COMMUNE = (
    _PROVINCE,
    Column(title=Text("Xã", "Commune"), key="commune", width=22),
    *_LAYER,
    *_terms("households", _HOUSEHOLDS, summed=False),
    *_terms("population", _PEOPLE, unknown=False, summed=False),
    *_terms("villages", _VILLAGES, summed=False),
)
_ROUND = (
    _PROVINCE,
    Column(title=Text("Đợt", "Round"), key="batch", width=18),
    Column(title=Text("Trạng thái", "State"), key="state", width=28),
    Column(title=Text("Điểm báo cáo", "Places reported"), key="rows", kind="whole", width=10, summed=True),
    Column(title=Text("Kiến nghị", "Requests"), key="requests", kind="whole", width=10, summed=True),
    Column(title=Text("Đã trả lời", "Answered"), key="answered", kind="whole", width=10, summed=True),
    Column(title=_SHARE, key="answer_share", kind="percent", width=7, share_of=("answered", "requests")),
    Column(title=Text("Im lặng", "Silent"), key="silent", kind="whole", width=9, summed=True),
    Column(title=Text("Trả lời muộn", "Late"), key="late", kind="whole", width=9, summed=True),
    Column(title=Text("Kết luận", "Conclusions"), key="decided", kind="whole", width=10, summed=True),
)
_PACKAGE = (
    _PROVINCE,
    Column(title=Text("Gói thầu", "Package"), key="code", width=20),
    Column(title=Text("Trạng thái", "State"), key="state", width=20),
    Column(title=Text("Hộ cần phủ", "Households"), key="households", kind="whole", width=11, summed=True),
    Column(title=Text("Vị trí trạm", "Sites"), key="sites", kind="whole", width=10, summed=True),
    Column(title=Text("Giá gói thầu (đồng)", "Price (VND)"), key="price_vnd", kind="whole", width=18, summed=True),
    Column(title=Text("Chốt ngày", "Frozen on"), key="frozen_on", kind="date", width=12),
)


def write_book(path: Path, contents: Contents, language: Language) -> None:
    """Write the workbook."""
    title = contents.title
    footer = f"{title.to(language)} · {day(contents.made_on)}"
    with new_book(path, language=language, title=title, created_on=contents.made_on, footer=footer) as book:
        for sheet in _sheets(contents):
            book.add(sheet)


def _sheets(contents: Contents) -> Iterator[Sheet]:
    alert = SIMULATED if contents.compared.simulated else None
    total = {"province": Text("Cộng", "Total")}

    def sheet(name: Text, title: Text, columns: tuple[Column, ...], rows: Iterable[Row], *, summed: bool) -> Sheet:
        return Sheet(
            name=name, title=title, columns=columns, blocks=(Block(rows=tuple(rows)),), alert=alert,
            total=total if summed else None, frozen_columns=1, a3=len(columns) > 14,
        )  # fmt: skip

    yield sheet(Text("Theo tỉnh", "Provinces"), contents.title, _BY_PROVINCE, contents.of_provinces(), summed=True)
    layers = Text("Theo doanh nghiệp, công nghệ", "By operator and technology")
    yield sheet(layers, layers, (*_LAYER, *_counted(summed=False)), contents.of_layers(), summed=False)
    communes = Text("Theo xã", "Communes")
    yield sheet(communes, communes, _BY_COMMUNE, contents.of_communes(), summed=False)
    rounds = Text("Đợt rà soát", "Rounds")
    yield sheet(rounds, rounds, _ROUND, contents.rounds, summed=True)
    packages = Text("Gói thầu", "Packages")
    yield sheet(packages, packages, _PACKAGE, contents.packages, summed=True)
    basis = Text("Căn cứ số liệu", "What the figures rest on")
    note = Column(title=basis, key="note", width=120)
    yield sheet(basis, basis, (note,), ({"note": one} for one in contents.notes), summed=False)
