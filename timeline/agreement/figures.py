"""One metric of one company: conflicts, slips, revisions, histories, growth and currencies.

Every rule groups by a key first and compares the distinct figures of a key, so that a thousand tellings of one figure
cost no more than one.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Sequence
from itertools import pairwise

from events.model import Expression, Figure, Quantity, Relation, Reported
from timeline.agreement.result import Agreement, agreement, distinct, grouped, listing
from timeline.agreement.told import Told
from timeline.amounts import figure_words, span_words, value_words
from timeline.arithmetic import WITHIN_ROUNDING, judge_relation
from timeline.prices import PriceHistory
from timeline.symbols import CURRENCIES
from timeline.verdict import Verdict

REPORTING_ROUND = 60  # days: another quarter has been reported between two publications so far apart
_SLIP = math.log10(1.02)
_MOST_BEFORE = 3  # distinct figures of the year before that a growth is held against


def same_period(rows: Sequence[Told]) -> Iterator[Agreement]:
    """Yield slips, conflicts and revisions: figures of one metric and period that cannot all be true."""
    told = [row for row in rows if not row.derived]
    for group in grouped(told, lambda row: (row.who, row.metric, row.days, row.figure.unit, row.stance)).values():
        figures = distinct(group)
        if len(figures) < 2 or _all_meet(figures):
            continue
        slipped = yield from _slips(figures)
        rest = [figure for figure in figures if id(figure) not in slipped]
        if len(rest) > 1 and not _all_meet(rest):
            yield from _revisions(rest) if group[0].ahead else iter([_conflict(rest)])


def _all_meet(figures: Sequence[Sequence[Told]]) -> bool:
    firsts = [figure[0] for figure in figures]
    return max(row.low for row in firsts) <= min(row.high for row in firsts)


def _slips(figures: Sequence[list[Told]]) -> Generator[Agreement, None, set[int]]:
    """Yield pairs a power of ten apart; return the ids of the figures told less often, which are the likelier slips."""
    marks = sorted(
        (math.log10(abs(figure[0].figure.value)), place) for place, figure in enumerate(figures)
        if figure[0].figure.value and figure[0].figure.high is None
    )  # fmt: skip
    slipped: set[int] = set()
    by_digits = sorted((log % 1, log, place) for log, place in marks)
    for (_, low, place), (_, high, other) in pairwise([*by_digits, *by_digits[:1]]):
        powers = round(abs(high - low))
        if powers < 1 or abs(abs(high - low) - powers) > _SLIP or {id(figures[place]), id(figures[other])} & slipped:
            continue
        one, two = figures[place], figures[other]
        slipped.add(id(min(one, two, key=lambda figure: (len(figure), figure[0].figure.value))))
        smaller, larger = sorted((one[0], two[0]), key=lambda row: abs(row.figure.value))
        text = (
            f"{_about(one[0])}: {smaller} against {larger}, a factor of {10**powers:,}: surely a slip in one of them."
        )
        yield agreement("slip", [*one, *two], text)
    return slipped


def _conflict(figures: Sequence[list[Told]], remark: str = "") -> Agreement:
    rows = sorted((row for figure in figures for row in figure), key=lambda row: row.order)
    inside = "inside one article" if len({row.stated.article for row in rows}) == 1 else "told differently"
    return agreement("conflict", rows, f"{_about(rows[0])}, {inside}: {listing(rows)}.{remark}")


def _revisions(figures: Sequence[list[Told]]) -> Iterator[Agreement]:
    """Yield the history of an outlook: steps a reporting round apart are revisions, nearer ones conflicts."""
    rows = sorted((row for figure in figures for row in figure), key=lambda row: row.order)
    dated = [(row.when, row) for row in rows if row.when]
    steps: list[tuple[Told, Told]] = []
    disputed: list[Told] = []
    standing = dated[:1]
    low, high = (standing[0][1].low, standing[0][1].high) if standing else (-math.inf, math.inf)
    for day, row in dated[1:]:
        if row.low <= high and low <= row.high:
            standing.append((day, row))
            low, high = max(low, row.low), min(high, row.high)
        elif (day - standing[-1][0]).days >= REPORTING_ROUND:
            steps.append((standing[-1][1], row))
            standing, low, high = [(day, row)], row.low, row.high
        else:
            disputed += [next(other for _, other in reversed(standing) if not other.meets(row)), row]
    if steps:
        words = ["raise" if later.low > earlier.high else "cut" for earlier, later in steps]
        told = "one " + words[0] if len(words) == 1 else f"{len(words)} changes ({', '.join(words)})"
        known = [row for _, row in dated]
        yield agreement("revision", known, f"{_about(rows[0])}: {listing(known)}: a history with {told}.")
    if disputed:
        yield _conflict(distinct(disputed))
    yield from _undated(rows)


def _undated(rows: Sequence[Told]) -> Iterator[Agreement]:
    """Yield the conflict of undated figures with all others: nothing tells which came later."""
    highest, lowest = max(row.low for row in rows), min(row.high for row in rows)
    apart = [row for row in rows if not row.when and (row.low > lowest or row.high < highest)]
    if apart:
        floor, ceiling = max(row.low for row in apart), min(row.high for row in apart)
        others = [row for row in rows if row.when and (row.low > ceiling or row.high < floor)]
        remark = " A text is undated: that its figure is a later revision cannot be proven from the text."
        yield _conflict(distinct([*apart, *others]), remark)


def histories(rows: Sequence[Told]) -> Iterator[Agreement]:
    """Yield a metric that is told for several periods: other dates, no conflict."""
    told = [row for row in rows if row.words and not row.derived]
    for group in grouped(told, lambda row: (row.who, row.metric, row.figure.unit)).values():
        if len({row.period.key if row.period else row.words for row in group}) > 1:
            ordered = sorted(group, key=lambda row: (row.period is None, row.period or (), row.order))
            text = f"{ordered[0].name}, other dates: {listing(ordered)}: a history, not a conflict."
            yield agreement("history", ordered, text)


def growths(rows: Sequence[Told]) -> Iterator[Agreement]:
    """Yield growth that another claim's figure of the year before does not give, or gives only within rounding."""
    told = [row for row in rows if row.period and not row.derived]
    groups = grouped(told, lambda row: (row.who, row.metric, row.days, row.figure.unit))
    for row in told:
        claim = row.stated.claim
        if not (isinstance(claim, Reported) and claim.growth and row.period):
            continue
        if claim.prior:
            verdict = _growth(claim.prior, row.figure, claim.growth)
            if verdict.verdict == "contradicted":
                yield agreement("arithmetic", [row], f"{_about(row)}: {verdict.explanation}")
        before = groups.get((row.who, row.metric, row.period.year_before().key, row.figure.unit), [])
        for earlier in [figure[0] for figure in distinct(before)][:_MOST_BEFORE]:
            verdict = _growth(earlier.figure, row.figure, claim.growth)
            only_rounded = verdict.best is not None and verdict.best.name == WITHIN_ROUNDING
            if verdict.verdict in ("close", "contradicted"):
                yield agreement("conflict", [row, earlier], f"{_about(row)}: {verdict.explanation}")
            elif verdict.verdict == "supported" and only_rounded:
                yield agreement("rounding", [row, earlier], f"{_about(row)}: {verdict.explanation}")


def _growth(before: Quantity, after: Quantity, told: Quantity) -> Verdict:
    change = Expression(name="growth", parts=(Figure(quantity=before), Figure(quantity=after)))
    return judge_relation(Relation(left=change, relation="equals", right=Figure(quantity=told)))


def currencies(rows: Sequence[Told], prices: PriceHistory) -> Iterator[Agreement]:
    """Yield figures told in two currencies that the mean rate of their period does not bring together."""
    told = [row for row in rows if row.period and not row.derived and row.figure.unit in CURRENCIES]
    for group in grouped(told, lambda row: (row.who, row.metric, row.days, row.stance)).values():
        units = grouped(group, lambda row: row.figure.unit)
        for one, other in ((a, b) for a in sorted(units) for b in sorted(units) if a != b):
            if rate := _mean_rate(prices, one + other, group[0]):
                yield from _apart(units[one], units[other], one + other, *rate)


def _mean_rate(prices: PriceHistory, pair: str, row: Told) -> tuple[float, str] | None:
    assert row.period is not None  # noqa: S101
    bars = prices.bars(pair, row.period.start, row.period.end) if prices.held(pair) else []  # one way round only
    rates = [float(bar["close"]) for bar in bars]
    return (math.fsum(rates) / len(rates), f"{bars[0]['date']} to {bars[-1]['date']}") if rates else None


def _apart(ones: list[Told], others: list[Told], pair: str, rate: float, held: str) -> Iterator[Agreement]:
    floor, ceiling = max(row.low for row in others), min(row.high for row in others)
    far = [row for row in ones if row.low * rate > ceiling or row.high * rate < floor]
    if far:
        one, against = far[0], [row for row in others if not _meets_at(far[0], row, rate)]
        shown = span_words(one.value[0] * rate, one.value[1] * rate, pair[3:])
        text = (
            f"{_about(one)} in two currencies: {figure_words(one.figure)} is {shown} at the mean rate "
            f"{rate:.4f} of {held}, against {listing(against)} ({value_words(against[0].value[0] / rate, pair[:3])})."
        )
        yield agreement("currency", [*far, *against], text)


def _meets_at(one: Told, other: Told, rate: float) -> bool:
    return one.low * rate <= other.high and other.low <= one.high * rate


def _about(row: Told) -> str:
    return f"{row.name}{f' of {row.words}' if row.words else ''}"
