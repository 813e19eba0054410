"""The words of lexicon/claims-*.toml in a text: the longest at each place, by the class that its table gives it.

A word of the table `swallow` stands for itself and for nothing: it keeps shorter words inside it from counting
("the fall of 1989", 涨价). In Latin script words are found by their first word, in Chinese by their first character, so
that a text costs one look at each place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import compress
from typing import Any, NamedTuple

import msgspec

from events.reading.lexicon import LATIN, alternation, key, load, lowered

SWALLOW = "swallow"
_LATIN_WORD = re.compile(f"[{LATIN}]+")


class Word(NamedTuple):
    """A word of the lexicon in a text: its class and what the table says of it."""

    kind: str
    start: int
    end: int
    value: str


class Scanner(msgspec.Struct, frozen=True, gc=False):
    """The words of one language, ready to be found; the pattern of a head word is compiled when it is first met."""

    letters: frozenset[str]  # the heads that are one character each and no Latin letter
    groups: Mapping[str, list[str]]
    refused: Mapping[str, tuple[str, ...]]
    met: dict[str, re.Pattern[str]]
    words: Mapping[str, tuple[tuple[str, str], ...]]
    cased: Mapping[str, str]

    def scan(self, text: str) -> Iterator[Word]:
        """Yield the words of `text` in order, without overlaps; a word of two classes is yielded for each."""
        low = lowered(text)
        done = 0
        for at, word in self._begun(low):
            if at < done:
                continue
            if word not in self.met:
                self.met[word] = re.compile(_any_of(self.groups[word], self.refused))
            found = self.met[word].match(low, at)
            if found is None:
                continue
            if (needed := self.cased.get(found[0])) and not text.startswith(needed, at):
                continue
            done = found.end()
            for kind, value in self.words[found[0]]:
                if kind != SWALLOW:
                    yield Word(kind, at, done, value)

    def _begun(self, low: str) -> list[tuple[int, str]]:
        """Return where a head stands, in order."""
        groups = self.groups
        begun = [found for found in latin_words(low) if found[1] in groups]
        if not self.letters.isdisjoint(low):
            places = compress(range(len(low)), map(self.letters.__contains__, low))
            begun += [(at, low[at]) for at in places]
            begun.sort()
        return begun


def latin_words(low: str) -> Sequence[tuple[int, str]]:
    """Return the words of Latin letters in a text in lower case, with their places: found once for all scanners."""
    return _latin_words(low) if len(low) < _KEPT else _latin_words.__wrapped__(low)


_KEPT = 100_000  # characters; the words of a longer text are not kept in memory


@lru_cache(maxsize=2)
def _latin_words(low: str) -> Sequence[tuple[int, str]]:
    return [(found.start(), found[0]) for found in _LATIN_WORD.finditer(low)]


@cache
def scanner(name: str) -> Scanner:
    """Return the scanner of a lexicon: "zh", "vi" or "en"."""
    return scanner_of(load(f"claims-{name}"), chinese=name == "zh")


def scanner_of(held: Mapping[str, Mapping[str, Any]], *, chinese: bool) -> Scanner:
    """Return the scanner of tables of words: class -> "word|word" -> what is said of them."""
    words: dict[str, list[tuple[str, str]]] = {}
    for table, content in held.items():
        if table in ("not-before", "cased"):
            continue
        for listed, value in content.items():
            for word in listed.split("|"):
                words.setdefault(key(word), []).append((table, value))
    heads: dict[str, list[str]] = {}
    for word in words:
        heads.setdefault(_head(word, chinese=chinese), []).append(word)
    refused = {key(word): tuple(value) for word, value in held.get("not-before", {}).items()}
    return Scanner(
        frozenset(
            head for head in heads if len(head) == 1 and (not head.isalnum() or (chinese and not head.isascii()))
        ),
        heads,
        refused,
        {},
        {word: tuple(values) for word, values in words.items()},
        {key(word): word for word in held.get("cased", {}).get("words", ())},
    )


def _any_of(group: list[str], refused: Mapping[str, tuple[str, ...]]) -> str:
    """Return a pattern for the longest word of a group; one guard at its end serves all words of an alphabet."""
    if any(word in refused for word in group) or not all(
        word[-1:].isalpha() and not "\u3400" <= word[-1] <= "\u9fff" for word in group
    ):
        return alternation(group, refused)
    longest_first = sorted(set(group), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, longest_first))})(?![{LATIN}])"


def _head(word: str, *, chinese: bool) -> str:
    if chinese and not word[0].isascii():
        return word[0]
    found = re.match(f"[{LATIN}]+", word)
    return found[0] if found else word[0]


@cache
def pattern(question: str, name: str = "all") -> re.Pattern[str]:
    """Return a pattern of lexicon/claims-patterns.toml, for one language where the table has one for each."""
    table = load("claims-patterns")[question]
    return re.compile(table.get(name) or table["all"], re.IGNORECASE)


@cache
def table(name: str) -> Mapping[str, str | int]:
    """Return a table of words of lexicon/claims-patterns.toml."""
    words: Mapping[str, str | int] = load("claims-patterns")[name]
    return words


def count_of(written: str) -> int:
    """Return a small number as it is written in a phrase of claims, 0 for none that is known."""
    digits = re.sub(r"\D", "", written) if written[:1].isdigit() else ""
    return int(digits) if digits else int(table("counts").get(written.lower(), 0))
