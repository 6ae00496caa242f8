"""Text typed for the fonts of the 1990s: TCVN3 (ABC, .VnTime) and VNI (VNI-Times), known again and made Unicode.

Such a cell holds Latin letters and signs that only look Vietnamese in their font: ``Th«n Nµ L¹``, ``Thoân Naø Laï``.
They are known by their syllables: what is no Vietnamese as it stands and is once converted was typed for such a font.
Texts are judged together, a column at a time; one that is plain either way is left alone unless all others are legacy.

Tables after TCVN 5712:1993 (VN3) and the VNI for Windows layout, as read in code page 1252. Capitals of TCVN3 are a
font of their own (.VnTimeH) with the codes of small letters: ``TH«N`` becomes ``THÔN``, and ``Th«n`` ``Thôn``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.words import Text

Encoding = Literal["tcvn3", "vni"]
ENCODINGS: tuple[Encoding, Encoding] = ("tcvn3", "vni")
ENCODING_TITLES: Mapping[Encoding, Text] = {
    "tcvn3": Text("TCVN3 (ABC, .VnTime)", "TCVN3 (ABC, .VnTime)"),
    "vni": Text("VNI (VNI-Times)", "VNI (VNI-Times)"),
}

_TCVN3 = {  # first code of a run: its letters
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậè",
    0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}
_TCVN3_LETTERS = {first + step: letter for first, run in _TCVN3.items() for step, letter in enumerate(run)}
_TCVN3_LETTERS[0x3BC] = "à"  # µ written as the Greek letter

_TONES = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_CIRCUMFLEX = dict(zip("âáàåãä", ("", *_TONES.values()), strict=True))
_BREVE = dict(zip("êéèúüë", ("", *_TONES.values()), strict=True))
_VNI_ALONE = dict(zip("ñíìæóòîôö", "đíìỉĩịỵơư", strict=True))

_ASCII_BREAK = re.compile(r"[\s!-@\[-`{-~\u2000-\u206f]+")
_PLAIN_EDGES = "«»“”‘’"
_LATIN_LETTERS = frozenset("àáâãèéêìíòóôõùúý")
_ONLY_UNICODE = re.compile(
    "[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u0300-\u036f\u1ea0-\u1ef9]"
)
_SURE_SHARE = 0.6

_ONSETS = "b|c|ch|d|đ|g|gh|h|k|kh|l|m|n|ng|ngh|nh|p|ph|r|s|t|th|tr|v|x"
_HIGHLAND_ONSET = "[bcdđghjklmnprstvxyz]{1,3}"
_RHYMES = (
    "ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|a|ăc|ăm|ăn|ăng|ăp|ăt|âc|âm|ân|âng|âp|ât|âu|ây|"
    "ec|em|en|eng|eo|ep|et|e|êch|êm|ên|ênh|êp|êt|êu|êng|ê|ia|ich|im|in|inh|ip|it|iu|i|iêc|iêm|iên|iêng|iêp|iêt|iêu|"
    "oac|oach|oai|oam|oan|oang|oanh|oao|oap|oat|oay|oa|oăc|oăm|oăn|oăng|oăt|oen|oeo|oet|oe|ooc|oong|oc|oi|om|on|ong|op|ot|o|"
    "ôc|ôi|ôm|ôn|ông|ôp|ôt|ô|ơi|ơm|ơn|ơp|ơt|ơ|uân|uâng|uât|uây|uêch|uên|uênh|uê|uôc|uôi|uôm|uôn|uông|uôt|uya|uych|uyn|uynh|"
    "uyp|uyt|uyu|uyên|uyêt|uy|uơ|ua|uc|ui|um|un|ung|up|ut|u|ưa|ưc|ưi|ưm|ưn|ưng|ưt|ưu|ươc|ươi|ươm|ươn|ương|ươp|ươt|ươu|ư|"
    "yêm|yên|yêng|yêt|yêu|y"
)
_QU_RHYMES = (
    "ac|ach|ai|an|ang|anh|ao|at|au|ay|a|ăc|ăm|ăn|ăng|ăp|ăt|ân|âng|ât|ây|âu|"
    "en|eo|et|e|êch|ên|ênh|êt|ê|inh|it|i|ôc|ơi|ơn|ơt|ơ|y|yên|yêt|ynh|ych|yt"
)
_HIGHLAND_RHYMES = "(?:[aăâeêioôơuư]|iê|uô|ươ|uê|oă|ua)(?:k|l|r|h|ng|m|n|p|t)?"
_SYLLABLE = re.compile(
    rf"(?:{_ONSETS})?(?:{_RHYMES})|qu(?:{_QU_RHYMES})|gi(?:{_RHYMES})?|gin|giêng"
    rf"|(?:{_HIGHLAND_ONSET})?(?:{_RHYMES}|{_HIGHLAND_RHYMES})"
)
_STOPPED = re.compile(r"(?:c|ch|p|t|k)$")
_FREE_TONES = frozenset("\u0300\u0303\u0309")  # huyền, ngã, hỏi: never before c, ch, p, t
_ALL_TONES = frozenset(_TONES.values())


@dataclass(frozen=True, slots=True, eq=False)
class Converted:
    """A column made Unicode: its cells, the encoding it was in, and which cells changed."""

    cells: pd.Series
    encoding: Encoding
    changed: NDArray[np.bool_]


def convert_column(values: pd.Series) -> Converted | None:
    """Convert the cells of a column that were typed for a legacy font; None where none were.

    Cells that are no text stay as they are. The cost is that of the different cells.
    """
    codes, uniques = pd.factorize(values)
    cells = list(uniques)
    at = [index for index, cell in enumerate(cells) if isinstance(cell, str) and not cell.isascii()]
    decoded, encoding = decode_legacy([cells[index] for index in at])
    if encoding is None:
        return None
    is_changed = np.zeros(len(cells) + 1, dtype=bool)  # the last one is for cells factorize calls missing (code −1)
    for index, text in zip(at, decoded, strict=True):
        is_changed[index] = cells[index] != text
        cells[index] = text
    spread = np.empty(len(cells) + 1, dtype=object)
    spread[:-1], spread[-1] = cells, None
    return Converted(pd.Series(spread[codes], index=values.index, dtype=object), encoding, is_changed[codes])


def decode_legacy(texts: Sequence[str]) -> tuple[list[str], Encoding | None]:
    """Return texts that belong together as Unicode, and the encoding they were in: None where nothing changed.

    Parameters
    ----------
    texts
        The headers of a table, or the different cells of a column.

    Returns
    -------
    decoded
        As many texts; one that is Vietnamese, English or a code as it stands is never changed.
    encoding
        The encoding that makes Vietnamese of them.
    """
    if not _may_be_legacy({word for text in texts for word in _marked_words(text)}):
        return list(texts), None
    judged = [_Judged(text) for text in texts]
    support = {encoding: _proofs(judged, encoding) for encoding in ENCODINGS}
    best = max(ENCODINGS, key=lambda encoding: len(support[encoding]))
    proofs = support[best]
    is_tie = len({len(found) for found in support.values()}) == 1
    if is_tie or not (len(proofs) > 1 or any(map(_is_proof_alone, proofs))):
        return list(texts), None
    is_all_legacy = not any(text.leans_unicode(best) for text in judged)
    decoded = [
        convert(text.text, best) if text.leans_legacy(best) or (is_all_legacy and text.may_be(best)) else text.text
        for text in judged
    ]
    return decoded, best


def convert(text: str, encoding: Encoding) -> str:
    """Return a text as if it were all in one encoding."""
    if text.isascii():
        return text
    if encoding == "tcvn3":
        text = text.translate(_TCVN3_LETTERS)
        return re.sub(r"[^\W\d_]+", lambda word: _one_case(word[0]), text)
    return _vni_pattern().sub(lambda found: _vni_letters()[found[0]], unicodedata.normalize("NFC", text))


def plain_words(text: str) -> tuple[int, int]:
    """Return how many words with other than ASCII letters a text has, and how many of them are Vietnamese syllables."""
    words = _marked_words(text)
    return len(words), sum(map(is_syllable, words))


@lru_cache(maxsize=2**16)
def is_syllable(word: str) -> bool:
    """Say whether a word is built like a Vietnamese syllable, or like one of the highlands' names."""
    letters = unicodedata.normalize("NFD", word.lower())
    tones = [letter for letter in letters if letter in _ALL_TONES]
    bare = unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in _ALL_TONES))
    if len(tones) > 1 or _SYLLABLE.fullmatch(bare) is None:
        return False
    return not (tones and tones[0] in _FREE_TONES and _STOPPED.search(bare))


class _Judged:
    """One text, and how many of its marked words are syllables as it stands and in each encoding."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = _marked_words(text)
        self.is_unicode = _ONLY_UNICODE.search(text) is not None or any(
            letter > "\xff" for letter in "".join(self.words)
        )
        self.good = sum(map(is_syllable, self.words))
        self.converted = {
            encoding: sum(is_syllable(convert(word, encoding)) for word in self.words) for encoding in ENCODINGS
        }

    def leans_legacy(self, encoding: Encoding) -> bool:
        good = self.converted[encoding]
        return not self.is_unicode and good > self.good and good >= _SURE_SHARE * len(self.words)

    def leans_unicode(self, encoding: Encoding) -> bool:
        return self.is_unicode or self.good > self.converted[encoding]

    def may_be(self, encoding: Encoding) -> bool:
        if self.is_unicode or not self.words:
            return False
        is_foreign = any(letter > "~" and letter not in _LATIN_LETTERS for letter in "".join(self.words).lower())
        return 0 < self.good == self.converted[encoding] or (self.good == 0 and is_foreign)


def _proofs(judged: Iterable[_Judged], encoding: Encoding) -> set[str]:
    """Return the words that are no syllables as they stand and are in the encoding; a sign alone (½) is no word."""
    return {
        word
        for text in judged
        if text.leans_legacy(encoding)
        for word in text.words
        if _has_plain_letter(word) and not is_syllable(word) and is_syllable(convert(word, encoding))
    }


def _may_be_legacy(words: Iterable[str]) -> bool:
    """Say whether one of the words at least could prove an encoding: quick, for columns of plain Vietnamese."""
    return any(
        _has_plain_letter(word)
        and not is_syllable(word)
        and any(is_syllable(convert(word, encoding)) for encoding in ENCODINGS)
        for word in words
    )


def _has_plain_letter(word: str) -> bool:
    return any(letter.isascii() for letter in word)


def _is_proof_alone(word: str) -> bool:
    """Say whether one word is enough: ``Hµ`` is, ``µm`` may be a unit."""
    return len(word) > 2 or (word[0].isascii() and word[0].isupper())


def _marked_words(text: str) -> list[str]:
    if text.isascii():
        return []
    words = (word.strip(_PLAIN_EDGES) if word[:1] in _PLAIN_EDGES else word for word in _ASCII_BREAK.split(text))
    return [word for word in words if word and not word.isascii()]


def _one_case(word: str) -> str:
    """Return a word all in capitals where its plain letters are: its marked letters came from a font of capitals."""
    plain = [letter for letter in word if letter.isascii()]
    return word.upper() if len(plain) > 1 and all(letter.isupper() for letter in plain) else word


@cache
def _vni_letters() -> Mapping[str, str]:
    """Return every letter of VNI, one or two characters, as Unicode; the first one decides its case."""
    pairs = {base + mark: base + tone for base in "aeouy" for mark, tone in _TONES.items()}
    pairs |= {old + mark: new + tone for old, new in (("ô", "ơ"), ("ö", "ư")) for mark, tone in _TONES.items()}
    pairs |= {base + mark: base + "\u0302" + tone for base in "aeo" for mark, tone in _CIRCUMFLEX.items()}
    pairs |= {"a" + mark: "a\u0306" + tone for mark, tone in _BREVE.items()}
    found: dict[str, str] = {}
    for letters, plain in (pairs | _VNI_ALONE).items():
        composed = unicodedata.normalize("NFC", plain)
        first, rest = letters[0], letters[1:]
        for written in (letters, first + rest.upper()):
            found[written] = composed
        for written in (first.upper() + rest, letters.upper()):
            found[written] = composed.upper()
    return found


@cache
def _vni_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _vni_letters()), key=len, reverse=True)))
