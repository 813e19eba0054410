"""Lists of companies with a list of as many figures: "A and B fell 2% and 3%, respectively", 阿里与京东分别跌2%、3%."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple, cast

from msgspec.structs import replace

from events.model import Direction, Move
from events.reading.clauses import Item
from events.reading.companies import Mention
from events.reading.price_page import Found, Page
from events.reading.price_scene import signed
from events.reading.scene import Scene
from events.reading.subjects import group_left, is_subject
from events.reading.words import pattern

_CHANGES = ("percent", "tenths", "points")
_PASSED = ("filler", "date", "price", "each", "moves", "noun-forms", "part", "lately")


class _List(NamedTuple):
    """Companies, and the figures that are theirs in the same order."""

    names: tuple[Mention, ...]
    figures: tuple[Item, ...]


def each_its_own(here: Scene, found: list[Found], page: Page) -> list[Found]:
    """Give each company of a list its own figure, where the text says "respectively" or has as many figures."""
    if not found:
        return found
    each = [item for item in here.items if item.kind == "each"]
    markers = [item for item in each if item.first == "respectively" or item.text == "各"]
    for marker in markers:
        told = _list_at(here, marker)
        if told is not None and len(told.names) == len(told.figures) > 1:
            found = _dealt_out(here, found, told, page)
        elif marker.first == "respectively":
            values = [] if told is None else _values(told.figures)
            found = [one for one in found if len(values) < 2 or not _is_of(one, values)]
    if markers:
        return found
    figures = [item for item in here.items if item.kind == "figure" and item.value.kind in _CHANGES]
    symbols = list(dict.fromkeys(one.claim.symbol for one in found))
    if len(symbols) < 2 or not _is_one_for_each(here, figures, found):
        return found
    if len(figures) != len(symbols):
        return []
    names = {item.value.symbol: item.value for item in here.items if is_subject(item)}
    told = _List(tuple(names[symbol] for symbol in symbols if symbol in names), tuple(figures))
    return _dealt_out(here, found, told, page) if len(told.names) == len(figures) else found


def _list_at(here: Scene, marker: Item) -> _List | None:
    """Return the companies and figures that a word for "respectively" joins, None where it joins none."""
    place = here.items.index(marker)
    if here.held.name == "en":
        figures = _figures(here.items[place - 1 :: -1] if place else ())[::-1]
        first = figures[0] if figures else marker
    else:
        figures, first = _figures(here.items[place + 1 :]), marker
    named = [index for index, item in enumerate(here.items) if is_subject(item) and item.end <= first.start]
    if not named or not figures:
        return None
    between = here.items[named[-1] + 1 : here.items.index(first)]
    if any(item.kind not in _PASSED for item in between):
        return None
    return _List(group_left(here, named[-1]), tuple(figures))


def _figures(items: tuple[Item, ...] | list[Item]) -> list[Item]:
    """Return the figures of a change up to the first company."""
    figures: list[Item] = []
    for item in items:
        if item.kind == "mention":
            break
        if item.kind == "figure" and item.value.kind in _CHANGES:
            figures.append(item)
        elif item.kind == "figure" and figures:
            break
    return figures


def _values(figures: tuple[Item, ...]) -> list[float]:
    return [abs(item.value.quantity.value) for item in figures if item.value.quantity is not None]


def _is_of(one: Found, values: list[float]) -> bool:
    claim = one.claim
    return isinstance(claim, Move) and claim.stated is not None and abs(claim.stated.value) in values


def _dealt_out(here: Scene, found: list[Found], told: _List, page: Page) -> list[Found]:
    """Return the claims with those of a list dealt out: one for each company, with its own figure."""
    symbols, values = [name.symbol for name in told.names], _values(told.figures)
    theirs = [one for one in found if one.claim.symbol in symbols and _is_of(one, values)]
    if not theirs:
        return found
    lead = cast(Move, theirs[0].claim)
    out = []
    for symbol, item in zip(symbols, told.figures, strict=True):
        base = next((one for one in theirs if one.claim.symbol == symbol), theirs[0])
        before = [one for one in here.within(here.start, item.start) if one.kind in ("moves", "figure", "mention")]
        own = before[-1].first if before and before[-1].kind == "moves" else ""
        direction = cast(Direction, own) if own in ("up", "down") else lead.direction
        quantity = signed(item.value.quantity, direction)
        claim = replace(cast(Move, base.claim), symbol=symbol, stated=quantity, direction=direction)
        out.append(Found(claim, base.start, max(base.end, item.end), (*base.rules, "respectively")))
        page.figures.add(item.end)
    at = found.index(theirs[0])
    rest = [one for one in found if one not in theirs]
    before_it = sum(1 for one in found[:at] if one not in theirs)
    return [*rest[:before_it], *out, *rest[before_it:]]


def _is_one_for_each(here: Scene, figures: list[Item], found: list[Found]) -> bool:
    """Tell whether a list of companies has a list of as many figures: "A and B fell 2% and 3%"."""
    lists = all(
        pattern("between-figures").fullmatch(here.text(one.value.outer[1], other.value.outer[0]))
        for one, other in pairwise(figures)
    )
    named = {one.claim.symbol for one in found if one.claim == replace(found[0].claim, symbol=one.claim.symbol)}
    return len(figures) > 1 and lists and len(named) == len({one.claim.symbol for one in found})
