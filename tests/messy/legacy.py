"""Words as the fonts of before Unicode write them: TCVN3 (ABC) and VNI for Windows."""

from __future__ import annotations

import unicodedata

_TCVN3_LETTERS = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂĐÊÔƠƯ"
_TCVN3_SIGNS = "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ¡¢§£¤¥¦"
_TCVN3 = dict(zip(_TCVN3_LETTERS, _TCVN3_SIGNS, strict=True))

_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT = "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"
_PLAIN = {_ACUTE: "ù", _GRAVE: "ø", _HOOK: "û", _TILDE: "õ", _DOT: "ï"}
_BREVE = {"": "ê", _ACUTE: "é", _GRAVE: "è", _HOOK: "ú", _TILDE: "ü", _DOT: "ë"}
_HAT = {"": "â", _ACUTE: "á", _GRAVE: "à", _HOOK: "å", _TILDE: "ã", _DOT: "ä"}
_WHOLE = {"đ": "ñ", "í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î"}


def tcvn3(words: str) -> str:
    """Write text as a TCVN3 font does: one sign a letter; capitals with a tone look like small letters."""
    return "".join(_TCVN3.get(letter, _TCVN3.get(letter.lower(), letter)) for letter in words)


def vni(words: str) -> str:
    """Write text as a VNI font does: the letter, then a sign for its shape and tone."""
    return "".join(map(_vni_letter, unicodedata.normalize("NFC", words)))


def _vni_letter(letter: str) -> str:
    small = letter.lower()
    if small in _WHOLE:
        return _cased(_WHOLE[small], letter)
    base, *marks = unicodedata.normalize("NFD", small)
    tone = next((mark for mark in marks if mark in _PLAIN), "")
    if "\u0306" in marks:
        return _cased(base + _BREVE[tone], letter)
    if "\u0302" in marks:
        return _cased(base + _HAT[tone], letter)
    stem = {"o": "ô", "u": "ö"}[base] if "\u031b" in marks else base
    return _cased(stem + (_PLAIN[tone] if tone else ""), letter) if marks else letter


def _cased(sign: str, like: str) -> str:
    return sign.upper() if like.isupper() else sign
