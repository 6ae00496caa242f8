"""The file of all options and of what the investor tells, written for people to edit."""

from __future__ import annotations

from collections.abc import Iterator

from phusong.data.provenance import UNVERIFIED
from phusong.data.store import toml_text
from phusong.tenders.package.investor import INVESTOR_FIELDS
from phusong.tenders.package.settings import read_settings
from phusong.words import Language, Text

_HEAD = (
    Text(
        "Tuỳ chọn của bộ hồ sơ gói thầu. Dòng có dấu # là giá trị mặc định: bỏ dấu # và sửa để dùng giá trị riêng.",
        "Options of the package documents. Lines with # are defaults: take the # away and edit to use your own.",
    ),
    Text(
        "Dùng với: phusong packages make … --settings TỆP-NÀY",
        "Use with: phusong packages make … --settings THIS-FILE",
    ),
)
_INVESTOR = Text(
    "Mục chỉ chủ đầu tư biết. Để trống thì tài liệu in [chủ đầu tư điền: …].",
    "What only the investor knows. Left empty, documents print [investor to fill: …].",
)
_SOURCE, _UNIT = Text("nguồn", "source"), Text("đơn vị", "unit")


def settings_template(language: Language) -> str:
    """Return the text of the file; read back as it is, it changes no option."""
    return "\n".join((*_lines(language), ""))


def _lines(language: Language) -> Iterator[str]:
    yield from (f"# {line.to(language)}" for line in _HEAD)
    yield from ("", "[settings]")
    for setting in read_settings():
        source = setting.source.to(language) + ("" if setting.verified else f" ({UNVERIFIED.to(language)})")
        unit = setting.unit.to(language)
        yield ""
        yield f"# {setting.title.to(language)}" + (f"; {_UNIT.to(language)}: {unit}" if unit else "")
        yield f"# {_SOURCE.to(language)}: {source}"
        yield f"# {setting.key} = {toml_text(setting.value)}"
    yield from ("", f"# {_INVESTOR.to(language)}", "[investor]")
    for key, title in INVESTOR_FIELDS.items():
        yield f"# {title.to(language)}"
        yield f'{key} = ""'
