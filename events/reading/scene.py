"""A sentence as a row of tokens, with what the sentences before it left behind."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from events.reading.clauses import Clause, Clauses, Item
from events.reading.companies import Mention
from events.reading.overnight import in_new_york
from events.reading.words import pattern

# What may stand between a subject and its verb, or between a verb and its figure, without changing who is meant.
COVERING = frozenset((
    "date", "part", "lately", "filler", "reached", "each", "timing", "also", "span", "streak", "streaks", "since",
    "price", "verbs", "event", "after", "ordinal", "it", "segment", "say", "cap", "of-value", "forecast", "worst",
    "record", "range", "peak", "lasting",
))  # fmt: skip
_LETTER = re.compile(r"[^\W\d_]")


class Topic(msgspec.Struct, frozen=True, gc=False):
    """What a place is about.

    `measure` is "price" where a word for shares, an index or a market segment stands there, "cap" for market value,
    "metric" for another figure of a company, "company" where only a name stands; `names` are the companies; `words` the
    subject where no company is named; `at` is where it was read, `near` whether nothing but fillers stands between.
    `rule` says how it was found.
    """

    measure: str = ""
    names: tuple[Mention, ...] = ()
    words: str = ""
    at: int = -1
    near: bool = False
    rule: str = ""
    carried: bool = False
    pronoun: bool = False


NOBODY = Topic()


class Memory(msgspec.Struct):
    """What the sentences so far leave behind: whom they were about, and the article's main company."""

    main: Mention | None = None
    last: Topic = NOBODY
    index: Mention | None = None
    first_index: Mention | None = None  # the first that the text named
    day: date | None = None  # the session that the last sentences spoke of
    spoken: date | None = None  # the day that was named last, None where that was no day
    lost: bool = False  # whether the text went on to a company that is not known
    day_age: int = 99
    day_of: frozenset[str] = frozenset()  # whom the sentence with that session named
    undated: bool = False  # whether a price was told without a day before the first day was
    day_priced: bool = False  # whether that sentence told of a price
    first_day: date | None = None  # the first session that the text spoke of
    first_of: frozenset[str] = frozenset()  # whom the sentence with that session named
    silence: int = 99  # sentences since a price was spoken of

    def pass_over(self) -> None:
        """Take in a sentence that tells of no price, names no company and no day."""
        self.day_age += 1
        self.silence += 1

    @property
    def spoke_of_prices(self) -> bool:
        """Whether the sentence before spoke of a price."""
        return self.silence == 0


class Scene(msgspec.Struct, frozen=True, gc=False):
    """One sentence as a row of tokens."""

    held: Clauses
    clauses: tuple[Clause, ...]
    items: tuple[Item, ...]
    owner: tuple[int, ...]  # the clause (its place in the sentence) of each token
    begins: tuple[int, ...]  # the first token of each clause, and how many tokens there are
    ends: tuple[int, ...]  # where each clause ends
    memory: Memory
    kinds: frozenset[str]  # of its tokens: a reader whose words are missing need not look

    @property
    def start(self) -> int:
        """Where the sentence begins in the matching text."""
        return self.clauses[0].start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.clauses[-1].end

    def text(self, start: int, end: int) -> str:
        """Return matching text between two positions."""
        return self.held.text[start:end]

    def clause_at(self, position: int) -> int:
        """Return which clause of the sentence a position stands in."""
        place, ends = bisect_right(self.ends, position), self.ends
        return place if place < len(ends) else len(ends) - 1

    def of_clause(self, number: int) -> range:
        """Return the places in the sentence of the tokens of a clause."""
        return range(self.begins[number], self.begins[number + 1])

    def within(self, start: int, end: int) -> list[Item]:
        """Return the tokens between two positions."""
        return [item for item in self.items if start <= item.start and item.end <= end]

    def is_covered(
        self, start: int, end: int, *, refused: Sequence[str] = (), figures: bool = False, lasting: bool = False
    ) -> bool:
        """Tell whether only tokens of COVERING (and figures, or times that last) stand between two positions."""
        position = start
        items = self.items
        for place in range(self.begins[self.clause_at(start)], len(items)):
            item = items[place]
            if item.end <= start:
                continue
            if item.start >= end:
                break
            duration = item.kind == "figure" and item.value.kind == "duration"
            begin = _begins_session_before(self, item) if duration else item.start
            counted = (figures and item.kind == "figure") or (duration and (lasting or begin < item.start))
            if counted or (item.kind in COVERING and item.kind not in refused):
                if begin > position and not self._is_empty(position, begin):
                    return False
                position = max(position, item.end)
        return position >= end or self._is_empty(position, end)

    def _is_empty(self, start: int, end: int) -> bool:
        between = self.held.text[start:end]
        return not between or between.isspace() or not _LETTER.search(between)


def _begins_session_before(here: Scene, item: Item) -> int:
    """Return where a count begins that is no figure but a time: the 上 of 上一交易日."""
    found = pattern("day-before", here.held.name).search(here.text(item.start - 3, item.end))
    return item.start - 3 + found.start() if found else item.start


# A sentence with more tokens is a list or noise: it is read in pieces, and a clause with more is not read at all.
MOST_TOKENS = 150


def is_one_scene(clauses: Sequence[Clause]) -> bool:
    """Tell whether a sentence is read in one piece."""
    return 0 < len(clauses) <= MOST_TOKENS and sum([len(clause.items) for clause in clauses]) <= MOST_TOKENS


def scenes(held: Clauses, number: int, memory: Memory) -> Iterator[Scene]:
    """Yield a sentence of the article as one scene, or as several where it is endless."""
    piece: list[Clause] = []
    tokens = 0
    group = held.groups[number]
    if "date" not in held.kinds[number] and is_one_scene(group):
        yield _scene(held, group, memory)
        return
    for clause in in_new_york(held, group):
        if len(clause.items) > MOST_TOKENS:
            continue
        if tokens + len(clause.items) > MOST_TOKENS or len(piece) >= MOST_TOKENS:
            yield _scene(held, tuple(piece), memory)
            piece, tokens = [], 0
        piece.append(clause)
        tokens += len(clause.items)
    if piece:
        yield _scene(held, tuple(piece), memory)


def _scene(held: Clauses, clauses: tuple[Clause, ...], memory: Memory) -> Scene:
    items: list[Item] = []
    owner: list[int] = []
    begins = [0]
    for place, clause in enumerate(clauses):
        items += clause.items
        owner += [place] * len(clause.items)
        begins.append(len(items))
    ends = tuple(clause.end for clause in clauses)
    kinds = frozenset({item.kind for item in items})
    return Scene(held, clauses, tuple(items), tuple(owner), tuple(begins), ends, memory, kinds)
