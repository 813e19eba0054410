"""Arithmetic over several claims: groups and their members, periods that add up, rankings, years of four quarters."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from events.model import Figure, Quantity
from events.periods import read_period
from events.reading.clauses import Clauses
from events.reading.relations_told import Facts, Told, apply, figure, relation, same_money, same_period
from events.reading.reported_drafts import Found

_SEVERAL = re.compile(r"(?:好?几|数)倍|several times|many times|vài lần|nhiều lần", re.IGNORECASE)
_NEAR = 0.05  # parts that miss a group's total by more are not the parts that it is made of


def each_year(facts: Facts, one: Found) -> Iterator[Told]:
    """Yield "over 10bn in each of two years" for each of the years."""
    stated = one.claim.stated
    if stated is None or ", " not in one.claim.period or stated.hedge not in ("over", "under", "at-least", "at-most"):
        return
    how = "over" if stated.hedge in ("over", "at-least") else "under"
    for name in one.claim.period.split(", "):
        if year := facts.of(one.draft, one.draft.base, period=name):
            plain = msgspec.structs.replace(stated, hedge="")
            yield relation(figure(year), how, figure(one, plain), "so much in each year", year, one)


def retold(facts: Facts, one: Found) -> Iterator[Told]:
    """Yield a figure that is told again, rounded."""
    for other in facts.found:
        if other is one or other.claim.metric != one.claim.metric or other.draft.who.key != one.draft.who.key:
            continue
        if other.claim.period != one.claim.period or not one.claim.period or other.claim.stance != one.claim.stance:
            continue
        for fine, coarse in ((one.claim.stated, other.claim.stated), (one.claim.growth, other.claim.growth)):
            if fine and coarse and _is_rounding(fine, coarse):
                yield relation(figure(one, fine), "equals", figure(other, coarse), "told again, rounded", one)


def _is_rounding(fine: Quantity, coarse: Quantity) -> bool:
    if fine.unit != coarse.unit or fine.high is not None or coarse.high is not None or fine.value == coarse.value:
        return False
    return fine.precision < coarse.precision and abs(fine.value - coarse.value) <= coarse.precision / 2


def quarters(facts: Facts, one: Found) -> Iterator[Told]:
    """Yield a year told as four times a quarter, in one sentence."""
    year = read_period(one.claim.period, one.claim.symbol)
    if year is None or year.kind != "year" or not one.claim.stated:
        return
    for other in facts.found:
        quarter = read_period(other.claim.period, other.claim.symbol)
        if (
            other.line != one.line
            or other.claim.metric != one.claim.metric
            or quarter is None
            or quarter.kind != "quarter"
        ):
            continue
        if (
            same_money(one, other)
            and other.claim.stated
            and 3.9 <= one.claim.stated.value / other.claim.stated.value <= 4.1
        ):
            yield relation(
                apply("sum", *[figure(other)] * 4), "equals", figure(one), "a year of four such quarters", one
            )


def ranked(facts: Facts, one: Found) -> Iterator[Told]:
    """Yield "second only to" with the figures of those who stand before it."""
    for symbol in one.draft.behind:
        for other in facts.found:
            same = other.claim.metric == one.claim.metric and other.claim.symbol == symbol and same_money(one, other)
            if same and same_period(other.claim.period, one.claim.period, symbol):
                yield relation(figure(one), "under", figure(other), "ranked behind", one)
                break


def several_times(facts: Facts, read: Clauses) -> Iterator[Told]:
    """Yield "several times" in a year with the two figures of its sentence: more than twice."""
    for number in sorted({one.line for one in facts.found}):
        group = read.groups[number]
        vague = [item for clause in group for item in clause.of("figure") if _SEVERAL.fullmatch(item.text)]
        same = [one for one in facts.found if one.line == number and one.claim.stated and one.claim.period.isdigit()]
        if not vague or len(same) < 2 or same[0].claim.metric != same[1].claim.metric:
            continue
        if int(same[1].claim.period) - int(same[0].claim.period) == 1 and same_money(same[0], same[1]):
            left = apply("ratio", figure(same[1]), figure(same[0]))
            right = Figure(quantity=Quantity(value=2, unit="times", precision=1))
            yield relation(left, "over", right, "several times: more than twice", same[1])


def groups(facts: Facts) -> Iterator[Told]:
    """Yield a group's total with the figures of all its members for that year."""
    for one in facts.found:
        stated, members = one.claim.stated, one.claim.members
        if stated is None or len(members) < 2 or not one.claim.period:
            continue
        parts = [_member(facts, one, symbol) for symbol in members]
        known = [part for part in parts if part is not None]
        if len(known) != len(members):
            continue
        low = sum(part.claim.stated.value for part in known if part.claim.stated)
        high = sum(part.claim.stated.high or part.claim.stated.value for part in known if part.claim.stated)
        if low * (1 - _NEAR) <= stated.value <= high * (1 + _NEAR):
            yield relation(apply("sum", *map(figure, known)), "equals", figure(one), "a group and its members", one)


def _member(facts: Facts, group: Found, symbol: str) -> Found | None:
    year = group.claim.period.removeprefix("FY")
    for one in facts.found:
        if (
            one.claim.symbol == symbol
            and one.claim.metric == group.claim.metric
            and same_money(one, group)
            and one.claim.period.removeprefix("FY") == year
        ):
            return one
    return None


def over_time(facts: Facts) -> Iterator[Told]:
    """Yield a figure over all periods with those of the single ones, where they add up to it."""
    for one in facts.found:
        if one.claim.stated is None or one.claim.period or one.draft.base == "share":
            continue
        parts: dict[str, Found] = {}
        for other in facts.found:
            single = read_period(other.claim.period, other.claim.symbol)
            if (
                other is not one
                and other.claim.metric == one.claim.metric
                and other.draft.who.key == one.draft.who.key
                and (
                    single is not None
                    and single.kind != "span"
                    and same_money(one, other)
                    and other.claim.stance == "actual"
                )
            ):
                parts.setdefault(other.claim.period, other)
        total = sum(part.claim.stated.value for part in parts.values() if part.claim.stated)
        slack = sum(part.claim.stated.precision / 2 for part in parts.values() if part.claim.stated)
        reach = one.claim.stated.precision * (1.0 if one.claim.stated.hedge else 0.5) + slack
        if len(parts) > 2 and abs(total - one.claim.stated.value) <= reach:
            left = apply("sum", *map(figure, parts.values()))
            yield relation(left, "equals", figure(one), "all periods and the single ones", one)
