"""Superlatives of prices: the worst day since, a record close, a 52-week high, a seven-year low."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any, Literal, cast

import msgspec

from events.model import Extreme, Window
from events.reading.clauses import Clause, Item
from events.reading.dates import DateToken
from events.reading.lexicon import load
from events.reading.price_marks import (
    compares_with_others,
    is_a_reference,
    is_in_a_period_before,
    is_of_a_longer_time,
)
from events.reading.price_page import Found, Page
from events.reading.price_scene import claims_for, priced_before, refusal, window_at, words_span
from events.reading.price_windows import Told, day_among, is_since
from events.reading.scene import Scene, Topic
from events.reading.subjects import is_subject, topic
from events.reading.words import count_of, pattern, table

# How many days a unit lasts, for "a seven-year high".
_DAYS = {"years": 365.25, "months": 30.44, "weeks": 7.0, "sessions": 1.0}
_NEAR = 48
_LONG = ("years", "months")
_BESIDE = 3  # characters between a superlative and the days that it is of
_SPANS = {"sessions": "sessions", "days": "days", "weeks": "week", "months": "month", "quarters": "quarter"}


def extremes(here: Scene, page: Page) -> list[Found]:
    """Return the superlatives of a sentence that say since when."""
    out = []
    for index, item in enumerate(here.items):
        if item.kind == "worst":
            out += _superlative(here, page, index)
        elif item.kind in ("record", "range") and item.first != "ever":
            out += _record(here, page, item)
    return out + _year_highs(here, page) if page.old_high else out


def _superlative(here: Scene, page: Page, index: int) -> list[Found]:
    word = here.items[index]
    clause = here.clauses[here.clause_at(word.start)]
    since = _since_of(here, word, clause.items)
    if since is None or _is_one_of_several(here, word) or is_of_a_longer_time(here, word, clause.items):
        return []
    if word.has("level") and is_a_reference(here, clause, word):
        return []
    nearby = [
        one
        for one in clause.items
        if one.start >= word.start and one.kind in ("moves", "noun-forms", "span", "figure", "record")
    ]
    move = next((one for one in nearby if one.kind == "moves" and one.first in ("up", "down")), None)
    if move is None:
        move = next(
            (
                one
                for one in reversed(clause.items)
                if one.kind == "moves" and one.end <= word.start and one.first in ("up", "down")
            ),
            None,
        )
        move = move if here.held.name == "vi" or (move is not None and page.priced) else None
    is_level = word.has("level")
    direction = word.first or _of_move(move.first if move else _told_before(page, word.start))
    if not direction:
        return []
    subject = topic(here, clause.start if _begins(here, clause.start, word) else word.start)
    subject = priced_topic(page, subject, word.start)
    if not subject.names or subject.at < 0:
        subject = _whose(here, word, clause.items) or _of_the_sentence_before(here, clause, word) or subject
    subject = _all_told(here, page, subject, word, clause.items)
    span = _span_near(here, word, clause.items)
    closed = is_level and bool(subject.names) and subject.measure == "company" and _closed_at(here, clause, word)
    if not (closed or _is_of_a_price(page, subject, span, move, is_level=is_level)) or refusal(here, word.start):
        return []
    window = _extreme_window(here, page, subject, word, span)
    goes_on = is_level and here.is_covered(clause.start, word.start)
    inside = window.part == "intraday" or (goes_on and _is_behind_a_price_reached(here, clause))
    measure = ("intraday" if inside else "close") if is_level else "return"
    start, end = words_span(here, subject, min(word.start, clause.start), clause.end)
    make = partial(
        Extreme,
        direction=cast(Literal["worst", "best"], direction),
        measure=cast(Literal["return", "close", "intraday"], measure),
        since=since[0],
        since_end=since[1],
        window=window if not is_level else _day_only(window),
    )
    page.directions |= {(name.symbol, "down" if direction == "worst" else "up") for name in subject.names}
    return claims_for(here, subject, start, end, (f"superlative: {word.text}", since[2]), make)


def _is_one_of_several(here: Scene, word: Item) -> bool:
    """Tell whether others were worse or better: "its second-worst day since 2008", "one of its best days"."""
    ranked = any(one.kind == "ordinal" and 0 <= word.start - one.end <= 1 for one in here.items)
    before = here.text(max(here.start, word.start - 20), word.start)
    if pattern("of-a-start", here.held.name).match(here.held.text, word.end, here.end):
        return True  # 2007年以来最差开年表现: the first session of a year among others
    return ranked or bool(pattern("one-of").search(before) or compares_with_others(here, word))


def _is_behind_a_price_reached(here: Scene, clause: Clause) -> bool:
    """Tell whether the clause before tells a price that was reached: "có lúc xuống 873 điểm, mức thấp nhất"."""
    number = here.clause_at(clause.start)
    before = here.clauses[number - 1] if number else None
    return before is not None and before.has("figure") and any(one.first == "intraday" for one in before.of("part"))


def _of_move(moved: str) -> str:
    return {"down": "worst", "up": "best"}.get(moved, "")


def _told_before(page: Page, position: int) -> str:
    """Return the direction of the price claim before: "giảm 6,3%, mạnh nhất từ năm 2001"."""
    known = priced_before(page, position)
    if known is None or not known.names or min(page.places) > position:
        return ""
    told = {way for symbol, way in page.directions if symbol == known.names[-1].symbol}
    return told.pop() if len(told) == 1 else ""


def _all_told(here: Scene, page: Page, subject: Topic, word: Item, items: tuple[Item, ...]) -> Topic:
    """Return all whose prices were told where the remark is on each: "đều là phiên tệ nhất", "both their worst"."""
    each = any(one.kind == "each" and one.first == "each" and one.end <= word.start for one in items)
    told = {one.symbol: one for topic in page.priced for one in topic.names}
    if not each or len(told) < 2 or len(subject.names) > 1 or min(page.places) > word.start:
        return subject
    return msgspec.structs.replace(subject, names=tuple(told.values()))


def _of_the_sentence_before(here: Scene, clause: Clause, word: Item) -> Topic | None:
    """Return whose price the sentence before told, where this one only says more of it: "Đây là mức thấp nhất"."""
    last = here.memory.last
    noun = next((one for one in here.items if one.kind == "moves" and one.has("noun") and one.end <= word.start), word)
    begins = _begins(here, here.start, noun) and (noun is word or here.is_covered(noun.end, word.start))
    if not (here.memory.spoke_of_prices and len(last.names) == 1 and begins):
        return None
    return Topic("price", last.names, at=-1, near=True, rule=f"{word.text}: the sentence before", carried=True)


def _whose(here: Scene, word: Item, items: tuple[Item, ...]) -> Topic | None:
    """Return whose a superlative is by the words behind it: "the biggest one-day drop for Apple shares since"."""
    for item in items:
        if item.start >= word.end and is_subject(item):
            before = here.text(word.end, item.start)
            if len(before) < _NEAR and pattern("drop-of", here.held.name).search(before):
                return Topic("price", (item.value,), at=item.start, near=True, rule=f"{word.text} {item.text}")
            return None
    return None


def _begins(here: Scene, start: int, word: Item) -> bool:
    return here.is_covered(start, word.start, refused=("price",))


def _day_only(window: Window) -> Window:
    return Window(span="day", end=window.end)


def priced_topic(page: Page, subject: Topic, position: int) -> Topic:
    """A remark behind a price claim speaks of the same company: "fell 10%, its worst day since 2013"."""
    known = priced_before(page, position)
    if known is not None and (subject.carried or subject.at < 0 or not subject.names):
        return known
    return subject


def _is_of_a_price(page: Page, subject: Topic, span: str, move: Item | None, *, is_level: bool) -> bool:
    if not subject.names or subject.measure == "metric":
        return False
    if subject.measure in ("price", "cap"):
        return True
    same = any(name.symbol == subject.names[-1].symbol for one in page.priced for name in one.names)
    return same or (
        not is_level and (span in ("day", "week", "sessions", "days") or (move is not None and move.has("price")))
    )


def _since_of(here: Scene, word: Item, items: tuple[Item, ...]) -> tuple[date | None, date | None, str] | None:
    for item in items:
        if item.kind == "date" and item.value.resolved.first is not None and _is_its_since(here, word, item):
            token: DateToken = item.value
            if token.kind in ("year-to-date", "span"):
                return token.resolved.first, None, f"since: {token.text}"
            return token.resolved.first, token.resolved.last, f"since: {token.text}"
    for item in items:
        if item.kind == "record" and item.first == "ever" and abs(item.start - word.end) < 60:
            return None, None, f"since: {item.text}"
        if item.kind == "event" and item.first == "listing" and abs(item.start - word.end) < 80:
            return None, None, f"since: {item.text}"
    return _years_back(here, word, items)


def _years_back(here: Scene, word: Item, items: tuple[Item, ...]) -> tuple[date | None, date | None, str] | None:
    """Return when a superlative's years begin: "mạnh nhất hơn một năm", "worst day in two years"."""
    for item in items:
        if item.kind != "figure" or item.value.kind != "duration" or item.start < word.end or here.held.day is None:
            continue
        token = item.value
        if token.quantity.unit not in _LONG or token.quantity.high is not None:
            continue
        if pattern("lasting-superlative", here.held.name).fullmatch(here.text(word.end, token.start)):
            days = round(token.quantity.value * _DAYS[token.quantity.unit])
            return here.held.day - timedelta(days=days), None, f"since: {item.text} before"
    return None


def _is_its_since(here: Scene, word: Item, item: Item) -> bool:
    token = item.value
    if token.kind == "span" and token.parts.direction < 0:
        return True
    if token.kind == "year-to-date":
        return True
    if here.held.name == "zh":
        return token.end <= word.start and is_since(here, token)
    return token.start >= word.end and is_since(here, token)


def _span_near(here: Scene, word: Item, items: tuple[Item, ...]) -> str:
    for item in items:
        near = word.start - 30 < item.start < word.end + 40
        lasting = item.kind == "figure" and item.value.kind == "duration"
        if near and lasting and (unit := _SPANS.get(item.value.quantity.unit, "")):
            return unit
        if item.kind == "lasting" and 0 <= item.start - word.end < _BESIDE:
            return "days"  # 最大四日跌幅
        if item.kind == "span" and word.start - 16 < item.start < word.end + 40:
            return item.first
    return ""


def _counts_days(item: Item) -> bool:
    """Tell whether a token says how many days: 四个交易日, and 四日 in 最大四日跌幅."""
    counted = item.kind == "figure" and item.value.kind == "duration"
    return item.kind == "lasting" or (counted and item.value.quantity.unit in ("sessions", "days"))


def _extreme_window(here: Scene, page: Page, subject: Topic, word: Item, span: str) -> Window:
    told = window_at(here, page, subject, word.span, word.span)
    fields: dict[str, Any] = {key: value for key, value in told.fields.items() if key in ("end", "part")}
    number = here.clause_at(word.start)
    if told.fields.get("span") not in ("day", None) or (
        number and any(map(_counts_days, here.clauses[number - 1].items))
    ):
        fields.pop("end", None)
    elif "end" not in fields and (day := day_among(here, here.clauses[here.clause_at(word.start)].items)):
        fields["end"] = day
    if span in ("sessions", "days"):
        figure = min(filter(_counts_days, here.items), key=lambda one: abs(one.start - word.start))
        count = int(figure.first) if figure.kind == "lasting" else int(figure.value.quantity.value)
        if count == 1:
            return Window(**fields)
        fields |= {"span": span, "count": count}
        page.told = Told({"span": span, "count": fields["count"]}, True, (f"window: {figure.text}",))
    elif span and span != "day":
        day = fields.get("end") or day_among(here, here.clauses[here.clause_at(word.start)].items)
        fields = (
            {"span": span} if day is None or not is_in_a_period_before(here, span, day) else {"span": span, "end": day}
        )
        page.told = Told({"span": span}, True, (f"window: {span}",))
    elif not span and page.told is not None and page.told.fields.get("span") in ("week", "month", "quarter"):
        return Window(span=page.told.fields["span"])  # "mất 31% trong quý I, tệ nhất kể từ năm 2008"
    return Window(**fields)


def _record(here: Scene, page: Page, item: Item) -> list[Found]:
    """Return a record high or low of a price, or one of 52 weeks, that the text says was set."""
    clause = here.clauses[here.clause_at(item.start)]
    if here.held.name == "vi" and here.text(item.start - 5, item.start).strip() in ("giảm", "tăng", "mất"):
        return []  # "mức giảm kỷ lục" is a fall and no price
    of_else = here.text(clause.start, clause.start + 6).lower() == "whose " and not clause.has("price")
    if is_a_reference(here, clause, item) or of_else:  # "whose orders hit a record"
        return []
    if any(one.kind == "below" and one.end <= item.start and item.start - one.end < 12 for one in clause.items):
        return []
    if any(
        one.kind == "figure"
        and one.value.kind in ("percent", "tenths")
        and 0 <= item.start - one.end < 30
        and not one.value.to_level
        for one in clause.items
    ) and any(one.kind == "below" for one in clause.items):
        return []
    subject = priced_topic(page, topic(here, item.start), item.start)
    near = subject.measure in ("price", "cap") or (subject.near and _closed_at(here, clause, item))
    set_here = any(
        one.kind == "verbs" and one.has("touched") and one.end <= item.start + 2 and item.start - one.end < 40
        for one in clause.items
    )
    same = any(name.symbol == one.symbol for told in page.priced for name in told.names for one in subject.names)
    if not subject.names or not (near or (same and set_here) or same) or refusal(here, item.start):
        return []
    since = since_end = None
    if item.has("52"):
        if here.held.day is None:
            return []
        since = here.held.day - timedelta(days=365)
    elif (token := _since_in(here, clause.items)) is not None:  # 创2022年6月以来收盘新高
        since, since_end = token.resolved.first, token.resolved.last
        since_end = None if token.kind in ("year-to-date", "span") else since_end
    window = window_at(here, page, subject, item.span, item.span)
    reached = any(one.kind == "part" and one.first == "intraday" and one.end <= item.start for one in clause.items)
    inside = reached or window.fields.get("part") == "intraday"
    measure: Literal["close", "intraday"] = "intraday" if inside else "close"
    end = window.fields.get("end") if window.fields.get("span", "day") == "day" else None
    first, last = words_span(here, subject, item.start, item.end)
    make = partial(
        Extreme,
        direction=cast(Literal["worst", "best"], item.first),
        measure=measure,
        since=since,
        since_end=since_end,
        window=Window(end=end),
    )
    return claims_for(here, subject, first, last, (f"record: {item.text}",), make)


def _closed_at(here: Scene, clause: Clause, mark: Item) -> bool:
    """Tell whether a mark is where something closed, so that a price is meant: "Meta closed at a record high"."""
    return any(
        ((one.kind == "verbs" and one.has("close")) or (one.kind == "part" and one.first == "close"))
        and one.end <= mark.start
        and here.is_covered(one.end, mark.start)
        for one in clause.items
    )


def _since_in(here: Scene, items: tuple[Item, ...]) -> DateToken | None:
    """Return the date that a clause counts from, None where it names none."""
    return next(
        (
            one.value
            for one in items
            if one.kind == "date" and one.value.resolved.first is not None and is_since(here, one.value)
        ),
        None,
    )


def _year_highs(here: Scene, page: Page) -> list[Found]:
    """Return highs and lows of a number of years: "a seven-year high", 创三年新低."""
    out: list[Found] = []
    for found in pattern("year-high").finditer(here.text(here.start, here.end)):
        if here.held.day is None:
            break
        start = here.start + found.start()
        count = count_of(found["n"] or found["n2"])
        days = _DAYS[str(table("units")[(found["u"] or found["u2"]).lower()])]
        subject = priced_topic(page, topic(here, start), start)
        is_price = subject.measure == "price" or any(
            n.symbol == m.symbol for one in page.priced for n in one.names for m in subject.names
        )
        reference = pattern("of-a-reference", here.held.name).search(here.text(max(here.start, start - 40), start))
        if not count or not subject.names or not is_price or reference or refusal(here, start):
            continue
        since = here.held.day - timedelta(days=round(count * days))
        low = (found["h"] or found["h2"]).lower() in load("claims-patterns")["lows"]["words"]
        first, last = words_span(here, subject, start, here.start + found.end())
        window = window_at(here, page, subject, (start, here.start + found.end()), (start, here.start + found.end()))
        day = window.fields.get("end") if window.fields.get("span", "day") == "day" else None
        clause = here.clauses[here.clause_at(start)]
        inside = here.is_covered(clause.start, start) and _is_behind_a_price_reached(here, clause)
        make = partial(
            Extreme,
            direction="worst" if low else "best",
            measure="intraday" if inside else "close",
            since=since,
            window=Window(end=day),
        )
        out += claims_for(here, subject, first, last, (f"superlative: {found[0]}",), make)
    return out
