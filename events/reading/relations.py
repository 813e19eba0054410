"""The arithmetic that a text itself states, as relations over its reported figures.

General rules over the claims of one article: a sum with its parts, growth between two told figures, a margin with the
two figures that it is of, a share, above or below what was expected. Each rule asks for every figure to be told, for one
company or group; nothing is computed that the text does not say. The claims are referred to by their keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import msgspec

from events.model import Expression, Figure, Quantity, Relation
from events.periods import read_period
from events.reading.clauses import Clauses
from events.reading.relations_dates import years_ago
from events.reading.relations_told import Told
from events.reading.reported_claims import Draft, Found

_SEVERAL = re.compile(r"(?:好?几|数)倍|several times|many times|vài lần|nhiều lần", re.IGNORECASE)
_MARGINS = {"operating margin": "operating income", "gross margin": "gross profit", "net margin": "net income"}
_NEAR = 0.05  # parts that miss a group's total by more are not the parts that it is made of


class Facts(msgspec.Struct, frozen=True):
    """The reported figures of an article, by what relations ask for."""

    found: tuple[Found, ...]

    def of(self, like: Draft, base: str, *, segment: str | None = None, period: str | None = None) -> Found | None:
        """Return the first figure of a metric for the company and period of another, None where none is told."""
        wanted = like.period if period is None else period
        line = like.segment if segment is None else segment
        for one in self.found:
            draft = one.draft
            if draft.who.key == like.who.key and draft.base == base and draft.segment == line and draft.stated:
                if draft.metric.endswith(base) and same_period(draft.period, wanted, like.who.symbol):
                    return one
        return None


def same_period(one: str, other: str, symbol: str) -> bool:
    """Whether two names mean one period."""
    if one == other:
        return True
    first, second = read_period(one, symbol), read_period(other, symbol)
    return first is not None and second is not None and first.same(second)


def relations(found: Sequence[Found], read: Clauses) -> list[Told]:
    """Return the arithmetic between the reported figures of an article, and that of its dates."""
    facts = Facts(tuple(found))
    rules: tuple[Callable[[Facts, Found], Iterator[Told]], ...] = (
        _growth_told, _expected, _sums, _compared, _margins, _shares, _changes, _between_years, _without_currency,
        _ranges, _multiples, _each_year, _retold, _quarters, _ranked,
    )  # fmt: skip
    told = [one for each in found for rule in rules for one in rule(facts, each)]
    told += list(_groups(facts))
    told += list(_over_time(facts))
    told += list(_several_times(facts, read))
    told += list(years_ago(read))
    kept: dict[bytes, Told] = {}
    for one in told:
        kept.setdefault(msgspec.json.encode(msgspec.structs.replace(one.claim, key="")), one)
    return list(kept.values())


def figure(one: Found, quantity: Quantity | None = None) -> Figure:
    """Return a figure of a claim as part of a relation."""
    stated = quantity or one.claim.stated
    assert stated is not None  # noqa: S101
    return Figure(quantity=stated, ref=one.claim.key)


def _relation(left: Figure | Expression, how: str, right: Figure | Expression, rule: str, *of: Found) -> Told:
    claim = of[0].claim
    made = Relation(
        symbol=claim.symbol, subject=claim.subject, members=claim.members, left=left, relation=how, right=right  # type: ignore[arg-type]
    )  # fmt: skip
    return Told(made, min(one.start for one in of[:1]), max(one.end for one in of[:1]), (rule,))


def _apply(name: str, *parts: Figure | Expression) -> Expression:
    return Expression(name=name, parts=parts)  # type: ignore[arg-type]


def _growth_told(facts: Facts, one: Found) -> Iterator[Told]:
    claim = one.claim
    if claim.stated and claim.prior and claim.growth and claim.stated.unit == claim.prior.unit:
        left = _apply("growth", figure(one, claim.prior), figure(one))
        yield _relation(left, "equals", figure(one, claim.growth), "growth from the figure before", one)


def _expected(facts: Facts, one: Found) -> Iterator[Told]:
    claim = one.claim
    for name, other in (("expected", claim.expected), ("prior", claim.prior)):
        how = one.draft.lifted.get(name)
        if how and other and claim.stated:
            yield _relation(figure(one), how, figure(one, other), f"told as {how} the {name} figure", one)


def _sums(facts: Facts, one: Found) -> Iterator[Told]:
    parts = [other for part in one.draft.parts for other in facts.found if other.draft is part]
    if len(parts) > 1 and len(parts) == len(one.draft.parts) and one.claim.stated:
        yield _relation(_apply("sum", *map(figure, parts)), "equals", figure(one), "a total and its parts", one)
    if one.draft.times is not None and one.claim.stated:
        count, each = one.draft.times
        known = next((other for other in facts.found if other.draft is each), None)
        if known is not None:
            left = _apply("product", Figure(quantity=count), figure(known))
            yield _relation(left, "equals", figure(one), "so many at so much each", one)


def _compared(facts: Facts, one: Found) -> Iterator[Told]:
    if one.draft.against is None or not one.claim.stated:
        return
    first, how = one.draft.against
    other = next((found for found in facts.found if found.draft is first), None)
    if other is not None and other.claim.stated and other.claim.stated.unit == one.claim.stated.unit:
        yield _relation(figure(other), how, figure(one), "two companies compared", other, one)


def _margins(facts: Facts, one: Found) -> Iterator[Told]:
    draft = one.draft
    if draft.base not in _MARGINS or not draft.metric.endswith("margin") or not one.claim.stated:
        return
    income, revenue = facts.of(draft, _MARGINS[draft.base]), facts.of(draft, "revenue")
    if income and revenue and _same_money(income, revenue):
        left = _apply("share", figure(income), figure(revenue))
        yield _relation(left, "equals", figure(one), "a margin and what it is of", one)


def _same_money(one: Found, other: Found) -> bool:
    return bool(one.claim.stated and other.claim.stated and one.claim.stated.unit == other.claim.stated.unit)


def _shares(facts: Facts, one: Found) -> Iterator[Told]:
    part, found, whole = one.claim.metric.partition(" share of ")
    if not found or not one.claim.stated:
        return
    total = facts.of(one.draft, whole, segment="")
    piece = facts.of(one.draft, whole, segment=part) or facts.of(one.draft, part, segment="")
    if total and piece and piece is not total and _same_money(piece, total):
        left = _apply("share", figure(piece), figure(total))
        yield _relation(left, "equals", figure(one), "a share and what it is of", one)


def _changes(facts: Facts, one: Found) -> Iterator[Told]:
    """Yield a margin's change on the year where the growth of both its figures is told."""
    if not one.claim.metric.startswith("change of ") or not one.claim.metric.endswith("margin on the year"):
        return
    margin = facts.of(one.draft, one.draft.base)
    income, revenue = facts.of(one.draft, _MARGINS.get(one.draft.base, "")), facts.of(one.draft, "revenue")
    if margin and income and revenue and income.claim.growth and revenue.claim.growth:
        before = _apply(
            "share",
            _apply("base", figure(income), figure(income, income.claim.growth)),
            _apply("base", figure(revenue), figure(revenue, revenue.claim.growth)),
        )
        left = _apply("difference", figure(margin), before)
        yield _relation(left, "equals", figure(one), "a margin and that of the year before", one)


def _between_years(facts: Facts, one: Found) -> Iterator[Told]:
    """Yield growth told by itself between two years that are told."""
    if not one.claim.metric.endswith(" growth") or not one.claim.stated or one.claim.stated.unit != "percent":
        return
    now = facts.of(one.draft, one.draft.base)
    period = read_period(one.claim.period, one.claim.symbol)
    if now is None or period is None:
        return
    before = next(
        (
            other for other in facts.found
            if other.draft.who.key == one.draft.who.key and other.claim.metric == now.claim.metric and other.claim.stated
            and (known := read_period(other.claim.period, other.claim.symbol)) and known.same(period.year_before())
        ),
        None,
    )  # fmt: skip
    if before is not None and _same_money(before, now):
        left = _apply("growth", figure(before), figure(now))
        yield _relation(left, "equals", figure(one), "growth between two told years", one)


def _without_currency(facts: Facts, one: Found) -> Iterator[Told]:
    if not one.claim.metric.endswith("growth without currency effect") or not one.claim.stated:
        return
    total, effect = facts.of(one.draft, one.draft.base), facts.of(one.draft, f"currency effect on {one.draft.base}")
    if total and effect and total.claim.growth and _same_money(total, effect):
        base = _apply("base", figure(total), figure(total, total.claim.growth))
        left = _apply("growth", base, _apply("difference", figure(total), figure(effect)))
        yield _relation(left, "equals", figure(one), "growth without the currency effect", one)


def _ranges(facts: Facts, one: Found) -> Iterator[Told]:
    """Yield a range of growth that belongs to a range of results: both ends have one base."""
    growth = one.claim.stated
    if growth is None or growth.high is None or not one.claim.metric.endswith(" growth"):
        return
    result = facts.of(one.draft, one.draft.base)
    if result is None or result.claim.stated is None or result.claim.stated.high is None:
        return
    left = _apply("each", *(figure(result, end) for end in _ends(result.claim.stated)))
    right = _apply("each", *(figure(one, end) for end in _ends(growth)))
    yield _relation(left, "solves", right, "two ends of a range and of its growth", one)


def _ends(quantity: Quantity) -> list[Quantity]:
    ends = (quantity.value, quantity.high if quantity.high is not None else quantity.value)
    return [msgspec.structs.replace(quantity, value=end, high=None) for end in ends]


def _multiples(facts: Facts, one: Found) -> Iterator[Told]:
    """Yield "more than thirtyfold" with the first and the last figure of its sentence."""
    stated = one.claim.stated
    if not one.claim.metric.startswith("growth of ") or stated is None or stated.unit != "times":
        return
    same = [
        other for other in facts.found
        if other.line == one.line and other.draft.base == one.draft.base and other.draft.who.key == one.draft.who.key
        and other.claim.stated and other.claim.stated.unit != "times" and other.start < one.draft.end
    ]  # fmt: skip
    if len(same) > 1:
        how = {"over": "over", "under": "under"}.get(stated.hedge, "equals")
        plain = msgspec.structs.replace(stated, hedge="") if how != "equals" else stated
        left = _apply("ratio", figure(same[-1]), figure(same[0]))
        yield _relation(left, how, figure(one, plain), "so many times", one)


def _each_year(facts: Facts, one: Found) -> Iterator[Told]:
    """Yield "over 10bn in each of two years" for each of the years."""
    stated = one.claim.stated
    if stated is None or ", " not in one.claim.period or stated.hedge not in ("over", "under", "at-least", "at-most"):
        return
    how = "over" if stated.hedge in ("over", "at-least") else "under"
    for name in one.claim.period.split(", "):
        if year := facts.of(one.draft, one.draft.base, period=name):
            plain = msgspec.structs.replace(stated, hedge="")
            yield _relation(figure(year), how, figure(one, plain), "so much in each year", year, one)


def _retold(facts: Facts, one: Found) -> Iterator[Told]:
    """Yield a figure that is told again, rounded."""
    for other in facts.found:
        if other is one or other.claim.metric != one.claim.metric or other.draft.who.key != one.draft.who.key:
            continue
        if other.claim.period != one.claim.period or not one.claim.period or other.claim.stance != one.claim.stance:
            continue
        for fine, coarse in ((one.claim.stated, other.claim.stated), (one.claim.growth, other.claim.growth)):
            if fine and coarse and _is_rounding(fine, coarse):
                yield _relation(figure(one, fine), "equals", figure(other, coarse), "told again, rounded", one)


def _is_rounding(fine: Quantity, coarse: Quantity) -> bool:
    if fine.unit != coarse.unit or fine.high is not None or coarse.high is not None or fine.value == coarse.value:
        return False
    return fine.precision < coarse.precision and abs(fine.value - coarse.value) <= coarse.precision / 2


def _quarters(facts: Facts, one: Found) -> Iterator[Told]:
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
            _same_money(one, other)
            and other.claim.stated
            and 3.9 <= one.claim.stated.value / other.claim.stated.value <= 4.1
        ):
            yield _relation(
                _apply("sum", *[figure(other)] * 4), "equals", figure(one), "a year of four such quarters", one
            )


def _ranked(facts: Facts, one: Found) -> Iterator[Told]:
    """Yield "second only to" with the figures of those who stand before it."""
    for symbol in one.draft.behind:
        for other in facts.found:
            same = other.claim.metric == one.claim.metric and other.claim.symbol == symbol and _same_money(one, other)
            if same and same_period(other.claim.period, one.claim.period, symbol):
                yield _relation(figure(one), "under", figure(other), "ranked behind", one)
                break


def _several_times(facts: Facts, read: Clauses) -> Iterator[Told]:
    """Yield "several times" in a year with the two figures of its sentence: more than twice."""
    for number, group in enumerate(read.groups):
        vague = [item for clause in group for item in clause.of("figure") if _SEVERAL.fullmatch(item.text)]
        same = [one for one in facts.found if one.line == number and one.claim.stated and one.claim.period.isdigit()]
        if not vague or len(same) < 2 or same[0].claim.metric != same[1].claim.metric:
            continue
        if int(same[1].claim.period) - int(same[0].claim.period) == 1 and _same_money(same[0], same[1]):
            left = _apply("ratio", figure(same[1]), figure(same[0]))
            right = Figure(quantity=Quantity(value=2, unit="times", precision=1))
            yield _relation(left, "over", right, "several times: more than twice", same[1])


def _groups(facts: Facts) -> Iterator[Told]:
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
            yield _relation(_apply("sum", *map(figure, known)), "equals", figure(one), "a group and its members", one)


def _member(facts: Facts, group: Found, symbol: str) -> Found | None:
    year = group.claim.period.removeprefix("FY")
    for one in facts.found:
        if one.claim.symbol == symbol and one.claim.metric == group.claim.metric and _same_money(one, group):
            if one.claim.period.removeprefix("FY") == year:
                return one
    return None


def _over_time(facts: Facts) -> Iterator[Told]:
    """Yield a figure over all periods with those of the single ones, where they add up to it."""
    for one in facts.found:
        if one.claim.stated is None or one.claim.period or one.draft.base == "share":
            continue
        parts: dict[str, Found] = {}
        for other in facts.found:
            single = read_period(other.claim.period, other.claim.symbol)
            if other is not one and other.claim.metric == one.claim.metric and other.draft.who.key == one.draft.who.key:
                if (
                    single is not None
                    and single.kind != "span"
                    and _same_money(one, other)
                    and other.claim.stance == "actual"
                ):
                    parts.setdefault(other.claim.period, other)
        total = sum(part.claim.stated.value for part in parts.values() if part.claim.stated)
        slack = sum(part.claim.stated.precision / 2 for part in parts.values() if part.claim.stated)
        reach = one.claim.stated.precision * (1.0 if one.claim.stated.hedge else 0.5) + slack
        if len(parts) > 2 and abs(total - one.claim.stated.value) <= reach:
            left = _apply("sum", *map(figure, parts.values()))
            yield _relation(left, "equals", figure(one), "all periods and the single ones", one)
