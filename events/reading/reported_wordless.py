"""What a sentence tells of a metric without a figure: "revenue missed expectations", losses for years in a row.

Only three shapes, each with its own words: a metric above or below what was expected; a metric that is to rise or fall
in a period to come; losses of several years or quarters in a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from events.reading.clauses import Clauses, Item
from events.reading.metrics import Line, metric_of
from events.reading.reported_names import metric_name, segment_at
from events.reading.reported_parts import SOMEBODY
from events.reading.reported_periods import Told, is_over, period_of
from events.reading.reported_places import BREAK, Place
from events.reading.reported_who import Carried, Who, who_of

# Each shape has a word of the first row and one of the second.
_TOLD = frozenset(("metric", "results", "that-figure"))
_COMPARED = frozenset(("expect", "plan", "consecutive"))
_CLOSE = 16  # characters between a metric and the word that compares it


def spans(line: Line, text: str) -> Iterator[tuple[int, int]]:
    """Yield the clauses of a line, by its commas."""
    start = line.start
    for found in BREAK.finditer(text, line.start, line.end):
        yield start, found.start()
        start = found.end()
    yield start, line.end


def place_at(line: Line, read: Clauses, item: Item, start: int, end: int) -> Place:
    """Return a word as a place, so that subjects and periods are found as for a figure."""
    from events.reading.figure import FigureToken

    token = FigureToken(item.start, item.end, item.span, "vague", None, item.text)
    figure = Item("figure", item.end, item.end, token, "")
    left = tuple(line.between(line.start, item.end))
    return Place(
        line,
        read.text,
        read.name,
        figure,
        left,
        tuple(line.between(item.end, line.end)),
        line.start,
        line.end,
        start,
        end,
    )


def may_tell(line: Line) -> bool:
    """Tell whether a line has the words that tell of a metric without a figure."""
    return line.has(_TOLD) and line.has(_COMPARED)


def told_without(line: Line, read: Clauses) -> Iterator[tuple[Item, Place, str]]:
    """Yield metrics told of without a figure, with their place and the shape that fits."""
    if not may_tell(line):
        return
    for start, end in spans(line, read.text):
        items = line.between(start, end)
        figures = [item for item in items if item.kind == "figure" and item.value.kind not in ("duration", "ordinal")]
        metrics = [item for item in items if item.kind in ("metric", "results")]
        heads = [item for item in metrics if item.kind == "metric"]
        if not figures:
            yield from _compared(line, read, start, end, items, metrics)
            yield from _planned(line, read, start, end, items, heads)
        yield from _losing(line, read, start, end, items, heads)


def _compared(
    line: Line, read: Clauses, start: int, end: int, items: list[Item], metrics: list[Item]
) -> Iterator[tuple[Item, Place, str]]:
    expected = [item for item in items if item.kind == "expect"]
    lifts = [item for item in items if item.kind == "lift"]
    if not (metrics and expected and lifts) or [item for item in items if item.kind in ("price", "negation")]:
        return
    plans = [item.start for item in items if item.kind in ("plan", "expect")]  # "its sales forecast missed estimates"
    head = [item for item in metrics if item.end <= lifts[0].start and item.end + 1 not in plans]
    if head and lifts[0].start - head[-1].end <= _CLOSE and 0 <= expected[-1].start - lifts[0].end <= _CLOSE:
        yield head[-1], place_at(line, read, head[-1], start, end), f"{lifts[0].first} expectations"


def _planned(
    line: Line, read: Clauses, start: int, end: int, items: list[Item], heads: list[Item]
) -> Iterator[tuple[Item, Place, str]]:
    plans = [item for item in items if item.kind == "plan"]
    moves = [item for item in items if item.kind in ("up", "down") and not item.has("noun")]
    dates = [item for item in items if item.kind == "date" and item.value.kind in ("year", "quarter", "half")]
    named = heads or [item for item in items if item.kind == "that-figure"]
    if plans and moves and dates and named and abs(moves[-1].start - named[-1].end) <= _CLOSE:
        yield named[-1], place_at(line, read, named[-1], start, end), "planned"


def _losing(
    line: Line, read: Clauses, start: int, end: int, items: list[Item], heads: list[Item]
) -> Iterator[tuple[Item, Place, str]]:
    figures = [item for item in items if item.kind == "figure"]
    lengths = [item for item in figures if item.value.kind == "duration" and item.value.quantity]
    row = [item for item in items if item.kind == "consecutive"]
    losing = [item for item in heads if item.value in ("loss", "net loss")]
    if len(figures) == len(lengths) == 1 and row and losing and lengths[0].value.quantity.unit in ("years", "quarters"):
        quantity = lengths[0].value.quantity
        yield losing[0], place_at(line, read, losing[0], start, end), f"past {quantity.value:g} {quantity.unit}"


def subject(head: Item, place: Place, carried: Carried) -> tuple[Who | None, str]:
    """Return whom a metric without a figure is about."""
    return who_of(place, head, carried, within=None)


def name_of(head: Item, place: Place, who: Who, last: Any, *, capex: bool) -> tuple[str, str]:
    """Return business line and metric; "that figure" is the metric of the claim before."""
    if head.kind == "results":
        return "", "results"
    if head.kind == "that-figure":
        return ("", "") if last is None else (last.segment, last.base)
    segment = segment_at(place, head, who, "").replace(SOMEBODY, "")
    name = metric_name(head, place, who, capex, "")
    return segment, "net loss" if name == "loss" and not segment else name


def when(head: Item, place: Place, who: Who, told: Told, shape: str) -> str:
    """Return the period of a metric without a figure."""
    if shape.startswith("past "):
        return shape
    plain = head if head.kind == "metric" else Item("metric", head.start, head.end, "revenue", head.text)
    return period_of(place, plain, who, told, "", [])[0]


def counts(head: Item) -> bool:
    """Whether a metric is one that companies report, and not a number of things."""
    return head.kind != "metric" or metric_of(head.value) != "count"


def ahead(period: str, who: Who, told: Told) -> bool:
    """Whether a period is still to come."""
    return is_over(period, who, told) is False or (
        bool(re.fullmatch(r"(?:FY)?\d{4}", period)) and is_over(period, who, told) is None
    )
