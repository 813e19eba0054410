"""Superlatives, streaks and drawdowns: the worst day since, four sessions in a row, 77% below the peak."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial
from typing import Any, Literal

from events.model import Drawdown, Extreme, Streak, Window
from events.reading.clauses import Item
from events.reading.dates import DateToken
from events.reading.price_scene import Found, Page, claims_for, refusal, signed, stance_at, window_at, words_span
from events.reading.price_windows import Told, is_since
from events.reading.subjects import Scene, Topic, topic

_SPANS = {"sessions": "sessions", "days": "days", "weeks": "week", "months": "month", "quarters": "quarter"}
_PER = {"sessions": "session", "days": "session", "weeks": "week", "months": "month"}
_ORDINAL_ZH = re.compile(r"连续第?\s?([一二三四五六七八九十]{1,3}|\d{1,2})(个交易日|交易日|日|天|周|个月|月)")
_COUNT_ZH = re.compile(
    r"(?:连涨|连升|连跌|连挫|连阴|连阳|连续)\s?(?:了)?([一二两三四五六七八九十]|\d{1,2})(个交易日|交易日|日|天|周|个月|月|连阳|连阴)?"
)
_ORDINAL_VI = re.compile(
    r"(phiên|ngày|tuần|tháng)\s(?:giao dịch\s)?(?:tăng|giảm)?\s?(?:điểm\s)?thứ\s(hai|ba|tư|năm|sáu|bảy|tám|chín|mười|\d{1,2})"
)
_NUMBERS = dict(zip("一二三四五六七八九十", range(1, 11), strict=True)) | {"两": 2}
_VI_NUMBERS = {"hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}
_UNITS = {
    "个交易日": "sessions", "交易日": "sessions", "日": "sessions", "天": "sessions", "连阳": "sessions", "连阴": "sessions",
    "周": "weeks", "个月": "months", "月": "months", "phiên": "sessions", "ngày": "sessions", "tuần": "weeks", "tháng": "months",
    "day": "sessions", "session": "sessions", "week": "weeks", "month": "months",
}  # fmt: skip
_EN_ORDINAL = re.compile(
    r"(?P<o>second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\d{1,2}(?:st|nd|rd|th))"
    r"[\s-](?:straight|consecutive|successive)\s(?:trading\s)?(?P<u>day|session|week|month)", re.I)  # fmt: skip
_EN_WORDS = (
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
)
_YEAR_HIGH = re.compile(
    r"(?:(?P<n>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[一二两三四五六七八九十]{1,3})[- ]?"
    r"(?P<u>years?|months?|weeks?|年|个月|周)(?:半)?[- ]?(?:来|以来)?(?:的)?(?P<h>high|low|新高|新低|高位|低位|最高|最低))"
    r"|(?P<h2>cao|thấp) nhất (?:trong |kể từ )?(?:vòng )?(?P<n2>\d{1,2}|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) (?P<u2>năm|tháng|tuần)", re.I)  # fmt: skip
_EN_NUMBERS = {
    word: n for n, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}


def extremes(here: Scene, page: Page) -> list[Found]:
    """Return the superlatives of a sentence that say since when."""
    out = []
    for index, item in enumerate(here.items):
        if item.kind == "worst":
            out += _superlative(here, page, index)
        elif item.kind in ("record", "range") and item.first != "ever":
            out += _record(here, page, item)
    return out + _year_highs(here, page)


def _superlative(here: Scene, page: Page, index: int) -> list[Found]:
    word = here.items[index]
    clause = here.clauses[here.clause_at(word.start)]
    since = _since_of(here, word, clause.items)
    if since is None:
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
    direction = word.first or ("worst" if move and move.first == "down" else "best" if move else "")
    if not direction:
        return []
    subject = topic(here, clause.start if _begins(here, clause.start, word) else word.start)
    subject = _priced(page, subject)
    span = _span_near(here, word, clause.items)
    if not _is_of_a_price(page, subject, span, move, is_level=is_level) or refusal(here, word.start):
        return []
    window = _extreme_window(here, page, subject, word, span)
    measure = ("intraday" if window.part == "intraday" else "close") if is_level else "return"
    start, end = words_span(here, subject, min(word.start, clause.start), clause.end)
    make = partial(
        Extreme,
        direction=direction,
        measure=measure,
        since=since[0],
        since_end=since[1],
        window=window if not is_level else _day_only(window),
    )  # type: ignore[arg-type]
    page.directions |= {(name.symbol, "down" if direction == "worst" else "up") for name in subject.names}
    return claims_for(here, subject, start, end, (f"superlative: {word.text}", since[2]), make)


def _begins(here: Scene, start: int, word: Item) -> bool:
    return here.is_covered(start, word.start, refused=("price",))


def _day_only(window: Window) -> Window:
    return Window(span="day", end=window.end)


def _priced(page: Page, subject: Topic) -> Topic:
    """A remark behind a price claim speaks of the same company: "fell 10%, its worst day since 2013"."""
    if page.priced and (subject.carried or subject.at < 0 or not subject.names):
        return page.priced[-1]
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
        if item.kind == "figure" and item.value.kind == "duration" and word.start - 30 < item.start < word.end + 40:
            if unit := _SPANS.get(item.value.quantity.unit, ""):
                return unit
        if item.kind == "span" and word.start - 16 < item.start < word.end + 40:
            return item.first
    return ""


def _extreme_window(here: Scene, page: Page, subject: Topic, word: Item, span: str) -> Window:
    told = window_at(here, page, subject, word.span, word.span)
    fields: dict[str, Any] = {key: value for key, value in told.fields.items() if key in ("end", "part")}
    if told.fields.get("span") not in ("day", None):
        fields.pop("end", None)
    if span in ("sessions", "days"):
        figure = min(
            (
                one
                for one in here.items
                if one.kind == "figure"
                and one.value.kind == "duration"
                and one.value.quantity.unit in ("sessions", "days")
            ),
            key=lambda one: abs(one.start - word.start),
        )
        fields |= {"span": span, "count": int(figure.value.quantity.value)}
        page.told = Told({"span": span, "count": fields["count"]}, True, (f"window: {figure.text}",))
    elif span and span != "day":
        fields = {"span": span}
        page.told = Told({"span": span}, True, (f"window: {span}",))
    return Window(**fields)


def _record(here: Scene, page: Page, item: Item) -> list[Found]:
    """Return a record high or low of a price, or one of 52 weeks, that the text says was set."""
    clause = here.clauses[here.clause_at(item.start)]
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
    subject = _priced(page, topic(here, item.start))
    near = subject.measure in ("price", "cap")
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
    window = window_at(here, page, subject, item.span, item.span)
    measure: Literal["close", "intraday"] = "intraday" if window.fields.get("part") == "intraday" else "close"
    end = window.fields.get("end") if window.fields.get("span", "day") == "day" else None
    first, last = words_span(here, subject, item.start, item.end)
    make = partial(
        Extreme, direction=item.first, measure=measure, since=since, since_end=since_end, window=Window(end=end)
    )  # type: ignore[arg-type]
    return claims_for(here, subject, first, last, (f"record: {item.text}",), make)


def _year_highs(here: Scene, page: Page) -> list[Found]:
    """Return highs and lows of a number of years: "a seven-year high", 创三年新低."""
    out: list[Found] = []
    for found in _YEAR_HIGH.finditer(here.text(here.start, here.end)):
        if here.held.day is None:
            break
        start = here.start + found.start()
        number, unit = (found["n"] or found["n2"]).lower(), (found["u"] or found["u2"]).lower()
        count = (
            int(number)
            if number.isdigit()
            else _EN_NUMBERS.get(number) or _NUMBERS.get(number) or _VI_NUMBERS.get(number, 0)
        )
        days = 365.25 if unit[0] in "y年n" else 30.44 if unit[0] in "m个t" and unit != "tuần" else 7
        subject = _priced(page, topic(here, start))
        is_price = subject.measure == "price" or any(
            n.symbol == m.symbol for one in page.priced for n in one.names for m in subject.names
        )
        if not count or not subject.names or not is_price or refusal(here, start):
            continue
        since = here.held.day - timedelta(days=round(count * days))
        low = (found["h"] or found["h2"]).lower() in ("low", "新低", "低位", "最低", "thấp")
        first, last = words_span(here, subject, start, here.start + found.end())
        make = partial(Extreme, direction="worst" if low else "best", measure="close", since=since, window=Window())
        out += claims_for(here, subject, first, last, (f"superlative: {found[0]}",), make)
    return out


def streaks(here: Scene, page: Page) -> list[Found]:
    """Return closes in a row with one sign; one that has ended is none."""
    out: list[Found] = []
    for clause in here.clauses:
        if not clause.has("streak", "streaks", "ordinal") or any(
            one.kind == "streaks" and one.has("ended") and _ends_one(clause.items, one) for one in clause.items
        ):
            continue
        counted = _counted(here, clause.start, clause.end, clause.items)
        if counted is None:
            continue
        count, unit, at = counted
        direction = next(
            (one.first for one in clause.items if one.kind == "streaks" and one.first in ("up", "down")), ""
        )
        if not direction:
            moved = [one for one in clause.items if one.kind == "moves" and one.first in ("up", "down")]
            direction = min(moved, key=lambda one: abs(one.start - at)).first if moved else ""
        subject = _priced(page, topic(here, at))
        if not direction or count < 2 or not subject.names or subject.measure == "metric" or refusal(here, at):
            continue
        price = subject.measure == "price" or any(
            n.symbol == m.symbol for one in page.priced for n in one.names for m in subject.names
        )
        if not price and not (subject.near or not subject.carried):
            continue
        per = _PER.get(unit)
        if per is None:
            continue
        window = Window(span="sessions", count=count) if per == "session" else Window(span=per)  # type: ignore[arg-type]
        if per == "session" and page.told is None:
            page.told = Told({"span": "sessions", "count": count}, True, ("window: the streak",))
        first, last = words_span(here, subject, clause.start, clause.end)
        make = partial(Streak, direction=direction, count=count, per=per, window=window)  # type: ignore[arg-type]
        page.directions |= {(name.symbol, direction) for name in subject.names}
        out += claims_for(here, subject, first, last, (f"in a row: {count} {unit}",), make)
    return out


def _ends_one(items: tuple[Item, ...], word: Item) -> bool:
    return word.text.lower() != "after" and any(
        one.kind in ("streak", "streaks") and one.start > word.start for one in items
    )


def _counted(here: Scene, start: int, end: int, items: tuple[Item, ...]) -> tuple[int, str, int] | None:
    text = here.text(start, end)
    if here.held.name == "zh" and (found := _ORDINAL_ZH.search(text) or _COUNT_ZH.search(text)):
        number = int(found[1]) if found[1].isdigit() else _NUMBERS.get(found[1], 0)
        return number, _UNITS.get(found[2] or "日", "sessions"), start + found.start()
    if here.held.name == "vi" and (found := _ORDINAL_VI.search(text)) and "liên tiếp" in text:
        return (int(found[2]) if found[2].isdigit() else _VI_NUMBERS[found[2]]), _UNITS[found[1]], start + found.start()
    if here.held.name == "en" and (found := _EN_ORDINAL.search(text)):
        word = found["o"].lower()
        number = int(re.sub(r"\D", "", word)) if word[0].isdigit() else _EN_WORDS.index(word) + 2
        return number, _UNITS[found["u"].lower()], start + found.start()
    for item in items:
        if item.kind == "figure" and item.value.kind == "duration" and item.value.quantity.high is None:
            near = any(one.kind in ("streak", "streaks") and -16 < one.start - item.start < 28 for one in items)
            written = re.search(
                r"straight|consecutive|successive|liên ti|连续", here.text(max(start, item.start - 4), item.end)
            )
            if near or written:
                return int(item.value.quantity.value), item.value.quantity.unit, item.start
    return None


def drawdowns(here: Scene, page: Page) -> list[Found]:
    """Return falls from a high (rises from a low) that the text names."""
    out = []
    for index, item in enumerate(here.items):
        if (
            item.kind == "figure"
            and item.value.kind in ("percent", "tenths", "fraction")
            and not item.value.to_level
            and item.value.quantity
        ):
            out += _drawdown(here, page, index)
    return out


def _drawdown(here: Scene, page: Page, index: int) -> list[Found]:
    figure = here.items[index]
    clause = here.clauses[here.clause_at(figure.start)]
    peak = _peak(here, figure, clause.items)
    if peak is None:
        return []
    high = peak.first in ("high", "best")
    moved = [
        one
        for one in clause.items
        if one.kind == "moves" and one.first in ("up", "down") and abs(one.start - figure.start) < 40
    ]
    direction = min(moved, key=lambda one: abs(one.start - figure.start)).first if moved else "down" if high else "up"
    if (direction == "down") != high:
        return []
    position = (
        min(figure.value.outer[0], *(one.start for one in moved), peak.start)
        if moved
        else min(figure.value.outer[0], peak.start)
    )
    subject = topic(here, position)
    if subject.measure not in ("price", "company", "cap"):
        subject = _priced(page, subject)
    if not subject.names or subject.measure == "metric" or refusal(here, position):
        return []
    if subject.measure == "company" and subject.carried and not page.priced:
        return []
    dates = [
        one
        for one in clause.items
        if one.kind == "date"
        and one.value.resolved.first
        and abs(one.start - peak.start) < 28
        and one.value.kind != "year-to-date"
    ]
    near = min(dates, key=lambda one: abs(one.start - peak.start)) if dates else None
    peak_from = near.value.resolved.first if near else None
    peak_to = near.value.resolved.last if near else None
    if near is None and peak.kind == "range":
        if here.held.day is None:
            return []
        peak_from = here.held.day - timedelta(days=365)
    elif (
        near is None
        and peak.kind != "record"
        and not (
            peak.kind == "peak"
            and re.search(r"record|all-time|历史|lịch sử", here.text(max(clause.start, peak.start - 12), peak.end))
        )
    ):
        return []
    floor = clause.start if near is None else -1
    earlier = [
        one
        for one in here.items
        if one.kind == "date"
        and one is not near
        and one.value.resolved.first
        and one.value.resolved.last
        and one.end <= figure.start
    ]
    between = earlier[-1].value.resolved if earlier and floor < 0 else None
    suffered = any(one.kind == "reached" or (one.kind == "part" and one.has("touched")) for one in clause.items)
    window = Window(suffered=suffered)
    if between is not None and peak_to is not None and between.first > peak_to:
        window = Window(span="between", start=between.first, end=between.last, suffered=suffered)
    page.figures.add(figure.end)
    page.used |= {one.start for one in moved}
    page.note(subject, Told({}, False, ()), figure.end)
    page.directions |= {(name.symbol, direction) for name in subject.names}
    first, last = words_span(here, subject, position, max(figure.value.outer[1], peak.end))
    make = partial(
        Drawdown, stated=signed(figure.value.quantity, direction), peak_from=peak_from, peak_to=peak_to, window=window,
        stance=stance_at(here, position, subject.at),
    )  # fmt: skip
    return claims_for(here, subject, first, last, (f"from {peak.text}", f"figure: {figure.value.rule}"), make)


def _peak(here: Scene, figure: Item, items: tuple[Item, ...]) -> Item | None:
    """Return the high or low that a percentage is measured against: a word such as below or from stands before it."""
    for item in items:
        if item.kind not in ("peak", "record", "range") or abs(item.start - figure.start) > 70 or item.first == "ever":
            continue
        if item.kind == "peak" and any(one.kind in ("record", "range") and one.span == item.span for one in items):
            continue
        before = [
            one
            for one in items
            if one.kind in ("below", "since") and one.end <= item.start and item.start - one.end < 48
        ]
        if not before:
            continue
        word = before[-1]
        if here.held.name == "en" and not figure.end <= word.start:
            continue
        if re.search(r"[,，;；]", here.text(min(figure.end, word.start), max(item.start, figure.start))):
            continue
        return item
    return None
