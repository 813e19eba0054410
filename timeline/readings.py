"""The closed list of conventional readings: more would make false support likelier, so each must earn its place."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from events.model import SessionPart, Span
from timeline import windows
from timeline.sessions import Calendar
from timeline.windows import ABSENT, PART, PERIODS, SPAN, Integers, Rows, Windows


class Rule(NamedTuple):
    """A conventional reading: its name with {n} for the count, how it measures, and the best verdict it can reach.

    It speaks of rows with these `spans` and `parts` of the session (none named: any). It counts from the close at its
    start to the price column `at_end`; "extreme" is the high or low on the side of the claim's sign, and
    "extreme-close" the highest or lowest close inside the window.
    """

    name: str
    windows: Callable[[Rows, Calendar], Windows]
    spans: tuple[Span, ...] = ()
    parts: tuple[SessionPart, ...] = ()
    at_end: str = "close"
    best: str = "supported"

    def speaks_of(self, spans: frozenset[int], parts: frozenset[int]) -> bool:
        """Tell whether rows with these codes may be among those that the reading is for."""
        return (not self.spans or not spans.isdisjoint(SPAN[span] for span in self.spans)) and (
            not self.parts or not parts.isdisjoint(PART[part] for part in self.parts)
        )


# The closed list, in the order in which readings are tried. Sources: CHECKING's table; a release after the close moves
# the next session (MacKinlay 1997, section 3); week, month and year to date run from the last close of the period
# before (index providers' bulletins).
READINGS: tuple[Rule, ...] = (
    Rule("the session, close to close", windows.day, ("day",), ("", "close")),
    Rule("the session of the news, word for word", windows.day_of_late_news, ("day",), ("",), best="consistent"),
    Rule("the day's extreme against the close before", windows.touched, ("day",), ("intraday",), at_end="extreme"),
    Rule("open against the close before", windows.opened, ("day",), ("open",), at_end="open"),
    Rule("next session, close to close (the news came after the close)", windows.next_session, ("day",), ("",)),
    Rule(
        "next session, close to close (if the news came after the close)",
        windows.next_session_if_late,
        ("day",),
        ("",),
        best="consistent",
    ),
    Rule(
        "next session's extreme (the news came after the close)",
        windows.next_touched,
        ("day",),
        ("intraday",),
        at_end="extreme",
    ),
    Rule("pre-market, by the open", windows.before_open, (), ("pre-market",), at_end="open", best="consistent"),
    Rule("after hours, by the next open", windows.after_hours, (), ("after-hours",), at_end="open", best="consistent"),
    Rule(
        "after hours, filed the next morning",
        windows.after_hours_filed_late,
        (),
        ("after-hours",),
        at_end="open",
        best="consistent",
    ),
    Rule("{n} sessions, close to close", windows.sessions, ("sessions", "days")),
    Rule("{n} calendar days, close to close", windows.calendar_days, ("days",)),
    Rule("from the last close of the period before", windows.period, PERIODS),
    Rule("rolling {span}, close to close", windows.rolling, PERIODS[:-1]),
    Rule("since, from the close before", windows.since, ("since", "between")),
    Rule("since, from its own close", windows.since_its_close, ("since", "between")),
    Rule("since, to the {extreme} close", windows.since_to_extreme, ("since", "between"), at_end="extreme-close"),
)


def default_start(rows: Rows, calendar: Calendar) -> Integers:
    """Return the session from whose close each row's first reading counts, ABSENT where no reading speaks of it."""
    found = np.full(len(rows), ABSENT, dtype=np.int64)
    for rule in reversed(READINGS):
        index, start, _ = rule.windows(rows, calendar)
        found[index] = start
    return found


@cache
def readings_for(spans: frozenset[int], parts: frozenset[int]) -> tuple[Rule, ...]:
    """Return the readings that may speak of rows with these codes, in order."""
    return tuple(rule for rule in READINGS if rule.speaks_of(spans, parts))
