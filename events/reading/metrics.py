"""What is reported: the closed list of metrics and business lines, and their names in a text.

The list and the names are data (lexicon/metrics.toml); the words around them stand in lexicon/reported-*.toml. `words`
finds both as one part, so that the longest name wins over a shorter word inside it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache
from operator import attrgetter
from types import MappingProxyType
from typing import Literal

import msgspec

from events.reading.clauses import Clauses, Item
from events.reading.companies import Mention
from events.reading.lexicon import key, load
from events.reading.words import Part

Of = Literal["flow", "stock", "share", "count", "percent"]

# A sentence with more tokens is a list or noise, of which no figure is read.
_MOST_TOKENS = 400

HEADS = ("metric", "spend", "earn", "price", "other")
COUNTED_AS = MappingProxyType(
    {
        "headcount": "people", "job cuts": "people", "daily active users": "people", "weekly active users": "people",
        "monthly active users": "people", "users": "people", "sign-ups": "people", "subscribers": "subscribers",
        "posts": "posts", "likes": "likes", "downloads": "downloads", "download requests": "requests",
        "deliveries": "vehicles",
    }
)  # fmt: skip


class Line(msgspec.Struct, frozen=True, gc=False):
    """A sentence with its tokens in order: figures, dates, mentions, segments, metrics and words by class."""

    start: int
    end: int
    items: tuple[Item, ...]
    index: int
    kinds: Mapping[str, list[Item]]  # the tokens by their kind: a line is asked for them a hundred times

    def of(self, *kinds: str) -> Sequence[Item]:
        """Return its tokens of these kinds, in order."""
        if len(kinds) == 1:
            return self.kinds.get(kinds[0], ())
        first: Sequence[Item] = ()
        for kind in kinds:
            if kind in self.kinds:
                if first:
                    return [item for item in self.items if item.kind in kinds]
                first = self.kinds[kind]
        return first

    def has(self, kinds: Set[str]) -> bool:
        """Tell whether it has a token of one of these kinds."""
        return not kinds.isdisjoint(self.kinds)

    def between(self, start: int, end: int, *kinds: str) -> list[Item]:
        """Return the tokens of these kinds (none given: all) that lie between two positions."""
        held = self.of(*kinds) if kinds else self.items
        return [item for item in held if item.start >= start and item.end <= end and item.start <= end]


@cache
def metric_of(name: str) -> Of:
    """Return what the figures of a metric may be."""
    return load("metrics")[name]["of"]  # type: ignore[no-any-return]


@cache
def segment_owner(name: str) -> str:
    """Return the symbol of the company that a business line belongs to, "" where several have one."""
    return str(load("metrics")["segments"].get(name, ("",))[0])


@cache
def totals() -> Mapping[frozenset[str], str]:
    """Return the names of totals by the metrics that they add up."""
    return {frozenset(parts): name for name, parts in load("metrics")["totals"].items()}


@cache
def _segments() -> Mapping[str, str]:
    return {
        key(word): segment for segment, (_, names) in load("metrics")["segments"].items() for word in names.split("|")
    }


def segment_named(words: str) -> str:
    """Return the business line that words are a name of, "" for none that the table knows."""
    return _segments().get(key(words), "")


@cache
def _counted(name: str) -> tuple[tuple[str, str], ...]:
    words = [
        (key(word), metric) for metric, names in load("metrics").items()
        if names.get("of") == "count" and metric not in ("headcount", "job cuts", "capacity")
        for word in names[name].split("|")
    ]  # fmt: skip
    return tuple(sorted(words, key=lambda pair: -len(pair[0])))


def counted_in(text: str, name: str) -> str:
    """Return the metric whose name ends the words of a figure ("5 million users"), "" for none."""
    words = key(text)
    return next((metric for word, metric in _counted(name) if words.endswith(word)), "")


def lines(read: Clauses, without_tokens: Set[str] | None = None) -> list[Line]:
    """Return the sentences of an article with the tokens that reported figures are read from (see `lines_of`)."""
    return lines_of(read, "reported", without_tokens)


def lines_of(read: Clauses, part: Part, without_tokens: Set[str] | None = None) -> list[Line]:
    """Return the sentences of an article with their figures, dates and mentions, and the words of a part.

    Of those that have no such token, `without_tokens` keeps the ones with a word of these kinds (None: all).
    """
    words = read.words[part]
    begins = [word.start for word in words]
    found, behind = [], 0
    for number, (sentence, held) in enumerate(zip(read.sentences, read.tokens, strict=True)):
        start, end = sentence.start, sentence.end
        tokens: Sequence[Item] = [_named(item) for item in held] if held else ()
        first = bisect_left(begins, start, behind)
        behind = bisect_left(begins, end, first)
        own = words[first:behind]
        while own and own[-1].end > end:
            own = own[:-1]
        if without_tokens is not None and not held and without_tokens.isdisjoint([word.kind for word in own]):
            continue
        items = tuple(sorted([*tokens, *_free(own, tokens)], key=_place)) if own and tokens else (*tokens, *own)
        if len(items) > _MOST_TOKENS:
            items = ()
        found.append(Line(start, end, items, number, _by_kind(items)))
    return found


_place = attrgetter("start", "end")


def _free(words: Sequence[Item], tokens: Sequence[Item]) -> Iterator[Item]:
    """Yield the words that no token covers."""
    end, place, count = 0, 0, len(tokens)  # of the last token that begins before a word; the first that begins behind
    for word in words:
        start = word.start
        while place < count and tokens[place].start <= start:
            end = tokens[place].end
            place += 1
        if end <= start and (place == count or word.end <= tokens[place].start):
            yield word


def _by_kind(items: Sequence[Item]) -> dict[str, list[Item]]:
    held: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        held[item.kind].append(item)
    return dict(held)


def _named(item: Item) -> Item:
    """Return a mention of a business line (AWS) as the segment that it is."""
    if (
        item.kind == "mention"
        and isinstance(item.value, Mention)
        and item.value.kind == "unit"
        and (segment := _segments().get(key(item.text)))
    ):
        return Item("segment", item.start, item.end, segment, item.text)
    return item
