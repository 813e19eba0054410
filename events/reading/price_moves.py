"""Price changes with a figure: which word says so, whose price it is, and over which window.

Every figure that could be a change looks for the word that governs it: a verb before it ("fell 4%"), a noun or adverb
behind it ("4% lower"), the verb of the figure before ("12%, or 598 points"; "A fell 3% and B 4%"), or its own sign.
"""

from __future__ import annotations

import re
from functools import partial
from typing import cast

from msgspec.structs import replace

from events.model import Direction, Move, Quantity
from events.reading.clauses import Clause, Item
from events.reading.price_asides import is_in_an_aside
from events.reading.price_behind import BEHIND, named_behind
from events.reading.price_governing import AGAIN, Governing, governing, widened_to
from events.reading.price_lists import each_its_own
from events.reading.price_marks import arrived_at, lost_so_much
from events.reading.price_page import Found, Page
from events.reading.price_parts import built_part, is_a_level, is_pooled, is_supposed, is_undone, suffered, with_part
from events.reading.price_scene import (
    CHANGE_KINDS,
    claims_for,
    in_own_money,
    in_yuan,
    is_against_a_mark,
    money_is_told,
    quoted_in,
    refusal,
    signed,
    stance_at,
    window_at,
    words_span,
)
from events.reading.price_unsaid import at_the_part, has_no_subject, just_moved, outside_hours
from events.reading.price_windows import Told
from events.reading.scene import Scene, Topic
from events.reading.strangers import tells_of_a_stranger
from events.reading.subjects import group_left, is_subject, topic
from events.reading.subjects_market import A_MARKET
from events.reading.words import pattern

_TIMES = frozenset(("span", "news", "event", "part"))
_LARGEST_PRICE_CHANGE = 1e5
_SMALL = 1e5
_WIDENING = ("percent", "tenths")
# What a figure with a verb may be instead of a change of this time.
_NO_MOVE = (is_undone, is_pooled, is_a_level, is_against_a_mark, is_supposed)


def moves(here: Scene, page: Page) -> list[Found]:
    """Return the price changes with a figure of a sentence, and note them on the page."""
    out: list[Found] = []
    last: tuple[Item, Governing, Topic] | None = None
    figures = [
        index for index, item in enumerate(here.items) if item.kind == "figure" and item.value.kind in CHANGE_KINDS
    ]
    for index in figures:
        item = here.items[index]
        if (
            (item.value.to_level and item.value.kind not in _WIDENING and not lost_so_much(here, item))
            or item.value.role == "from"
            or item.end in page.figures
            or item.value.quantity is None
        ):
            continue
        if arrived_at(here, item):
            continue
        widened = item.value.to_level and not lost_so_much(here, item)
        said = widened_to(here, item) if widened else governing(here, index, last)
        if said is None or any(refused(here, item) for refused in _NO_MOVE):
            continue
        found, subject = _move(here, page, index, said, last)
        if found:
            out += found
            last = (item, said, subject)
            page.figures.add(item.end)
            if said.word is not None:
                page.used.add(said.word.start)
    return each_its_own(here, out, page)


def _move(
    here: Scene, page: Page, index: int, said: Governing, last: tuple[Item, Governing, Topic] | None
) -> tuple[list[Found], Topic]:
    item = here.items[index]
    token = item.value
    first = min(said.span[0], token.outer[0])
    joined = said.rule in ("the verb of the figure before", AGAIN) and last is not None
    subject = last[2] if joined and last is not None else _subject(here, index, said, first)
    if not joined and (not subject.names or subject.measure == "metric"):
        subject = outside_hours(here, first) or subject
    subject = at_the_part(here, subject, first)
    if subject.measure == "company" and not subject.near and not subject.carried and _is_row(here, subject, first):
        subject = replace(subject, near=True, rule=f"the row of {subject.names[-1].name}")
    if said.word is not None and _only_follows(here, said, first):
        return [], subject
    if not joined and (tells_of_a_stranger(here, subject, said.span[0]) or _is_against_a_price(here, first)):
        return [], subject
    why = "" if _is_other_money(here, index, subject) else _accepts(here, page, index, said, subject, joined=joined)
    if not why or refusal(here, max(first, said.span[0]), subject.at if not subject.carried else -1):
        return [], subject
    window = window_at(here, page, subject, token.outer, said.span)
    multiple = token.kind == "times" and not window.fields.keys() & _TIMES  # nobody says "doubled" of a day
    if window.unsaid or multiple or (subject.rule.endswith(BEHIND) and not window.fields and _tells_a_period(here)):
        return [], subject
    if window.fields.get("part") is None or (said.word is not None and said.word.has("close")):
        window = with_part(here, window, said.word, item)
    if window.fields.get("part") in ("pre-market", "after-hours", "open") and window.fields.get("span", "day") != "day":
        window = Told(
            {key: value for key, value in window.fields.items() if key in ("part", "timing", "event")},
            window.own,
            window.rules,
        )
    quantity = _quantity(token.kind, _grown(here, token.kind, token.quantity, said), said.direction)
    extreme = built_part(window) or bool(pattern("as-much-as").search(here.text(token.outer[0], token.start)))
    if (quantity.hedge == "at-most" and extreme) or (quantity.hedge == "may" and joined):
        quantity = replace(quantity, hedge="")
    if token.kind == "amount" and subject.names:
        owned = in_own_money(quantity, token.text, subject.names[-1].symbol)
        if owned is None:
            return [], subject
        quantity = owned
    built = window.window(**suffered(said.word, window))
    start, end = words_span(here, subject, first, max(said.span[1], token.outer[1]))
    rules = (why, f"direction: {said.rule}", f"figure: {token.rule}", *window.rules)
    page.note(subject, window, token.end, aside=is_in_an_aside(here, first))
    page.directions |= {(name.symbol, said.direction) for name in subject.names}
    make = partial(
        Move,
        stated=quantity,
        direction=cast(Direction, said.direction),
        window=built,
        stance=stance_at(here, first, subject.at),
    )
    return claims_for(here, subject, start, end, rules, make), subject


def _only_follows(here: Scene, said: Governing, first: int) -> bool:
    """Tell whether a noun says how much a level that is only expected would be: "may reach 7,500, a gain of 10%"."""
    clause = here.clause_at(first)
    if (
        clause == 0
        or said.word is None
        or not pattern("a-noun-of", here.held.name).match(here.held.text, here.clauses[clause].start)
    ):
        return False
    return any(
        one.kind in ("forecast", "target", "if") or pattern("may-reach", here.held.name).search(one.text)
        for one in here.items
        if one.end <= here.clauses[clause].start
    )


def _tells_a_period(here: Scene) -> bool:
    """Tell whether a sentence names a longer time than a day, which may be that of any of its changes."""
    return any(item.kind == "date" and item.value.kind != "day" for item in here.items)


def _subject(here: Scene, index: int, said: Governing, first: int) -> Topic:
    """Return whose change it is: of the name joined to it behind, of its row, or of what stands before."""
    found = named_behind(here, said) or _rows_subject(here, index, said) or topic(here, first)
    return found if found.names or found.words else _in_a_day(here, index, found)


def _in_a_day(here: Scene, index: int, found: Topic) -> Topic:
    """Return the company of a sentence where a change "in one day" follows a metric: 因订单激增，单日暴涨36%."""
    item = here.items[index]
    clause = here.clauses[here.clause_at(item.start)]
    single = [one for one in clause.of("span") if one.end <= item.start and pattern("single-day").fullmatch(one.text)]
    named = [at for at in range(index) if is_subject(here.items[at])]
    if not single or not named or clause.has("metric"):
        return found
    return Topic(
        "price", group_left(here, named[-1]), at=here.items[named[-1]].start, near=True, rule="in a single day"
    )


def _is_row(here: Scene, subject: Topic, position: int) -> bool:
    """Tell whether only prices and figures stand between a name and its verb: a row of a table."""
    start = subject.at + len(subject.names[-1].name)
    return position - start < 60 and here.is_covered(start, position, figures=True)


def _is_other_money(here: Scene, index: int, subject: Topic) -> bool:
    """Tell whether a row gives its price in money that the listing is not quoted in: 苹果 7.30元 is fruit."""
    if not subject.names:
        return False
    quoted = quoted_in(subject.names[-1].symbol)
    clause = here.clauses[here.clause_at(here.items[index].start)]
    before = [
        item
        for item in clause.of("figure")
        if item.end <= here.items[index].start and (item.value.kind == "amount" or in_yuan(here, item))
    ]
    return bool(before) and quoted == "USD" and in_yuan(here, before[-1]) and before[-1].value.quantity.value < _SMALL


def _grown(here: Scene, kind: str, quantity: Quantity, said: Governing) -> Quantity:
    """Return how many times a price is what it was: 升了1.1倍 adds 1.1 times, where "rose 2 times" does not say."""
    added = (
        kind == "times" and here.held.name == "zh" and said.word is not None and said.rule.endswith("before the figure")
    )
    return replace(quantity, value=quantity.value + 1) if added else quantity


def _quantity(kind: str, quantity: Quantity, direction: str) -> Quantity:
    if kind == "times":
        grown = (quantity.value - 1) * 100
        quantity = replace(
            quantity, value=grown, precision=max(quantity.precision * 100, 1.0), unit="percent", high=None
        )
    return signed(quantity, direction)


def _rows_subject(here: Scene, index: int, said: Governing) -> Topic | None:
    """Return the name right before a signed or gapped figure: rows such as "Apple 181.71 -0.91%", "and Tesla 7.1%"."""
    if said.word is not None and said.rule != "the verb of the company before":
        return None
    for before in range(index - 1, -1, -1):
        other = here.items[before]
        if is_subject(other):
            gap = here.text(other.end, here.items[index].start)
            if re.search(r"[^\W\d_]{3,}", pattern("row-words").sub("", gap)):
                return None
            return Topic("price", group_left(here, before), at=other.start, near=True, rule=f"the row of {other.text}")
        if other.kind not in ("filler", "figure", "price", "verbs", "part", "each", "noun-forms"):
            return None
    return None


def _accepts(here: Scene, page: Page, index: int, said: Governing, subject: Topic, *, joined: bool) -> str:
    """Return why a figure is a change of a price ("" where it is none)."""
    token, word = here.items[index].value, said.word
    if joined:
        return "the same change in another unit"
    if subject.measure == "metric" or not (subject.names or subject.words):
        return ""
    clause = here.clauses[here.clause_at(token.start)]
    if any(
        item.kind == "compare" or (item.kind == "date" and item.value.kind == "year-ago") for item in clause.items
    ) or _is_of_a_metric(here, index, said):
        return ""
    price = subject.measure in ("price", "cap")
    if token.kind in ("points", "amount") and not _is_price_change(here, page, index, said, subject):
        return ""
    if said.rule.endswith("says it all") and not _stands_alone(here, index, price=price):
        return ""
    if word is not None and word.has("weak") and not price:
        return ""
    if subject.measure == "cap" and word is not None and token.kind == "amount":
        return ""
    if price:
        return "a word for the price" if not subject.carried or subject.at < 0 or subject.names else "a market segment"
    if subject.near and not subject.carried:
        return "the company right before its verb"
    if word is not None and word.has("price"):
        return "a word said of prices only"
    same = {name.symbol for topic in page.priced for name in topic.names}
    if same & {name.symbol for name in subject.names}:
        return "the sentence speaks of this price"
    if subject.names and (trading := _of_trading(here, clause, subject)):
        return trading
    goes_on = subject.near or has_no_subject(here, subject, said, token)
    return "its price was spoken of" if goes_on and subject.carried and here.memory.spoke_of_prices else ""


def _of_trading(here: Scene, clause: Clause, subject: Topic) -> str:
    """Return which words of a clause are said of trading only, "" for none."""
    if just_moved(here, subject):
        return "a move of it was told right before"
    if subject.carried and any(item.kind in ("streak", "streaks") for item in here.items):
        return "a row of sessions"
    if clause.has("part"):
        return "a part of the session"
    if not clause.has("metric") and any(pattern("single-day").fullmatch(one.text) for one in clause.of("span")):
        return "a single day"
    lasting = [item.value.quantity for item in clause.of("figure") if item.value.kind == "duration"]
    return "sessions are days of trading" if any(one and one.unit == "sessions" for one in lasting) else ""


def _is_of_a_metric(here: Scene, index: int, said: Governing) -> bool:
    """Tell whether the words right behind make it a figure of something else: "a 4% drop in revenue"."""
    if _goes_on_of_a_metric(here, index, said):
        return True
    dated = ("date",) if here.held.name == "en" else ()  # "a 3% fall in 2021 revenue"
    end = max(here.items[index].value.outer[1], said.span[1])
    for item in here.items[index + 1 :]:
        if item.start < end:
            continue
        if item.kind == "metric":
            gap = here.text(end, item.start)
            return len(gap) < 24 and not pattern("no-object").search(gap)
        if item.kind not in ("filler", "span", "noun-forms", "it", "moves", *dated):
            return False
    return False


def _is_against_a_price(here: Scene, position: int) -> bool:
    """Tell whether the clause, or the one before, says that a change is measured against the price of an offer."""
    number = here.clause_at(position)
    spoken = (here.clauses[one] for one in (number - 1, number) if one >= 0)
    return any(pattern("against-a-price").search(here.text(one.start, one.end)) for one in spoken)


def _goes_on_of_a_metric(here: Scene, index: int, said: Governing) -> bool:
    """Tell whether a clause goes on about the figure of a metric before it: "net profit was $3bn, up 12%"."""
    first = min(here.items[index].value.outer[0], said.span[0])
    number = here.clause_at(first)
    if number == 0 or not here.is_covered(here.clauses[number].start, first, refused=("price", "mention", "it")):
        return False
    if any(one.kind == "part" and one.end <= first for one in here.clauses[number].items):
        return False  # 营收95亿美元，盘后涨超2%
    items = here.clauses[number - 1].items
    figures = [one for one in items if one.kind == "figure" and one.value.kind in ("amount", "count", "percent")]
    metrics = [one for one in items if one.kind == "metric"]
    if not figures or not metrics or figures[-1].value.kind == "percent":
        return False
    last = metrics[-1]
    spoken = [one for one in items if one.kind in ("price", "verbs") and last.end <= one.start]
    return last.end <= figures[-1].start and not spoken


def _is_price_change(here: Scene, page: Page, index: int, said: Governing, subject: Topic) -> bool:
    token = here.items[index].value
    if token.kind == "points":
        is_index = bool(subject.names) and subject.names[0].kind == "index"
        return (
            is_index
            or (subject.measure == "price" and here.held.name == "vi")
            or (subject.measure == "price" and not subject.names and subject.carried)
            or (subject.measure == "price" and subject.rule == A_MARKET)
        )
    plain = token.quantity.value < _LARGEST_PRICE_CHANGE and token.unit_written
    told = plain and bool(subject.names) and subject.near and said.word is not None
    return told and (
        subject.measure == "price"
        or (here.held.name == "zh" and money_is_told(here, page, subject, said.word, token))
        or bool(pattern("to-a-price", here.held.name).match(here.held.text, token.end))
    )


def _stands_alone(here: Scene, index: int, *, price: bool) -> bool:
    """Tell whether "doubled" is said of the subject itself: no object follows."""
    token = here.items[index].value
    rest = here.text(token.end, here.clauses[here.clause_at(token.start)].end)
    following = next((item for item in here.items[index + 1 :] if item.kind != "filler"), None)
    if following is not None and following.kind in ("metric", "price") and following.start - token.end < 24:
        return False
    return bool(pattern("said-of-itself").match(rest)) or (price and here.held.name == "zh")
