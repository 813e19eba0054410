"""How a text is spelled, looked at once for all its readers: its lower case, its words in letters, its digits.

Words, dates, figures and names are each found in a walk over the same text; what the walks share is kept for the text
read last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from functools import lru_cache
from itertools import compress
from typing import NamedTuple, TypeVar

from events.reading.lexicon import LATIN, lowered

_WORD = re.compile(f"[0-9{LATIN}]+")
_LATIN_WORD = re.compile(f"[{LATIN}]+")
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"\d\d*")  # a search is quick at a set of characters, and not at a repeated one
# A shorter text is a piece of one and would only push that out; a longer one is not worth its memory.
_SHORTEST, _LONGEST = 200, 100_000

Made = TypeVar("Made")


def _kept(make: Callable[[str], Made]) -> Callable[[str], Made]:
    held = lru_cache(maxsize=2)(make)
    return lambda text: held(text) if _SHORTEST <= len(text) <= _LONGEST else make(text)


low_text = _kept(lowered)
low_text.__doc__ = "Return a text in lower case, character for character."


class Spelled(NamedTuple):
    """Words of a text and where each begins, in order."""

    starts: list[int]
    words: list[str]

    def among(self, held: Container[str]) -> Iterator[int]:
        """Return the places in the two lists of the words that are among others: a look at each at the speed of C."""
        return compress(range(len(self.words)), map(held.__contains__, self.words))


def places(pattern: re.Pattern[str], text: str) -> list[int]:
    """Return where a pattern's matches begin, in order."""
    return list(map(re.Match.start, pattern.finditer(text)))


def _spelled(pattern: re.Pattern[str], text: str) -> Spelled:
    return Spelled(places(pattern, text), pattern.findall(text))


@_kept
def words_and_digits(low: str) -> Spelled:
    """Return the Latin letters and digits in a row of a text in lower case."""
    return _spelled(_WORD, low)


@_kept
def latin_words(low: str) -> Spelled:
    """Return the words in Latin letters of a text in lower case."""
    return _spelled(_LATIN_WORD, low)


@_kept
def digit_runs(low: str) -> Spelled:
    """Return the digits in a row of a text."""
    return _spelled(_DIGITS, low)


@_kept
def digit_places(low: str) -> list[int]:
    """Return where each digit stands, in order."""
    return places(_DIGIT, low)
