"""What a package is called, what is to be done in it and what it costs by the investor: one wording in every file."""

from __future__ import annotations

from phusong.data.number_text import read_number
from phusong.tenders.package.values import Package
from phusong.words import Language, Text, number

_KINDS = (("Tỉnh ", "province"), ("Thành phố ", "city"))


def province_in(province_name: str, language: Language = "vi") -> str:
    """Write a province as it stands inside a sentence: ``tỉnh Tuyên Quang``, ``Tuyên Quang province``."""
    for kind, title in _KINDS:
        if province_name.startswith(kind):
            name = province_name.removeprefix(kind)
            return f"{kind.lower()}{name}" if language == "vi" else f"{name} {title}"
    return province_name


def package_name(package: Package) -> Text:
    """Return what a package is about, as it stands after its code."""
    counts = (len(package.areas), len(package.by_commune()))
    vi, en = [number(value) for value in counts], [number(value, "en") for value in counts]
    return Text(
        f"cung cấp dịch vụ thông tin di động tại {vi[0]} khu vực lõm sóng thuộc {vi[1]} xã, phường, đặc khu của "
        f"{province_in(package.province_name)}",
        f"mobile service in {en[0]} signal gaps of {en[1]} communes of {province_in(package.province_name, 'en')}",
    )


def package_title(package: Package) -> Text:
    """Return the name of a package with its code."""
    name, code = package_name(package), package.package_code
    return Text(f"Gói {code}: {name.vi}", f"Package {code}: {name.en}")


def main_work(package: Package) -> Text:
    """Say what is to be done: coverage of listed households, in whatever technology, for some years."""
    villages = len({area.village_code for area in package.areas if area.village_code})
    counts = (package.planned_households, package.households, len(package.areas), villages, package.cost_years)
    vi, en = [number(value) for value in counts], [number(value, "en") for value in counts]
    return Text(
        f"Xây dựng hạ tầng, phủ sóng {vi[0]}/{vi[1]} hộ cần phủ tại {vi[2]} khu vực của {vi[3]} thôn (Phụ lục I, II); "
        f"cung cấp và duy trì dịch vụ {vi[4]} năm. Không chỉ định công nghệ, vị trí trạm.",
        f"Build and cover {en[0]}/{en[1]} households in {en[2]} areas of {en[3]} villages (Annexes I, II); run the "
        f"service for {en[4]} years. Technology and sites are free.",
    )


def price_vnd(package: Package) -> int | None:
    """Return the package price the investor told, as a number; None where he told none or no number."""
    value = read_number(package.told("package_price").removesuffix("VND"), "đồng", comma_is_decimal=True)
    return round(value) if value is not None and value >= 0 and value == round(value) else None
