"""Compares the sentences of a finished Word paper with its template: what stands where a total belongs must be it.

The template says where in a sentence a total of the package stands; the package says what it is. How the paper was
filled is not asked, and a department's own wording is as good as ours. A sentence that no template has is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from phusong.tenders.consistency.content import Content, Disagreement, Line, Table
from phusong.tenders.consistency.facts import TITLES, Entity, Known
from phusong.tenders.consistency.numbers import numbers_in
from phusong.tenders.consistency.rows import placed_rows, plain
from phusong.tenders.consistency.words_of_money import amounts_in_words
from phusong.words import Language, Text, day

FACT_OF_FIELD: Mapping[str, str] = MappingProxyType(
    {
        "area_count": "areas",
        "village_count": "villages",
        "commune_count": "communes",
        "site_count": "sites",
        "point_count": "points",
        "new_site_count": "new_sites",
        "households": "households",
        "planned": "planned",
        "left": "left",
        "unserved_low": "low",
        "unserved_high": "high",
        "population": "population",
        "cost_words": "cost_middle",
        "cost_low_words": "cost_low",
        "cost_high_words": "cost_high",
        **{f"{kind}_{end}": f"{kind}_{end}" for kind in ("cost", "capex", "opex") for end in ("low", "middle", "high")},
    }
)
"""The total of the package that a field of a paper prints."""

_IN_WORDS = frozenset({"cost_words", "cost_low_words", "cost_high_words"})
_TAG = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)
_NAME = re.compile(r"\{\{r?\s*(?:([a-z_]+)\.)?([a-z_]+)\s*\}\}")
_LOOP = re.compile(r"\{%(?:tr|p)?\s*for\s+([a-z_]+)\s+in\s+([a-z_]+)\b.*?%\}")
_END = re.compile(r"\{%(?:tr|p)?\s*endfor\s*%\}")
_LEAST_LETTERS = 8
_LEAST_IN_TABLES = 3
FACTS_OF_LOOP: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "communes": {
            "area_count": "areas",
            "village_count": "villages",
            "site_count": "sites",
            **{name: name for name in ("households", "planned", "left", "population")},
            **{f"cost_{end}": f"cost_{end}" for end in ("low", "middle", "high")},
        },
        "costs": {"sites": "sites", **{f"amount_{end}": f"cost_{end}" for end in ("low", "middle", "high")}},
    }
)
"""What the fields of a row are facts of, by the list whose rows a table prints: a commune, a kind of cost."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a template: how a finished one looks, and the fields in it whose values are known.

    ``loop`` names the list when it is a row of a list: its fields are then facts of what the row is of.
    """

    pattern: re.Pattern[str]
    fields: tuple[str, ...]
    loop: str = ""


class Expected:
    """What fields must say."""

    def __init__(self, known: Known, language: Language) -> None:
        package = known.package
        self.known, self.language = known, language
        self.said = {
            "package_code": package.package_code,
            "digest": known.digest,
            "digest_short": known.digest[:16],
            "version": str(package.version),
            "frozen_on": day(package.frozen_on),
        }

    def wrong(self, file: str, line: Line, sentence: Sentence, match: re.Match[str], of: Entity) -> list[Disagreement]:
        """Return what in a sentence is not what must stand there."""
        found = [(field, match.group(f"f{i}")) for i, field in enumerate(sentence.fields)]
        told = (self._wrong(file, line, field, text, of, sentence.loop) for field, text in found if text is not None)
        return [one for one in told if one is not None]

    def _wrong(self, file: str, line: Line, field: str, found: str, of: Entity, loop: str) -> Disagreement | None:
        if field in self.said and not loop:
            wanted = self.said[field]
            same = found.strip() == wanted
            return None if same else _told(file, line, Text(field, field), Text(wanted, wanted), found)
        fact = FACTS_OF_LOOP[loop][field] if loop else FACT_OF_FIELD[field]
        expected = of.facts.get(fact)
        if not isinstance(expected, int | float) or self._says(found, field, expected):
            return None
        title, whose = TITLES[fact], of.title()
        what = Text(f"{title.vi}, {whose.vi}", f"{title.en}, {whose.en}")
        return _told(file, line, what, Text(plain(expected, "vi"), plain(expected, "en")), found)

    def _says(self, found: str, field: str, expected: float) -> bool:
        if field in _IN_WORDS:
            unit = " đồng" if self.language == "vi" else " Vietnamese dong"
            amounts = amounts_in_words(f"{found}{unit}", self.language)
            return any(amount == round(expected) for amount, _ in amounts)
        numbers = list(numbers_in(found, self.language))
        return len(numbers) == 1 and numbers[0].agrees(expected)


def check_sentences(content: Content, template: Content, known: Known, language: Language) -> Iterator[Disagreement]:
    """Give the sentences and rows in which something else stands where a total, code or digest belongs."""
    expected = Expected(known, language)
    sentences = _sentences(line.text for line in template.lines)
    for line in content.lines:
        yield from _compared(content.file, line, sentences, expected, known.whole)
    for table in content.tables:
        rows = [s for one in template.tables if _head(one) == _head(table) for s in _row_sentences(one)]
        if rows:
            yield from _rows(content.file, table, rows, expected)


def _head(table: Table) -> str:
    return " ".join(table.rows[0].text.split()) if table.rows else ""


def _rows(file: str, table: Table, sentences: Sequence[Sentence], expected: Expected) -> Iterator[Disagreement]:
    placed, _ = placed_rows(table, expected.known)
    entities = {id(one.row): one.entity for one in placed}
    for row in table.rows:
        mine = entities.get(id(row))
        kinds = {"communes": "commune", "costs": "item"}
        fitting = [s for s in sentences if not s.loop or (mine is not None and mine.kind == kinds[s.loop])]
        whole = [s for s in fitting if not s.loop]
        line = Line(row.text, row.where)
        if mine is not None and len(fitting) > len(whole):
            yield from _compared(file, line, [s for s in fitting if s.loop], expected, mine)
        else:
            yield from _compared(file, line, whole, expected, expected.known.whole)


def _compared(
    file: str, line: Line, sentences: Sequence[Sentence], expected: Expected, of: Entity
) -> Iterator[Disagreement]:
    """Give what is wrong in a line by the sentence that fits it best; nothing where none fits."""
    text = " ".join(line.text.split())
    matches = ((sentence, sentence.pattern.fullmatch(text)) for sentence in sentences)
    wrong = [expected.wrong(file, line, sentence, match, of) for sentence, match in matches if match is not None]
    if wrong and all(wrong):
        yield from min(wrong, key=len)


def _sentences(texts: Iterable[str]) -> list[Sentence]:
    return list(dict.fromkeys(s for text in texts for s in [sentence_of(text)] if s is not None))


def _row_sentences(table: Table) -> Iterator[Sentence]:
    """Give the rows of a template's table; between ``for`` and ``endfor`` they are rows of a list."""
    variable, loop = "", ""
    for row in table.rows:
        started = _LOOP.fullmatch(row.text.strip())
        if started is not None:
            variable, loop = started.group(1), started.group(2)
        elif _END.fullmatch(row.text.strip()):
            variable, loop = "", ""
        elif not loop or loop in FACTS_OF_LOOP:
            sentence = sentence_of(row.text, variable=variable, loop=loop, least=0 if loop else _LEAST_IN_TABLES)
            if sentence is not None:
                yield sentence


def sentence_of(text: str, *, variable: str = "", loop: str = "", least: int = _LEAST_LETTERS) -> Sentence | None:
    """Return what a finished sentence looks like; None where the template's has no known field or hardly any words."""
    fields: list[str] = []
    pattern, letters, depth = "", 0, 0
    for piece in _TAG.split(" ".join(text.split())):
        if piece.startswith("{{"):
            field = _field(piece, variable, loop)
            pattern += f"(?P<f{len(fields)}>{_looks(field)})" if field else ".*?"
            fields += [field] if field else []
        elif re.match(r"\{%-?\s*if\b", piece):
            pattern, depth = pattern + "(?:", depth + 1
        elif re.match(r"\{%-?\s*(else|elif)\b", piece):
            pattern += ")?(?:"
        elif re.match(r"\{%-?\s*endif\b", piece):
            pattern, depth = pattern + ")?", depth - 1
        elif piece.startswith(("{%", "{#")):
            pattern += ".*?"
        else:
            pattern += re.escape(piece)
            letters += sum(letter.isalpha() for letter in piece) if depth == 0 else 0
        if depth < 0:
            return None
    if depth or not fields or letters < least:
        return None
    return Sentence(re.compile(pattern.strip()), tuple(fields), loop)


def _field(piece: str, variable: str, loop: str) -> str:
    """Return the field of a tag if its value is known, else ""."""
    name = _NAME.fullmatch(piece)
    if name is None:
        return ""
    of, field = name.group(1) or "", name.group(2)
    if loop:
        return field if of == variable and field in FACTS_OF_LOOP[loop] else ""
    return field if not of and (field in FACT_OF_FIELD or field in _SAID) else ""


def _looks(field: str) -> str:
    """Return what may stand where a field does, altered or not."""
    if field in _IN_WORDS:
        return ".{1,200}?"
    return r"\S{1,80}" if field in _SAID else r"[\d.,]*\d"


_SAID = frozenset({"package_code", "digest", "digest_short", "version", "frozen_on"})


def _told(file: str, line: Line, what: Text, expected: Text, found: str) -> Disagreement:
    quoted = " ".join(line.text.split())[:90]
    said = f"{found} (“{quoted}…”)"
    return Disagreement(file=file, where=line.where, what=what, expected=expected, found=Text(said, said))
