"""Dated events told without a figure to judge: results, calls, announcements, launches, takeovers, ratings, rules.

A happening needs a verb of its own class and a company (or a known institution) that does it, in one clause; a sentence
that denies, supposes or only reports a rumour makes none. `on` is the date as told, "" where the text gives none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from events.model import Happening, Timing
from events.periods import read_period
from events.reading.clauses import Clauses, Item
from events.reading.dates import DateToken
from events.reading.metrics import Line, lines_of, segment_owner
from events.reading.price_scene import is_question
from events.reading.reported_places import BREAK
from events.reading.reported_who import companies
from events.reading.words import pattern

# A happening has a word of one of these classes, or what was said stands beside a date or a report.
_TELLING = frozenset((
    "call", "release", "launch", "acquire", "appoint", "rename", "list", "split", "sue", "staff", "stop", "rating",
    "regulate", "announce",
))  # fmt: skip
_SAID_OF = frozenset(("date", "report"))
# A sentence that tells nothing may still name the company that the next one tells of.
_NOTED = _TELLING | {"report", "mention"}
# What is bought by number is goods, and no company: "to buy up to 1 million of its chips".
_COUNTED = re.compile(
    r"(?:up to|about|more than|at least|some|around|over|nearly|as many as)?\s*\d[\d.,]*\s"
    r"(?:million\s|billion\s|thousand\s)?(?!%|percent|per cent|shares|stores|hotels)"
)
_NEAR = 26  # characters between a verb and what it is about
_AFTER = re.compile(
    r"盘后|收盘后|收市后|after the (?:bell|close|market)|after-hours|after markets? close"
    r"|sau giờ giao dịch|sau khi (?:thị trường )?đóng cửa",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"盘前|开盘前|开市前|before the (?:bell|open|market)|trước giờ (?:mở cửa|giao dịch)", re.IGNORECASE
)
_LATIN_NAME = re.compile(
    r"\s*(?:了|其|自己的|自家|的|its|the|a|an|new|mô hình|ứng dụng)?[^,，。;；]{0,26}?[A-Z][A-Za-z0-9]+"
)
_BUILDS = frozenset(("builds", "launches", "unveils", "introduces", "releases", "rolls out"))
_WHICH = re.compile(r"\b(?:which|that|who)\s$")
STATES = {
    "美国": "United States",
    "中国": "China",
    "Mỹ": "United States",
    "Trung Quốc": "China",
    "欧盟": "European Union",
}


class Told(msgspec.Struct, frozen=True, gc=False):
    """A happening with the characters of the matching text that tell it, and the rules that found it."""

    claim: Happening
    start: int
    end: int
    rules: tuple[str, ...]


class Release(msgspec.Struct, frozen=True, gc=False):
    """When a company's results came out, as the article tells it."""

    symbol: str
    on: str
    timing: Timing


class Shape(msgspec.Struct, frozen=True, gc=False):
    """A kind of happening that a clause fits: the event's word, the verb, and where its words end."""

    event: str
    verb: Item
    end: int
    stance: str = "actual"
    subject: str = ""  # of an institution; "" for a company


def happenings(read: Clauses, results: str = "", about: str = "") -> list[Told]:
    """Return the happenings of an article, each kind of a subject and date once.

    `results` is the period whose results the text tells: an undated text's "this year" is its year. `about` is the
    symbol that the caller gives.
    """
    found: list[Told] = []
    seen: set[tuple[str, str, str, str]] = set()
    carried: Item | None = None
    for line in lines_of(read, "happenings", without_tokens=_NOTED):
        named, kinds = companies(line), 0
        if not named and not _is_telling(line):
            continue
        if is_question(read.text[line.start : line.end]):
            continue
        supposed = next((item.start for item in line.of("supposed")), line.end)
        for shape in _distinct(_shapes(line, read.text)):
            if shape.verb.start > supposed:
                continue
            who = _subject(line, shape, named, carried)
            if who is None and not shape.subject and not about:
                continue
            told = _told(line, read, shape, who, results, about)
            claim = told.claim
            loose = claim.event in ("product", "", "acquisition", "announcement") and not claim.on
            mark = (
                claim.symbol or claim.subject,
                claim.event,
                claim.on,
                read.text[told.start : told.end] if loose else "",
            )
            if mark not in seen:
                seen.add(mark)
                found.append(told)
            kinds += 1
            if kinds == 2:
                break
        if len({item.value.symbol or item.text for item in named}) == 1 or (named and carried is None):
            carried = named[0]
    return found


def releases(read: Clauses) -> list[Release]:
    """Return the results releases that an article dates: what a move after them answers to."""
    return [
        Release(one.claim.symbol, one.claim.on, one.claim.timing)
        for one in happenings(read)
        if one.claim.event in ("results", "results-call") and one.claim.symbol and len(one.claim.on) == 10
    ]


def _distinct(shapes: Iterator[Shape]) -> Iterator[Shape]:
    """Yield the first shape of each event; what a call or an announcement told is not told again as news of its own."""
    seen: set[str] = set()
    for shape in shapes:
        if shape.event in seen or (shape.event in ("announcement", "product", "") and "results-call" in seen):
            continue
        seen.add(shape.event)
        yield shape


def _shapes(line: Line, text: str) -> Iterator[Shape]:
    """Yield the kinds of happenings that the clauses of a line fit, the most telling first."""
    if not _is_telling(line):
        return
    start = line.start
    clauses = []
    for found in BREAK.finditer(text, line.start, line.end):
        clauses.append((start, found.start()))
        start = found.end()
    clauses.append((start, line.end))
    calls = line.of("call")
    says = [item for item in line.of("say") if calls and item.start >= calls[0].end]
    if calls and says and not _denied(line, calls[0].start, says[0].end):
        yield Shape("results-call", says[0], says[0].end)
    for begin, end in clauses:
        items = line.between(begin, end)
        denied = [item for item in items if item.kind == "negation"]
        if denied:
            continue
        yield from _of_results(items)
        yield from _of_business(items, text, begin, end)
        yield from _of_states(line, items)
    yield from _of_announcements(line, text, clauses)


def _is_telling(line: Line) -> bool:
    return line.has(_TELLING) or ("say" in line.kinds and line.has(_SAID_OF))


def _of_results(items: Sequence[Item]) -> Iterator[Shape]:
    verbs = [item for item in items if item.kind == "release"]
    words = [item for item in items if item.kind == "result-words"]
    for verb in verbs:
        for word in words:
            if word.start != verb.start and abs(word.start - verb.end) <= _NEAR and not _planned(items):
                yield Shape("results", verb, max(verb.end, word.end))
                return


def _planned(items: Sequence[Item]) -> bool:
    return any(item.kind == "plan" for item in items)


def _of_business(items: Sequence[Item], text: str, begin: int, end: int) -> Iterator[Shape]:
    stance = "expected" if _planned(items) else "actual"
    for item in items:
        if (
            item.kind == "launch"
            and item.text.lower() in _BUILDS
            and _WHICH.search(text, max(0, item.start - 8), item.start)
        ):
            continue  # "Hitachi, which builds trains in England": what it always does
        if item.kind == "launch":
            noun = [one for one in items if one.kind == "product" and abs(one.start - item.end) <= _NEAR]
            named = _LATIN_NAME.match(text, item.end, end) or (item.value == "product" and stance == "expected")
            if (noun or named) and item.value == "product":
                yield Shape("product", item, end, stance)
            elif item.value == "build" and (
                noun or named or "中心" in text[item.end : end] or "center" in text[item.end : end]
            ):
                yield Shape("", item, end)
        elif item.kind in ("acquire", "appoint", "rename", "list", "split", "sue", "staff", "stop"):
            rest = text[item.end : end].strip()
            if item.kind == "acquire" and _COUNTED.match(rest):
                continue
            if item.kind == "list" and _is_listed(item, text, begin, end):
                continue
            if rest or item.kind in ("rename", "list", "split"):
                yield Shape(str(item.value) if item.value != "stop" else "", item, end, stance)
        elif item.kind == "rating" and [
            one for one in items if one.kind == "rated" and 0 <= one.start - item.end <= 14
        ]:
            yield Shape("rating", item, end)


def _is_listed(item: Item, text: str, begin: int, end: int) -> bool:
    """Tell whether a word for a listing only says where shares are held, or quotes a price, and tells no event.

    "VinFast, listed on Nasdaq, closed at ..."; "Vietcombank niêm yết 21.120 đồng"; a low "since its listing in May".
    """
    if pattern("since-listing").search(text, begin, item.start):
        return True
    if item.text.lower() == "listed on" and text[begin : item.start].strip() == "":
        return True
    return item.text.lower() == "niêm yết" and pattern("quoted").search(text, begin, end) is not None


def _of_states(line: Line, items: Sequence[Item]) -> Iterator[Shape]:
    verbs = [item for item in items if item.kind == "regulate"]
    states = line.of("state")
    if verbs and states and states[0].start < verbs[0].start:
        name = STATES.get(states[0].text, states[0].text)
        yield Shape("regulation", verbs[0], items[-1].end, subject=name)


def _of_announcements(line: Line, text: str, clauses: Sequence[tuple[int, int]]) -> Iterator[Shape]:
    """Yield what a company announced, or said on a day that is told."""
    announced = line.of("announce")
    dated = [item for item in line.of("date") if item.value.kind in ("day", "month") and item.value.role == ""]
    says = line.of("say")
    for item in announced:
        if text[max(0, item.start - 1) : item.start] in ("在", "自", "该") or not line.between(item.end, line.end):
            continue
        if not _denied(line, item.start - 8, item.end):
            yield Shape("announcement", item, line.end)
            return
    reports = [item for item in line.of("report") if dated or line.of("analyst")]
    if reports and says and not line.of("call"):
        yield Shape("report", says[0], says[0].end)
    elif dated and says and dated[0].end <= says[0].start and not _denied(line, dated[0].start, says[0].end):
        yield Shape("announcement", says[0], line.end)


def _denied(line: Line, start: int, end: int) -> bool:
    return bool(line.between(max(start, line.start), end, "negation"))


def _subject(line: Line, shape: Shape, named: Sequence[Item], carried: Item | None) -> Item | None:
    """Return who does it: the company named before the verb, nearest first; on a call also the one carried over."""
    before = [item for item in named if item.end <= shape.verb.start]
    if shape.event == "announcement":
        return _announcer(line, shape, before, carried)
    owned = [item for item in line.of("segment") if item.end <= shape.verb.start and segment_owner(item.value)]
    if owned and shape.event in ("product", "") and (not before or before[-1].start < owned[-1].start):
        symbol = segment_owner(owned[-1].value)
        return next((item for item in (*named, carried) if item and item.value.symbol == symbol), None)
    if before:
        return before[0] if shape.event in ("results-call", "report") else before[-1]
    if shape.event in ("rating", "rename") and named:
        return named[0]
    if shape.event == "results-call":
        return carried
    return carried if shape.event == "results" and not named else None


def _announcer(line: Line, shape: Shape, before: Sequence[Item], carried: Item | None) -> Item | None:
    """Return who announces: a name close before the verb, or "the company" right before it."""
    if before and shape.verb.start - before[-1].end <= _NEAR:
        return before[-1]
    return None


def _told(line: Line, read: Clauses, shape: Shape, who: Item | None, results: str, about: str) -> Told:
    clause = max(read.text.rfind(mark, line.start, shape.verb.start) for mark in "，,;；。:：") + 1
    start = (
        max(clause, line.start) if who is None or who.start < line.start else min(who.start, max(clause, line.start))
    )
    on, timing = _when(line, read, shape, results)
    symbol = "" if shape.subject else who.value.symbol if who is not None else about
    subject = shape.subject or ("" if symbol or who is None else who.text)
    end = min(max(shape.end, shape.verb.end), line.end)
    claim = Happening(
        symbol=symbol, subject=subject, on=on, event=shape.event, timing=timing, stance=shape.stance  # type: ignore[arg-type]
    )  # fmt: skip
    rules = (f"{shape.event or 'a happening'}: {shape.verb.text!r}", f"on {on!r}" if on else "no date told")
    return Told(claim, start, end, rules)


def _when(line: Line, read: Clauses, shape: Shape, results: str) -> tuple[str, Timing]:
    """Return the date of a happening as told, and when in the trading day it came where the words say so."""
    dates = [
        item
        for item in line.of("date")
        if item.value.role == "" and item.value.kind in ("day", "month", "year", "quarter")
    ]
    if shape.event in ("results", "results-call", "rating"):
        dates = [item for item in dates if item.value.kind == "day"]
    elif shape.event in ("announcement", "report"):
        dates = [item for item in dates if item.value.kind in ("day", "month") and item.start < shape.verb.end]
    around = read.text[line.start : line.end]
    timing: Timing = ""
    if shape.event in ("results", "results-call", "announcement"):
        timing = "after-close" if _AFTER.search(around) else "before-open" if _BEFORE.search(around) else ""
    before = [item for item in dates if item.start < shape.verb.end]
    for item in [*before[::-1], *dates]:
        token: DateToken = item.value
        if name := _named(token, results):
            if token.parts.daypart in ("evening", "night") and shape.event in ("results", "results-call"):
                timing = timing or "after-close"
            return name, timing
    return "", timing


def _named(token: DateToken, results: str) -> str:
    if token.period:
        name = token.period
        return f"{token.parts.part} {name}" if token.parts.part and token.kind == "year" else name
    known = read_period(results) if results else None
    if known is None or token.parts.month is None or token.parts.relative_year not in (None, 0):
        return ""
    day = f"-{token.parts.day:02d}" if token.parts.day else ""
    return f"{known.end.year}-{token.parts.month:02d}{day}"
