"""What a figure of a sentence is: a metric's value, its growth, what had been expected, the year before, or not ours.

Read from the words between the figure before and this one, and from those that follow it up to the next comma.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from events.reading.clauses import Item
from events.reading.metrics import HEADS, Line, counted_in, metric_of, segment_owner
from events.reading.reported_asides import is_in_an_aside
from events.reading.reported_beside import LOST, ends_an_aside, is_of_a_price, is_of_another, is_the_whole, tells_none
from events.reading.reported_compared import (
    goes_on_from_a_year_ago,
    is_expected,
    is_foreseen,
    is_of_the_year_before,
    is_some_time_ago,
    leads_to,
)
from events.reading.reported_parts import measures_something_else
from events.reading.reported_places import A_SHARE, PERCENTS, Place

Role = Literal[
    "value", "vague", "growth", "above", "times", "expected", "prior", "change", "points", "share", "part", "none"
]
_VERBS = frozenset(("lost", "sold", "delivered", "deliver", "shipped", "损失", "亏了", "售出", "卖出", "交付了"))
_ADDED = frozenset(("added", "adds", "gained", "gains"))  # "added 8.8 million subscribers"
_GLUE = {
    "zh": re.compile(r"(?:左右|以上|多|余|上下|人民币)?(?:的|之|用于|不同寻常的)?"
                     r"(?:年度|季度|净|总|新增|额外|不同寻常的)?"),
    "en": re.compile(
        r"\s*(?:-)?(?:in|of|for|on|to|as|worth of|a share in)?\s*(?:(?:its|the|a|total|quarterly|annual|record|"
        r"additional|new|"
        r"planned|adjusted|net|this year's|fresh)\s*){0,2}",
    ),
    "vi": re.compile(r"\s*(?:cho|về|tiền|vào|của|để|mỗi|trên mỗi)?\s*(?:các|khoản|mức)?\s*"),
}  # fmt: skip
_EARLIER = {
    "en": re.compile(
        r"\b(?:from|than|against|versus|instead of)\s+(?:(?:an?|its|the|their|his)\s+)?"
        r"(?:earlier|previous|prior|former|old|initial|original|Jan\w+|Feb\w+|March|April|May|June|July|Aug\w+|[SOND]\w+ber)\s+(?:[a-z-]+\s){0,3}?"
        r"(?:plan|target|forecast|guidance|outlook|range|estimate|projection|view|goal)"
        r"(?:\s(?:of|for|at|between|that was))?(?:\s(?:about|around|roughly|up to))?\s*$"
        r"|\b(?:having|previously|earlier|initially|originally|previously had)\s(?:previously\s|earlier\s)?"
        r"(?:forecast|guided|expected|projected|predicted|targeted|seen|aimed)\b[^,;.]{0,32}$"
        r"|\b(?:end|top|bottom|middle|midpoint) of (?:its|the|their|an?)\s(?:[a-z-]+\s){0,3}?"
        r"(?:range|forecast|guidance|outlook|target)(?:\s(?:of|between))?\s*$",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"(?:此前|先前|原先|原来|之前)(?:预计|预期|预测|指引|目标|计划|给出|设定)?的?"
        r"(?:预期|预测|指引|目标|计划|区间)?(?:的|为|是)?$|(?:指引|预期|预测|目标|展望)(?:区间)?[从由][^，。；]{0,12}$"
    ),
    "vi": re.compile(r"(?:mục tiêu|kế hoạch|dự báo)(?:\s\S+){0,3}?\s(?:trước đó|trước đây|ban đầu)(?:\slà)?\s*$"),
}  # fmt: skip
_MONEY = re.compile(r"美元|人民币|元|港元|USD|đô|đồng|dollars|yuan|euro|con số|位数|digit", re.IGNORECASE)
_HELD_AGAINST = re.compile(
    r"\b(?:compared (?:with|to)|versus|vs\.?|against|than)\s"
    r"(?:an?\s|the\s|(?:net\s)?(?:income|profit|loss)(?:\sof)?\s)*$"
)
_ALSO = re.compile(r",?\sor\s(?:an?\s)?")  # "a loss of $16.6 billion, or $3.88 a share, a year earlier"
_HELD_FIGURE = re.compile(
    r"\b(?:compared (?:with|to)|versus|vs\.?|against|than)(?:\s[a-z]+){0,4}\s[$€£¥]?[\d.,]+(?:\s[a-z]+)?$"
)
# "net loss was $6.85 billion, compared with net income of $239 million, or 12 cents": of now and of the year before.
_HELD_RESULT = re.compile(
    r"\b(?:compared (?:with|to)|versus|vs\.?|against)\s(?:an?\s|the\s)?(?:net\s|operating\s)?"
    r"(?:income|profit|loss|earnings)(?:\sof)?\s(?P<figure>[$€£¥]?\d[\d.,]*(?:\s[a-z]+){0,2}(?:\s(?:a|per)\sshare)?)?$"
)
# "raised its forecast to $6.5 billion to $6.8 billion from $6.2 billion to $6.6 billion": the end of what was before.
_FROM_A_RANGE = re.compile(
    r"\b(?:to|of|at|between)\s[$€£¥]?\d[\d.,]*(?:\s[a-z]+)?(?:\s(?:to|and)\s[$€£¥]?\d[\d.,]*(?:\s[a-z]+)?)?,?\s"
    r"(?:up\s|down\s)?from\s[$€£¥]?\d[\d.,]*(?:\s[a-z]+)?\s(?:to\s|and\s)?$"
)
THE_OTHER_END = "the other end of the range before"
_FROM_FIGURE = re.compile(r"\bfrom(?:\s[a-z]+){0,3}\s[$€£¥]?[\d.,]+(?:\s[a-z]+)?$")
_RATE_BEFORE = re.compile(
    r"(?:so với(?: mức)?|từ mức|than|compared (?:with|to)|versus|down from|up from|低于上年同期的|高于上年同期的"
    r"|较上年同期的|较去年同期的)\s*(?:the\s)?$"
)
_A_RATE_OF_BEFORE = re.compile(r"(?:较|比|低于|高于)(?:上|前一?|首|次|第[一二三四])(?:一)?(?:季度?|月|周)的?$")
# "较2019年同期增长29%" is no growth over the year before.
_AGAINST_A_YEAR = re.compile(
    r"(?:较|比|相比|对比|与)20[012]\d年(?:同期|上半年|下半年|第?[一二三四]季度)?"
    r"|so với (?:cùng kỳ )?(?:năm )?20[01]\d\b"
    r"|\b(?:compared (?:with|to)|versus|from|than) (?:the same (?:quarter|period) (?:in|of) )?20[01]\d\b"
)
_YEAR_AGO = 60  # characters in which the year before may follow
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TO_A_FIGURE = re.compile(r"[了为达约近超逾至到的再均各分别仅只]|幅度|变动|变化|接近|大约")

_FOR = frozenset(("repurchases", "dividends", "acquisition", "capex", "AI capex", "R&D"))
_FROM = re.compile(r"\bfrom\s+(?:[a-z]+\s){0,2}\Z")
# The classes of words without which no figure is one that a company reports, unless it counts something.
_MEASURES = frozenset(("metric", "spend", "earn", "segment", "share", "expect"))
_DIRECT = 14  # characters between a word of growth and its figure


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What a figure is, by which word (`head`), in which direction it tells growth, and against what (yoy, qoq)."""

    role: Role
    head: Item | None = None
    own: bool = False  # the head stands with this figure, and is not carried over
    sign: int = 1
    against: str = ""
    rule: str = ""


def may_measure(line: Line) -> bool:
    """Tell whether `head_of` can find in a line what a figure measures, beside prices and other things unread."""
    return line.has(_MEASURES) or any(item.value.kind == "count" for item in line.of("figure"))


def head_of(place: Place) -> tuple[Item | None, str]:
    """Return the word that says what a figure measures, and how it was found: before it, or behind it."""
    before = [item for item in place.left if item.kind in HEADS and not is_the_whole(place, item)]
    outside = [item for item in before if not _in_brackets(place, item)]
    before = outside or before
    behind = _behind(place)
    last = before[-1] if before else None
    if behind and place.token.role == "to" and place.text[place.figure.end : behind.start].strip() == "on":
        behind = None  # "net profit dropped to $2.1 billion on revenue of $14.9 billion"
    if last is not None and last.kind == "spend" and (bought := _bought(place)):
        return bought, "what the money is for"
    if behind and (
        last is None or last.start < place.clause or last.kind in ("spend", "earn") or _bound(place, behind)
    ):
        return behind, "the metric behind the figure"
    if last is not None and last.kind == "earn" and A_SHARE.match(place.text, place.figure.end):
        return Item("metric", last.start, last.end, "EPS", last.text), "earned a share"
    if last is None and place.token.kind == "count":
        following = place.text[place.figure.end : place.figure.end + (16 if place.name != "en" else 40)]
        if metric := counted_in(place.figure.text, place.name) or counted_in(
            following.split(",")[0].split(".")[0], place.name
        ):
            return Item("metric", place.figure.start, place.figure.end, metric, place.figure.text), "what is counted"
    if last is None and place.name == "en" and (line := _line_that_grew(place)) is not None:
        return line, "the business line before its growth"
    return last, "the metric before the figure" if last else ""


def _line_that_grew(place: Place) -> Item | None:
    """Return the revenue of a business line that a verb of growth stands right behind: "Azure grew 40%"."""
    words = place.near("up", "down")
    if not words or place.token.kind not in PERCENTS or words[-1].has("noun"):
        return None
    lines = [one for one in place.near("segment") if 0 <= words[0].start - one.end <= 2 and segment_owner(one.value)]
    return Item("metric", lines[-1].start, lines[-1].end, "revenue", lines[-1].text) if lines else None


def _bought(place: Place) -> Item | None:
    """Return what money is spent on, where that follows the figure and what it is in another currency."""
    stop = re.search(r"[，,。;；\n]|\.\s", place.text[place.figure.end : place.line.end])
    end = min(place.figure.end + (stop.start() if stop else 60), place.figure.end + 60)
    found = [item for item in place.line.between(place.figure.end, end, "metric") if item.value in _FOR]
    return found[0] if found else None


def _in_brackets(place: Place, item: Item) -> bool:
    """Whether a word stands in brackets that close before the figure: an aside, such as how it was adjusted."""
    opened = place.text.rfind("(", place.left_start, item.start)
    return opened >= 0 and item.end <= place.text.find(")", opened) < place.figure.start


def _bound(place: Place, behind: Item) -> bool:
    between = place.text[place.figure.end : behind.start]
    return bool(between.strip()) and place.name != "en"


def _behind(place: Place) -> Item | None:
    at = place.figure.end
    glue = _GLUE[place.name]
    share = A_SHARE.match(place.text, at)
    for item in place.right:
        if item.end > place.stop or item.start > at + 24:
            return None
        if item.kind == "it":  # "to double its repurchases"
            continue
        between = place.text[at : item.start]
        if item.kind == "date" and at > place.figure.end and glue.fullmatch(between):
            at = item.end  # "a 25% jump in third-quarter revenue"
            continue
        if item.kind == "metric":
            if share and item.value in ("profit", "revenue"):
                return None
            return item if glue.fullmatch(between) else None
        if item.kind in (
            "segment",
            "mention",
            "up",
            "down",
            "infrastructure",
            "spend",
            "average",
            "annual",
        ) and glue.fullmatch(between):
            at = item.end
            continue
        return None
    return None


def reading_of(place: Place, carried: Item | None) -> Reading:
    """Return what the figure of a place is; `carried` is the head of the figure before it in the sentence."""
    token = place.token
    own, how = head_of(place)
    head = own or carried
    if (own is None or own.end <= place.clause) and (measures_something_else(place) or is_of_a_price(place)):
        return Reading("none", head)
    if own is None and head is not None and is_in_an_aside(place, head.start, head.end, place.token.outer[0]):
        return Reading("none", head)
    if _of_an_earlier_plan(place) or (is_of_another(place, own) if own else carried and ends_an_aside(place, carried)):
        return Reading("none", head, bool(own))
    if token.kind == "vague" and token.quantity is None and own is not None and own.kind in ("metric", "spend"):
        growing = [item for item in (*place.near("up"), *place.after("up")) if item.has("noun")]
        money = growing or _MONEY.search(place.text[place.figure.start : place.figure.end + 6])
        return Reading("vague" if money else "none", own, own=True, rule="a size without a figure")
    if token.kind in ("duration", "ordinal", "ratio") or token.quantity is None:
        return Reading("none", head, bool(own))
    if head is None and token.kind == "amount" and place.near("expect"):
        return Reading("expected", None, rule="what was expected")
    if head is None or (head.kind in ("price", "other") and not place.near("share")):
        return Reading("none", head, bool(own))
    moved = _moved(place, own)
    against = _against(place)
    if token.kind in ("percentage-points", "basis-points") or (token.kind == "points" and head.kind == "metric"):
        return _points(place, head, own, moved, against)
    if token.kind == "times" and not token.direction and place.near("up"):
        return Reading("times", head, bool(own), 1, rule="grown so many times")
    if token.kind in PERCENTS or (token.kind == "times" and token.direction):
        return _percent(place, head, own, moved, against)
    if token.kind in ("amount", "count", "bare", "vague"):
        return _amount(place, head, own, moved, against, how)
    return Reading("none", head, bool(own))


def _of_an_earlier_plan(place: Place) -> bool:
    """Tell whether a figure is what had been planned or forecast before: "up from an earlier target of $20bn"."""
    return bool(
        _EARLIER[place.name].search(place.text, max(place.line.start, place.figure.start - 60), place.token.outer[0])
    )


def _told_of_a_year_ago(place: Place) -> bool:
    """Tell whether a figure is compared with, and the year before stands behind: "versus $2bn, or $5, a year ago"."""
    text, start = place.text, place.left_start
    again = _ALSO.fullmatch(text, start, place.token.outer[0])
    held = _HELD_FIGURE.search(text, place.line.start, start) if again else None
    if _holds_a_result_against(place, again=bool(again)):
        return True
    if again and place.token.quantity is not None and _FROM_FIGURE.search(text, place.line.start, start):
        return True
    if not held and not _HELD_AGAINST.search(text, start, place.token.outer[0]):
        return False
    behind = [one for one in place.line.of("yoy", "date") if 0 <= one.start - place.figure.end <= _YEAR_AGO]
    return any(one.kind == "yoy" or one.value.kind == "year-ago" for one in behind)


def _holds_a_result_against(place: Place, *, again: bool) -> bool:
    """Tell whether a profit or loss is held against another one, of no other time that is told: of the year before."""
    found = _HELD_RESULT.search(place.text[place.line.start : place.left_start if again else place.token.outer[0]])
    if found is None or bool(found["figure"]) != again or place.line.between(place.left_start, place.stop, "expect"):
        return False
    behind = [one for one in place.right if one.kind == "date" and one.start - place.figure.end <= _YEAR_AGO]
    return all(one.value.kind == "year-ago" for one in behind)


def _moved(place: Place, own: Item | None) -> int:
    """Return 1 or -1 where a word of growth belongs to the figure, 0 where none does."""
    if place.token.direction:
        return 1 if place.token.direction == "up" else -1
    words = place.near("up", "down")
    if words and place.figure.start - words[-1].end <= (40 if place.name == "en" else _DIRECT + 10):
        return 1 if words[-1].first == "up" else -1
    behind = place.after("up", "down")
    if behind and behind[0].start - place.figure.end <= _DIRECT and _free(place, behind[0]):
        return 1 if behind[0].first == "up" else -1
    return 0


def _free(place: Place, item: Item) -> bool:
    return not [one for one in place.right if one.kind in HEADS and one.end <= item.start]


def _against(place: Place) -> str:
    words = [*place.near("yoy"), *place.after("yoy")]
    if words:
        return words[0].first
    dated = [one for one in (*place.near("date"), *place.after("date")) if one.value.kind == "year-ago"]
    return "yoy" if dated else ""


def _points(place: Place, head: Item, own: Item | None, moved: int, against: str) -> Reading:
    if place.near("contribute") or place.after("contribute"):
        return Reading("part", head, bool(own), rule="points that something contributes")
    if not moved:
        return Reading("none", head, bool(own))
    return Reading("points", head, bool(own), moved, against, "points up or down")


def _percent(place: Place, head: Item, own: Item | None, moved: int, against: str) -> Reading:
    verb = head.text.lower()
    if verb in LOST or (verb in _VERBS and (own is not None or not moved)):
        return Reading("none", head, bool(own))
    if place.near("share"):
        return Reading("share", head, bool(own), rule="a share of something")
    percent = head.kind == "metric" and metric_of(head.value) == "percent"
    noun = [one for one in place.near("up", "down") if one.has("noun")]
    came_from = place.token.role == "from" or _FROM.search(place.text, place.left_start, place.token.outer[0])
    if percent and (came_from or is_of_the_year_before(place)):
        return Reading("prior", head, bool(own), rule="of the year before")
    if percent and is_expected(place):
        return Reading("expected", head, bool(own), rule="what was expected")
    if percent and not own and _RATE_BEFORE.search(place.text, place.left_start, place.token.outer[0]):
        return Reading("prior", head, False, rule="a rate of before")
    if percent and _A_RATE_OF_BEFORE.search(place.text, place.left_start, place.token.outer[0]):
        return Reading("none", head, bool(own), rule="a rate of another time")
    if percent and not moved and not against:
        return Reading("value", head, bool(own), rule="a rate")
    if percent and not noun and place.token.role in ("to", "is", "at"):
        return Reading("value", head, bool(own), rule="a rate")
    if _AGAINST_A_YEAR.search(place.text, place.clause, place.figure.start):
        return Reading("none", head, bool(own), rule="against a year that is told")
    if (
        moved
        and [one for one in place.near("expect") if own is None or one.start > own.start]
        and not is_foreseen(place)
    ):
        return Reading("above", head, bool(own), moved, rule="how far from what was expected")
    if not moved and not noun and _goes_by_an_unknown_word(place):
        return Reading("none", head, bool(own), rule="which way is not known")
    if moved or against or noun:
        sign = moved or 1
        return Reading("growth", head, bool(own), sign, against, "growth in percent")
    return Reading("none", head, bool(own))


def _goes_by_an_unknown_word(place: Place) -> bool:
    """Tell whether a word that nobody knows stands between 同比 and its figure: it may say that it fell."""
    against = place.near("yoy")
    if place.name != "zh" or not against:
        return False
    return bool(_HAN.search(_TO_A_FIGURE.sub("", place.text[against[-1].end : place.token.outer[0]])))


def _comes_before(place: Place) -> str:
    """Return why an amount is one of before that another is measured against, "" for one that is not."""
    english, quantity = place.name == "en", place.token.quantity
    if is_of_the_year_before(place) or goes_on_from_a_year_ago(place):
        return "of the year before"
    if english and _told_of_a_year_ago(place):
        return "compared with a year ago"
    from_there = place.token.role == "from" and (quantity is None or quantity.high is None)
    if from_there or (english and _FROM.search(place.text[place.left_start : place.token.outer[0]])):
        return "from"
    if english and _FROM_A_RANGE.search(place.text, place.line.start, place.token.outer[0]):
        return THE_OTHER_END
    return "from, with how long ago" if place.name == "zh" and is_some_time_ago(place) else ""


def _amount(place: Place, head: Item, own: Item | None, moved: int, against: str, how: str) -> Reading:
    if why := tells_none(place, head, own):
        return Reading("none", head, bool(own), rule=why)
    if is_expected(place):
        return Reading("expected", head, bool(own), rule="what was expected")
    if why := _comes_before(place):
        return Reading("prior", head, bool(own), rule=why)
    words = place.near("up", "down")
    if (
        words
        and not words[-1].has("noun")
        and place.token.role != "to"
        and not leads_to(place)
        and place.figure.start - words[-1].end <= 4 + 4 * (place.name == "en")
    ) and (
        place.token.role == "by"
        or place.name != "en"
        or not own
        or own.start < words[-1].start
        or (words[-1].text.lower() in _ADDED and own.start >= place.figure.start)
    ):
        return Reading(
            "change", head, bool(own), 1 if words[-1].first == "up" else -1, against, "a change of an amount"
        )
    return Reading("value", head, bool(own), rule=how or "the metric of the figure before")
