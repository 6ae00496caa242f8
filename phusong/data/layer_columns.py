"""What each map layer of a study holds: its shapes and columns, in the words Vietnamese and English files use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from phusong.data.map_files import Shape
from phusong.data.schema import Field, Option
from phusong.data.schemas.common import TECHNOLOGY_OPTIONS
from phusong.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerKind:
    """One kind of layer: the shapes it holds, its columns, and which of them a file cannot do without.

    ``key`` is the column that names a feature and is made where the file has none, with ``key_prefix`` before it.
    ``otherwise`` says what stands for a value no option names, column by column; columns not named there refuse it.
    """

    shape: Shape
    fields: tuple[Field, ...] = ()
    required: tuple[str, ...] = ()
    key: str | None = None
    key_prefix: str = ""
    otherwise: Mapping[str, str] = field(default_factory=dict)


ROAD_CLASSES = (
    Option(
        "car",
        Text("ô tô", "car"),
        (
            *("oto", "xe o to", "duong o to", "duong oto", "duong nhua", "duong be tong", "quoc lo", "ql", "cao toc"),
            *("duong tinh", "tinh lo", "dt", "duong huyen", "huyen lo", "dh", "duong xa", "duong lien xa", "do thi"),
            *("duong do thi", "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential"),
            *("service", "living_street", "motorway_link", "trunk_link", "primary_link", "secondary_link"),
            *("tertiary_link", "highway", "paved"),
        ),
    ),
    Option(
        "motorbike",
        Text("xe máy", "motorbike"),
        ("duong xe may", "xe may", "duong thon", "duong dat", "motorcycle", "track", "unpaved", "duong dan sinh"),
    ),
    Option(
        "trail",
        Text("đường mòn", "trail"),
        ("mon", "di bo", "duong di bo", "path", "footpath", "footway", "foot", "bridleway", "steps", "pedestrian"),
    ),
    Option(
        "water",
        Text("đường thuỷ", "water"),
        ("thuy", "duong song", "song", "thuyen", "duong thuy noi dia", "waterway", "ferry", "river", "boat"),
    ),
)
"""Classes of roads; ``track`` of OpenStreetMap is taken as passable by motorbike only."""

WATER_CLASSES = (
    Option(
        "river",
        Text("sông", "river"),
        ("dong song", "song lon", "riverbank", "mat nuoc song", "water"),
    ),
    Option(
        "stream", Text("suối", "stream"), ("khe", "ngoi", "rach", "lach", "creek", "brook", "ditch", "drain", "muong")
    ),
    Option("canal", Text("kênh", "canal"), ("kenh dao", "kenh muong", "song dao")),
    Option(
        "lake",
        Text("hồ", "lake"),
        ("ho nuoc", "ho thuy dien", "ho chua", "dam", "pond", "reservoir", "lagoon", "pha", "wetland"),
    ),
)

CONSTRAINT_KINDS = (
    Option(
        "forest",
        Text("rừng phòng hộ, đặc dụng", "protected forest"),
        (
            *("rung", "rung phong ho", "rung dac dung", "vuong rung", "vuon quoc gia", "khu bao ton", "protected area"),
            *("khu bao ton thien nhien", "national park", "nature reserve", "protection forest", "special-use forest"),
            *("rph", "rdd"),
        ),
    ),
    Option(
        "defence",
        Text("đất quốc phòng, an ninh", "defence land"),
        ("quoc phong", "dat quoc phong", "an ninh", "dat an ninh", "cqp", "military", "defense", "security"),
    ),
    Option(
        "heritage",
        Text("di tích", "heritage"),
        ("di tich lich su", "di tich lich su van hoa", "di san", "ddt", "monument", "historic", "khu di tich"),
    ),
    Option("other", Text("khác", "other"), ("han che khac",)),
)

PLACE_KINDS = (
    Option(
        "school",
        Text("trường học", "school"),
        (
            *("truong", "diem truong", "truong tieu hoc", "truong thcs", "truong thpt", "truong mam non", "mam non"),
            *("tieu hoc", "thcs", "thpt", "kindergarten", "college", "university", "giao duc"),
        ),
    ),
    Option(
        "clinic",
        Text("trạm y tế", "clinic"),
        ("y te", "tram y te xa", "benh vien", "trung tam y te", "phong kham", "hospital", "health", "doctors"),
    ),
    Option(
        "border_post",
        Text("đồn biên phòng", "border post"),
        ("don", "bien phong", "tram bien phong", "cua khau", "border control", "chot bien phong"),
    ),
    Option(
        "industrial_park",
        Text("khu công nghiệp", "industrial park"),
        ("kcn", "cum cong nghiep", "ccn", "khu kinh te", "kkt", "industrial", "industrial zone"),
    ),
    Option(
        "office",
        Text("trụ sở UBND", "office"),
        (
            *("ubnd", "ubnd xa", "uy ban", "uy ban nhan dan", "tru so", "tru so ubnd xa", "co quan", "townhall"),
            *("nha van hoa", "nvh", "government", "commune office", "trung tam hanh chinh"),
        ),
    ),
)

STRENGTHS = (
    Option("core", Text("vùng lõi", "core"), ("loi", "tot", "manh", "good", "strong", "indoor", "trong nha")),
    Option("edge", Text("vùng biên", "edge"), ("bien", "ria", "yeu", "weak", "outdoor", "ngoai troi")),
)


def _column(name: str, vi: str, en: str, *aliases: str, options: tuple[Option, ...] = ()) -> Field:
    kind = "enum" if options else "str"
    return Field(name=name, title=Text(vi, en), meaning=Text(vi, en), kind=kind, options=options, aliases=aliases)  # type: ignore[arg-type]


_NAMES = ("ten", "name", "ten goi", "title", "ten doi tuong")
_IDS = ("ma", "id", "code", "ma so", "osm_id", "ma doi tuong")

LAYER_KINDS: Mapping[str, LayerKind] = MappingProxyType(
    {
        "roads": LayerKind(
            shape="LineString",
            key="road_id",
            key_prefix="D",
            otherwise=MappingProxyType({"road_class": ""}),
            fields=(
                _column("road_id", "Mã đường", "Road ID", *_IDS, "so hieu", "ref", "so hieu duong"),
                _column("road_name", "Tên đường", "Road", "ten tuyen", "tuyen duong", *_NAMES),
                _column(
                    *("road_class", "Loại đường", "Road class"),
                    *(
                        "cap duong",
                        "cap",
                        "loai",
                        "highway",
                        "fclass",
                        "class",
                        "type",
                        "road type",
                        "duong giao thong",
                    ),
                    options=ROAD_CLASSES,
                ),
            ),
        ),
        "rivers": LayerKind(
            shape="LineString or Polygon",
            otherwise=MappingProxyType({"water_class": ""}),
            fields=(
                _column("water_name", "Tên sông, hồ", "Water", "ten song", "ten suoi", "ten ho", *_NAMES),
                _column(
                    *("water_class", "Loại sông, hồ", "Water class"),
                    *("loai", "waterway", "natural", "fclass", "class", "type", "kind", "phan loai"),
                    options=WATER_CLASSES,
                ),
            ),
        ),
        "power_lines": LayerKind(shape="LineString"),
        "fibre": LayerKind(shape="LineString"),
        "constraints": LayerKind(
            shape="Polygon",
            otherwise=MappingProxyType({"kind": "other"}),
            fields=(
                _column(
                    *("kind", "Loại", "Kind"),
                    *(
                        "loai rung",
                        "loai dat",
                        "loai vuong mac",
                        "loai han che",
                        "type",
                        "class",
                        "fclass",
                        "phan loai",
                    ),
                    options=CONSTRAINT_KINDS,
                ),
                _column("name", "Tên", "Name", *_NAMES, "ten khu", "ten rung"),
            ),
        ),
        "places": LayerKind(
            shape="Point",
            required=("kind",),
            key="place_id",
            key_prefix="P",
            fields=(
                _column("place_id", "Mã địa điểm", "Place ID", *_IDS),
                _column("place_name", "Tên địa điểm", "Place", *_NAMES, "ten don vi", "ten co so"),
                _column(
                    *("kind", "Loại", "Kind"),
                    *(
                        "loai dia diem",
                        "loai doi tuong",
                        "loai hinh",
                        "type",
                        "class",
                        "fclass",
                        "amenity",
                        "phan loai",
                    ),
                    options=PLACE_KINDS,
                ),
            ),
        ),
        "claims": LayerKind(
            shape="Polygon",
            required=("operator", "technology"),
            fields=(
                Field(
                    name="operator",
                    title=Text("Nhà mạng", "Operator"),
                    meaning=Text("Nhà mạng", "Operator"),
                    kind="operator",
                    aliases=("doanh nghiep", "mang", "nha cung cap", "provider", "don vi", "dn"),
                ),
                _column(
                    "technology",
                    "Công nghệ",
                    "Technology",
                    "tech",
                    "loai mang",
                    "cong nghe mang",
                    options=TECHNOLOGY_OPTIONS,
                ),
                _column(
                    *("strength", "Mức phủ", "Strength"),
                    *("muc", "lop", "layer", "level", "loai vung", "muc do", "vung phu", "core edge"),
                    options=STRENGTHS,
                ),
                Field(
                    name="dated",
                    title=Text("Ngày công bố", "Dated"),
                    meaning=Text("Ngày công bố", "Dated"),
                    kind="date",
                    aliases=("ngay", "date", "ngay lap", "ngay cap nhat", "thoi diem"),
                ),
            ),
        ),
    }
)
"""The layers of :class:`phusong.data.layers.Layers`, by the names of ``study.toml``."""
