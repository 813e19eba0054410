"""Which word says that a figure is a change: a verb before it, a noun behind it, the verb of the figure before."""

from __future__ import annotations

import re
from typing import NamedTuple

from events.reading.clauses import Item
from events.reading.figure import FigureToken
from events.reading.price_scene import CHANGE_KINDS
from events.reading.scene import Scene, Topic
from events.reading.subjects import is_subject
from events.reading.words import pattern

_SIGNS = ("+", "-", "−", "cộng", "trừ")
AGAIN = "the verb of the figure before, once more"
_COMPARED = ("higher", "lower")
_DETERMINED = re.compile(r"\b(?:an?|the)\s$", re.IGNORECASE)
_MARKS = {"▲": "up", "▼": "down", "↑": "up", "↓": "down", "△": "up", "▽": "down", "⬆": "up", "⬇": "down"}


class Governing(NamedTuple):
    """What says that a figure is a change: the direction, the word (None for a sign), where it stands, the rule."""

    direction: str
    word: Item | None
    span: tuple[int, int]
    rule: str


def governing(here: Scene, index: int, last: tuple[Item, Governing, Topic] | None) -> Governing | None:
    """Return what governs the figure at `index`, None where nothing does."""
    item = here.items[index]
    token = item.value
    left, right = _left(here, index), _right(here, index)
    if right is not None and last is not None and last[1].word is not None and last[1].word.span == right.span:
        between = here.text(last[0].value.outer[1], token.outer[0])
        if pattern("other-unit").fullmatch(between):
            return Governing(last[1].direction, last[1].word, last[1].span, "the verb of the figure before")
    if right is not None and (
        left is None
        or right.has("side")
        or not _touches(here, left.end, token.outer[0])
        or _is_one_noun(here, item, right)
    ):
        return Governing(right.first, right, right.span, f"{right.text} behind the figure")
    if left is not None:
        return Governing(_direction(left, token.direction), left, left.span, f"{left.text} before the figure")
    if (mark := _MARKS.get(here.held.text[token.start - 1 : token.start])) is not None:
        return Governing(mark, None, item.span, "the mark before the figure")
    if token.direction and token.kind != "times" and token.text.lower().startswith(_SIGNS):
        return Governing(token.direction, None, item.span, "the figure's sign")
    if token.kind in ("times", "fraction") and token.direction:
        return Governing(token.direction, None, item.span, f"{token.text} says it all")
    if last is not None:
        between = here.text(last[0].value.outer[1], token.outer[0])
        if token.quantity.unit != last[0].value.quantity.unit and pattern("other-unit").fullmatch(between):
            return Governing(last[1].direction, last[1].word, last[1].span, "the verb of the figure before")
        if token.kind == last[0].value.kind and pattern("again", here.held.name).search(
            here.text(last[0].end, token.start)
        ):
            return Governing(last[1].direction, last[1].word, item.span, AGAIN)
        if (
            token.kind in ("percent", "tenths")
            and last[0].value.kind in ("percent", "tenths")
            and _follows_name(here, index)
        ):
            return Governing(last[1].direction, last[1].word, item.span, "the verb of the company before")
    return None


def _is_one_noun(here: Scene, figure: Item, word: Item) -> bool:
    """Tell whether a figure and the noun behind it are one: "led by a 5% drop"."""
    before = here.text(max(here.start, figure.start - 6), figure.start)
    return here.text(figure.value.outer[1], word.start) == " " and bool(_DETERMINED.search(before))


def widened_to(here: Scene, item: Item) -> Governing | None:
    """Return what governs a figure that says how large a change has become: 涨幅扩大至3%."""
    token = item.value
    if here.held.name != "zh" or token.kind not in ("percent", "tenths"):
        return None
    for before in reversed(here.items):
        if before.end > token.start:
            continue
        if before.kind == "noun-forms":
            noun = _move_at(here, before)
            if noun is None or not pattern("widened").fullmatch(here.text(before.end, token.start)):
                return None
            return Governing(noun.first, noun, noun.span, f"{noun.text} become")
        if before.kind in ("figure", "mention"):
            return None
    return None


def _is_below(here: Scene, item: Item) -> bool:
    """Tell whether a word sets a figure against a level, and is no verb too ("off 3%")."""
    is_verb = any(one.kind == "moves" and one.span == item.span for one in here.items)
    return item.kind == "below" and not item.has("from") and not is_verb


def _direction(word: Item, written: str) -> str:
    return written if word.first == "either" else word.first


def _left(here: Scene, index: int) -> Item | None:
    token = here.items[index].value
    for before in range(index - 1, -1, -1):
        other = here.items[before]
        if other.end > token.start:
            continue
        if other.kind == "moves":
            if other.has("side") and not here.is_covered(other.end, token.outer[0], refused=("price", "it", "event")):
                return None
            if other.has("more"):
                other = _verb_before(here, before) or other
            return other if _reaches(here, other, token.outer[0]) and not _is_unsaid(other) else None
        if other.kind == "figure" and (other.value.kind in CHANGE_KINDS or other.value.kind == "bare"):
            return None
        if other.kind in ("mention", "metric", "target") or _is_below(here, other):
            return None
    return None


def _verb_before(here: Scene, index: int) -> Item | None:
    """Return the verb right before a word for "further": "rơi thêm 2%"."""
    more = here.items[index]
    verbs = [one for one in here.items[:index] if one.kind == "moves" and one.end <= more.start]
    return verbs[-1] if verbs and not here.text(verbs[-1].end, more.start).strip() else None


def _is_unsaid(item: Item) -> bool:
    return item.first == "flat" or item.has("relative")


def _reaches(here: Scene, word: Item, at: int) -> bool:
    if not here.is_covered(word.end, at, refused=("price", "it", "event")):
        return False
    return not re.search(r"[;；。]", here.text(word.end, at)) and len(here.text(word.end, at)) < 60


def _touches(here: Scene, start: int, end: int) -> bool:
    return here.is_covered(start, end)


def _right(here: Scene, index: int) -> Item | None:
    token, end = here.items[index].value, here.items[index].value.outer[1]
    for after in range(index + 1, len(here.items)):
        other = here.items[after]
        if other.kind == "convert" or _is_the_same_in_percent(here, token, other):
            end = max(end, other.value.outer[1] if other.kind == "figure" else end)
            continue
        if other.kind in ("filler", "span") or (other.start < token.outer[1] and other.kind != "noun-forms"):
            continue
        if other.kind in ("moves", "noun-forms"):
            word = other if other.kind == "moves" else _move_at(here, other)
            if word is None or word.first == "flat":
                return None
            is_noun = (
                word.has("side")
                or word.has("noun")
                or word.has("limit")
                or any(one.kind == "noun-forms" and one.span == word.span for one in here.items)
            )
            gap = here.text(end, word.start)
            plain = not re.search(r"[,;:，；：。、（()）]", gap) and len(gap) < 24
            plain = plain or (gap == ", " and word.text.lower() in _COMPARED)  # "10.37 points, or 0.1%, higher"
            return word if is_noun and plain and here.is_covered(end, word.start) else None
        return None
    return None


def _is_the_same_in_percent(here: Scene, token: FigureToken, other: Item) -> bool:
    """Tell whether a figure tells the change of points before it once more: "10.37 points, or 0.1%, higher"."""
    if other.kind != "figure" or token.kind != "points" or other.value.kind != "percent":
        return False
    return bool(pattern("other-unit").fullmatch(here.text(token.outer[1], other.value.outer[0])))


def _move_at(here: Scene, noun: Item) -> Item | None:
    return next((one for one in here.items if one.kind == "moves" and one.span == noun.span), None)


def _follows_name(here: Scene, index: int) -> bool:
    """Tell whether a figure stands right behind a company's name: "and Tesla 7.1%"."""
    token = here.items[index].value
    for before in range(index - 1, -1, -1):
        other = here.items[before]
        if other.kind == "filler" or other.end > token.outer[0]:
            continue
        return is_subject(other) and not here.text(other.end, token.outer[0]).strip(" ,、)）")
    return False
