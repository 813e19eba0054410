"""How a text is spelled, looked at once for all its readers: its lower case, its words in letters, its digits.

Words, dates, figures and names are each found in a walk over the same text; what the walks share is kept for the text
read last.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import compress
from typing import TypeVar

from events.reading.lexicon import LATIN, lowered

_WORD = re.compile(f"[0-9{LATIN}]+")
_LATIN_WORD = re.compile(f"[{LATIN}]+")
_DIGITS = re.compile(r"\d\d*")  # a search is quick at a set of characters, and not at a repeated one
# A shorter text is a piece of one and would only push that out; a longer one is not worth its memory.
_SHORTEST, _LONGEST = 200, 100_000

Made = TypeVar("Made")


def _kept(make: Callable[[str], Made]) -> Callable[[str], Made]:
    held = lru_cache(maxsize=2)(make)
    return lambda text: held(text) if _SHORTEST <= len(text) <= _LONGEST else make(text)


low_text = _kept(lowered)
low_text.__doc__ = "Return a text in lower case, character for character."


@_kept
def words_and_digits(low: str) -> list[tuple[int, str]]:
    """Return where Latin letters and digits in a row begin in a text in lower case, and what stands there, in order."""
    return [(found.start(), found[0]) for found in _WORD.finditer(low)]


@_kept
def latin_words(low: str) -> list[tuple[int, str]]:
    """Return where the words in Latin letters of a text in lower case begin, and the words, in order."""
    words: list[tuple[int, str]] = []
    for at, word in words_and_digits(low):
        if word.isalpha():
            words.append((at, word))
        else:
            words += [(at + found.start(), found[0]) for found in _LATIN_WORD.finditer(word)]
    return words


@_kept
def digit_runs(low: str) -> list[tuple[int, str]]:
    """Return where digits in a row begin, and the digits, in order."""
    return [(found.start(), found[0]) for found in _DIGITS.finditer(low)]


@_kept
def digit_places(low: str) -> list[int]:
    """Return where each digit stands, in order."""
    return list(compress(range(len(low)), map(str.isdecimal, low)))
