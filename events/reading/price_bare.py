"""Price moves without a figure, where a listed company, an index or a market segment is the subject of a price verb.

They say a direction and a time and nothing more, and never become a number. Where a figure is told for the same price
in the same sentence, the words without one say nothing new.
"""

from __future__ import annotations

import re
from functools import partial
from typing import cast

from msgspec.structs import replace

from events.model import Direction, Move, Window
from events.reading.clauses import Item
from events.reading.price_page import Found, Page
from events.reading.price_scene import claims_for, refusal, stance_at, window_at, words_span
from events.reading.price_windows import Told
from events.reading.scene import Scene, Topic
from events.reading.subjects import group_left, is_subject, topic
from events.reading.subjects_market import A_MARKET
from events.reading.words import pattern

_OF_SOME = re.compile(r"\b(?:of|among|in)\s(?:the\s|its\s)?$")
_BEFORE = 48
_LONGEST_SUBJECT = 40


def bare_moves(here: Scene, page: Page, *, after_price: bool) -> list[Found]:
    """Return the moves of a sentence that have no figure; `after_price`: the sentence before spoke of a price."""
    out: list[Found] = []
    for index, item in enumerate(here.items):
        if item.kind != "moves" or item.start in page.used or item.first == "either":
            continue
        if item.has("weak") or item.has("more"):
            continue
        if item.has("relative"):
            out += _relative(here, page, item)
        elif not _has_figure(here, index):
            out += _bare(here, page, item) or _of_which(here, page, item)
    if after_price and not out and not page.priced:
        out += _likewise(here)
    return out


def _has_figure(here: Scene, index: int) -> bool:
    """Tell whether a figure of a change stands beside a verb: then it was read, or refused for a reason."""
    item = here.items[index]
    clause = here.clauses[here.clause_at(item.start)]
    names = [one.start for one in clause.items if is_subject(one)]
    begin = max((start for start in names if start < item.start), default=clause.start)
    end = min((start for start in names if start > item.start), default=clause.end)
    return any(
        one.kind == "figure" and one.value.kind in ("percent", "tenths", "fraction", "points", "times")
        for one in clause.items
        if begin <= one.start < end or not names
    )


def _bare(here: Scene, page: Page, item: Item) -> list[Found]:
    is_noun = any(one.kind == "noun-forms" and one.span == item.span for one in here.items)
    if item.has("side") and not item.has("price") and item.first != "flat":
        return []
    if _is_no_move(here, item):
        return []
    subject = topic(here, item.start)
    at_limit = item.has("limit") and any(name.kind == "index" for name in subject.names)
    of_some = not subject.names and _OF_SOME.search(here.text(here.start, max(subject.at, here.start)))
    if subject.rule == A_MARKET or at_limit or of_some:  # "all but six of the stocks in the index fell"
        return []
    if subject.measure == "cap" and _at_the_close(here, subject, item):
        subject = replace(subject, measure="price")
    listed = subject.measure in ("price", "company") and bool(subject.names)
    if subject.measure == "cap" or not (listed or (subject.measure == "price" and subject.words)):
        return []
    strong = item.has("strong") or item.has("price") or item.has("close") or item.first == "flat"
    if (
        subject.measure == "company"
        and not (
            subject.near and not subject.carried and (item.has("price") or item.first == "flat" or _is_last(here, item))
        )
        and not (item.first == "flat" and _is_priced(page, subject))
    ):
        return []
    if subject.measure == "price" and subject.at < 0 and not strong:
        return []
    if here.held.name == "zh" and here.held.text[item.start - 1 : item.start] == "的":
        return []
    if (is_noun and here.held.name == "en" and not subject.near) or refusal(here, item.start):
        return []
    if subject.carried and subject.words and not strong:
        return []
    if all((name.symbol, item.first) in page.directions for name in subject.names) and subject.names:
        return []
    if stance_at(here, item.start) == "expected":
        return []
    window = _time(here, page, subject, item)
    start, end = words_span(here, subject, item.start, item.end)
    page.directions |= {(name.symbol, item.first) for name in subject.names}
    make = partial(Move, direction=cast(Direction, item.first), window=window.window())
    return claims_for(here, subject, start, end, (f"direction: {item.text}, no figure", *window.rules), make)


def _time(here: Scene, page: Page, subject: Topic, item: Item) -> Told:
    """Return the window of a move without a figure; a word of the close is of a day: 平盘作收 behind another's year."""
    window = window_at(here, page, subject, item.span, item.span)
    closing = item.has("close") or item.text.endswith(("收", "收盘", "收市"))
    if closing and not window.own and window.fields.get("span", "day") != "day":
        return Told({}, False, window.rules)
    return window


def _is_no_move(here: Scene, item: Item) -> bool:
    """Tell whether a verb is said of a number of shares, or of days now ended: 11个板块中9个下跌, 终止两日跌势."""
    counted = any(one.kind == "figure" and one.value.kind == "count" and one.end == item.start for one in here.items)
    streaks = here.clauses[here.clause_at(item.start)].of("streaks")
    behind, before = here.text(item.end, item.end + 12), here.text(max(here.start, item.start - 12), item.start)
    if here.held.name == "zh" and (
        pattern("gone-again").search(behind)
        or pattern("gone-before").search(before)
        or pattern("of-so-many").search(before)
    ):
        return True
    if pattern("won-back").match(here.held.text, item.start, here.end):
        return True  # "recovered those losses within a week"
    if pattern("given-back").search(here.text(max(here.start, item.start - _BEFORE), item.start)):
        return True  # "erasing nearly all of their gains for the year"
    return counted or any(one.has("ended") and one.end <= item.start for one in streaks)


def _at_the_close(here: Scene, subject: Topic, item: Item) -> bool:
    """Tell whether a clause behind one of market value tells how the price closed: 收盘基本持平."""
    clause = here.clauses[here.clause_at(item.start)]
    closing = any(one.has("close") and one.end <= item.start for one in clause.of("part", "verbs"))
    return subject.at < clause.start and (closing or item.has("close"))


def _is_priced(page: Page, subject: Topic) -> bool:
    """Tell whether the sentence told a price of the same company: "HPG 26.450 đồng (đứng giá)"."""
    symbols = {name.symbol for name in subject.names}
    return any(name.symbol in symbols for one in page.priced for name in one.names)


def _of_which(here: Scene, page: Page, item: Item) -> list[Found]:
    """Return the moves of the companies that the next clause lists: "100 mã giảm sàn, trong đó có BID và GVR"."""
    number = here.clause_at(item.start) + 1
    if not (item.has("limit") and number < len(here.clauses)) or refusal(here, item.start):
        return []
    clause = here.clauses[number]
    lead = pattern("of-which", here.held.name).match(here.held.text, clause.start, clause.end)
    places = [place for place in here.of_clause(number) if is_subject(here.items[place])]
    if lead is None or not places or any(one.kind in ("moves", "figure", "metric") for one in clause.items):
        return []
    while number + 1 < len(here.clauses) and _is_names_only(here, number + 1):  # a list goes on behind its commas
        number += 1
        places += [place for place in here.of_clause(number) if is_subject(here.items[place])]
    names = group_left(here, places[-1])
    if len(names) != len(places) or not here.is_covered(lead.end(), here.items[places[0]].start):
        return []
    subject = Topic("price", names, at=here.items[places[0]].start, near=True, rule="some of those that moved")
    window = window_at(here, page, subject, item.span, item.span)
    page.directions |= {(name.symbol, item.first) for name in names}
    make = partial(Move, direction=cast(Direction, item.first), window=window.window())
    rules = (f"direction: {item.text}, no figure", *window.rules)
    return claims_for(here, subject, item.start, here.items[places[-1]].end, rules, make)


def _is_names_only(here: Scene, number: int) -> bool:
    clause = here.clauses[number]
    known = all(is_subject(one) or one.kind == "filler" for one in clause.items)
    return known and clause.has("mention") and here.is_covered(clause.items[-1].end, clause.end)


def _is_last(here: Scene, item: Item) -> bool:
    """Tell whether nothing that could be an object follows a verb: "Apple fell", not "Apple slid a card across"."""
    rest = here.text(item.end, here.clauses[here.clause_at(item.start)].end)
    return item.has("strong") and (
        not rest.strip(" ,.;:!，。；！、)）") or bool(pattern("no-object-behind").match(rest))
    )


def _relative(here: Scene, page: Page, item: Item) -> list[Found]:
    """Return what is said to beat or trail the market: a direction against it, never a figure."""
    if refusal(here, item.start) or pattern("rates").search(here.text(max(here.start, item.start - 40), item.start)):
        return []
    subject = topic(here, item.start)
    if subject.at < 0 or subject.carried or not (subject.names or subject.words):
        words = _words_for(here)
        subject = Topic("price", (), words, here.start, rule="the subject in words") if words else subject
    if not (subject.names or subject.words) or subject.measure == "metric":
        return []
    window = window_at(here, page, subject, item.span, item.span)
    fields = dict(window.fields)
    ahead = [one for one in here.items if one.kind == "date" and one.value.resolved.first and one.end <= item.start]
    stance = stance_at(here, item.start)
    if stance == "expected" and ahead and ahead[-1].value.kind in ("half", "quarter", "year", "month"):
        when = ahead[-1].value
        fields = {"span": when.kind, "start": when.resolved.first, "end": when.resolved.last}
    start, end = words_span(here, subject, item.start, item.end)
    make = partial(
        Move,
        direction=cast(Direction, item.first),
        stance=stance,
        window=window._replace(fields=fields).window(),
        note="told against the market",
    )
    return claims_for(here, subject, start, end, (f"direction: {item.text}, against the market",), make)


def _words_for(here: Scene) -> str:
    """Return the words that a sentence begins with, up to its first predicate, as a subject in words."""
    for clause in here.clauses:
        text = pattern("opener").sub("", here.text(clause.start, clause.end)).strip(" ,，.。")
        found = pattern("predicate", here.held.name).search(text, 1)
        words = (text[: found.start()] if found else "").strip(" ,，")
        if 2 <= len(words) <= _LONGEST_SUBJECT:
            return words
    return ""


def _likewise(here: Scene) -> list[Found]:
    """Return "X multiplied too" right behind a sentence about prices: a direction, for a subject in words."""
    text = here.text(here.start, here.end)
    found = pattern("several-times", here.held.name).search(text)
    also = next((item for item in here.items if item.kind == "also"), None)
    if found is None or also is None or here.clauses[0].has("metric", "mention") or refusal(here, here.start):
        return []
    words = text[: also.start - here.start].strip(" ,，")
    if not 2 <= len(words) <= _LONGEST_SUBJECT:
        return []
    within = pattern("within-a-year").search(text)
    claim = Move(
        subject=words,
        direction="up",
        window=Window(span="year") if within else Window(),
        note="whether a price is meant is not said",
    )
    return [Found(claim, here.start, here.end, ("direction: several times, no figure", "a price was spoken of before"))]
