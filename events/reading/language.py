"""Which of the four languages a text is written in, by its script and its function words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Literal

from events.reading.lexicon import load, lowered

Language = Literal["zh-Hans", "zh-Hant", "vi", "en", ""]

_SAMPLE = 4_000
# Letters that Vietnamese has and no other language of the Latin script uses in running text.
_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_WORD = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")


@cache
def to_simplified() -> dict[int, str]:
    """Return the table of single Traditional characters to Simplified ones, one to one (OpenCC, t2s).

    Each is what OpenCC says of the character by itself, so that a text keeps its length and every offset holds; the
    phrases that OpenCC would choose by context are not needed for matching words of the lexicon. The table is shipped
    (lexicon/simplified.toml), for OpenCC takes a tenth of a second to start; a test holds it against OpenCC.
    """
    held = load("simplified")
    return dict(zip(map(ord, held["traditional"]), held["simplified"], strict=True))


@cache
def _traditional() -> frozenset[str]:
    return frozenset(map(chr, to_simplified()))


def simplified(text: str) -> str:
    """Return `text` with each Traditional character replaced by its Simplified one; no position changes."""
    return text if text.isascii() or _traditional().isdisjoint(text) else text.translate(to_simplified())


@cache
def _one_script_only() -> tuple[frozenset[str], frozenset[str]]:
    """Return the characters that only Traditional text has, and those that only Simplified text has."""
    table = to_simplified()
    return frozenset(map(chr, table)), frozenset(value for value in table.values() if ord(value) not in table)


def language_of(text: str) -> Language:
    """Return the language of `text`: zh-Hans, zh-Hant, vi or en, and "" for any other or for no words at all.

    Chinese where Han characters are a fifth of all letters (a Han character counts for a word); Traditional where
    characters that only that script has outnumber those that only Simplified has.
    """
    sample = text[:_SAMPLE]
    plain = sample.isascii()
    han, latin = 0 if plain else sum(map(len, han_run().findall(sample))), sum(map(len, _WORD.findall(sample)))
    if han and han * 4 >= latin:
        if len(_kana_or_hangul().findall(sample)) * 5 > han:
            return ""
        return _script(sample)
    if not latin:
        return ""
    if not plain and len(_VIETNAMESE.findall(sample)) * 40 >= latin:
        return "vi"
    return _latin_language(sample)


@cache
def han_run() -> re.Pattern[str]:
    """Return the pattern of Han characters in a row; made when needed, for a set of so many takes ten milliseconds."""
    return re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")


@cache
def _kana_or_hangul() -> re.Pattern[str]:
    return re.compile("[\u3041-\u30ff\uac00-\ud7af]")


def _script(sample: str) -> Language:
    sample = sample[:1500]
    characters = set(sample)
    traditional, simplified = (only & characters for only in _one_script_only())
    # Each stands at least once: as a rule the ones of the other script alone need to be counted.
    if len(traditional) > len(simplified) and len(traditional) > _count(simplified, sample):
        return "zh-Hant"
    seen = _count(traditional, sample)
    return "zh-Hant" if seen > len(simplified) and seen > _count(simplified, sample) else "zh-Hans"


def _count(characters: Iterable[str], sample: str) -> int:
    return sum(map(sample.count, characters))


def _latin_language(sample: str) -> Language:
    words = _WORD.findall(lowered(sample))
    english, vietnamese, others = (sum(map(known.__contains__, words)) for known in _function_words())
    if vietnamese > max(english, others, 1):
        return "vi"
    return "" if others > english and others >= 2 else "en"


@cache
def _function_words() -> tuple[frozenset[str], ...]:
    held = load("languages")["function-words"]
    return tuple(frozenset(held[name]) for name in ("english", "vietnamese", "others"))
