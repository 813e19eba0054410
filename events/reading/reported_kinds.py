"""A figure by its role: a value, growth, a change, points, a share, a part: which claim each of them makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from events.model import Quantity
from events.reading.clauses import Item
from events.reading.metrics import metric_of, totals
from events.reading.reported_drafts import Draft, Sentence, State
from events.reading.reported_figures import (
    FLOWS_OF_CASH,
    amount_of,
    at_home,
    counted,
    fits,
    flows_out,
    growth_of,
    is_adverse,
    is_money,
    plain,
)
from events.reading.reported_joining import finish, is_apart
from events.reading.reported_names import credited, metric_name, segment_at, share_name
from events.reading.reported_periods import period_of
from events.reading.reported_places import Place
from events.reading.reported_roles import Reading
from events.reading.reported_stance import hedged
from events.reading.reported_who import Who, companies, who_of

_AGAINST = {"qoq": " on the quarter", "mom": " on the month"}  # what a growth is called that is not over a year
_A_MONTH = re.compile(r"\d{4}-\d\d")


def value(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    """Keep a value of its metric, with growth and prior that came before it."""
    quantity = amount_of(place, state.currency if is_money(draft.head) else "")
    quantity = at_home(quantity, draft.who.symbol, place.figure.text) if quantity else None
    if quantity is None or not fits(draft.base, draft.head, quantity, place):
        return
    if draft.base == "currency effect on revenue" and is_adverse(draft.head):
        quantity = plain(quantity, -1)
    if draft.base in FLOWS_OF_CASH and quantity.value > 0 and flows_out(place, draft.head.end):
        quantity = plain(quantity, -1)
    if place.near("total") and sentence.open and (not reading.own or reading.head == sentence.open.head):
        _total(place, draft, state, quantity)
    draft.stated = hedged(quantity, place, draft.base)
    past = state.told.past if _last_of_two(place, draft, state) else None
    if quantity.unit in ("USD", "CNY", "HKD", "EUR", "JPY", "GBP", "VND", "TWD", "KRW", "INR"):
        state.currency = quantity.unit
    spot: Place | None = None
    if sentence.growth and (same_head(sentence.growth[2].head, draft.head) or not reading.own):
        grown, spot, told = sentence.growth
        draft.growth = grown if told.against not in ("qoq", "mom") else None
        draft.start = min(draft.start, spot.token.outer[0], (told.head or draft.head).start)
        sentence.growth = None
    if sentence.prior and not is_apart(sentence.prior[0], quantity):
        draft.prior = sentence.prior[0]
    sentence.prior = None
    if (awaited := sentence.expected) and awaited[1].value == draft.head.value and awaited[0].unit == quantity.unit:
        draft.expected, sentence.expected = awaited[0], None
    named = [item.start for item in companies(place.line) if item.end <= place.figure.start]
    lifts = [one for one in place.near("lift") if any(one.end <= start for start in named)]  # 超过3400亿 is a hedge
    opened = sentence.open
    if opened is not None and opened.who != draft.who and opened.line == draft.line and opened.stated:
        if lifts:
            draft.against = (opened, lifts[-1].first)
        elif opened.against and place.text[place.left_start : place.left_start + 1] in "和与及、":
            draft.against = opened.against
    finish(draft, place, state, sentence, spot)
    state.told.past = past or state.told.past


def _last_of_two(place: Place, draft: Draft, state: State) -> bool:
    """Put a figure of "last quarter" into the one before, where another one of the quarter reported was told.

    Whether it was done: the figures that follow are again of the quarter reported.
    """
    last = [one for one in place.left if one.kind == "date" and one.value.parts.relative_quarter == -1]
    year, quarter_mark, number = draft.period.rpartition("Q")
    if not (last and quarter_mark and number.isdigit() and draft.stated):
        return False
    for one in state.drafts:
        alike = (one.who, one.metric, one.period) == (draft.who, draft.metric, draft.period)
        if alike and one.stated and one.stated.unit == draft.stated.unit and one.stated.value != draft.stated.value:
            first = int(number) == 1
            plain = int(year.removeprefix("FY")) - first
            draft.period = f"{'FY' * year.startswith('FY')}{plain}Q{4 if first else int(number) - 1}"
            return True
    return False


def same_head(one: Item | None, other: Item) -> bool:
    """Tell whether two words are one, or two words for what was earned: 多赚44%，赚50亿元."""
    return one == other or (one is not None and one.kind == other.kind == "earn")


def _vague(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    """Keep a size that is told without a figure ("hundreds of billions of dollars") without one."""
    growing = [item for item in (*place.near("up"), *place.after("up")) if item.has("noun")]
    draft.metric += " growth" if growing else ""
    draft.note = "no exact figure is given"
    finish(draft, place, state, sentence)


def _total(place: Place, draft: Draft, state: State, quantity: Quantity) -> None:
    """Name the total of the figures that stand before it in the sentence."""
    parts = [
        one for one in state.drafts if one.line == place.line.index and one.stated and one.stated.unit == quantity.unit
    ]
    counts = [
        item.value.quantity for item in place.line.of("figure")
        if item.end <= place.figure.start and item.value.kind == "count" and item.value.quantity.unit == "people"
    ]  # fmt: skip
    if len(parts) == 1 and counts:
        draft.times = (counts[-1], parts[0])
    bases = list(dict.fromkeys(one.base for one in parts))
    if len(bases) < 2:
        return
    draft.parts = tuple(parts[-len(bases) :])
    draft.base = totals().get(frozenset(bases)) or " and ".join(bases[-2:])
    draft.metric = f"{draft.segment} {draft.base}".strip()


def _growth(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    quantity = growth_of(place, reading)
    opened = sentence.open
    same = opened is not None and (not reading.own or opened.head.value == draft.head.value) and opened.who == draft.who
    if (
        opened is not None
        and same
        and opened.growth is None
        and quantity.high is None
        and opened.stated is not None
        and (
            reading.against not in ("qoq", "mom")
            and opened.stated.unit not in ("percent", "points")
            and draft.segment == opened.segment
        )
    ):
        opened.growth = quantity
        opened.takes(place)
        opened.rules += ("growth: in the same sentence",)
        return
    if reading.own and quantity.high is None and _goes_on_to_a_value(place, reading.head):
        sentence.growth = (quantity, place, reading)
        sentence.used = [one for one in sentence.used if one.start < place.figure.end]  # the value's own date
        return
    if opened is not None and same and opened.growth is not None and reading.against not in ("qoq", "mom"):
        return
    _growth_alone(quantity, place, reading, draft, state, sentence)
    if reading.against in ("qoq", "mom"):
        sentence.open = opened or sentence.open  # the growth over a year may follow


def _per(reading: Reading, period: str) -> str:
    """Return what a growth is called that is not over a year; 环比 of a month is over the month before."""
    of_a_month = reading.against == "qoq" and _A_MONTH.fullmatch(period)
    return _AGAINST["mom" if of_a_month else reading.against] if reading.against in _AGAINST else ""


def _above(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    """Keep by how much a figure lies above or below what was expected."""
    word = "above" if reading.sign > 0 else "below"
    draft.metric = f"{draft.metric} {word} expectations"
    draft.stated = growth_of(place, reading)
    if sentence.open is not None and not draft.period:
        draft.period = sentence.open.period
    opened = sentence.open
    finish(draft, place, state, sentence)
    sentence.open = opened or sentence.open


def _times(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    quantity = place.token.quantity
    if quantity is None or quantity.value < 1:
        return
    draft.metric = f"growth of {draft.metric}"
    draft.stated = quantity
    finish(draft, place, state, sentence)


def _growth_alone(
    quantity: Quantity, place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence
) -> None:
    per = _per(reading, draft.period or sentence.period)
    if own := _line_grown(place):
        draft.segment, draft.base, draft.metric = own, "revenue", f"{own} revenue"
    if draft.base in ("spending", "posts", "likes", "downloads", "job cuts", "fine", "acquisition") or not draft.base:
        return
    of_things = draft.head.kind == "metric" and metric_of(draft.head.value) == "count"
    if of_things and not [item for item in companies(place.line) if item.start < place.figure.start]:
        return
    without = " without currency effect" if place.line.of("currency-effect") else ""
    draft.metric = f"{draft.metric} growth{without}{per}".replace("growth growth", "growth")
    draft.stated = hedged(quantity, place, "growth")
    finish(draft, place, state, sentence)


def _line_grown(place: Place) -> str:
    """Return the business line whose growth stands before it: 增长157%的AI服务."""
    behind = [item for item in place.right if item.kind == "segment" and item.end <= place.stop]
    if behind and place.text[place.figure.end : behind[0].start] in ("的",):
        return str(behind[0].value)
    return ""


def _goes_on_to_a_value(place: Place, head: Item | None) -> bool:
    following = [item for item in place.line.of("figure") if item.start >= place.figure.end]
    if not following:
        return False
    heads = [item for item in place.right if item.kind in ("metric", "price", "other", "spend") and item != head]
    token = following[0].value
    return not heads and token.kind in ("amount", "count") and token.role in ("to", "is", "at", "")


def flush(state: State, sentence: Sentence) -> None:
    """Keep a growth whose figure never came."""
    if sentence.growth is None:
        return
    quantity, place, reading = sentence.growth
    sentence.growth = None
    if reading.head is None:
        return
    who, how = who_of(place, reading.head, state.carried, within=sentence.who)
    if who is None:
        return
    within = sentence.period if who == sentence.who else ""
    period, when = period_of(place, reading.head, who, state.told, within, sentence.used)
    draft = Draft(
        who, "", reading.head, segment_at(place, reading.head, who, ""), period, "actual",
        min(reading.head.start, place.token.outer[0]), place.figure.end, place.line.index, place.figure,
        rules=(f"metric {reading.head.text!r}", f"subject: {how}", f"period: {when}" if when else ""),
    )  # fmt: skip
    draft.base = metric_name(reading.head, place, who, state.capex, "")
    draft.metric = f"{draft.segment} {draft.base}".strip()
    _growth_alone(quantity, place, reading, draft, state, sentence)


def _change(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    quantity = amount_of(place, state.currency)
    if quantity is None or not fits(draft.base, draft.head, quantity, place):
        return
    draft.stated = counted(draft.base, plain(quantity, reading.sign))
    draft.metric = f"change of {draft.metric}"
    before = sentence.open
    finish(draft, place, state, sentence)
    sentence.open = before or sentence.open


def _points(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    quantity = amount_of(place, "")
    if quantity is None:
        return
    against = " on the year" if reading.against == "yoy" else _per(reading, draft.period)
    if sentence.open is not None and not reading.own:
        draft.segment, draft.base = sentence.open.segment, sentence.open.base
        draft.metric = f"{draft.segment} {draft.base}".strip()
    is_rate = draft.head.kind == "metric" and metric_of(draft.head.value) == "percent"
    draft.metric = f"change of {draft.metric}{'' if is_rate else ' growth'}{against}"
    draft.stated = plain(quantity, reading.sign)
    before = sentence.open
    finish(draft, place, state, sentence)
    sentence.open = before or sentence.open


def _part(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    quantity = amount_of(place, "")
    rates = [one for one in state.drafts if one.line == place.line.index and one.metric.endswith("growth")]
    if quantity is None:
        return
    name = rates[0].metric if rates else f"{draft.metric} growth"
    draft.metric = f"contribution to {name}"
    draft.stated = quantity
    if rates:
        draft.who, draft.period = rates[0].who, rates[0].period
    if given := credited(place):
        draft.who = Who(draft.who.symbol, f"credited to {given}", draft.who.members)
    finish(draft, place, state, sentence)


def _share(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    quantity = amount_of(place, "")
    name = share_name(
        place, draft, sentence.open.segment if sentence.open else "", sentence.open.base if sentence.open else ""
    )
    if quantity is None or not name:
        return
    draft.metric, draft.base = name, "share"
    indices = [item for item in place.near("mention") if item.value.kind == "index"]
    if indices:
        draft.who = Who(indices[-1].value.symbol)
    draft.stated = hedged(quantity, place, "share")
    before = sentence.open
    finish(draft, place, state, sentence)
    sentence.open = before or sentence.open


_Kind = Callable[[Place, Reading, Draft, State, Sentence], None]
KINDS: Mapping[str, _Kind] = MappingProxyType({
    "value": value, "vague": _vague, "growth": _growth, "above": _above, "times": _times, "change": _change,
    "points": _points, "share": _share, "part": _part,
})  # fmt: skip
