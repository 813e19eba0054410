"""Whose price a change is, where the name stands behind it: "a 5% drop in Apple shares", "a 1% decline for the Dow"."""

from __future__ import annotations

import re

from events.reading.clauses import Item
from events.reading.companies_context import goes_on
from events.reading.price_governing import Governing
from events.reading.scene import NOBODY, Scene, Topic
from events.reading.subjects import is_subject

BEHIND = " behind it"
_LINK = re.compile(
    r"\s(?P<link>for|in|by|of|from)\s(?P<shares>(?:the\s)?(?:shares|stock)\s(?:of|in)\s)?(?:the\s)?(?:broader\s|wider\s)?"
)
_OF_SOMEBODY = ("for", "by", "of")
_SHARES_BEHIND = re.compile(r"(?:'s)?\s(?:shares|stock|index)\b")


def named_behind(here: Scene, said: Governing) -> Topic | None:
    """Return whom a noun of change right behind its figure is said of; None where no name is joined to it.

    NOBODY where the name is one that we do not know, or that owns something else: "a 5% drop in Apple's revenue".
    """
    word = said.word
    if here.held.name != "en" or word is None or not said.rule.endswith("behind the figure"):
        return None
    if not any(one.kind == "noun-forms" and one.span == word.span for one in here.items):
        return None
    found = _LINK.match(here.held.text, word.end, here.end)
    if found is None:
        return None
    at = found.end()
    items = [one for one in here.items if one.start >= at]
    if not items or items[0].start > at or not is_subject(items[0]):
        spelled = here.text(at, at + 1).isupper() and not (items and items[0].start == at)
        return NOBODY if spelled and found["link"] in _OF_SOMEBODY else None
    return _of(here, items, shares=bool(found["shares"]))


def _of(here: Scene, items: list[Item], *, shares: bool) -> Topic:
    name, following = items[0], items[1] if len(items) > 1 else None
    text = here.held.text
    if following is not None and is_subject(following) and goes_on(here.text(name.end, following.start)):
        return NOBODY  # one figure for several, which may be their average
    price = shares or name.value.kind == "index" or _SHARES_BEHIND.match(text, name.end) is not None
    near_metric = following is not None and following.kind in ("metric", "target") and following.start - name.end <= 4
    if near_metric or (not price and text.startswith("'s", name.end)):
        return NOBODY
    return Topic("price" if price else "company", (name.value,), at=name.start, near=True, rule=f"{name.text}{BEHIND}")
