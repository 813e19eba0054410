"""Whom the words of a sentence are about: companies named, carried over from before, or a market segment in words.

`topic` looks to the left of a place in a sentence (`scene`). A name that only modifies another noun never is a subject.
"""

from __future__ import annotations

import msgspec

from events.reading.clauses import Clauses, Item
from events.reading.companies import COMPANY_KINDS, Mention
from events.reading.companies_context import goes_on
from events.reading.scene import NOBODY, Scene, Topic
from events.reading.strangers import is_of_a_stranger, opens_with_a_stranger, owns_a_metric
from events.reading.subjects_market import home_index, listed_there, of_market
from events.reading.words import pattern

_POSSESSIVES = ("its", "their")
# What a clause that only says who somebody is does not have.
_TELLING = ("moves", "verbs", "figure", "metric", "price", "cap", "noun-forms", "mention")
_TOPICS = frozenset(("metric", "target", "cap", "price", "segment", "mention", "it"))  # what a clause may be about


def is_subject(item: Item) -> bool:
    """Tell whether a token is a name that can be a subject."""
    return item.kind == "mention" and not item.value.modifies and bool(item.value.symbol)


def group_left(here: Scene, index: int) -> tuple[Mention, ...]:
    """Return the mention at `index` with those that stand in one list with it to its left, in the text's order."""
    group = [here.items[index]]
    at = index - 1
    while at >= 0:
        item = here.items[at]
        if item.kind == "filler" or item.kind in ("each", "price"):
            at -= 1
            continue
        if not is_subject(item) or not goes_on(_joined(here, item.end, group[0].start)):
            break
        group.insert(0, item)
        at -= 1
    unique: dict[str, Mention] = {}
    for one in group:
        unique.setdefault(one.value.symbol, one.value)
    return tuple(unique.values())


def _joined(here: Scene, start: int, end: int) -> str:
    return here.text(start, end).replace("股价", "").replace("'s", "").rstrip(" )）").lstrip(" )）") or "/"


def topic(here: Scene, position: int) -> Topic:
    """Return what the words before `position` are about, within their clause first, then in the clauses before."""
    clause = here.clause_at(position)
    found = _in_clause(here, clause, position)
    if found is not None and not found.pronoun:
        return found
    pronoun = found
    if found is None and (related := _related(here, clause, position)) is not None:
        return related
    for before in range(clause - 1, -1, -1):
        if _is_aside(here, before):
            continue
        end = here.clauses[before].end
        found = _first_in_clause(here, before) or _in_clause(here, before, end)
        if found is None:
            if _has_unknown_subject(here, before):
                return pronoun or NOBODY
            continue
        if found.pronoun:
            pronoun = pronoun or found
            continue
        if found.names or found.words or found.measure in ("price", "metric", "cap"):
            if pronoun is not None and found.measure == "metric" and not found.names:
                continue  # "it fell, when brokers stopped taking orders, and it rebounded"
            if pronoun is not None and found.measure != "metric":  # "Apple opened lower; it ended the day higher"
                near = pronoun.near
                return msgspec.structs.replace(found, near=near, carried=False, rule=f"{pronoun.rule}: {found.rule}")
            begins = here.is_covered(here.clauses[clause].start, position, refused=("say", "it"), lasting=True)
            if not begins:
                return NOBODY  # somebody stands there whom we do not know
            near = found.near and begins and found.measure == "company"
            return msgspec.structs.replace(
                found, near=near, carried=not near, rule=f"{found.rule}, from the clause before"
            )
    return pronoun or _carried(here, "no subject", near=False)


def _related(here: Scene, number: int, position: int) -> Topic | None:
    """Return the name right before a relative clause that begins with "which": "the Dow, which fell 1%"."""
    own = here.of_clause(number)
    if (
        number == 0
        or not own
        or here.items[own[0]].kind != "relative"
        or here.items[own[0]].start > here.clauses[number].start
    ):
        return None
    index = own[0] - 1
    if index < 0 or not is_subject(here.items[index]):
        return None
    if here.text(here.items[index].end, here.clauses[number].start).strip(" ,)"):
        return None
    near = here.is_covered(here.items[own[0]].end, position, refused=("say", "forecast"))
    return _named(here, number - 1, index, near) if near else None


def _has_unknown_subject(here: Scene, number: int) -> bool:
    """Tell whether a clause tells a change of somebody whom we do not know."""
    clause = here.clauses[number]
    verb = next((item for item in clause.items if item.kind == "moves"), None)
    figure = any(item.kind == "figure" and item.value.kind in ("percent", "tenths", "points") for item in clause.items)
    return verb is not None and figure and not here.is_covered(clause.start, verb.start)


def _is_aside(here: Scene, number: int) -> bool:
    """Tell whether a clause is a remark about a name: "which tests Nvidia's chips", "its nearest rival"."""
    clause = here.clauses[number]
    items = clause.items
    if not items or items[0].start > clause.start + 4:
        return False
    apposed = items[0].kind == "it" and items[0].text.lower() in _POSSESSIVES and 0 < number < len(here.clauses) - 1
    return items[0].kind == "relative" or (apposed and not clause.has(*_TELLING))


def _in_clause(here: Scene, number: int, position: int) -> Topic | None:
    pronoun: Item | None = None
    for index in reversed(here.of_clause(number)):
        item = here.items[index]
        if item.end > position or item.kind not in _TOPICS:
            continue
        near = here.is_covered(item.end, position, refused=("say", "forecast"))
        match item.kind:
            case "metric" if item.value == "economy" and pattern("by-a-cause").search(
                here.text(max(here.start, item.start - 4), item.start)
            ):
                continue
            case "metric" | "target":
                if (price := _price_before_a_cause(here, number, index)) is not None:
                    return _owned(here, number, price, "price", near=False)
                return Topic("metric", at=item.start, near=near, rule=f"{item.text} is no price")
            case "cap":
                return _owned(here, number, index, "cap", near)
            case "price":
                return _owned(here, number, index, "price", near)
            case "segment":
                return Topic("price", (), item.text, item.start, near, "a market segment")
            case "mention" if is_subject(item):
                return _named(here, number, index, near)
            case "it":
                pronoun = pronoun or item
            case _:
                pass
    return _of_the_pronoun(here, pronoun, position) if pronoun is not None else None


def _of_the_pronoun(here: Scene, pronoun: Item, position: int) -> Topic:
    if is_of_a_stranger(here, pronoun):
        return Topic(at=pronoun.start, rule=f"{pronoun.text} of somebody who is not known")
    last = here.memory.last
    if pronoun.text == "It" and pronoun.start == here.start and last.names and last.names[0].kind == "index":
        near = here.is_covered(pronoun.end, position, refused=("say",))
        return Topic("price", last.names[:1], "", -1, near, "It: the index spoken of last", True, pronoun=True)
    found = _carried(here, f"{pronoun.text}", near=here.is_covered(pronoun.end, position, refused=("say",)))
    return msgspec.structs.replace(found, pronoun=True)


def _price_before_a_cause(here: Scene, number: int, index: int) -> int | None:
    """Return the word for a price that an earlier part of the clause begins with, before a cause or a time is told."""
    for before in range(index):
        item = here.items[before]
        if (
            here.owner[before] == number
            and item.kind == "price"
            and pattern("cause", here.held.name).match(here.held.text, item.end)
        ):
            return before
    return None


def _first_in_clause(here: Scene, number: int) -> Topic | None:
    """Return what a whole clause is about: what it begins with, not what stands nearest to its end."""
    heads = [
        index
        for index in here.of_clause(number)
        if (item := here.items[index]).kind in ("price", "cap", "metric", "target", "segment") or is_subject(item)
    ]
    if not heads:
        return None
    first = here.items[heads[0]]
    following = here.items[heads[1]] if len(heads) > 1 else None
    if first.kind == "price":
        named = following is not None and is_subject(following) and here.is_covered(first.end, following.start)
        return (
            _named(here, number, heads[1], near=False) if named else _owned(here, number, heads[0], "price", near=False)
        )
    if not is_subject(first):
        return None
    last = heads[0]
    for place in heads[1:]:
        item = here.items[place]
        if is_subject(item) and goes_on(_joined(here, here.items[last].end, item.start)):
            last = place
            continue
        if item.kind == "price" and here.is_covered(here.items[last].end, item.start):
            return _owned(here, number, place, "price", near=False)
        if item.kind == "cap" and here.is_covered(here.items[last].end, item.start):
            return _owned(here, number, place, "cap", near=False)
        if item.kind in ("metric", "target") and here.is_covered(here.items[last].end, item.start):
            return None
        break
    return _named(here, number, last, near=here.is_covered(here.items[last].end, here.clauses[number].end))


def _named(here: Scene, number: int, index: int, near: bool) -> Topic:
    """Return the topic at a name: its shares where a word for them stands before it ("shares of Apple")."""
    item = here.items[index]
    names = group_left(here, index)
    kind = item.value.kind
    if kind == "index":
        return Topic("price", names, at=item.start, near=near, rule="an index")
    if kind in ("currency", "commodity"):
        return Topic("company", names, at=item.start, near=near, rule=f"a {kind}")
    first = next(one for one in here.items if one.kind == "mention" and one.value is names[0])
    if owns_a_metric(here, here.clauses[number].start, first):
        return Topic("metric", names, at=item.start, near=near, rule=f"a figure of {item.text}")
    for before in range(index - 1, -1, -1):
        other = here.items[before]
        if here.owner[before] < number or other.end > first.start:
            continue
        if other.kind == "price" and here.is_covered(other.end, first.start):
            return Topic("price", names, at=item.start, near=near, rule=f"{other.text} {item.text}")
        if other.kind == "cap" and here.is_covered(other.end, first.start):
            return Topic("cap", names, at=item.start, near=near, rule=f"{other.text} {item.text}")
        if other.kind == "metric" and here.is_covered(other.end, first.start):
            return Topic("metric", names, at=item.start, near=near, rule=f"{other.text} of {item.text}")
        if other.kind not in ("filler", "date"):
            break
    if here.held.name == "vi" and here.text(first.start - 4, first.start) == "của ":
        return Topic("metric", names, at=item.start, near=near, rule=f"something of {item.text}")
    return Topic("company", names, at=item.start, near=near, rule=item.text)


def _is_of_several(here: Scene, item: Item) -> bool:
    """Tell whether a word for shares is of companies that are only counted: 两家公司股价."""
    counts = [one for one in here.items if one.kind == "figure" and one.value.kind == "count" and one.end <= item.start]
    unit = counts[-1].value.quantity.unit if counts and counts[-1].value.quantity is not None else ""
    return unit == "companies" and here.is_covered(counts[-1].end, item.start)


def _owned(here: Scene, number: int, index: int, measure: str, near: bool) -> Topic:
    """Return the topic at a word for shares or market value: whose they are."""
    item = here.items[index]
    for before in range(index - 1, -1, -1):
        other = here.items[before]
        if here.owner[before] < number:
            break
        if other.end > item.start:
            continue
        if is_subject(other):
            names = group_left(here, before)
            return Topic(measure, names, at=item.start, near=near, rule=f"{other.text} {item.text}")
        if other.kind == "segment":
            return Topic(measure, (), other.text, item.start, near, f"{other.text} {item.text}")
        if other.kind == "metric" and not here.is_covered(other.end, item.start):
            break
    if is_of_a_stranger(here, item) or _is_of_several(here, item):
        return Topic(measure, at=item.start, near=near, rule=f"{item.text} of somebody who is not known")
    if item.has("index"):
        found = _carried(here, item.text, near=near, measure=measure, index=True, position=item.start)
        return found if found.names or not item.has("home") else home_index(here, item, near=near)
    earlier = _sentence_names(here, number)
    if earlier is not None:
        earlier = listed_there(here, earlier, item.text)
        return Topic(measure, earlier, at=item.start, near=near, rule=f"{item.text} of the clause before", carried=True)
    if item.has("market"):
        return of_market(here, item, measure, near=near)
    if words := _list_of_things(here, number, item):
        return Topic(measure, (), words, here.start, near, f"{item.text} of a list of things")
    return _carried(here, item.text, near=near, measure=measure)


def _list_of_things(here: Scene, number: int, item: Item) -> str:
    """Return what a price word sums up behind a list of things that are no companies: 芯片、核电，连接器，股价都..."""
    if number < 2 or not any(one.kind == "each" and 0 <= one.start - item.end < 3 for one in here.items):
        return ""
    before = here.clauses[:number]
    if any(
        clause.end - clause.start > 12 or clause.has("moves", "metric", "date", "figure", "mention")
        for clause in before
    ):
        return ""
    return pattern("list-opener").sub("", here.text(here.start, before[-1].end)).strip(" ,，、")


def _sentence_names(here: Scene, number: int) -> tuple[Mention, ...] | None:
    """Return the companies of the nearest clause before, in the same sentence."""
    for before in range(number - 1, -1, -1):
        if _is_aside(here, before):
            continue
        for index in here.of_clause(before):
            if is_subject(here.items[index]) and is_company(here.items[index].value):
                last = index
                while last + 1 < len(here.items) and here.owner[last + 1] == before:
                    if not is_subject(here.items[last + 1]) and here.items[last + 1].kind != "filler":
                        break
                    last += 1
                while not is_subject(here.items[last]):
                    last -= 1
                return group_left(here, last)
    return None


def is_company(mention: Mention) -> bool:
    """Tell whether a name is a company's, and not an index's or a currency's."""
    return mention.kind in COMPANY_KINDS


def _carried(here: Scene, why: str, *, near: bool, measure: str = "", index: bool = False, position: int = 0) -> Topic:
    """Return the topic that the sentences before left, else the article's main company."""
    last = here.memory.last
    verb = next((item for item in here.items if item.kind == "moves"), None)
    opened = verb is not None and "figure" in here.kinds and opens_with_a_stranger(here, verb.start)
    if (opened or here.memory.lost) and not index:
        return Topic(measure, (), "", -1, near, f"{why}: somebody who is not known")
    named = {item.value.symbol: item.value for item in here.items if is_subject(item) and item.value.kind == "index"}
    if index and len(named) == 1 and position > next(item.end for item in here.items if item.value in named.values()):
        return Topic("price", tuple(named.values()), "", -1, near, f"{why}: the index of the sentence", True)
    if index and here.memory.index is not None:
        return Topic("price", (here.memory.index,), "", -1, near, f"{why}: the index spoken of last", True)
    if index:
        return Topic(measure, (), "", -1, near, why, True)
    held = last.names and is_company(last.names[0])
    if held:
        kept = measure or ("price" if last.measure == "price" else last.measure)
        return Topic(kept, last.names, last.words, -1, near, f"{why}: carried from the sentence before", True)
    if here.memory.main is not None and measure and not index:
        return Topic(measure, (here.memory.main,), "", -1, near, f"{why}: the article's main company", True)
    return Topic(measure, (), "", -1, near, why, True)


def main_company(held: Clauses) -> Mention | None:
    """Return the company that an article is about: the one named first in its heading, or by far the most often."""
    counts: dict[str, int] = {}
    first: dict[str, Mention] = {}
    for tokens in held.tokens:
        for item in tokens:
            if is_subject(item) and is_company(item.value):
                counts[item.value.symbol] = counts.get(item.value.symbol, 0) + 1
                first.setdefault(item.value.symbol, item.value)
    if not counts:
        return None
    ranked = sorted(counts, key=lambda symbol: (-counts[symbol], list(first).index(symbol)))
    if len(ranked) == 1 or counts[ranked[0]] >= 2 * counts[ranked[1]]:
        return first[ranked[0]]
    return None


def remember(here: Scene) -> None:
    """Take what a sentence is about into the memory: its first company, or that of its first clause with one."""
    if "mention" not in here.kinds:
        word = next((item for item in here.items if item.kind not in ("filler", "date", "part")), None)
        if word is not None and word.kind == "price" and word.first == "index" and here.memory.index is not None:
            here.memory.last = Topic("price", (here.memory.index,), at=word.start, rule=word.text, carried=True)
        verb = next((item for item in here.items if item.kind == "moves"), None)
        if verb is not None and "figure" in here.kinds and opens_with_a_stranger(here, verb.start):
            here.memory.last, here.memory.lost = NOBODY, True
        return
    here.memory.lost = False
    indexes = [item.value for item in here.items if is_subject(item) and item.value.kind == "index"]
    if indexes:
        here.memory.first_index = here.memory.first_index or indexes[0]
        several = len({index.symbol for index in indexes}) > 1
        here.memory.index = here.memory.first_index if several else indexes[0]
    if here.items and here.items[0].kind == "it" and here.items[0].start == here.start and here.memory.last.names:
        return  # 公司以美团股份派息: whom it speaks of stays the subject
    for index, item in enumerate(here.items):
        if not is_subject(item) or item.value.kind in ("currency", "commodity"):
            continue
        if _is_aside(here, here.owner[index]):
            continue
        last = index
        for following in range(index + 1, len(here.items)):
            other = here.items[following]
            if here.owner[following] != here.owner[index]:
                break
            if is_subject(other) and goes_on(_joined(here, here.items[last].end, other.start)):
                last = following
            elif other.kind not in ("filler", "price", "each"):
                break
        names = group_left(here, last)
        measure = "price" if item.value.kind == "index" else "company"
        here.memory.last = Topic(measure, names, at=item.start, rule="the sentence before", carried=True)
        return
