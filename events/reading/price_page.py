"""What the readers of price claims find and leave for one another inside one sentence."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import msgspec

from events.model import AnyClaim
from events.reading.price_news import NewsDays
from events.reading.price_windows import Told
from events.reading.scene import Topic


class Telling(NamedTuple):
    """A window that the text tells, where its claim ends, and whose it is."""

    end: int
    window: Told
    symbols: frozenset[str]

    @property
    def is_own(self) -> bool:
        """Tell whether the text tells it with the claim, and it is not taken from elsewhere."""
        return bool(self.window.own and self.window.fields)

    @property
    def is_of_a_day(self) -> bool:
        """Tell whether it is the window of one day."""
        return bool(self.window.fields.get("span", "day") == "day")

    def is_before(self, day: date | None) -> bool:
        """Tell whether it is a day before the one that the text speaks of: 昨日曾挫4% in an article of today."""
        end = self.window.fields.get("end")
        return bool(self.is_of_a_day and day is not None and end is not None and end < day)


class Found(msgspec.Struct, frozen=True, gc=False):
    """A claim with the matching text that it came from, and the rules that made it."""

    claim: AnyClaim
    start: int
    end: int
    rules: tuple[str, ...]


class Page(msgspec.Struct):
    """What the readers leave for one another inside one sentence.

    `used` are the words that made a claim already, `priced` the topics of its price claims so far in order, `told` the
    last window of its own.
    """

    days: NewsDays
    used: set[int] = msgspec.field(default_factory=set)
    figures: set[int] = msgspec.field(default_factory=set)
    priced: list[Topic] = msgspec.field(default_factory=list)
    places: list[int] = msgspec.field(default_factory=list)
    directions: set[tuple[str, str]] = msgspec.field(default_factory=set)
    told: Told | None = None
    tellings: list[Telling] = msgspec.field(default_factory=list)
    fallen: dict[str, date | None] = msgspec.field(default_factory=dict)  # the day of the high that each fell from
    ends: int = -1
    old_high: bool = False  # whether the sentence speaks of a high or low of years, such as "a seven-year high"

    def note(self, topic: Topic, window: Told, end: int, *, aside: bool = False) -> None:
        """Remember a claim that was made; the time of one in an `aside` is not that of the others."""
        self.priced.append(topic)
        self.places.append(end)
        self.ends = max(self.ends, end)
        if aside:
            return
        if window.own and window.fields:
            self.told = window
        self.tellings.append(Telling(end, window, frozenset(name.symbol for name in topic.names)))

    def told_at(self, position: int, topic: Topic, day: date | None) -> Told | None:
        """Return the window that a change without one of its own shares, None for none.

        It is that of the last claim before a place. Another company's changes go on from the first day told of the one
        before it, not from its week or its yesterday: "Tesla gained 4% on Thursday and 18% in the week; Nio lost 1%".
        `day` is the one that the sentences before spoke of.
        """
        symbols = frozenset(name.symbol for name in topic.names)
        own = [one for one in self.tellings if one.is_own]
        before = [one for one in own if one.end <= position]
        if not before:
            if not own:
                return self.told
            others = bool(symbols) and not symbols & own[0].symbols
            return None if others or own[0].is_before(day) else own[0].window
        last = before[-1]
        if not symbols or symbols & last.symbols:
            return last.window
        of_it = [one for one in self.tellings if one.end <= position and one.symbols & last.symbols]
        if not last.is_of_a_day and of_it and not of_it[0].is_own and of_it[0].is_of_a_day:
            return None  # its first change was of the day that the text is about
        first = next((one for one in of_it if one.is_own and one.is_of_a_day), last)
        return None if first is last and last.is_before(day) else first.window
