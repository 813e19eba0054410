"""The words of the lexicon in a text: of each part (claims, reported, happenings) the longest at each place.

A word of the table `swallow` stands for itself and for nothing: it keeps shorter words inside it from counting
("the fall of 1989", 涨价). In Latin script words are found by their first word, in Chinese by their first character, so
that a text costs one look at each place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import compress
from operator import add, or_
from typing import Any, Literal

import msgspec

from events.reading.lexicon import LATIN, alternation, key, load
from events.reading.spelling import latin_words, low_text

Part = Literal["claims", "reported", "happenings"]
PARTS: tuple[Part, ...] = ("claims", "reported", "happenings")
SWALLOW = "swallow"


class Item(msgspec.Struct, frozen=True, gc=False):
    """A token: `kind` is "figure", "date", "mention" or the class of a word (a table of the lexicon).

    `value` is the FigureToken, DateToken or Mention, or for a word what its table says of it (a string; words separated
    by spaces are flags: "down strong"). `text` is as it stands in the matching text.
    """

    kind: str
    start: int
    end: int
    value: Any
    text: str

    @property
    def span(self) -> tuple[int, int]:
        """The characters of the token."""
        return self.start, self.end

    @property
    def first(self) -> str:
        """The first flag of a word: the direction of a move, the name of a metric's canonical form."""
        return self.value.split(" ", 1)[0] if isinstance(self.value, str) else ""

    def has(self, flag: str) -> bool:
        """Tell whether a word carries a flag."""
        return isinstance(self.value, str) and flag in self.value.split(" ")


class Lexicon(msgspec.Struct, frozen=True, gc=False):
    """The words of one part of a language by their heads."""

    groups: Mapping[str, list[str]]
    refused: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[tuple[str, str], ...]]
    cased: Mapping[str, str]

    def look(self, begun: str, head: str, *, alone: bool) -> Look | None:
        """Return how words are found that begin with `begun`, or are their head; `alone`: only what is the head."""
        group = [
            word
            for word in self.groups.get(head, ())
            if word == head or not (alone or (begun != head and _two(word, head) != begun))
        ]
        if not group:
            return None
        only = group[0]
        plain = only == begun or "\u3400" <= only[-1] <= "\u9fff"
        if len(group) == 1 and plain and only not in self.refused:
            return only, None, self.words, self.cased
        return "", re.compile(_any_of(group, self.refused)).match, self.words, self.cased


# The only word of a head, where nothing guards its end, or what matches the longest; what the words mean; their case.
Look = tuple[str, Callable[[str, int], re.Match[str] | None] | None, Mapping[str, Any], Mapping[str, str]]


class Finder(msgspec.Struct, frozen=True, gc=False):
    """The words of several parts of a language, found in one walk over a text.

    A word in letters is met by its first two words, another one by its first two characters, or by itself where it is
    one. What they begin is made ready when it is first met.
    """

    parts: tuple[Lexicon, ...]
    heads: frozenset[str]
    seconds: Mapping[str, frozenset[str]]  # what may follow a head in letters; one without may be followed by anything
    alone: frozenset[str]  # the heads of `seconds` that are words
    letters: frozenset[str]  # the heads that are one character each and no Latin letter
    singles: frozenset[str]  # those of them that are words
    pairs: frozenset[str]  # the first two characters of the words that begin with one of `letters`
    ready: dict[str, tuple[tuple[int, Look], ...]]
    sure: dict[str, tuple[tuple[int, str, Any], ...]]  # the meanings of what can only be itself

    def find(self, text: str) -> tuple[list[Item], ...]:
        """Return the words of each part in order, without overlaps in it; a word of two classes comes for each."""
        low, ready, sure = low_text(text), self.ready, self.sure
        done = [0] * len(self.parts)
        found: tuple[list[Item], ...] = tuple([] for _ in done)
        for at, begun in self._begun(low):
            if begun in sure:
                end = at + len(begun)
                written = text[at:end]
                for number, kind, value in sure[begun]:
                    if at >= done[number]:  # the next word cannot begin inside this one: its end need not be noted
                        found[number].append(Item(kind, at, end, value, written))
                continue
            looks = ready.get(begun)
            for number, (word, match, words, cased) in self._make_ready(begun) if looks is None else looks:
                if at < done[number]:
                    continue
                if match is not None:
                    longest = match(low, at)
                    if longest is None:
                        continue
                    word = longest[0]  # noqa: PLW2901  # a name of its own costs as much as the look
                elif not low.startswith(word, at):
                    continue
                if cased and word in cased and not text.startswith(cased[word], at):
                    continue
                end = done[number] = at + len(word)
                written, into = text[at:end], found[number]
                for kind, value in words[word]:
                    into.append(Item(kind, at, end, value, written))
        return found

    def _begun(self, low: str) -> list[tuple[int, str]]:
        """Return where words may begin and with what, in order."""
        heads, seconds, alone = self.heads, self.seconds, self.alone
        begun = []
        spelled = latin_words(low)
        starts, words = spelled
        for place in spelled.among(heads):
            word = words[place]
            following = seconds.get(word)
            if following is None:
                begun.append((starts[place], word))
            elif (after := words[place + 1] if place + 1 < len(words) else "") in following:
                begun.append((starts[place], f"{word} {after}"))
            elif word in alone:
                begun.append((starts[place], word))
        if not self.letters.isdisjoint(low):
            pairs, singles, two = self.pairs, self.singles, list(map(add, low, low[1:] + " "))
            maybe = map(or_, map(pairs.__contains__, two), map(singles.__contains__, low))
            begun += [(at, two[at] if two[at] in pairs else low[at]) for at in compress(range(len(low)), maybe)]
            begun.sort()
        return begun

    def _make_ready(self, begun: str) -> tuple[tuple[int, Look], ...]:
        head = begun[0] if begun[0] in self.letters else begun.partition(" ")[0]
        alone = begun in self.letters or begun in self.alone
        looks = ((number, part.look(begun, head, alone=alone)) for number, part in enumerate(self.parts))
        ready = tuple((number, look) for number, look in looks if look is not None)
        if alone and all(match is None and word not in cased for _, (word, match, _, cased) in ready):
            self.sure[begun] = tuple(
                (number, kind, value) for number, (_, _, words, _) in ready for kind, value in words[begun]
            )
        return self.ready.setdefault(begun, ready)


@cache
def claim_words(name: str) -> Finder:
    """Return what finds the words of the claims of prices in a language: "zh", "vi" or "en"."""
    return _finder(name, PARTS[:1])


@cache
def all_words(name: str) -> Finder:
    """Return what finds the words of all PARTS of a language in one walk."""
    return _finder(name, PARTS)


def _finder(name: str, parts: Sequence[Part]) -> Finder:
    lexicons = tuple(_lexicon(name, part) for part in parts)
    heads = frozenset(head for one in lexicons for head in one.groups)
    letters = frozenset(
        head
        for head in heads
        if len(head) == 1 and (not head.isalnum() or (name == "zh" and not (head.isascii() and head.isalpha())))
    )
    begun = [word for one in lexicons for head, group in one.groups.items() if head in letters for word in group]
    singles = frozenset(word for word in begun if len(word) == 1)
    pairs = frozenset(word[:2] for word in begun if len(word) > 1)
    seconds = {head: following for head in heads - letters if (following := _seconds(lexicons, head)) is not None}
    alone = frozenset(head for head in seconds if any(head in one.words for one in lexicons))
    return Finder(lexicons, heads, seconds, alone, letters, singles, pairs, {}, {})


def _seconds(lexicons: Sequence[Lexicon], head: str) -> frozenset[str] | None:
    """Return the words that follow a head in the words that it begins, None where one of them has no second."""
    longer = [word for one in lexicons for word in one.groups.get(head, ()) if word != head]
    seconds = frozenset(_two(word, head).partition(" ")[2] for word in longer)
    return None if "" in seconds else seconds


@cache
def _lexicon(name: str, part: Part) -> Lexicon:
    """Return a part of a language from its tables of words: class -> "word|word" -> what is said of them."""
    words: dict[str, list[tuple[str, str]]] = {}
    held = _tables(name, part)
    for table, content in held.items():
        if table in ("not-before", "cased"):
            continue
        for listed, value in content.items():
            for word in listed.split("|"):
                meanings = words.setdefault(key(word), [])
                if (table, value) not in meanings:
                    meanings.append((table, value))
    heads: dict[str, list[str]] = {}
    for word in words:
        heads.setdefault(_head(word, chinese=name == "zh"), []).append(word)
    return Lexicon(
        heads,
        {key(word): tuple(value) for word, value in held.get("not-before", {}).items()},
        {word: tuple(value for value in values if value[0] != SWALLOW) for word, values in words.items()},
        {key(word): word for word in held.get("cased", {}).get("words", ())},
    )


def _tables(name: str, part: Part) -> Mapping[str, Mapping[str, Any]]:
    """Return the tables of a part; the names of metrics and business lines stand in one table for all languages."""
    held: dict[str, Mapping[str, Any]] = dict(load(f"{part}-{name}"))
    metrics = load("metrics")
    if part == "reported":
        held["metric"] = {names[name]: metric for metric, names in metrics.items() if "of" in names}
        held["segment"] = {names: segment for segment, (_, names) in metrics["segments"].items()}
        held["not-before"] = metrics["not-before"]
    if part == "happenings":
        held["segment"] = {names: segment for segment, (owner, names) in metrics["segments"].items() if owner}
    return held


def _any_of(group: list[str], refused: Mapping[str, tuple[str, ...]]) -> str:
    """Return a pattern for the longest word of a group; one guard at its end serves all words of an alphabet."""
    if any(word in refused for word in group) or not all(
        word[-1:].isalpha() and not "\u3400" <= word[-1] <= "\u9fff" for word in group
    ):
        return alternation(group, refused)
    longest_first = sorted(set(group), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, longest_first))})(?![{LATIN}])"


def _two(word: str, head: str) -> str:
    """Return the first two words of a word in letters with one space between them, else its first two characters."""
    if re.match(f"[{LATIN}]", head) is None:
        return word[:2]
    found = re.search(f"[{LATIN}]+", word[len(head) :])
    return f"{head} {found[0]}" if found else head


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
def has(question: str) -> tuple[str, ...]:
    """Return words of which each match of a pattern of lexicon/claims-patterns.toml has one, in lower case."""
    return tuple(load("claims-patterns")[question]["has"])


def is_told(question: str, text: str) -> bool:
    """Tell whether a pattern that has words of its own stands in a text: most texts have none of them."""
    low = text.lower()
    for word in has(question):  # a generator for each text takes as long as the looks
        if word in low:
            return pattern(question).search(low) is not None
    return False


@cache
def table(name: str) -> Mapping[str, str | int]:
    """Return a table of words of lexicon/claims-patterns.toml."""
    words: Mapping[str, str | int] = load("claims-patterns")[name]
    return words


def count_of(written: str) -> int:
    """Return a small number as it is written in a phrase of claims, 0 for none that is known."""
    digits = re.sub(r"\D", "", written) if written[:1].isdigit() else ""
    return int(digits) if digits else int(table("counts").get(written.lower(), 0))
