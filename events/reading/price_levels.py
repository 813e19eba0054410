"""Price levels: where a share or an index closed, opened, traded, or what it touched; and the highs and lows it set."""

from __future__ import annotations

import re
from functools import partial
from itertools import pairwise
from typing import Literal

from msgspec.structs import replace

from events.model import Level, Quantity
from events.reading.clauses import Item
from events.reading.companies_table import market_pair
from events.reading.figure import FigureToken
from events.reading.price_marks import arrived_at, lost_so_much
from events.reading.price_page import Found, Page
from events.reading.price_scene import (
    claims_for,
    in_own_money,
    in_yuan,
    is_plain,
    priced_before,
    quoted_in,
    refusal,
    stance_at,
    window_at,
    words_span,
)
from events.reading.scene import Scene, Topic
from events.reading.subjects import group_left, is_subject, topic
from events.reading.words import pattern

# Amounts beyond this are no share prices, save in the currencies of many zeros.
_LARGEST = 100_000
_MANY_ZEROS = ("VND", "KRW", "IDR", "JPY")
_MANY_ZEROS_LARGEST = 10_000_000
_PER_SHARE = re.compile(r"\s*(?:a|per) share|/股|/cổ phiếu")
_VALUED = re.compile(r"\s*(?:[-–]?(?:billion|million|trillion|bn|tn|亿|万亿|tỷ|triệu))")
_MARK = 4  # characters between a price and the high that it is
_MARKS: dict[str, Literal["high", "low"]] = {"best": "high", "high": "high", "worst": "low", "low": "low"}


def levels(here: Scene, page: Page) -> list[Found]:
    """Return the price levels of a sentence."""
    out: list[Found] = []
    for index, item in enumerate(here.items):
        if item.kind == "figure" and item.end not in page.figures and _could_be(item):
            out += _level(here, page, index)
    return out


def _could_be(item: Item) -> bool:
    token = item.value
    if token.kind not in ("amount", "points", "bare") or token.quantity is None or token.quantity.high is not None:
        return False
    may = token.quantity.hedge == "may"  # "có thể lên 1.400 điểm"
    if may or token.role in ("from", "by") or token.direction or token.quantity.value <= 0:
        return False
    largest = _MANY_ZEROS_LARGEST if token.quantity.unit in _MANY_ZEROS else _LARGEST
    return bool(token.quantity.value <= largest)


def _level(here: Scene, page: Page, index: int) -> list[Found]:
    item = here.items[index]
    token = item.value
    verb = _verb(here, index) or _verb_behind(here, index)
    row = _row(here, index)
    passed = _passed(here, token.outer[0], token.start)
    told = token.role in ("to", "at") or arrived_at(here, item)
    if (verb is None and not told and row is None and not passed) or _is_no_price(here, index):
        return []
    start = token.outer[0] if verb is None else _begin(here, verb, token)
    subject = row or _subject(here, page, start)
    if subject.measure not in ("price", "company") or not subject.names:
        return []
    is_index = subject.names[0].kind == "index"
    unwritten = token.kind == "bare" and row is None and here.held.name == "en" and subject.measure != "price"
    if not is_index and (token.kind == "points" or unwritten):
        return []
    if subject.measure == "company" and not _company_speaks(here, page, index, subject, verb):
        return []
    if refusal(here, start, subject.at if not subject.carried else -1) or _VALUED.match(here.held.text, token.end):
        return []
    clause = here.clauses[here.clause_at(token.start)]
    if any(one.kind == "metric" and one.start > subject.at and one.end <= token.start for one in clause.items):
        return []
    quantity = _quantity(token.quantity, token.text, subject)
    if quantity is None:
        return []
    window = window_at(here, page, subject, token.outer, (start, start))
    if window.unsaid:
        return []
    fields = dict(window.fields)
    touched = _touched(here, index, verb)
    if touched and fields.get("part") == "intraday":
        fields.pop("part")
    elif verb is not None and (verb.has("open") or verb.has("close")):
        fields["part"] = "open" if verb.has("open") else "close"
    elif fields.get("part") not in ("", "close", "open", "pre-market", "after-hours"):
        fields.pop("part", None)
    if fields.get("span", "day") not in ("day",):
        fields = {key: value for key, value in fields.items() if key == "part"}
    built = window._replace(fields=fields).window()
    first, last = words_span(here, subject, start, token.outer[1])
    page.figures.add(token.end)
    page.note(subject, window, token.end)
    make = partial(Level, stated=quantity, touched=touched, window=built, stance=stance_at(here, start, subject.at))
    rules = (f"level: {verb.text if verb else token.role or 'a row'}", f"figure: {token.rule}", *window.rules)
    return claims_for(here, replace_one(subject), first, last, rules, make)


def _is_no_price(here: Scene, index: int) -> bool:
    """Tell whether a figure is by how much a price moved, or one of several that are told for several companies."""
    return lost_so_much(here, here.items[index]) or _is_dealt_out(here, index)


def _is_dealt_out(here: Scene, index: int) -> bool:
    """Tell whether prices of several are told one after the other: "lần lượt còn 25.500 đồng và 16.650 đồng"."""
    figure = here.items[index]
    if not any(one.kind == "each" and one.first == "respectively" for one in here.items):
        return False
    others = [one for one in here.items if one.kind == "figure" and one.value.kind == figure.value.kind]
    pairs = [(one, other) for one, other in pairwise(others) if figure in (one, other)]
    return any(
        pattern("between-figures").fullmatch(here.text(one.value.outer[1], other.value.outer[0]))
        for one, other in pairs
    )


def _begin(here: Scene, verb: Item, token: FigureToken) -> int:
    """Return where words of a level begin: at 以 of 以1,100元作收, or at a price that stood still, 平盘收156元."""
    if verb.start >= token.end:
        return token.outer[0] - 1
    still = [one for one in here.items if one.kind == "moves" and one.first == "flat" and one.end == verb.start]
    return still[-1].start if still else verb.start


def _subject(here: Scene, page: Page, start: int) -> Topic:
    """Return whose price it is: also of the move told right before in its clause, "mất 2,1% xuống 97.400 đồng"."""
    found = topic(here, start)
    if found.names or found.words:
        return found
    before = max((place for place in page.places if place <= start), default=-1)
    if before < here.clauses[here.clause_at(start)].start or not here.is_covered(before, start):
        return found
    return priced_before(page, start) or found


def replace_one(subject: Topic) -> Topic:
    """Return a topic with its last company only, for a level is never shared; a currency as the market quotes it."""
    last = subject.names[-1]
    return replace(subject, names=(replace(last, symbol=market_pair(last.symbol)),))


def _verb(here: Scene, index: int) -> Item | None:
    """Return the verb of a level right before its figure: closed at, 报, "đóng cửa ở"."""
    token = here.items[index].value
    for before in range(index - 1, -1, -1):
        other = here.items[before]
        if other.end > token.start:
            continue
        flat = other.kind == "moves" and other.first == "flat"  # đứng giá 26.450 đồng
        if flat or (other.kind in ("verbs", "part") and (other.kind == "verbs" or other.first == "close")):
            gap = here.text(other.end, token.outer[0])
            return other if here.is_covered(other.end, token.outer[0], refused=("price",)) and len(gap) < 40 else None
        if other.kind in ("filler", "record", "worst", "peak", "price", "date", "lately", "range", "ordinal", "each"):
            continue
        return None
    return None


def _verb_behind(here: Scene, index: int) -> Item | None:
    """Return the verb of a close right behind its figure: 以1,100元作收."""
    token = here.items[index].value
    if here.held.name != "zh" or here.text(token.outer[0] - 1, token.outer[0]) != "以":
        return None
    behind = [one for one in here.items[index + 1 :] if one.start == token.end and one.kind == "verbs"]
    return behind[0] if behind and behind[0].has("close") else None


def _row(here: Scene, index: int) -> Topic | None:
    """Return the name right before a figure in a row of a table: "Apple 181.71 -0.91%"."""
    token = here.items[index].value
    before = next(
        (here.items[at] for at in range(index - 1, -1, -1) if here.items[at].kind not in ("filler", "figure", "price")),
        None,
    )
    if before is None or not is_subject(before) or (token.kind == "amount" and not token.unit_written):
        return None
    if in_yuan(here, here.items[index]) and quoted_in(before.value.symbol) == "USD":
        return None
    gap = re.sub(r"(?<!\d)\d{4,6}(?:\.[A-Z]{2})?(?!\d)", "", here.text(before.end, token.start))
    if gap.strip(" :：(（)）\t|-"):
        return None
    following = next(
        (
            one for one in here.items[index + 1 :]
            if one.kind not in ("filler", "moves", "noun-forms") or (one.kind == "moves" and one.first == "flat")
        ),
        None,
    )  # fmt: skip
    if following is not None and following.kind == "moves":
        same_clause = here.clause_at(following.start) == here.clause_at(token.start)
        return _topic_of_the_row(here, before) if same_clause and token.unit_written else None
    if following is None or following.kind != "figure" or following.value.kind != "percent":
        return None
    between = here.text(token.outer[1], following.value.start)
    if len(between.strip()) > 8 or re.search(r"[A-Za-z]{3,}", between):
        return None
    return _topic_of_the_row(here, before)


def _topic_of_the_row(here: Scene, name: Item) -> Topic:
    place = here.items.index(name)
    return Topic("price", group_left(here, place)[-1:], at=name.start, near=True, rule=f"the row of {name.text}")


def _company_speaks(here: Scene, page: Page, index: int, subject: Topic, verb: Item | None) -> bool:
    """Tell whether a figure told of a company by its name is the price of its shares."""
    if any(name.symbol == subject.names[-1].symbol for one in page.priced for name in one.names):
        return True
    token = here.items[index].value
    set_a_mark = verb is not None and verb.has("touched") and bool(_touched(here, index, verb))
    if _passed(here, token.outer[0], token.start) and subject.near:
        return True
    since = max(subject.at, 0)
    if any(one.kind == "moves" and one.has("price") and since <= one.start < token.start for one in here.items):
        return True
    traded = set_a_mark or (
        verb is not None and (verb.has("close") or verb.has("open") or (verb.has("traded") and token.kind == "amount"))
    )
    if verb is not None and here.held.name == "zh" and subject.near and _change_follows(here, index):
        return True  # 贵州茅台报1700.5元，跌0.8%
    if token.role == "to" and here.held.name == "vi" and subject.near and _change_follows(here, index):
        return token.quantity is not None and token.quantity.unit == quoted_in(subject.names[-1].symbol)
    return (
        traded
        and (subject.near or set_a_mark or _ends_with_the_close(here, token, subject, verb))
        and (token.role == "at" or here.held.name != "en" or token.kind == "amount")
    )


def _ends_with_the_close(here: Scene, token: FigureToken, subject: Topic, verb: Item | None) -> bool:
    """Tell whether a clause says where something closed and nothing more, in a sentence about one company."""
    if here.held.name != "zh" or verb is None or not verb.has("close") or subject.at < here.start:
        return False
    rest = here.text(token.end, here.clauses[here.clause_at(token.start)].end)
    return token.unit_written and not rest.strip(" ,，。；;、)）")


def _change_follows(here: Scene, index: int) -> bool:
    """Tell whether the next figure is a change in percent with its verb."""
    token = here.items[index].value
    following = next((one for one in here.items[index + 1 :] if one.kind == "figure"), None)
    if following is None or following.value.kind != "percent" or not token.unit_written:
        return False
    between = here.within(token.end, following.start)
    return any(one.kind == "moves" for one in between) and not any(one.kind in ("mention", "metric") for one in between)


def _passed(here: Scene, start: int, end: int) -> bool:
    """Tell whether the words before a figure say that a price passed it, which nothing else does: 跌穿50元."""
    return bool(pattern("passed", here.held.name).search(here.text(start, end)))


def _quantity(quantity: Quantity, written: str, subject: Topic) -> Quantity | None:
    """Return a level in the listing's own unit; None where the text has another."""
    if quoted_in(subject.names[-1].symbol) == "points":
        return replace(quantity, unit="points") if quantity.unit in ("", "points") else None
    return in_own_money(quantity, written, subject.names[-1].symbol)


def _close_behind(here: Scene, token: FigureToken) -> float | None:
    """Return the close that is told right behind a price once reached: "touched 65.73 before closing at 38.57"."""
    behind = [item for item in here.items if item.start >= token.end and item.kind in ("verbs", "figure")][:2]
    if [item.kind for item in behind] != ["verbs", "figure"] or not behind[0].has("close"):
        return None
    quantity = behind[1].value.quantity
    return quantity.value if quantity is not None and is_plain(here, token.end, behind[1].start) else None


def _touched(here: Scene, index: int, verb: Item | None) -> Literal["", "high", "low"]:
    token = here.items[index].value
    if verb is not None and verb.has("touched") and (close := _close_behind(here, token)) is not None:
        return "high" if token.quantity.value > close else "low"
    mark = next(
        (one for one in here.items if one.kind in ("record", "peak") and 0 <= one.start - token.end < _MARK), None
    )
    if verb is not None and verb.has("touched") and mark is not None and mark.first in _MARKS:
        return _MARKS[mark.first]  # 触及325元的历史新高
    near = [item for item in here.items if item.end <= token.start and item.start > token.start - 40]
    for item in reversed(near):
        if item.kind == "figure":
            break
        if item.kind == "peak" and verb is not None and verb.has("touched"):
            return "high" if item.first == "high" else "low"
        if (
            item.kind == "worst"
            and item.has("level")
            and verb is not None
            and (verb.has("touched") or item.end == verb.start)
        ):
            return "high" if item.first == "best" else "low"
        if item.kind == "verbs" and item.text in ("最高见", "高见", "最高报", "升见"):
            return "high"
        if item.kind == "verbs" and item.text in ("最低见", "低见", "最低报"):
            return "low"
        if item.kind == "part" and item.first == "intraday" and verb is None and token.role == "to":
            return "low" if pattern("down-to").search(here.text(token.outer[0], token.start)) else "high"
        if item.kind == "part" and item.has("intraday") and verb is not None and verb.has("touched"):
            up = any(one.kind == "moves" and one.first == "up" for one in near)
            return "high" if up or "突破" in here.text(token.outer[0], token.start) else "low"
    return ""
