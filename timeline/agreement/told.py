"""A reported claim as agreement sees it: who, which metric, which days, and what the figure allows.

Two articles speak of one thing when these agree, whatever their words: share classes of a company are one company, and
FY2024 of a year that ends in December is 2024.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from events.model import Conversion, Quantity, Reported
from events.periods import Period, read_period
from timeline.amounts import figure_words
from timeline.bounds import HEDGE_CODES, POINT_UNITS, accepted_bounds
from timeline.verdict import StatedClaim

# Other share classes and listings, under the name that stands for the company.
COMPANIES = {
    "GOOG": "GOOGL", "BRK.A": "BRK.B", "BRK-A": "BRK.B", "BRK-B": "BRK.B", "FB": "META", "FOX": "FOXA", "NWS": "NWSA",
    "9988.HK": "BABA", "TCEHY": "0700.HK", "9618.HK": "JD", "9888.HK": "BIDU", "9999.HK": "NTES", "1024.HK": "KUASF",
}  # fmt: skip


class Who(NamedTuple):
    """A company by the symbol that stands for it, a group by its members, or a subject in words."""

    members: tuple[str, ...]
    subject: str

    def __str__(self) -> str:
        return "+".join(self.members) or self.subject


class Told(NamedTuple):
    """One figure of one claim. `low`..`high` is what the figure can be, without the share that "about" adds."""

    stated: StatedClaim
    who: Who
    metric: str
    period: Period | None
    words: str
    figure: Quantity
    low: float
    high: float
    derived: bool = False

    @property
    def days(self) -> Any:
        """What the names of one period share; open words count within their own article only."""
        return self.period.key if self.period else (self.words, self.stated.article)

    @property
    def when(self) -> date | None:
        """The day of its publication."""
        return self.stated.said.day if self.stated.said else None

    @property
    def order(self) -> tuple[Any, ...]:
        """By publication (undated last), then by what never depends on the order of the input."""
        return (self.when or date.max, self.stated.article, self.stated.claim.key, self.stated.id)

    @property
    def stance(self) -> tuple[str, str]:
        """What kind of statement it is; whoever expects something speaks for himself alone."""
        stance = self.stated.claim.stance
        if stance == "guidance":
            return stance, ""
        return ("expected", self.stated.claim.by) if stance in ("expected", "estimate") else ("actual", "")

    @property
    def ahead(self) -> bool:
        """Whether it speaks of what is still to come."""
        return self.stance[0] != "actual"

    @property
    def name(self) -> str:
        """Whom it is about and which metric, as the claim writes them."""
        subject = self.stated.claim.subject if not self.who.members else ""
        return f"{subject or self.who}: {self.measure}"

    @property
    def measure(self) -> str:
        """The metric as the claim writes it."""
        return getattr(self.stated.claim, "metric", "") or self.metric

    @property
    def value(self) -> tuple[float, float]:
        """The figure as it is written: its two ends, alike where it is no range."""
        return self.figure.value, self.figure.value if self.figure.high is None else self.figure.high

    @property
    def figure_key(self) -> tuple[Any, ...]:
        """What two tellings of one figure share."""
        return self.who, self.metric, self.days, self.figure.unit, self.value, self.figure.hedge

    def meets(self, other: Told) -> bool:
        """Whether one figure can satisfy both, so that one may be a rounding of the other."""
        return self.low <= other.high and other.low <= self.high

    def __str__(self) -> str:
        said = f"said {self.when}" if self.when else "undated"
        return f"{figure_words(self.figure)} ({said}{f', {self.words}' if self.words else ''})"


def told_of(stated: Sequence[StatedClaim]) -> list[Told]:
    """Return every reported figure, and every conversion of one, in an order of its own."""
    anchors = _anchors(stated)
    given: list[tuple[StatedClaim, Reported, Quantity]] = []
    for one in stated:
        claim = one.claim
        if isinstance(claim, Reported) and claim.stated is not None and claim.metric and any(who_of(claim)):
            given.append((one, claim, claim.stated))
    reaches = reach([figure for *_, figure in given])
    rows = [
        Told(one, who_of(claim), _normal(claim.metric), period_of(one, anchors), claim.period, figure, low, high)
        for (one, claim, figure), (low, high) in zip(given, reaches, strict=True)
    ]
    rows.sort(key=lambda row: row.order)
    return rows + _converted(stated, rows)


def told(one: StatedClaim, claim: Reported, figure: Quantity, period: Period | None, words: str) -> Told:
    """Return one figure of a reported claim, for the period that `words` name."""
    [(low, high)] = reach([figure])
    return Told(one, who_of(claim), _normal(claim.metric), period, words, figure, low, high)


def who_of(claim: Any) -> Who:
    """Return whom a claim is about."""
    if claim.members and not claim.symbol:
        return Who(tuple(sorted({company(member) for member in claim.members})), "")
    return Who((company(claim.symbol),) if claim.symbol else (), _normal(claim.subject))


def company(symbol: str) -> str:
    """Return the symbol that stands for a company, whichever share class was named."""
    return COMPANIES.get(symbol, symbol)


def reach(figures: Sequence[Quantity]) -> list[tuple[float, float]]:
    """Return what each stated figure can be when another text tells the same thing.

    As in `timeline.bounds`, but "about" reaches only as far as its last digit that is not zero: about 105 is not 100,
    about 300 may be 307. The 5% of a price claim are for a measure that the writer looked up, not for two tellings.
    """
    bounds = accepted_bounds(
        [figure.value for figure in figures],
        [figure.precision for figure in figures],
        [HEDGE_CODES[figure.hedge] for figure in figures],
        high=[math.nan if figure.high is None else figure.high for figure in figures],
        amounts=[figure.unit not in POINT_UNITS for figure in figures],
    )
    spans = zip(bounds.understated_low.tolist(), bounds.understated_high.tolist(), strict=True)
    return [_about(figure) if figure.hedge == "about" else span for figure, span in zip(figures, spans, strict=True)]


def _about(figure: Quantity) -> tuple[float, float]:
    ends = (figure.value, figure.value if figure.high is None else figure.high)
    last = max(_last_digit(end, figure.precision) for end in ends)
    wide = max(abs(end) for end in ends) * 0.05
    by = min(max(figure.precision, last / 2), max(wide, figure.precision))
    return ends[0] - by, ends[1] + by


def period_of(one: StatedClaim, anchors: Mapping[str, date]) -> Period | None:
    """Return the days of a reported claim's period; "past two years" ends where its article stands."""
    claim = one.claim
    symbol = company(claim.symbol) if claim.symbol else ""
    return read_period(getattr(claim, "period", ""), symbol, anchors.get(one.article))


def _anchors(stated: Sequence[StatedClaim]) -> dict[str, date]:
    """Return where each article stands: its publication, or the end of the last period that it reports as past."""
    found: dict[str, date] = {}
    for one in stated:
        if one.said:
            found[one.article] = one.said.day
        elif isinstance(one.claim, Reported) and one.claim.stance == "actual":
            symbol = company(one.claim.symbol) if one.claim.symbol else ""
            period = read_period(one.claim.period, symbol)
            if period and period.kind != "to-date":
                found[one.article] = max(period.end, found.get(one.article, date.min))
    return found


def anchors_of(stated: Sequence[StatedClaim]) -> dict[str, date]:
    """Return the day on which each article stands, by its id; an article without any is left out."""
    return _anchors(stated)


def _converted(stated: Sequence[StatedClaim], rows: Sequence[Told]) -> list[Told]:
    """Return conversions of a figure that the same article reports, as that figure in another currency."""
    figures = {(row.stated.article, row.figure.value, row.figure.high, row.figure.unit, row.words): row for row in rows}
    found = []
    for one in stated:
        claim = one.claim
        if not isinstance(claim, Conversion):
            continue
        amount = claim.amount
        if row := figures.get((one.article, amount.value, amount.high, amount.unit, claim.period)):
            [(low, high)] = reach([claim.stated])
            found.append(row._replace(stated=one, figure=claim.stated, low=low, high=high, derived=True))
    return sorted(found, key=lambda row: row.order)


def _last_digit(value: float, precision: float) -> float:
    """Return the unit of the last digit that is not zero, never finer than `precision`."""
    digits = round(abs(value) / precision)
    unit = precision
    while digits and digits % 10 == 0:
        digits, unit = digits // 10, unit * 10
    return unit if math.isfinite(unit) else precision


def _normal(words: str) -> str:
    return " ".join(words.casefold().split())
