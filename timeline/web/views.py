"""Entries as a page shows them: figures in words, the strip that sets them side by side, days and articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import quote

from events.model import MarketValue, Relation
from timeline.entries import Entry
from timeline.explain import amount, figure
from timeline.formats.jsonfeed import verdict_word
from timeline.verdict import Reading, stated_of

MOST_MARKS = 8
_CHINESE = re.compile("[\u3400-\u9fff]")
_MINUS = re.compile(r"-(?=\d)")
_LETTERS = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")


class Mark(NamedTuple):
    """A reading on a strip: where it stands (0 to 100), whether it is the one that was used."""

    x: float
    used: bool


class Strip(NamedTuple):
    """What was claimed beside what was measured, on one scale from 0 to 100."""

    low: float
    width: float
    zero: float | None
    marks: tuple[Mark, ...]
    told: str


class Row(NamedTuple):
    """One entry of a list."""

    entry: Entry
    url: str
    word: str
    about: str
    text: str
    lang: str
    stated: str
    actual: str
    strip: Strip | None


class Told(NamedTuple):
    """What one article told, as far as it is on this page."""

    source: str
    title: str
    url: str
    said: date | None
    language: str
    rows: Sequence[Row]


class Day(NamedTuple):
    """A day on which the log took claims, article by article."""

    day: date
    articles: Sequence[Told]


def days(entries: Iterable[Entry]) -> list[Day]:
    """Return entries by the day on which the log took them (UTC), and by article; their order stays."""
    found = []
    for day, of_day in groupby(entries, key=lambda entry: entry.published.date()):
        articles = groupby(of_day, key=lambda entry: entry.stated.article)
        found.append(Day(day, [_told(list(group)) for _, group in articles]))
    return found


def row(entry: Entry) -> Row:
    """Return an entry as a list shows it."""
    claim, best = entry.stated.claim, entry.verdict.best
    stated = stated_of(claim)
    return Row(
        entry,
        f"/claims/{quote(entry.id, safe='')}",
        verdict_word(entry),
        entry.about,
        claim.text or entry.kind.replace("-", " "),
        language_of(claim.text, entry.stated.language),
        _MINUS.sub("\u2212", figure(stated)) if stated else "",
        measured(best.actual, _unit(entry)) if best else "",
        strip(entry),
    )


def measured(actual: float | None, unit: str) -> str:
    """Return a measured figure in the unit of the claim, "" for none."""
    if actual is None:
        return ""
    if unit == "percent":
        return f"{signed(actual)}%"
    if unit.endswith("sessions") or unit in ("weeks", "months"):
        return f"{actual:g} {unit}"
    return amount(actual, unit).replace("-", "\u2212")


def signed(figure: float) -> str:
    """Return a figure to two places with its sign, the minus as it is printed."""
    return f"{figure:+.2f}".replace("-", "\u2212")


def accepted(entry: Entry) -> str:
    """Return the accepted size in words, "" where nothing is accepted or refused by size."""
    if entry.verdict.accepted is None or not _measurable(entry):
        return ""
    low, high = entry.verdict.accepted
    if _unit(entry) == "percent":
        return f"{low:g}% to {high:g}%".replace("-", "\u2212")
    return f"{amount(low, '')} to {amount(high, '')}".replace("-", "\u2212")


def strip(entry: Entry) -> Strip | None:
    """Return what was claimed beside what the readings give, None where there is nothing to compare."""
    accepted, readings = entry.verdict.accepted, _measurable(entry)
    if accepted is None or not readings:
        return None
    values = [float(one.actual or 0.0) for one in readings]
    low, high = accepted
    moves = isinstance(entry.stated.claim, MarketValue) or _unit(entry) == "percent"
    ends = [low, high, *values, *([0.0] if moves else [])]
    room = 0.06 * (max(ends) - min(ends)) or 1.0
    start, span = min(ends) - room, max(ends) - min(ends) + 2 * room

    def at(value: float) -> float:
        return round(100 * (value - start) / span, 2)

    marks = tuple(Mark(at(value), place == 0) for place, value in enumerate(values))
    width = max(0.8, round(at(high) - at(low), 2))
    told = f"Accepted: {low:,g} to {high:,g}. Measured: {values[0]:,.4g}."
    return Strip(at(low), width, at(0.0) if moves else None, marks, told)


def readings(entry: Entry) -> list[dict[str, Any]]:
    """Return the readings side by side, the one used first; each with its place on the strip."""
    shown = strip(entry)
    places = {id(one): mark for one, mark in zip(_measurable(entry), shown.marks if shown else (), strict=False)}
    return [
        {
            "name": one.name or "none",
            "word": one.verdict,
            "actual": measured(one.actual, _unit(entry)),
            "start": one.start,
            "end": one.end,
            "missing": one.missing,
            "note": one.note,
            "mark": places.get(id(one)),
        }
        for one in entry.verdict.readings
    ]


def evidence(entry: Entry) -> tuple[list[str], list[list[str]]]:
    """Return the bars behind a verdict as the head and the rows of a table."""
    bars = entry.verdict.best.evidence if entry.verdict.best else ()
    names = list(dict.fromkeys(name for bar in bars for name in bar))
    names.sort(key=lambda name: name != "date")
    return [name.replace("_", " ") for name in names], [[_cell(bar.get(name)) for name in names] for bar in bars]


def language_of(text: str, language: str) -> str:
    """Return the language that a text is marked with: its article's, where its letters are of that language."""
    letters = {"zh": _CHINESE, "vi": _LETTERS}.get(language.partition("-")[0])
    return language if letters and letters.search(text) else ""


def _told(entries: list[Entry]) -> Told:
    article, said = entries[0].article, entries[0].stated.said
    rows = [row(entry) for entry in entries]
    if article is None:
        return Told("a source that is not held", "", "", said.day if said else None, "", rows)
    url = article.url if article.url.startswith(("https://", "http://")) else ""
    return Told(article.source, article.title, url, said.day if said else None, article.language, rows)


def _measurable(entry: Entry) -> list[Reading]:
    """Return the readings that have a figure to compare, as many as a strip can show."""
    found = [one for one in entry.verdict.readings if one.actual is not None]
    return found[:MOST_MARKS] if entry.verdict.best and entry.verdict.best.actual is not None else []


def _unit(entry: Entry) -> str:
    if stated := stated_of(entry.stated.claim):
        return stated.unit
    if isinstance(entry.stated.claim, Relation):  # the evidence of arithmetic says in what it was reckoned
        evidence = entry.verdict.best.evidence if entry.verdict.best else ()
        return str(evidence[0].get("unit", "")) if evidence else ""
    return "percent"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,.2f}" if isinstance(value, int | float) else str(value)
