"""Whether a figure is not what happened but what it is held against: what was expected, or the year before."""

from __future__ import annotations

import re

from events.reading.clauses import Item
from events.reading.metrics import HEADS
from events.reading.reported_places import PERCENTS, RESULTS, Place

_ALSO_A_SHARE = re.compile(r"[、，,和及或]\s*(?:合|折合|约合|即|或)?每股(?:收益|盈利|摊薄收益)?(?:为)?\s*")
# "全年赚97亿元，上年亏蚀66亿元": 上年 is the time that compares with the one told of.
_LAST_YEAR = re.compile(
    r"\s*(?:而)?上年(?:度|同期)?(?:则)?(?:为|录得|录)?(?:赚|亏|净亏|净赚|蚀|纯利|盈利|利润|净利|\d)"
)
_PAUSE = re.compile(r"[，,；;。]")

_OPENING = 16  # characters before what others had expected, at the beginning of a sentence
_PASSED = re.compile(r"\b(?:beat|beating|topp(?:ed|ing)|miss(?:ed|ing)|exceed(?:ed|ing)|surpass(?:ed|ing))\sthe\s$")
_MARK = re.compile(r"[\s-](?:mark|level|threshold|milestone|record|goal|target|barrier)\b")
_HAD_EXPECTED = re.compile(
    r"\b(?:(?:had|were|was)\s\w+(?:\s\w+)?|expected|predicted|projected|anticipated|looked for)$", re.IGNORECASE
)


# A sentence that tells nothing but what others expected.
_OF_ANALYSTS = re.compile(
    r"(?:Analysts|Economists|Wall Street)(?:\s\w+){0,5}?\s(?:had\s)?(?:been\s)?"
    r"(?:expect(?:ed|ing)|projected|predicted|looking for)\s(?:(?!\b(?:but|while|and it)\b).)*$"
)


def leads_to(place: Place) -> bool:
    """Whether a word between growth and figure says where it went: 增长至预计."""
    words = place.near("up", "down")
    between = place.text[words[-1].end : place.figure.start] if words else ""
    return bool(re.match(r"\s*(?:了)?(?:至|到|to\b|lên|xuống)", between))


def is_some_time_ago(place: Place) -> bool:
    """Whether the figure is where something came from some time ago: 从六个月前的100万."""
    return bool(
        re.search(
            r"[从由][^，,]{0,3}?(?:[一二三四五六七八九十半两\d]+个?(?:月|年|季度))前的?$",
            place.text[max(place.line.start, place.figure.start - 14) : place.token.outer[0]],
        )
    )


def is_expected(place: Place) -> bool:
    """Whether the figure is one that others had expected."""
    if place.name == "en" and _OF_ANALYSTS.match(place.text, place.line.start, place.figure.start):
        return True
    words = [
        one for one in place.left
        if one.kind == "expect" and one.start >= place.clause and not _behind_the_last(place, one)
    ]  # fmt: skip
    lift = place.near("lift", "compare")
    metric_after = [one for one in place.left if one.kind in HEADS and words and one.start > words[-1].end]
    if metric_after and place.left_start > place.line.start and not words[-1].has("plain"):
        # "earned $1.86 a share, while analysts had forecast a loss of 42 cents": held against the figure before.
        metric_after = [one for one in metric_after if one.value not in RESULTS]
    if metric_after and words[-1].start - place.line.start <= _OPENING and _HAD_EXPECTED.search(words[-1].text):
        return True  # "Analysts had expected revenue of $15 billion."
    if words and not metric_after and (not words[-1].has("plain") or lift):
        return True
    passed = place.name == "en" and _PASSED.search(place.text, place.left_start, place.figure.start)
    if passed and not _MARK.match(place.text, place.figure.end):
        return place.left_start > place.line.start and not metric_after  # "beating the 15.2 billion yuan average of"
    behind = place.after("expect")
    if behind and place.line.between(place.figure.end, behind[0].start, "lift"):
        return False  # "sales of $3 billion beat estimates"
    if behind and place.name == "en" and behind[0].start - place.figure.end <= 1 and not behind[0].has("plain"):
        return place.left_start > place.line.start  # "fell to $12.7 billion, edging past the $12.5 billion consensus"
    if behind and behind[0].start - place.figure.end <= 12 + 18 * (place.name == "en"):
        return bool(lift) or compares(place)
    return False


def is_foreseen(place: Place) -> bool:
    """Whether a plain word of expectation before a change says that it is to come: "dự kiến giảm 8%"."""
    words = place.near("expect")
    moves = [one for one in place.near("up", "down") if words and one.start >= words[-1].end]
    if not moves or not all(one.has("plain") for one in words):
        return False
    return not [one for one in place.near("lift", "compare") if one.end <= words[0].start]


def _behind_the_last(place: Place, word: Item) -> bool:
    """Whether a word right behind the figure before belongs to that one: "above the 3.68bn expected"."""
    near = word.has("plain") and word.start - place.left_start <= 2 and place.left_start > place.line.start
    return near and not [one for one in place.left if one.kind in ("lift", "compare") and one.end <= word.start]


def compares(place: Place) -> bool:
    """Whether a word of comparison stands before the figure."""
    return bool([one for one in place.left if one.kind in ("lift", "compare")])


def _is_right_behind(place: Place, compared: Item) -> bool:
    """Whether a figure follows a word of comparison, with no more between than a word for a profit or a loss."""
    between = [one for one in place.left if one.start >= compared.end]
    results = [one for one in between if one.kind == "earn" or (one.kind == "metric" and one.value in RESULTS)]
    return place.figure.start - compared.end <= 6 + sum(one.end - one.start + 8 for one in results[-1:])


def goes_on_from_a_year_ago(place: Place) -> bool:
    """Whether an amount a share goes on what was told of the year before: 去年同期为15.8亿美元、每股1.03美元."""
    if place.name != "zh" or not _ALSO_A_SHARE.fullmatch(place.text, place.left_start, place.token.outer[0]):
        return False
    ago = [one for one in place.line.of("date") if one.value.kind == "year-ago" and one.end <= place.left_start]
    return bool(ago) and not _PAUSE.search(place.text, ago[-1].end, place.left_start)


def is_of_the_year_before(place: Place) -> bool:
    """Whether the figure is the one of the period before that growth is measured against."""
    if place.name == "zh" and place.left_start > place.line.start and _LAST_YEAR.match(place.text, place.clause):
        return True
    if place.token.role == "to" or leads_to(place):
        return False
    own = place.near("date")
    if own and own[-1].value.kind == "year-ago":
        between = [
            one for one in place.left
            if one.start >= own[-1].end and one.kind in ("metric", "up", "down", "lift") and one.value not in RESULTS
        ]  # fmt: skip
        return not between
    before = [one for one in own if one.value.kind in ("year", "quarter")]
    compared = place.near("compare")
    if before and compared and compared[-1].end <= before[-1].start and not place.near("metric"):
        return True
    dated = [
        one
        for one in place.after("date")
        if one.value.kind in ("year", "quarter") and one.value.parts.relative_quarter != -1
    ]
    if compared and dated and dated[0].start - place.figure.end <= 12 and _is_right_behind(place, compared[-1]):
        return place.token.kind not in PERCENTS
    behind = [one for one in place.after("date", "yoy") if one.kind == "yoy" or one.value.kind == "year-ago"]
    if not behind or behind[0].start - place.figure.end > {"zh": 4, "en": 20, "vi": 40}[place.name]:
        return False
    return place.token.kind not in PERCENTS and (
        place.token.role == "from"
        or bool(compares(place))
        or (
            place.name == "en"
            and bool(
                re.search(
                    r"\b(?:from|versus|against|with|than)\s+(?:[a-z]+\s){0,2}$",
                    place.text[place.left_start : place.figure.start],
                )
            )
        )
    )
