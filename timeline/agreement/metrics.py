"""Figures that look alike and are not one: other periods, other metrics, parts and totals, losses beside profits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from events.model import Quantity, Relation, Reported
from events.periods import Period
from timeline.agreement.result import Agreement, agreement, distinct, grouped, listing
from timeline.agreement.told import Told, Who, anchors_of, period_of, told, who_of
from timeline.amounts import figure_words, span_words
from timeline.bounds import POINT_UNITS
from timeline.verdict import StatedClaim, Verdict

# Metrics that are taken for one another: the smaller or narrower one first.
TAKEN_FOR_ONE_ANOTHER = (
    ("capex", "total expenses"), ("capex", "expenses"), ("capex", "operating expenses"), ("capex", "spending"),
)  # fmt: skip
_PARTNERS = {metric: pair for pair in TAKEN_FOR_ONE_ANOTHER for metric in pair}
LOSSES = frozenset({"net loss", "loss", "losses"})
PROFITS = frozenset({"net income", "net profit", "profit", "earnings", "net loss", "loss", "losses"})


def other_periods(rows: Sequence[Told]) -> Iterator[Agreement]:
    """Yield one figure told for two periods that overlap, and what was spent so far beside another year's whole."""
    told = [row for row in rows if row.period and not row.derived and row.figure.unit not in POINT_UNITS]
    for group in grouped(told, lambda row: (row.who, row.metric, row.figure.unit)).values():
        for alike in grouped(group, lambda row: row.value).values():
            yield from _overlapping(alike)
        yield from _so_far(group)


def _overlapping(alike: Sequence[Told]) -> Iterator[Agreement]:
    periods = grouped(alike, lambda row: row.days)
    ordered = sorted(periods.values(), key=lambda rows: (_period(rows[0]).start, _period(rows[0]).end))
    for one, other in pairwise(ordered):
        if _period(one[0]).overlaps(_period(other[0])):
            text = (
                f"{one[0].name} of {figure_words(one[0].figure)} is told for {_days(one[0])} "
                f"and for {_days(other[0])}: the same figure, another period."
            )
            yield agreement("other-period", [*one, *other], text)


def _so_far(group: Sequence[Told]) -> Iterator[Agreement]:
    partial = [row for row in group if _period(row).kind == "to-date"]
    for row in partial[:1]:
        whole = [
            other
            for other in group
            if _period(other).kind == "year"
            and _period(other).overlaps(_period(row))
            and (_period(other).start, _period(other).end) != (_period(row).start, _period(row).end)
            and other.ahead
        ]
        if whole:
            text = (
                f"{row.who}: {figure_words(row.figure)} of {row.measure} for {_days(row)} stands beside "
                f"{listing(whole)}, which covers {_days(whole[0])}: another period, not a part of one whole."
            )
            yield agreement("other-period", [*partial, *whole], text)


def other_metrics(rows: Sequence[Told]) -> Iterator[Agreement]:
    """Yield figures of two metrics that are easily read as one history, with the share of one in the other."""
    known = [row for row in rows if row.period]
    for alike in grouped(
        known, lambda row: (row.who.members or row.who, row.days, row.figure.unit, row.value)
    ).values():
        for related in grouped(alike, lambda row: row.metric.split()[-1] if row.metric else "").values():
            names = {(row.metric, row.who.subject) for row in related}
            if len(names) > 1 and _told_apart(related):
                text = f"{figure_words(related[0].figure)} is told as {' and as '.join(_labels(related))}"
                text += f" of {_days(related[0])}: "
                text += "one would be all of the other; " if len({row.metric for row in related}) > 1 else ""
                text += "two things, never one history."
                yield agreement("other-metric", related, text)
    paired = [row for row in known if row.metric in _PARTNERS and not row.derived]
    for group in grouped(paired, lambda row: (row.who, row.days, row.figure.unit)).values():
        by_metric = grouped(group, lambda row: row.metric)
        for narrow, wide in TAKEN_FOR_ONE_ANOTHER:
            if narrow in by_metric and wide in by_metric:
                yield _share(by_metric[narrow], by_metric[wide])


def _labels(rows: Sequence[Told]) -> list[str]:
    subjects = [row.stated.claim.subject if row.who.members and row.who.subject else "" for row in rows]
    labels = [f"{row.measure}{f' ({about})' if about else ''}" for row, about in zip(rows, subjects, strict=True)]
    return sorted(set(labels))


def _told_apart(rows: Sequence[Told]) -> bool:
    """Whether the names differ in kind: metrics do; subjects only when they share words and differ in some."""
    if len({row.metric for row in rows}) > 1 and rows[0].figure.unit not in POINT_UNITS:
        return True  # small percentages are equal by chance too often to say anything
    words = [set(subject.split()) for subject in sorted({row.who.subject for row in rows})]
    return any(one & other and one - other and other - one for one, other in pairwise(words))


def _share(narrow: Sequence[Told], wide: Sequence[Told]) -> Agreement:
    shares = []
    for figure in distinct(narrow):
        one, whole = figure[0], wide[0]
        if whole.value[0] > 0:
            share = span_words(one.value[0] / whole.value[1] * 100, one.value[1] / whole.value[0] * 100, "percent", 1.0)
            shares.append(f"{figure_words(one.figure)} is {share} of it")
    text = (
        f"{wide[0].who} {_days(wide[0])}: {wide[0].measure} of {figure_words(wide[0].figure)} beside "
        f"{narrow[0].measure} "
        f"({'; '.join(shares[:4])}): two metrics, never one history."
    )
    return agreement("other-metric", [*narrow, *wide], text)


def parts_and_totals(rows: Sequence[Told]) -> Iterator[Agreement]:
    """Yield totals of a group that an article's figures for its members do not add up to."""
    told = [row for row in rows if row.period and not row.derived]
    totals = grouped((row for row in told if len(row.who.members) > 1),
                     lambda row: (row.who, row.metric, row.days, row.figure.unit))  # fmt: skip
    singles = grouped((row for row in told if len(row.who.members) == 1 and not row.who.subject),
                      lambda row: (row.who.members[0], row.metric, row.figure.unit))  # fmt: skip
    for (who, metric, _, unit), whole in totals.items():
        parts = {name: [row for row in singles.get((name, metric, unit), []) if _covers(row, whole[0])]
                 for name in who.members}  # fmt: skip
        if all(parts.values()):
            yield from _sums(who, whole, parts)


def _covers(part: Told, whole: Told) -> bool:
    """Whether a member's period stands for the group's: the same year by name, or at least half of its days."""
    one, other = _period(part), _period(whole)
    if one.kind == "to-date" or abs(one.days - other.days) > 10:
        return False
    shared = (min(one.end, other.end) - max(one.start, other.start)).days + 1
    return shared * 2 >= other.days - 10 and part.words.removeprefix("FY") == whole.words.removeprefix("FY")


def _sums(who: Who, totals: Sequence[Told], parts: dict[str, list[Told]]) -> Iterator[Agreement]:
    by_article = {name: grouped(rows, lambda row: row.stated.article) for name, rows in parts.items()}
    articles = sorted(set.intersection(*(set(found) for found in by_article.values())))
    for article in articles:
        used = [
            max(by_article[name][article], key=lambda row: (row.figure.precision, row.order)) for name in who.members
        ]
        low, high = sum(row.low for row in used), sum(row.high for row in used)
        apart = [row for row in totals if not (row.low <= high and low <= row.high)]
        if not apart:
            continue
        mine = {row.stated.id for row in used}
        others = [figure[0] for rows in parts.values() for figure in distinct(rows) if figure[0].stated.id not in mine]
        elsewhere = [row for row in others if not any(row.meets(one) for one in used if one.who == row.who)]
        ends = span_words(sum(row.value[0] for row in used), sum(row.value[1] for row in used), used[0].figure.unit)
        each = ", ".join(f"{row.who} {figure_words(row.figure)}" for row in used)
        text = f"The figures of one article ({_published(used[0])}) add up to {ends} ({each})"
        text += f", against {listing(apart)}."
        if elsewhere:
            text += f" Told elsewhere: {', '.join(f'{row.who} {row}' for row in elsewhere[:4])}."
        if any(row.when is None for row in [*apart, *used]):
            text += " A text is undated: a later revision cannot be proven."
        odd = [row for row in used if not _period(row).same(_period(totals[0]))]
        if odd:
            text += f" Not the same year: {', '.join(f'{row.who} has {_days(row)}' for row in odd)}."
        yield agreement("parts-and-total", [*apart, *used, *elsewhere], text)


def _published(row: Told) -> str:
    return f"said {row.when}" if row.when else "undated"


def contradicted_sums(stated: Sequence[StatedClaim], verdicts: Sequence[Verdict]) -> Iterator[Agreement]:
    """Yield the claims whose figures a contradicted relation of their article puts together."""
    places = {(one.article, one.claim.key): one for one in stated if one.claim.key}
    for one, verdict in zip(stated, verdicts, strict=True):
        claim = one.claim
        if not isinstance(claim, Relation) or verdict.verdict != "contradicted":
            continue
        refs = [ref for ref in dict.fromkeys([*_refs(claim.left), *_refs(claim.right)]) if (one.article, ref) in places]
        if refs:
            named = [places[(one.article, ref)] for ref in refs]
            yield Agreement(
                kind="arithmetic",
                claims=tuple(found.id for found in [*named, one]),
                explanation=verdict.explanation,
                symbol=claim.symbol,
                subject=claim.subject,
                figures=tuple(_quantities(found.claim) for found in [*named, one]),
            )


def losses(stated: Sequence[StatedClaim]) -> Iterator[Agreement]:
    """Yield losses told for a span of periods beside a profit inside it."""
    anchors = anchors_of(stated)
    claims = [(one, one.claim, period_of(one, anchors)) for one in stated if isinstance(one.claim, Reported)]
    profits: list[Told] = []
    spans: list[tuple[StatedClaim, Reported, Period]] = []
    for one, claim, period in claims:
        if claim.metric.casefold() not in PROFITS or period is None:
            continue
        if claim.metric.casefold() in LOSSES:
            if claim.stated is None or claim.stated.value > 0:
                spans.append((one, claim, period))
            continue
        if claim.stated and claim.stated.value > 0:
            profits.append(told(one, claim, claim.stated, period, claim.period))
        if claim.prior and claim.prior.value > 0:
            profits.append(told(one, claim, claim.prior, (before := period.year_before()), before.name))
    by_company = grouped(profits, lambda row: row.who)
    for one, claim, period in spans:
        inside = [row for row in by_company.get(who_of(claim), []) if period.contains(_period(row))]
        if period.kind == "past":  # the words speak of what was before the period that the text reports
            inside = [row for row in inside if row.period and row.period.end < period.end]
        if inside:
            inside.sort(key=lambda row: (_period(row), row.order))
            found = agreement("arithmetic", inside, "")
            told_as = f"{claim.period}, that is {period.start} to {period.end}"
            text = f"{'+'.join(found.symbol.split('+'))}: losses told for {told_as}, against a {inside[0].metric} of "
            yield Agreement(
                kind="arithmetic",
                claims=(one.id, *found.claims),
                explanation=text + ", ".join(f"{figure_words(row.figure)} in {_days(row)}" for row in inside[:4]) + ".",
                symbol=found.symbol,
                subject=claim.subject,
                metric=inside[0].metric,
                period=claim.period,
                figures=(_quantities(claim), *found.figures),
            )


def _refs(node: Any) -> Iterator[str]:
    if hasattr(node, "ref"):
        if node.ref:
            yield node.ref
        return
    for part in node.parts:
        yield from _refs(part)


def _quantities(claim: Any) -> dict[str, Any]:
    figure = getattr(claim, "stated", None)
    if not isinstance(figure, Quantity):
        return {"text": claim.text}
    high = {} if figure.high is None else {"high": figure.high}
    return {"value": figure.value, **high, "unit": figure.unit, "text": claim.text}


def _period(row: Told) -> Period:
    assert row.period is not None  # noqa: S101
    return row.period


def _days(row: Told) -> str:
    period = _period(row)
    plain = row.words if row.words and not row.words.startswith("FY") else f"{period.start} to {period.end}"
    return f"{row.words} ({plain})" if row.words.startswith("FY") else plain
