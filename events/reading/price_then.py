"""The time of a clause that looks back at the day before it: "the worst since January 27, when it sank 17%"."""

from __future__ import annotations

from events.reading.price_windows import Told
from events.reading.scene import Scene
from events.reading.words import pattern

_MARKS = ("worst", "record")


def when_told(here: Scene, number: int) -> Told | None:
    """Return the day that a clause which begins with "when" tells of, None where it is no such clause.

    It is the date that the clause before ends with, or that what is measured there is measured since. A month or a
    year is no day: then nobody can say which one.
    """
    if number == 0 or not pattern("back-then", here.held.name).match(here.held.text, here.clauses[number].start):
        return None
    before = here.clauses[number - 1]
    dates = before.of("date")
    if not dates:
        return None
    last = dates[-1]
    ends = not here.text(last.end, before.end).strip(" ,，)）")
    if not ends and not (len(dates) == 1 and before.has(*_MARKS)):
        return None
    day = last.value.resolved.first
    if last.value.kind != "day" or day is None:
        return Told({}, False, (f"{last.text}: a day of it that is not told",), unsaid=True)
    return Told({"span": "day", "end": day}, False, (f"window: {last.text}, when",))
