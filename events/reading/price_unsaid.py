"""Whose price a verb tells where its clause does not say: a subject left out, a part of the session alone."""

from __future__ import annotations

from msgspec.structs import replace

from events.reading.figure import FigureToken
from events.reading.price_governing import Governing
from events.reading.scene import Scene, Topic
from events.reading.subjects import is_subject
from events.reading.subjects_market import listed_there
from events.reading.words import pattern

_OUTSIDE = ("pre-market", "after-hours")
_WHEN = ("date", "lately", "part", "span", "since", "streak", "lasting")


def has_no_subject(here: Scene, subject: Topic, said: Governing, token: FigureToken) -> bool:
    """Tell whether nothing but a time stands before a verb: 年内累计下跌29.5%."""
    if subject.at >= 0:
        return False
    first = min(said.span[0], token.outer[0])
    kept, at = [], here.clauses[here.clause_at(first)].start
    for one in here.items:
        timed = one.kind in _WHEN or (one.kind == "figure" and one.value.kind == "duration")
        if timed and at <= one.start and one.end <= first:
            kept.append(here.text(at, one.start))
            at = one.end
    kept.append(here.text(at, first))
    return bool(pattern("subjectless", here.held.name).fullmatch("".join(kept)))


def outside_hours(here: Scene, position: int) -> Topic | None:
    """Return the one company of a sentence for a price outside of the session told without a name: ；盘后涨超2%."""
    clause = here.clauses[here.clause_at(position)]
    part = next((one for one in clause.of("part") if one.first in _OUTSIDE and one.end <= position), None)
    if part is None or not here.is_covered(clause.start, position):
        return None
    named = {one.value.symbol: one for one in here.items if is_subject(one) and one.end <= clause.start}
    if len(named) != 1:
        return None
    (name,) = named.values()
    return Topic("price", (name.value,), at=name.start, near=True, rule=f"{part.text} of {name.text}")


def at_the_part(here: Scene, subject: Topic, position: int) -> Topic:
    """Return a subject under its symbol where it is told to trade: 美股盘前急升11%, "In Hong Kong the shares fell"."""
    if not subject.names:
        return subject
    clause = here.clauses[here.clause_at(position)]
    american = any(one.text.startswith("美股") and one.end <= position for one in clause.of("part"))
    market = "美股" if american else _market_told(here, subject, position)
    return replace(subject, names=listed_there(here, subject.names, market)) if market else subject


def _market_told(here: Scene, subject: Topic, position: int) -> str:
    """Return the market that a clause begins with, or the one before it, about a company of the sentence before."""
    if here.held.name != "en" or not (subject.carried or subject.at < here.start):
        return ""
    number = here.clause_at(position)
    begins = here.clauses[max(number - 1, 0)].start
    found = pattern("market-told").search(here.text(begins, position))
    return (found["place"] or "ADR") if found else ""


def just_moved(here: Scene, subject: Topic) -> bool:
    """Tell whether a verb of prices stands right behind the company in the clause before: "VHM giảm sâu, mất 2,1%"."""
    if not subject.carried or subject.at < here.start:
        return False
    end = subject.at + len(subject.names[-1].name)
    verb = next((one for one in here.items if one.start >= end and one.kind not in ("filler", "date", "part")), None)
    return verb is not None and verb.kind == "moves" and not verb.has("weak") and not verb.has("noun")
