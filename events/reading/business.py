"""What an article tells of companies besides prices: reported figures, the arithmetic between them, and happenings."""

from __future__ import annotations

import msgspec

from events.model import AnyClaim
from events.reading.clauses import Clauses
from events.reading.happenings import happenings
from events.reading.relations import relations
from events.reading.reported_claims import read_figures


class Told(msgspec.Struct, frozen=True, gc=False):
    """A claim with the characters of the matching text that it was read from, and the rules that made it."""

    claim: AnyClaim
    start: int
    end: int
    rules: tuple[str, ...]


def business_claims(read: Clauses, default_symbol: str = "") -> list[Told]:
    """Return the reported figures of an article ("R1", "R2", ... are their keys), relations and happenings.

    `default_symbol` is the company that is meant where the text names none. Relations refer to figures by their keys.
    """
    reported, results = read_figures(read, about=default_symbol)
    told = [Told(one.claim, one.start, one.end, one.rules) for one in reported]
    told += [Told(one.claim, one.start, one.end, one.rules) for one in relations(reported, read)]
    told += [Told(one.claim, one.start, one.end, one.rules) for one in happenings(read, results, default_symbol)]
    return told
