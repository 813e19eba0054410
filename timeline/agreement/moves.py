"""Price claims side by side: another start of the same fall, another session of the same news."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from events.model import Drawdown, Move, Quantity
from timeline.agreement.result import MOST_CLAIMS, Agreement, grouped
from timeline.agreement.told import company
from timeline.amounts import figure_words
from timeline.verdict import StatedClaim, Verdict

_PARTS = {"": "the regular session", "close": "the regular session", "after-hours": "the extended session after it"}


def other_bases(stated: Sequence[StatedClaim], verdicts: Sequence[Verdict]) -> Iterator[Agreement]:
    """Yield falls (rises) that reach the same trough from different starts."""
    found: list[tuple[str, date, bool, date, StatedClaim, Quantity]] = []
    for one, verdict in zip(stated, verdicts, strict=True):
        claim = one.claim
        if not isinstance(claim, (Move, Drawdown)) or claim.stated is None or not claim.symbol:
            continue
        if not (isinstance(claim, Drawdown) or claim.window.suffered):
            continue
        for end, start in sorted({(r.end, r.start) for r in verdict.readings if r.end and r.start}):
            found.append((company(claim.symbol), end, claim.stated.value < 0, start, one, claim.stated))
    seen: set[tuple[str, ...]] = set()
    for (symbol, end, falling), rows in sorted(grouped(found, lambda row: row[:3]).items()):
        rows.sort(key=lambda row: (row[3], row[4].id))
        starts = {row[4].id: row for row in reversed(rows)}  # the earliest start of each claim
        kept = sorted(starts.values(), key=lambda row: (row[3], row[4].id))[:MOST_CLAIMS]
        ids = tuple(row[4].id for row in kept)
        if len({row[3] for row in kept}) < 2 or len({row[5].value for row in kept}) < 2 or tuple(sorted(ids)) in seen:
            continue
        seen.add(tuple(sorted(ids)))
        told = ", ".join(f"{figure_words(row[5])} from {row[3]}" for row in kept)
        text = (
            f"{symbol}: {told}, all to {end}: another base of the same {'fall' if falling else 'rise'}, not an error."
        )
        yield _of("other-base", symbol, kept[0][4], [(row[4], row[5]) for row in kept], text)


def other_sessions(stated: Sequence[StatedClaim]) -> Iterator[Agreement]:
    """Yield moves on one piece of news that belong to different sessions, and must not be merged."""
    moves = [
        (one, one.claim, one.claim.stated)
        for one in stated
        if isinstance(one.claim, Move) and one.claim.stated and one.claim.window.event and one.claim.symbol
    ]
    for (symbol, event), rows in grouped(moves, lambda row: (company(row[1].symbol), row[1].window.event)).items():
        parts = grouped(rows, lambda row: _part(row[1]))
        if len(parts) < 2:
            continue
        kept = sorted(rows, key=lambda row: (_part(row[1]), row[0].article, row[1].key, row[0].id))[:MOST_CLAIMS]
        told = ", ".join(f"{figure_words(row[2])} in {_PARTS.get(_part(row[1]), _part(row[1]))}" for row in kept)
        text = (
            f"{symbol} after the news of {event}: {told}: other sessions; never merged, even where figures are equal."
        )
        yield _of("other-session", symbol, kept[0][0], [(row[0], row[2]) for row in kept], text)


def _part(claim: Move) -> str:
    return "" if claim.window.part == "close" else claim.window.part


def _of(kind: str, symbol: str, first: StatedClaim, rows: list[tuple[StatedClaim, Quantity]], text: str) -> Agreement:
    return Agreement(
        kind="other-base" if kind == "other-base" else "other-session",
        claims=tuple(one.id for one, _ in rows),
        explanation=text,
        symbol=symbol,
        subject=first.claim.subject,
        figures=tuple({"value": q.value, "unit": q.unit, "text": one.claim.text} for one, q in rows),
    )
