"""The original text made fit for matching: one script, plain digits and signs, no scraping noise; every step keeps
offsets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from events.reading.language import simplified
from events.reading.offsets import Edit, MappedText

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_BRACKETED = re.compile("[(（]([a-zü\u00e0-\u01dc]{1,6})[)）]")
_UNSEEN = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u202a-\u202e]+")
_COMBINED = re.compile("[^\\W\\d_][\u0300-\u036f]{1,8}")
_SYLLABLE = re.compile(
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:iang|iong|uang|ang|eng|ong|iao|ian|ing|uai|uan|ai|ei|ao|ou|an|en|er|ia|ie|iu|in|ua|uo|ui|un|ue|ve|a|o|e|i|u|v)"
)
_BROKEN_TAG = re.compile(
    r"[?？]?</?(?:p|div|span|br|strong|em|b|i|u|a|li|ul|ol|td|tr|h[1-6])(?:\s[^<>\n]{0,300})?/?>|[?？]/(?:p|div|span|strong|em|li|h[1-6])>"
)
_GROUPED = re.compile(r"，(?<=\d，)(?=\d{3}(?!\d))")
_MOJIBAKE = re.compile(
    "[\u00c2\u00c3\u00c4\u00c5\u00c6\u00e1-\u00ef\u00f0]"
    "[\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]"
)
_WIDE_RUN = re.compile("[^\x00-\x7f]{1,2000}(?:[ ][^\x00-\x7f]{1,2000}){0,50}")


@cache
def _stray() -> re.Pattern[str]:  # made when needed: sets of so many letters take the compiler ten milliseconds
    return re.compile(rf"(?m)^[ ]{{0,4}}([?？])(?=[{_HAN}])[^?？\n]{{1,60}}([?？])(?=[{_HAN}])")


@cache
def _plain_table() -> dict[int, str]:
    """Characters that mean the same and are one character each: full-width signs, spaces, dashes, line ends."""
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    for kept in "，；：！？（）":
        table.pop(ord(kept))
    table |= dict.fromkeys(
        map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"), " "
    )
    table |= dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212\ufe63"), "-")
    table |= dict.fromkeys(map(ord, "\u301c\u223c\u02dc"), "~")
    table |= dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u2032"), "'")
    table |= dict.fromkeys(map(ord, "\r\x0b\x0c\x85\u2028\u2029"), "\n")
    table |= {0xFFE5: "¥", 0xFE6A: "%", 0xFF05: "%", 0x2015: "—", 0x17F: "s", 0x212A: "K"}
    table |= dict.fromkeys([*range(9), *range(14, 32), *range(127, 133), *range(134, 160)], " ")
    return table


@cache
def _not_plain() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(''.join(map(chr, _plain_table())))}]")


def _plain(text: str) -> str:
    table = _plain_table()
    return text.translate(table) if text.isascii() else _not_plain().sub(lambda found: table[ord(found[0])], text)


def mended(text: MappedText) -> MappedText:
    """Return `text` with mojibake mended, unseen characters gone and letters composed."""
    if text.text.isascii():
        return text
    text = text.edit(_mended(text.text))
    text = text.edit((found.start(), found.end(), "") for found in _UNSEEN.finditer(text.text))
    return text if unicodedata.is_normalized("NFC", text.text) else text.edit(_composed(text.text))


def matching(text: MappedText, language: str) -> MappedText:
    """Return mended `text` as the lexicon expects it: simplified characters, plain digits and signs, no noise."""
    plain = _plain(text.text)
    if language[:2] == "zh":
        text = text.respelled(simplified(plain))
        text = text.edit(_pinyin(text.text))
        if "?" in text.text or "？" in text.text:
            text = text.edit(_stray_marks(text.text))
        text = text.edit((found.start(), found.end(), ",") for found in _GROUPED.finditer(text.text))
    else:
        text = text.respelled(plain)
    if "/" in text.text and ">" in text.text:
        text = text.edit((found.start(), found.end(), "") for found in _BROKEN_TAG.finditer(text.text))
    return text


def _mended(text: str) -> Iterator[Edit]:
    """Yield what ftfy mends, run by run, and only where its own test says that a run is mojibake."""
    if not _MOJIBAKE.search(text):
        return
    import ftfy
    from ftfy.badness import is_bad

    for found in _WIDE_RUN.finditer(text):
        run = found[0]
        if _MOJIBAKE.search(run) and is_bad(run) and (mended := ftfy.fix_encoding(run)) != run:
            yield found.start(), found.end(), mended


def _composed(text: str) -> Iterator[Edit]:
    for found in _COMBINED.finditer(text):
        yield found.start(), found.end(), unicodedata.normalize("NFC", found[0])


def _pinyin(text: str) -> Iterator[Edit]:
    """Yield the readings that scraping leaves behind characters: 网(wǎng), and without tone between two characters."""
    for found in _BRACKETED.finditer(text):
        before = text[found.start() - 1 : found.start()]
        if not ("\u3400" <= before <= "\u4dbf" or "\u4e00" <= before <= "\u9fff"):
            continue
        letters = unicodedata.normalize("NFD", found[1])
        bare = "".join(one for one in letters if not unicodedata.combining(one)).replace("ü", "v")
        toned = len(letters) > len(found[1])
        following = text[found.end() : found.end() + 1]
        if _SYLLABLE.fullmatch(bare) and (toned or (len(bare) > 1 and "\u4e00" <= following <= "\u9fff")):
            yield found.start(), found.end(), ""


def _stray_marks(text: str) -> Iterator[Edit]:
    for found in _stray().finditer(text):
        yield found.start(1), found.end(1), ""
        yield found.start(2), found.end(2), ""
