"""Shares of somebody whom the table of companies does not know: they never belong to the company spoken of last.

"Meta fell 3%. Its supplier's shares fell 11%", 富吧公司股价, "Cổ phiếu FBR": the words that touch the word for shares
name an owner, and none that is held.
"""

from __future__ import annotations

import re

from events.reading.clauses import Item
from events.reading.scene import Scene, Topic
from events.reading.words import pattern

_NAMED = ("mention", "date", "metric", "segment", "part", "event")
# A name behind a word that leads to another clause: "and in Milan the Foobar rose", "while Acme Corp. fell".
_STRANGER = re.compile(
    r"\b(?:and|while|but|whereas|và|còn|trong khi|nhưng)\s(?:in\s[A-Z]\w+(?:\s[A-Z]\w+)?,?\s)?(?:the\s)?"
    r"(?P<name>[A-Z\u0110][\w&.'’-]*(?:\s[A-Z\u0110][\w&.'’-]*)*)\s"
)
# A name that a clause begins with: two words with capitals at least, or a word for a company.
_OPENS = re.compile(
    r"(?:(?:[A-Z][\w&'’-]*\s){1,4}(?:Inc|Corp|Co|Ltd|Plc|PLC|Group|Holdings)\.?\s|(?:[A-Z][\w&'’-]*\s){2,5})$"
)
_EMPTY = ("filler", "it")  # tokens that a name may hold: "Foobar Holdings", 富吧公司
_BEHIND_AN_OWNER = re.compile(r"[\s的\"”’」』）)·]+$")


def is_of_a_stranger(here: Scene, item: Item) -> bool:
    """Tell whether the words that touch a word for shares (or for a company) name an owner who is not known."""
    return _owned_before(here, item) or _owned_behind(here, item)


def tells_of_a_stranger(here: Scene, subject: Topic, position: int) -> bool:
    """Tell whether a name that is not known stands between a change of a company and the next: "and Acme jumped 8%".

    `position` is where the words of that next change begin.
    """
    if here.held.name == "en" and subject.carried and opens_with_a_stranger(here, position):
        return True
    if here.held.name == "zh" or not 0 <= subject.at < position or subject.at < here.start:
        return False
    told = [one.end for one in here.items if one.kind == "figure" and subject.at < one.start and one.end <= position]
    if not told:
        return False
    known = [one for one in here.items if one.kind in _NAMED and one.start >= told[0]]
    return any(
        not any(one.start < found.end("name") and found.start("name") < one.end for one in known)
        for found in _STRANGER.finditer(here.held.text, told[0], position)
    )


def opens_with_a_stranger(here: Scene, position: int) -> bool:
    """Tell whether a clause begins with the name of a company that nobody knows: "Blue Pine Corp. sank 12%"."""
    main = here.memory.main
    if main is not None and main.span == (0, 0):
        return False  # the user says whom a text is about
    clause = here.clauses[here.clause_at(position)]
    found = _OPENS.match(here.held.text, clause.start, position)
    return found is not None and not any(
        one.kind in _NAMED and one.start < found.end() and found.start() < one.end for one in clause.items
    )


def _owned_before(here: Scene, item: Item) -> bool:
    name = here.held.name
    if pattern("definite", name).match(item.text):
        return False
    if any(
        one.kind == "it"
        and pattern("definite", name).match(one.text)
        and not here.text(one.end, item.start).strip(" 的'’s")
        for one in here.items
        if one.end <= item.start
    ):
        return False  # 该公司股价
    begin = here.clauses[here.clause_at(item.start)].start
    if pattern("any-one", name).search(here.text(begin, item.start)):
        return True
    start = max([begin, *_ends_before(here, item.start)])
    region = here.text(start, item.start)
    unknown = _unknown(here, start, item.start)
    if pattern("another", name).search(region):
        return True
    if not unknown or _is_the_one_given(here, unknown):
        return False
    if name == "zh":
        return not pattern("lead-in", name).search(_BEHIND_AN_OWNER.sub("", region))
    return bool(pattern("owner-before", name).search(region))


def _owned_behind(here: Scene, item: Item) -> bool:
    name = here.held.name
    if name == "zh":
        return False
    link = pattern("of-somebody", name).match(here.held.text, item.end, here.end)
    start = link.end() if link is not None else item.end
    start = max([start, *(one.end for one in here.items if item.end <= one.start < start < one.end)])  # "của công ty"
    end = min([here.end, *(one.start for one in here.items if one.start >= start and one.kind not in _EMPTY)])
    if link is not None or pattern("ends-of-somebody", name).search(item.text):
        unknown = _unknown(here, start, end)
        return bool(unknown) and not _is_the_one_given(here, unknown)
    if _is_the_one_given(here, _unknown(here, start, end)):
        return False
    return bool(pattern("owner-behind", name).match(here.text(start, end).lstrip()))


def _is_the_one_given(here: Scene, words: str) -> bool:
    """Tell whether words begin like the ticker that the user named: "Acme Widgets" where ACME is meant."""
    main = here.memory.main
    return main is not None and len(main.symbol) > 1 and words.lower().startswith(main.symbol.split(".")[0].lower())


def _ends_before(here: Scene, position: int) -> list[int]:
    return [one.end for one in here.items if one.end <= position and one.kind not in _EMPTY]


def _unknown(here: Scene, start: int, end: int) -> str:
    """Return the letters between two places that belong to no token."""
    kept, at = [], start
    for one in here.items:
        if start <= one.start and one.end <= end and one.start >= at:
            kept.append(here.text(at, one.start))
            at = one.end
    return "".join(re.findall(r"[^\W\d_]+", "".join([*kept, here.text(at, end)])))


def owns_a_metric(here: Scene, start: int, name: Item) -> bool:
    """Tell whether a clause is about a figure of a company: "doanh thu mảng ô tô của Tesla tăng 6%"."""
    if not pattern("figure-of", here.held.name).search(here.text(max(start, name.start - 8), name.start)):
        return False
    before = [
        one for one in here.items if start <= one.start < name.start and one.kind in ("metric", "price", "mention")
    ]
    return bool(before) and before[-1].kind == "metric"
