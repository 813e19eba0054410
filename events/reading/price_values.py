"""Market values, as they stand and as they changed, and amounts told in two currencies."""

from __future__ import annotations

import itertools
import re
from functools import partial

from msgspec.structs import replace

from events.model import Conversion, MarketValue, Quantity, Window
from events.reading.clauses import Clause, Item
from events.reading.price_page import Found, Page
from events.reading.price_scene import (
    claims_for,
    in_own_money,
    priced_before,
    quoted_in,
    refusal,
    signed,
    stance_at,
    window_at,
    words_span,
)
from events.reading.price_windows import Told
from events.reading.scene import Scene, Topic
from events.reading.subjects import is_company, is_subject, topic
from events.reading.words import pattern

_LEAST = 1e6
# How a pair of currencies is quoted: these before the dollar, all others behind it.
_BEFORE_DOLLAR = ("EUR", "GBP", "AUD", "NZD")


def market_values(here: Scene, page: Page) -> list[Found]:
    """Return what companies are worth by their shares, and how much of it came or went."""
    out: list[Found] = []
    for index, item in enumerate(here.items):
        if item.kind == "figure" and item.end not in page.figures and _is_amount(item):
            out += _market_value(here, page, index)
    return out + _compared(here, page)


def _is_amount(item: Item) -> bool:
    token = item.value
    if token.kind not in ("amount", "count") or token.quantity is None or abs(token.quantity.value) < _LEAST:
        return False
    return token.quantity.unit == "" or (len(token.quantity.unit) == 3 and token.quantity.unit.isupper())


def _market_value(here: Scene, page: Page, index: int) -> list[Found]:
    item = here.items[index]
    clause = here.clauses[here.clause_at(item.start)]
    cap = _cap_near(here, item, clause)
    if cap is None:
        return []
    word = _change_word(here, item, clause)
    position = min(cap.start, item.value.outer[0], word.start if word is not None else item.start)
    subject = _holder(here, page, cap, position)
    if not subject.names or refusal(here, position) or _is_of_others(here, subject, word, cap):
        return []
    quantity = item.value.quantity
    if not quantity.unit:
        quantity = replace(quantity, unit=quoted_in(subject.names[-1].symbol))
    quantity = in_own_money(quantity, item.value.text, subject.names[-1].symbol) or quantity
    window = _since_its_high(here, page, subject, item) or window_at(here, page, subject, item.value.outer, cap.span)
    if window.unsaid or _is_of_a_change(here, page, item, word):
        return []
    page.figures.add(item.end)
    start, end = words_span(here, subject, position, max(item.value.outer[1], cap.end))
    stance = stance_at(here, position if word is None else max(position, word.start), subject.at)
    if word is not None and not item.value.to_level:
        page.note(subject, window, item.end)
        page.used.add(word.start)
        page.directions |= {(name.symbol, word.first) for name in subject.names}
        make = partial(MarketValue, stated=signed(quantity, word.first), window=window.window(), stance=stance)
        return claims_for(here, subject, start, end, (f"market value: {word.text}", *window.rules), make)
    if cap.start >= item.end and not item.value.to_level and not _is_held(here, item):
        page.figures.discard(item.end)
        return []
    at = {"end": window.fields["end"]} if window.fields.get("span") == "day" and window.fields.get("end") else {}
    make = partial(MarketValue, stated=quantity, sense="level", window=Window(**at), stance=stance)
    return claims_for(
        here,
        replace(subject, names=subject.names[-1:]),
        start,
        end,
        (f"market value: {cap.text}", f"figure: {item.value.rule}"),
        make,
    )


def _since_its_high(here: Scene, page: Page, subject: Topic, figure: Item) -> Told | None:
    """Return the time since the high that a company fell from, where the clause of its value tells no other."""
    clause = here.clauses[here.clause_at(figure.start)]
    symbol = subject.names[-1].symbol
    if symbol not in page.fallen or clause.has("date", "span", "lately", "part"):
        return None
    start = page.fallen[symbol]
    fields = {"span": "since", "start": start} if start is not None else {}
    return Told(fields, True, ("window: since the high that it fell from",), unsaid=start is None)


def _is_of_a_change(here: Scene, page: Page, figure: Item, word: Item | None) -> bool:
    """Tell whether an amount is only what a change before comes to: "mất 50%, tương đương 800 tỷ USD vốn hóa"."""
    before = here.text(max(here.start, figure.value.outer[0] - 16), figure.value.outer[0])
    return word is None and bool(page.priced) and pattern("comes-to").search(before) is not None


def _is_of_others(here: Scene, subject: Topic, word: Item | None, cap: Item) -> bool:
    """Tell whether a value was won or lost by those before the verb: "Chinese companies shed $1tn, with Alibaba"."""
    if here.held.name != "en" or word is None or subject.at < max(word.end, cap.end):
        return False
    return not here.is_covered(here.clauses[here.clause_at(word.start)].start, word.start)


def _is_held(here: Scene, figure: Item) -> bool:
    """Tell whether a company has a value that stands before "of market value", and did not lose or win it."""
    before = here.text(max(here.start, figure.value.outer[0] - 24), figure.value.outer[0])
    return here.held.name != "en" or pattern("has-a-value").search(before) is not None


def _cap_near(here: Scene, figure: Item, clause: Clause) -> Item | None:
    """Return the word for market value that a figure belongs to: before it, or right behind ("of market value")."""
    best = None
    for item in clause.items:
        if item.kind not in ("cap", "worth"):
            continue
        if item.end <= figure.start:
            between = here.within(item.end, figure.start)
            if not any(
                one.kind in ("metric", "price", "target") or (one.kind == "figure" and one.value.kind == "amount")
                for one in between
            ):
                best = item
        elif item.kind == "cap" and item.start >= figure.end:
            gap = here.text(figure.value.outer[1], item.start)
            if pattern("of-its").fullmatch(gap) or _is_of_a_name(here, figure, item):
                return item
    if (
        best is not None
        and best.kind == "worth"
        and not (here.held.name == "en" and figure.value.quantity.value >= 1e9)
    ):
        return None
    if best is not None and best.kind == "worth" and not _speaks_of_its_own(here, best):
        return None
    return best


def _is_of_a_name(here: Scene, figure: Item, cap: Item) -> bool:
    """Tell whether a company's name stands between an amount and its market value: "$48 billion off Alibaba's"."""
    start = figure.value.outer[1]
    named = [one for one in here.within(start, cap.start) if is_subject(one)]
    if len(named) != 1:
        return False
    return bool(pattern("off-its").fullmatch(here.text(start, named[0].start) + here.text(named[0].end, cap.start)))


def _speaks_of_its_own(here: Scene, word: Item) -> bool:
    """Tell whether "worth" is said of a company right before it, and not of a deal or a stake."""
    before = [item for item in here.items if item.end <= word.start and item.kind in ("mention", "metric", "it")]
    if not before or not here.is_covered(before[-1].end, word.start):
        return False
    company = before[-1].kind == "it" and before[-1].text.lower().endswith(("company", "group"))
    company = company and here.memory.spoke_of_prices
    return company or (before[-1].kind == "mention" and is_subject(before[-1]))


def _change_word(here: Scene, figure: Item, clause: Clause) -> Item | None:
    """Return the verb that makes a figure a change: erased, 蒸发, bốc hơi, added."""
    before = [
        item
        for item in clause.items
        if item.kind == "moves" and item.end <= figure.start and item.first in ("up", "down")
    ]
    if before and here.is_covered(before[-1].end, figure.value.outer[0], refused=("it",)):
        return before[-1]
    behind = [
        item
        for item in clause.items
        if item.kind == "moves" and item.start >= figure.end and item.first in ("up", "down")
    ]
    if behind and (behind[0].has("loss") or here.held.name == "vi") and behind[0].start - figure.end < 40:
        return behind[0]
    return None


def _holder(here: Scene, page: Page, cap: Item, position: int) -> Topic:
    for index, item in enumerate(here.items):
        if item.start < cap.end or not is_subject(item):
            continue
        touches = here.held.name == "vi" and not here.text(cap.end, item.start).strip()  # "vốn hóa Apple"
        if here.is_covered(cap.end, item.start) and (
            touches or pattern("value-of").match(here.text(cap.end, item.start))
        ):
            return Topic("cap", (here.items[index].value,), at=item.start, near=True, rule=f"{cap.text} {item.text}")
        break
    subject = topic(here, cap.end)
    if subject.measure != "cap" or subject.at < 0:
        subject = topic(here, position)
    known = priced_before(page, position)
    if known is not None and (subject.carried or not subject.names):
        subject = known
    if subject.names and subject.names[0].kind == "index":  # an index has no market value
        told = [one for one in here.items if is_subject(one) and is_company(one.value) and one.end <= cap.start]
        return (
            Topic("cap", (told[-1].value,), at=told[-1].start, rule=f"{cap.text} of {told[-1].text}")
            if told
            else Topic()
        )
    if subject.measure == "metric":
        return Topic()
    return subject


def _compared(here: Scene, page: Page) -> list[Found]:
    """Return a market value that another amount is set beside: "close to Alibaba's market value today"."""
    out: list[Found] = []
    for number, clause in enumerate(here.clauses):
        cap = next((item for item in clause.items if item.kind == "cap"), None)
        word = next((item for item in clause.items if item.kind == "equals"), None)
        if cap is None or word is None or word.end > cap.start or any(item.kind == "figure" for item in clause.items):
            continue
        names = [item for item in clause.items if is_subject(item) and word.end <= item.start and item.end <= cap.start]
        amounts = [
            item
            for place in (number - 1,)
            if place >= 0
            for item in here.clauses[place].items
            if item.kind == "figure" and _is_amount(item)
        ]
        if not names or not amounts or refusal(here, word.start):
            continue
        figure = amounts[-1]
        quantity: Quantity = replace(figure.value.quantity, hedge=word.first)
        subject = Topic("cap", (names[-1].value,), at=names[-1].start, near=True, rule=f"{names[-1].text} {cap.text}")
        make = partial(
            MarketValue,
            stated=quantity,
            sense="level",
            note="the figure stands with what is compared to it, so the value is near it",
        )
        out += claims_for(here, subject, here.clauses[number - 1].start, clause.end, (f"compared: {word.text}",), make)
    return out


def conversions(here: Scene, page: Page) -> list[Found]:
    """Return amounts that the text tells in a second currency."""
    out: list[Found] = []
    amounts = [
        item
        for item in here.items
        if item.kind == "figure" and item.value.kind == "amount" and item.value.quantity is not None
    ]
    for first, second in itertools.pairwise(amounts):
        one, other = first.value.quantity, second.value.quantity
        if (
            one.unit == other.unit
            or not _is_code(one.unit)
            or not _is_code(other.unit)
            or one.value <= 0
            or other.value <= 0
        ):
            continue
        between = here.text(first.value.end, second.value.start)
        if not _is_conversion(here, first, second, between):
            continue
        make = partial(Conversion, amount=one, stated=other, period=_period(here, first))
        start, end = here.clauses[here.clause_at(first.start)].start, here.clauses[here.clause_at(second.end - 1)].end
        out.append(
            Found(
                make(symbol=_pair(one.unit, other.unit)),
                start,
                end,
                (f"the same amount twice: {between.strip() or 'side by side'}",),
            )
        )
    return out


def _is_code(unit: str) -> bool:
    return len(unit) == 3 and unit.isupper() and unit.isascii()


def _is_conversion(here: Scene, first: Item, second: Item, between: str) -> bool:
    says_so = bool(pattern("converted").search(between))
    if len(between) > 40 or re.search(r"[。.;；]\s", between):
        return False
    if says_so and len(between) <= 30:
        others = [item for item in here.within(first.end, second.start) if item.kind in ("figure", "mention")]
        return not others
    bracketed = pattern("bracketed").fullmatch(between) is not None
    tail = here.text(second.value.end, second.value.end + 1)
    same_hedge = first.value.quantity.hedge == second.value.quantity.hedge
    apposed = pattern("apposed").fullmatch(between) is not None
    magnitude = min(first.value.quantity.value, second.value.quantity.value) >= _LEAST
    return bracketed or (apposed and same_hedge and magnitude and tail in ("", "。", ".", ",", "，", "\n", ";", "；"))


def _period(here: Scene, figure: Item) -> str:
    dates = [item.value for item in here.items if item.kind == "date" and item.start < figure.end and item.value.period]
    named = [one for one in dates if one.kind in ("year", "quarter", "half", "month", "day")]
    return str(named[0].period) if named else ""


def _pair(one: str, other: str) -> str:
    if "USD" in (one, other):
        foreign = other if one == "USD" else one
        return f"{foreign}USD" if foreign in _BEFORE_DOLLAR else f"USD{foreign}"
    return one + other
