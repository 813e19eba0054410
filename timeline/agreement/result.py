"""What comes out: claims put side by side, with the words that say how they stand to one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from timeline.agreement.told import Told

Kind = Literal[
    "slip", "conflict", "arithmetic", "parts-and-total", "currency", "revision", "rounding",
    "other-period", "other-metric", "other-base", "other-session", "history",
]  # fmt: skip

MOST_CLAIMS = 24  # an agreement names at most so many claims; a figure told a thousand times needs no thousand names
_Row = TypeVar("_Row")
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How claims stand to one another: `claims` are their ids, `figures` what each says, in the same order."""

    kind: Kind
    claims: tuple[str, ...]
    explanation: str
    symbol: str = ""
    subject: str = ""
    metric: str = ""
    period: str = ""
    figures: tuple[Mapping[str, Any], ...] = field(default=())


def grouped(rows: Iterable[_Row], key: Callable[[_Row], _Key]) -> dict[_Key, list[_Row]]:
    """Return the rows by a key, both in the order in which they come."""
    groups: dict[_Key, list[_Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def distinct(rows: Iterable[Told]) -> list[list[Told]]:
    """Return the tellings of each figure together, the lowest figure first."""
    groups = grouped(rows, lambda row: (row.low, row.high, row.value))
    return [groups[figure] for figure in sorted(groups)]


def agreement(kind: Kind, rows: Iterable[Told], explanation: str) -> Agreement:
    """Return an agreement over these figures, one claim a figure and article, in the order of publication."""
    kept: dict[tuple[Any, ...], Told] = {}
    for row in sorted(rows, key=lambda row: row.order):
        kept.setdefault((row.stated.article, row.figure_key), row)
    named = sorted(each_figure_first(kept.values())[:MOST_CLAIMS], key=lambda row: row.order)
    if len(kept) > len(named):
        explanation += f" {len(kept) - len(named)} more claims are not named here."
    first = named[0]
    claim = first.stated.claim
    return Agreement(
        kind=kind,
        claims=tuple(row.stated.id for row in named),
        explanation=explanation,
        symbol="+".join(first.who.members) or claim.symbol,
        subject=claim.subject,
        metric=first.measure,
        period=first.words,
        figures=tuple(_figure(row) for row in named),
    )


def each_figure_first(rows: Iterable[Told]) -> list[Told]:
    """Return the rows so that the first telling of every figure comes before the second of any."""
    tellings: dict[Any, int] = defaultdict(int)
    ranked = []
    for place, row in enumerate(rows):
        ranked.append((tellings[row.figure_key], place, row))
        tellings[row.figure_key] += 1
    return [row for *_, row in sorted(ranked, key=lambda one: one[:2])]


def listing(rows: Iterable[Told], most: int = 6) -> str:
    """Return the first tellings of the figures, one after the other, in words."""
    words = list(dict.fromkeys(str(row) for row in each_figure_first(rows)))
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def _figure(row: Told) -> Mapping[str, Any]:
    figure = row.figure
    high = {} if figure.high is None else {"high": figure.high}
    return {"value": figure.value, **high, "unit": figure.unit, "period": row.words, "said": str(row.when or "")}
