"""The arithmetic that a text itself states, as relations over its reported figures.

General rules over the claims of one article: a sum with its parts, growth between two told figures, a margin with the
two figures that it is of, a share, above or below what was expected. Each rule asks for every figure to be told, for
one company or group; nothing is computed that the text does not say. Claims are referred to by their keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from events.model import Figure, Quantity
from events.periods import read_period
from events.reading.clauses import Clauses
from events.reading.relations_dates import years_ago
from events.reading.relations_told import Facts, Told, apply, figure, relation, same_money
from events.reading.relations_wide import each_year, groups, over_time, quarters, ranked, retold, several_times
from events.reading.reported_drafts import Found

_MARGINS = {"operating margin": "operating income", "gross margin": "gross profit", "net margin": "net income"}


def relations(found: Sequence[Found], read: Clauses) -> list[Told]:
    """Return the arithmetic between the reported figures of an article, and that of its dates."""
    facts = Facts(tuple(found))
    rules: tuple[Callable[[Facts, Found], Iterator[Told]], ...] = (
        _growth_told, _expected, _sums, _compared, _margins, _shares, _changes, _between_years, _without_currency,
        _ranges, _multiples, each_year, retold, quarters, ranked,
    )  # fmt: skip
    told = [one for each in found for rule in rules for one in rule(facts, each)]
    told += list(groups(facts))
    told += list(over_time(facts))
    told += list(several_times(facts, read))
    told += list(years_ago(read))
    kept: dict[bytes, Told] = {}
    for one in told:
        kept.setdefault(msgspec.json.encode(msgspec.structs.replace(one.claim, key="")), one)
    return list(kept.values())


def _growth_told(facts: Facts, one: Found) -> Iterator[Told]:
    claim = one.claim
    if claim.stated and claim.prior and claim.growth and claim.stated.unit == claim.prior.unit:
        left = apply("growth", figure(one, claim.prior), figure(one))
        yield relation(left, "equals", figure(one, claim.growth), "growth from the figure before", one)


def _expected(facts: Facts, one: Found) -> Iterator[Told]:
    claim = one.claim
    for name, other in (("expected", claim.expected), ("prior", claim.prior)):
        how = one.draft.lifted.get(name)
        if how and other and claim.stated:
            yield relation(figure(one), how, figure(one, other), f"told as {how} the {name} figure", one)


def _sums(facts: Facts, one: Found) -> Iterator[Told]:
    parts = [other for part in one.draft.parts for other in facts.found if other.draft is part]
    if len(parts) > 1 and len(parts) == len(one.draft.parts) and one.claim.stated:
        yield relation(apply("sum", *map(figure, parts)), "equals", figure(one), "a total and its parts", one)
    if one.draft.times is not None and one.claim.stated:
        count, each = one.draft.times
        known = next((other for other in facts.found if other.draft is each), None)
        if known is not None:
            left = apply("product", Figure(quantity=count), figure(known))
            yield relation(left, "equals", figure(one), "so many at so much each", one)


def _compared(facts: Facts, one: Found) -> Iterator[Told]:
    if one.draft.against is None or not one.claim.stated:
        return
    first, how = one.draft.against
    other = next((found for found in facts.found if found.draft is first), None)
    if other is not None and other.claim.stated and other.claim.stated.unit == one.claim.stated.unit:
        yield relation(figure(other), how, figure(one), "two companies compared", other, one)


def _margins(facts: Facts, one: Found) -> Iterator[Told]:
    draft = one.draft
    if draft.base not in _MARGINS or not draft.metric.endswith("margin") or not one.claim.stated:
        return
    income, revenue = facts.of(draft, _MARGINS[draft.base]), facts.of(draft, "revenue")
    if income and revenue and same_money(income, revenue):
        left = apply("share", figure(income), figure(revenue))
        yield relation(left, "equals", figure(one), "a margin and what it is of", one)


def _shares(facts: Facts, one: Found) -> Iterator[Told]:
    part, found, whole = one.claim.metric.partition(" share of ")
    if not found or not one.claim.stated:
        return
    total = facts.of(one.draft, whole, segment="")
    piece = facts.of(one.draft, whole, segment=part) or facts.of(one.draft, part, segment="")
    if total and piece and piece is not total and same_money(piece, total):
        left = apply("share", figure(piece), figure(total))
        yield relation(left, "equals", figure(one), "a share and what it is of", one)


def _changes(facts: Facts, one: Found) -> Iterator[Told]:
    """Yield a margin's change on the year where the growth of both its figures is told."""
    if not one.claim.metric.startswith("change of ") or not one.claim.metric.endswith("margin on the year"):
        return
    margin = facts.of(one.draft, one.draft.base)
    income, revenue = facts.of(one.draft, _MARGINS.get(one.draft.base, "")), facts.of(one.draft, "revenue")
    if margin and income and revenue and income.claim.growth and revenue.claim.growth:
        before = apply(
            "share",
            apply("base", figure(income), figure(income, income.claim.growth)),
            apply("base", figure(revenue), figure(revenue, revenue.claim.growth)),
        )
        left = apply("difference", figure(margin), before)
        yield relation(left, "equals", figure(one), "a margin and that of the year before", one)


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
            if other.draft.who.key == one.draft.who.key and other.claim.metric == now.claim.metric
            and other.claim.stated
            and (known := read_period(other.claim.period, other.claim.symbol)) and known.same(period.year_before())
        ),
        None,
    )  # fmt: skip
    if before is not None and same_money(before, now):
        left = apply("growth", figure(before), figure(now))
        yield relation(left, "equals", figure(one), "growth between two told years", one)


def _without_currency(facts: Facts, one: Found) -> Iterator[Told]:
    if not one.claim.metric.endswith("growth without currency effect") or not one.claim.stated:
        return
    total, effect = facts.of(one.draft, one.draft.base), facts.of(one.draft, f"currency effect on {one.draft.base}")
    if total and effect and total.claim.growth and same_money(total, effect):
        base = apply("base", figure(total), figure(total, total.claim.growth))
        left = apply("growth", base, apply("difference", figure(total), figure(effect)))
        yield relation(left, "equals", figure(one), "growth without the currency effect", one)


def _ranges(facts: Facts, one: Found) -> Iterator[Told]:
    """Yield a range of growth that belongs to a range of results: both ends have one base."""
    growth = one.claim.stated
    if growth is None or growth.high is None or not one.claim.metric.endswith(" growth"):
        return
    result = facts.of(one.draft, one.draft.base)
    if result is None or result.claim.stated is None or result.claim.stated.high is None:
        return
    left = apply("each", *(figure(result, end) for end in _ends(result.claim.stated)))
    right = apply("each", *(figure(one, end) for end in _ends(growth)))
    yield relation(left, "solves", right, "two ends of a range and of its growth", one)


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
        left = apply("ratio", figure(same[-1]), figure(same[0]))
        yield relation(left, how, figure(one, plain), "so many times", one)
