"""Which part of a session a move is told of: its open, its close, an extreme of the day, or a loss once suffered.

And which figures beside a verb are no move at all: averages, moves undone, prices reached.
"""

from __future__ import annotations

from events.reading.clauses import Item
from events.reading.price_windows import Told
from events.reading.scene import Scene
from events.reading.words import is_told, pattern

_REACH = 80  # characters before a figure: longer than any phrase that undoes a move
_WIDEST_RANGE = 3  # of a change told in money: beyond that the second figure is the price


def built_part(window: Told) -> bool:
    """Tell whether a figure is the extreme of a day: "as much as 3%" is told as a bare one."""
    return window.fields.get("part") == "intraday" or bool(window.fields.get("suffered"))


def with_part(here: Scene, window: Told, word: Item | None, figure: Item) -> Told:
    """Return a window with the part of the day that the verb, or the words before the clause, tell: open or close."""
    verb = next((one for one in reversed(here.items) if one.kind == "verbs" and one.end <= figure.start), None)
    until = min(word.start, figure.value.outer[0]) if word is not None else figure.value.outer[0]
    said = verb if verb is not None and verb.end <= until and here.is_covered(verb.end, until) else None
    parts = [
        one for one in (word, said, _closing_before(here, figure), _opening_of_all(here, figure)) if one is not None
    ]
    if word is not None and here.text(word.start - 8, word.start).lower() == "briefly ":
        return Told({**window.fields, "part": "intraday"}, window.own, window.rules)
    part = next((name for name in ("open", "close") if any(one.has(name) for one in parts)), "")
    return Told({**window.fields, "part": part}, window.own, window.rules) if part else window


def _opening_of_all(here: Scene, figure: Item) -> Item | None:
    """Return the word for the open that a sentence of several rows begins with: 三大指数集体高开，沪指涨0.15%."""
    number = here.clause_at(figure.value.outer[0])
    first = here.clauses[0]
    if number == 0 or first.has("figure") or not first.has("moves"):
        return None
    if any(one.has("close") for clause in here.clauses[: number + 1] for one in clause.of("verbs", "part", "moves")):
        return None
    return next((one for one in first.of("moves") if one.has("open")), None)


def _closing_before(here: Scene, figure: Item) -> Item | None:
    """Return the word for the close in a clause before that tells a time only: "At the close on Tuesday, ..."."""
    number = here.clause_at(figure.value.outer[0])
    if number == 0 or here.clauses[number - 1].has("moves", "figure", "mention", "price", "metric"):
        return None
    return next((one for one in here.clauses[number - 1].of("verbs", "part") if one.has("close")), None)


def suffered(word: Item | None, window: Told) -> dict[str, bool]:
    """A loss told as lost since news, not as where a price stands, may be measured to its deepest point."""
    lost = word is not None and word.has("loss") and window.fields.get("span") == "since" and "news" in window.fields
    return {"suffered": True} if lost else {}


def is_undone(here: Scene, figure: Item) -> bool:
    """Tell whether a move is one that a price came back from: "recovered from a 5% fall"."""
    places = (figure.value.outer[0], figure.start)  # "just shy of" is a hedge too
    return any(is_told("undone", here.text(max(here.start, at - _REACH), at)) for at in places)


def is_supposed(here: Scene, figure: Item) -> bool:
    """Tell whether a move is one on which somebody would act: 苹果跌5%我就加仓."""
    return here.held.name == "zh" and bool(pattern("acted-on").match(here.held.text, figure.value.outer[1]))


def is_a_level(here: Scene, figure: Item) -> bool:
    """Tell whether an amount is a price reached, or a change with the price behind it: "as low as $5", "$1 to $9"."""
    quantity = figure.value.quantity
    if figure.value.kind != "amount":
        return False
    apart = quantity.high is not None and quantity.high > _WIDEST_RANGE * quantity.value
    return apart or bool(pattern("touches").search(here.text(figure.value.outer[0] - 12, figure.value.start)))


def is_pooled(here: Scene, figure: Item) -> bool:
    """Tell whether a figure is that of several taken together: "fell an average of 5%"."""
    clause = here.clauses[here.clause_at(figure.start)]
    several = len({one.value.symbol for one in clause.of("mention")}) > 1
    pooled = [one for one in clause.of("pooled") if several or not one.has("several")]
    return bool(pooled) or is_told("each-time", here.text(clause.start, clause.end))
