"""What the readers of price claims share: which figures are theirs, what refuses a claim, how one is put together."""

from __future__ import annotations

import re
from typing import Any

from msgspec.structs import replace

from events.model import Quantity, Stance
from events.reading.clauses import Clause, Item
from events.reading.companies_table import load
from events.reading.figure import FigureToken
from events.reading.price_asides import is_a_remark, is_abroad, is_in_an_aside, of_another_time
from events.reading.price_days import of_a_time_before, on_the_day
from events.reading.price_page import Found, Page
from events.reading.price_then import when_told
from events.reading.price_windows import Told, told
from events.reading.scene import Scene, Topic
from events.reading.words import is_told, pattern

CHANGE_KINDS = ("percent", "tenths", "fraction", "times", "points", "amount")
_QUESTION = ("?", "？")
_REFUSING = frozenset(
    ("if", "untrue", "denied", "target", "negation")
)  # one of them refuses a claim that is no question
# The currency in which a listing is quoted, by the end of its symbol.
_QUOTED = {
    "HK": "HKD",
    "SS": "CNY",
    "SZ": "CNY",
    "VN": "VND",
    "T": "JPY",
    "L": "GBP",
    "KS": "KRW",
    "TW": "TWD",
    "DE": "EUR",
    "PA": "EUR",
    **dict.fromkeys(("AS", "BR", "HE", "LS", "MC", "MI", "VI", "F", "IR", "AT"), "EUR"),
    "OL": "NOK", "ST": "SEK", "CO": "DKK", "SW": "CHF", "TO": "CAD", "V": "CAD", "AX": "AUD", "NZ": "NZD", "SI": "SGD",
    "KQ": "KRW", "TWO": "TWD", "NS": "INR", "BO": "INR", "JK": "IDR", "KL": "MYR", "BK": "THB", "SA": "BRL",
    "MX": "MXN", "WA": "PLN", "IS": "TRY",
}  # fmt: skip


_BESIDE = 4
_TWO = 2
_PARTED = ("；", ";")
_TIMED = 8  # characters between a figure and the time of day that is its own
_MONEY_OF_A_MARKET = frozenset((*_QUOTED.values(), "USD"))
# What may stand in a list of figures that have one time behind them.
_LISTED = ("moves", "mention", "filler", "verbs", "price", "noun-forms", "of-value", "each", "span", "also", "convert")


def priced_before(page: Page, position: int) -> Topic | None:
    """Return the topic of the nearest price claim before a place of the sentence, else that of the first one."""
    before = [pair for pair in zip(page.places, page.priced, strict=True) if pair[0] <= position]
    if before:
        return max(before, key=lambda pair: pair[0])[1]
    return page.priced[0] if page.priced else None


def is_question(sentence: str) -> bool:
    """Tell whether a sentence asks."""
    ending = sentence.rstrip("”’\"'」』）) ")
    return ending.endswith(_QUESTION) and not pattern("no-question").search(ending)


def refusal(here: Scene, position: int, subject_at: int = -1) -> str:
    """Return why no claim is told at a place ("" for no reason): negated, supposed, asked, called untrue, a target."""
    text = here.held.text
    if is_question(text[here.start : here.end]):
        return "a question"
    clause = here.clauses[here.clause_at(position)]
    if here.held.name == "en" and is_told("not-yet", here.text(clause.start, position)):
        return "not yet"
    if here.kinds.isdisjoint(_REFUSING):
        return ""
    for item in here.items:
        if item.kind == "if" and (item.start <= position or _is_expected_before(clause, position)):
            return f"supposed: {item.text}"
        if item.kind == "untrue":
            return f"called untrue: {item.text}"
        if item.kind == "denied" and item.start <= position and _denies(here, item, clause.start):
            return f"denied: {item.text}"
        if not clause.start <= item.start < clause.end:
            continue
        if item.kind == "target":
            return f"a target: {item.text}"
        if (
            item.kind == "negation"
            and item.start < position
            and item.end > position - (16 if here.held.name == "zh" else 60)
        ) and item.start >= subject_at:
            return f"negated: {item.text}"
    return ""


def _is_expected_before(clause: Clause, position: int) -> bool:
    """Tell whether a clause only expects what it tells: "có thể mất 3% nếu", "could fall 3% if"."""
    return any(item.kind == "forecast" and item.end <= position for item in clause.items)


def _denies(here: Scene, item: Item, start: int) -> bool:
    """Tell whether a word that denies ("it is not true that") reaches the clause that begins at `start`."""
    if item.has("opens") and item.start > here.start + 2:
        return False
    return item.start >= start or here.is_covered(item.end, start)


def stance_at(here: Scene, position: int, subject_at: int = -1) -> Stance:
    """Return "expected" where words of a forecast stand before a verb in its clause."""
    clause = here.clauses[here.clause_at(position)]
    for item in clause.items:
        if item.kind == "forecast" and item.end <= position:
            return "expected"
    return "actual"


def signed(quantity: Quantity, direction: str) -> Quantity:
    """Return a figure with the sign of a direction; a range keeps its ends in order."""
    sign = -1 if direction == "down" else 1
    if quantity.high is None:
        return replace(quantity, value=sign * abs(quantity.value))
    low, high = sorted((sign * abs(quantity.value), sign * abs(quantity.high)))
    return replace(quantity, value=low, high=high)


def window_at(here: Scene, page: Page, topic: Topic, figure: tuple[int, int], verb: tuple[int, int]) -> Told:
    """Return the window of a claim whose figure and verb stand at two spans."""
    first, last = min(figure[0], verb[0]), max(figure[1], verb[1])
    number = here.clause_at(first)
    if (then := when_told(here, number)) is not None:
        return then
    clause = here.clauses[here.clause_at(last - 1)]
    floor, ceiling = here.clauses[number].start, clause.end
    for item in here.items:
        if item.kind != "figure" or item.value.kind not in CHANGE_KINDS or item.start in range(*figure):
            continue
        if item.end <= first and item.start >= floor and item.end in page.figures:
            floor = item.end
        elif item.start >= last and item.value.kind != "amount" and not _goes_on(here, item):
            ceiling = min(ceiling, item.start)
    after = [item for item in here.items if last <= item.start and item.end <= ceiling]
    inside = [item for item in here.items if first <= item.start < last and item.span != figure]
    before = _between(here, page, floor, first, parted=any(item.has("pre-market") for item in after[:2]))
    earlier = _clauses_before(here, page, topic, number)
    if floor > here.clauses[number].start:
        earlier = []
    found = told(here, topic, [*inside, *_own(after, topic)], before, earlier, page.days)
    if (other := of_another_time(here, found, (first, last))) is not None:
        last_told = page.told_at(first, topic, here.memory.day)
        return other if other.unsaid or "end" in other.fields else on_the_day(here, last_told, other, first, topic)
    timeless = not ({"span", "event", "news"} & found.fields.keys())
    if timeless and (reason := of_a_time_before(here, found, verb[0], figure)):
        return Told({}, False, (reason,), unsaid=True)
    if timeless and (time := _superlative_behind(here, last) or _of_the_list(here, last)) is not None:
        behind = told(here, topic, [time], [], [], page.days)
        why = (*found.rules, *behind.rules, *(("the time of the list",) if time.kind != "span" else ()))
        return Told({**behind.fields, **found.fields}, True, why)
    before_it = page.told_at(first, topic, None if is_abroad(here, topic) else here.memory.day)
    if timeless and before_it is not None:
        shared = {key: value for key, value in before_it.fields.items() if key != "suffered"}
        if found.fields.get("part") or shared.get("part") not in ("pre-market", "after-hours"):
            shared.pop("part", None)
        other_part = found.fields.get("part") == "pre-market" != before_it.fields.get("part")
        if found.fields.get("part") and (other_part or shared.get("span", "day") != "day"):
            shared = {}
        return Told({**shared, **found.fields}, False, (*found.rules, "window of the claim before"))
    return on_the_day(here, before_it, found, first, topic)


def _between(here: Scene, page: Page, floor: int, first: int, *, parted: bool) -> list[Item]:
    """Return the tokens before a claim back to the figure before, nearest first, without that one's part of the day.

    "Jumped 5% at the open and ended the day up 1.2%": only the first is of the open. `parted` tells that the claim is
    of the hours before a session, which is the next one: "60% on Thursday and a further 68% in premarket trading".
    """
    before = [item for item in reversed(here.items) if floor <= item.start and item.end <= first]
    if floor in page.figures:  # "climbed 3% after the bell and were last up 2%"
        before = [item for item in before if item.kind != "timing" or item.start - floor > _TIMED]
    told = next((item for item in reversed(before) if item.kind != "filler"), None)
    if told is None or floor not in page.figures or told.start - floor > _BESIDE:
        return before
    of_it = told.kind == "part" or (parted and told.kind == "date")
    return [item for item in before if item is not told] if of_it else before


def _clauses_before(here: Scene, page: Page, topic: Topic, number: int) -> list[Item]:
    """Return the tokens of the clauses before one, nearest first, back to the last that tells a change of its own."""
    earlier: list[Item] = []
    for place in range(number - 1, -1, -1):
        if here.clauses[place].has("streak") and _is_of_another(here.clauses[place], topic):
            break
        if any(
            item.end in page.figures and item.value.kind != "amount"
            for item in here.clauses[place].items
            if item.kind == "figure"
        ):
            break
        items = here.clauses[place].items
        if is_in_an_aside(here, here.clauses[place].start):
            continue  # "which reported Tuesday after the bell"
        if is_a_remark(here, here.clauses[place]):
            items = tuple(item for item in items if item.kind == "date" and item.value.kind == "day")
        parted = here.text(here.clauses[place].end - 1, here.clauses[place].end) in _PARTED
        if parted or any(item.kind in ("record", "worst") for item in items):  # 创挂牌以来新高
            items = tuple(item for item in items if _is_a_day(item) or (_is_of_days(item) and not parted))
        if _is_of_another(here.clauses[place], topic):
            items = tuple(item for item in items if item.kind not in ("event", "after", "timing"))
        if any(item.kind == "metric" or (item.kind == "figure" and item.value.kind != "duration") for item in items):
            priced = not any(item.kind == "metric" for item in items)
            closed = priced and any(item.kind == "verbs" and item.has("close") for item in items)
            items = tuple(item for item in items if _frames(item, priced=priced) or (closed and _is_a_day(item)))
        earlier += list(items)
    return earlier


def _is_of_days(item: Item) -> bool:
    """Tell whether a token says how long a move of a superlative took: 最糟糕的连续四个交易日下跌, "worst week"."""
    counted = item.kind == "figure" and item.value.kind == "duration" and item.value.quantity is not None
    return item.kind in ("span", "streak", "streaks", "lasting") or (
        counted and item.value.quantity.unit in ("sessions", "days")
    )


def _is_a_day(item: Item) -> bool:
    return item.kind == "date" and bool(item.value.kind == "day")


def _frames(item: Item, *, priced: bool) -> bool:
    """Tell whether a token of a clause that has a figure of its own says when, also of the clauses behind it."""
    a_day = item.kind == "date" and item.value.kind == "day" and item.value.parts.relative_day is not None
    return item.kind in ("event", "after", "timing") or (priced and a_day)


def _is_of_another(clause: Clause, topic: Topic) -> bool:
    """Tell whether a clause names others than those that a claim is about: their days in a row are not its time."""
    named = {item.value.symbol for item in clause.of("mention")}
    return bool(named and topic.names) and not named & {name.symbol for name in topic.names}


def _superlative_behind(here: Scene, last: int) -> Item | None:
    """Return the span of a superlative that the next clause begins with: "gained 80%, the best year in its history"."""
    number = here.clause_at(last - 1) + 1
    if number >= len(here.clauses):
        return None
    items = [item for item in here.clauses[number].items if item.kind not in ("filler", "it")]
    worst = bool(items) and items[0].kind == "worst" and here.is_covered(here.clauses[number].start, items[0].start)
    spans = [item for item in items[1:2] if item.kind == "span" and item.first != "day"]
    return spans[0] if worst and spans else None


def _of_the_list(here: Scene, last: int) -> Item | None:
    """Return the time that a list of figures ends with: "A fell 3% and B 4% on Thursday", "up 2 points, or 1%, today".

    Nothing but names, verbs of a price and figures stands between, so that the time is said of all of them.
    """
    figures, named = 0, False
    for item in here.items:
        if item.start < last:
            continue
        named = named or item.kind == "mention"
        if item.kind == "moves" and not named and not item.has("side") and not item.has("noun"):
            return None  # "fell 5.5% and has lost 34% this year"
        if item.kind == "date" and item.value.kind in ("day", "week", "month", "quarter", "year-to-date"):
            behind = [one for one in here.items if one.start >= item.end and one.kind in ("moves", "mention", "metric")]
            same = all(here.clause_at(one.start) != here.clause_at(item.start) for one in behind)
            apart = here.clause_at(last - 1) < here.clause_at(item.start)
            return item if (figures or apart) and same and _is_one_list(here, last, item.start) else None
        if item.kind == "lately":
            return item if figures and _is_one_list(here, last, item.start) else None
        if item.kind == "figure" and item.value.kind in (*CHANGE_KINDS, "bare"):
            figures += 1
        elif item.kind not in _LISTED:
            return None
    return None


def _is_one_list(here: Scene, start: int, end: int) -> bool:
    """Tell whether the words between two places hold nothing that the tokens do not know, and no new sentence."""
    names = [item for item in here.items if start <= item.start and item.end <= end]
    text, at = [], start
    for item in names:
        if item.start >= at:
            text.append(here.text(at, item.start))
            at = item.end
    between = pattern("of-a-list").sub("", "".join([*text, here.text(at, end)]))
    return not re.search(r"[^\W\d_]|[;；]", between)


def _goes_on(here: Scene, item: Item) -> bool:
    """Tell whether a figure only goes on a list of figures: "9.8% and 5.1% this week"."""
    before = here.text(max(here.start, item.value.outer[0] - 12), item.value.outer[0])
    return pattern("figure-list").search(before) is not None


def _own(after: list[Item], topic: Topic) -> list[Item]:
    """Return the tokens behind a figure up to the next verb of a price: those behind it belong to that one."""
    kept: list[Item] = []
    for item in after:
        own_name = item.kind == "mention" and item.start == topic.at
        if item.kind in ("moves", "mention") and not own_name and not item.text.startswith("此前"):
            break
        kept.append(item)
    return kept


def quoted_in(symbol: str) -> str:
    """Return the currency in which a listing is quoted, "points" for an index."""
    row = load().listing(symbol, None)
    if symbol.startswith("^") or (row is not None and row.kind == "index"):
        return "points"
    return _QUOTED.get(symbol.rpartition(".")[2], "USD") if "." in symbol else "USD"


def in_own_money(quantity: Quantity, written: str, symbol: str) -> Quantity | None:
    """Return an amount in the money that a listing is quoted in, for 元 is that of any place; None for other money."""
    unit = quoted_in(symbol)
    if unit == "USD" and quantity.unit == "US cents":
        return replace(quantity, value=quantity.value / 100, precision=quantity.precision / 100, unit=unit)
    if unit == "USD" and quantity.unit == "CNY":
        return None
    if unit != "points" and quantity.unit in _MONEY_OF_A_MARKET and quantity.unit not in (unit, "CNY"):
        return None  # 157.7 Hong Kong dollars are no price in New York
    if not quantity.unit or (quantity.unit == "CNY" and written.rstrip().endswith("元") and "人民币" not in written):
        return replace(quantity, unit=unit)
    return quantity


def money_is_told(here: Scene, page: Page, subject: Topic, word: Item | None, token: FigureToken) -> bool:
    """Tell whether a company's price moved by an amount of its money, where a price is told of: 台积电收盘下跌8元."""
    symbol = subject.names[-1].symbol
    ours = token.text.endswith("元") or (token.quantity is not None and token.quantity.unit == quoted_in(symbol))
    priced = any(name.symbol == symbol for one in page.priced for name in one.names)
    priced = priced or _price_follows(here, token)
    return ours and (priced or (word is not None and word.has("price")))


def is_against_a_mark(here: Scene, figure: Item) -> bool:
    """Tell whether a change is one from a high or a low that has no date: 较高点腰斩. It is the change of no window."""
    if here.held.name != "zh":
        return False
    clause = here.clauses[here.clause_at(figure.start)]
    marks = [item for item in clause.of("peak") if item.end <= figure.start]
    return any(
        0 <= mark.start - word.end < 16 or (word.has("behind") and 0 <= word.start - mark.end <= 2)
        for mark in marks
        for word in clause.of("below", "since")
    )


def _price_follows(here: Scene, token: FigureToken) -> bool:
    """Tell whether the next figure is a price in the same money: 上涨6元，收572元."""
    following: FigureToken | None = next(
        (item.value for item in here.items if item.kind == "figure" and item.start >= token.end), None
    )
    if following is None or following.quantity is None or token.quantity is None or following.role not in ("at", "to"):
        return False
    return following.quantity.unit == token.quantity.unit and following.quantity.value > token.quantity.value


def in_yuan(here: Scene, figure: Item) -> bool:
    """Tell whether a figure is an amount of yuan, also where the text is none of Chinese: 苹果 7.30元 is fruit."""
    quantity = figure.value.quantity
    return quantity is not None and (
        (figure.value.kind == "amount" and quantity.unit == "CNY") or here.text(figure.end, figure.end + 1) == "元"
    )


def claims_for(
    here: Scene, topic: Topic, start: int, end: int, rules: tuple[str, ...], make: Any, **fields: Any
) -> list[Found]:
    """Return one claim for each company of a topic, or one with the subject in words."""
    rules = (f"subject: {topic.rule}", *rules)
    if len(topic.names) == _TWO:
        spoken = here.text(start, end)
        topic = replace(topic, names=topic.names[:1]) if pattern("former").search(spoken) else topic
        topic = replace(topic, names=topic.names[-1:]) if pattern("latter").search(spoken) else topic
    if topic.names:
        here_listed = [name for name in topic.names if not name.elsewhere]
        return [Found(make(symbol=name.symbol, **fields), start, end, rules) for name in here_listed]
    return [Found(make(subject=topic.words, **fields), start, end, rules)] if topic.words else []


def words_span(here: Scene, topic: Topic, start: int, end: int) -> tuple[int, int]:
    """Return the words to show for a claim: its clause, from the subject on where that stands before it."""
    first = here.clauses[here.clause_at(start)].start
    if here.start <= topic.at < first:
        first = here.clauses[here.clause_at(topic.at)].start
    last = here.clauses[here.clause_at(end - 1)].end
    return first, last


def is_plain(here: Scene, start: int, end: int) -> bool:
    """Tell whether two places stand in one breath: no comma or stop between them."""
    return not re.search(r"[,;:，；：。、]|\.\s", here.text(start, end))
