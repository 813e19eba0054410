"""Reported figures out of an article: metric, company, period, figure, growth, what was expected, the year before.

One walk over the sentences. Each figure gets a role (`reported_roles`), a subject (`reported_who`), a period
(`reported_periods`) and a stance (`reported_stance`); growth, expectation and prior join the figure that they speak of.
Whatever lacks a metric, a subject or a fitting unit makes no claim.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from events.reading import reported_wordless as wordless
from events.reading.clauses import Clauses, Item
from events.reading.metrics import Line, lines
from events.reading.price_scene import is_question
from events.reading.reported_drafts import Draft, Found, Sentence, State, finished, once
from events.reading.reported_joining import agreeing, carried_period, join
from events.reading.reported_kinds import KINDS, flush, same_head
from events.reading.reported_names import metric_name, segment_at
from events.reading.reported_parts import SOMEBODY, part_of
from events.reading.reported_periods import Told, is_over, period_of, renamed, results_period
from events.reading.reported_places import Place, places
from events.reading.reported_roles import Reading, may_measure, reading_of
from events.reading.reported_who import Who, companies, note_groups, of, who_of
from events.reading.words import pattern

__all__ = ["Draft", "Found", "read_figures", "reported_claims"]

_COMMA = re.compile(r"[,，;；]")
_EQUAL = re.compile(r"[\s,，(（~]|约合|约|相当于|折合|合|人民币|tương đương|khoảng|hay|about|or")
_OWN_SHARES = re.compile(r"\s*(?:cổ phiếu|股票|股份|of (?:its|their) (?:own )?(?:shares|stock))")
# A line without any of these tells no figure, names no company and no time, and compares nothing.
_TELLING = frozenset(("figure", "date", "mention", "expect"))
_CAPEX = ("capex", "AI capex")
_SOURCES = frozenset(("FDS", "SPGI", "TRI", "LSEG.L", "MORN", "MCO"))  # they poll analysts
_IFS = frozenset(("if", "assuming", "nếu", "如果", "假如", "若", "倘若"))
MOST = 400  # figures of one article; a longer table is none that anybody tells


def reported_claims(read: Clauses, *, about: str = "") -> list[Found]:
    """Return the reported claims of an article in the order of its text."""
    return read_figures(read, about=about)[0]


def read_figures(read: Clauses, *, about: str = "") -> tuple[list[Found], str]:
    """Return the reported claims of an article in the order of its text; `about` is the symbol that the caller gives.

    The second value is the period whose results the text tells of, "" for none.
    Keys ("R1", "R2", ...) tell the claims apart, so that relations can refer to them.
    """
    state = State(Told(read.day))
    if about:
        state.carried.company = Who(about)
    builds = any(word.kind == "infrastructure" or word.value in _CAPEX for word in read.words["reported"])
    parts = lines(read, without_tokens=None if builds else _TELLING)
    note_groups(parts, read.text, state.carried)
    state.capex = builds and _tells_of_capex(parts)
    for line in parts:
        if line.has(_TELLING):
            _read_line(line, read, state)
        if len(state.drafts) >= MOST:
            break
    return [finished(draft, number) for number, draft in enumerate(once(state.drafts), 1)], state.told.results


def _tells_of_capex(parts: list[Line]) -> bool:
    """Tell whether an article speaks of capital spending, by its name or as spending on infrastructure."""
    return any(item.value in _CAPEX for line in parts for item in line.of("metric")) or any(
        line.of("infrastructure")
        and (line.of("spend") or [one for one in line.of("metric") if one.value == "spending"])
        for line in parts
    )


def _read_line(line: Line, read: Clauses, state: State) -> None:
    named = companies(line)
    before = len(state.drafts)
    _note_periods(line, named, state, read.text)
    sentence = Sentence()
    if (
        (may_measure(line) or wordless.may_tell(line))
        and not _supposed(line, read.text)
        and not is_question(read.text[line.start : line.end])
    ):
        for place in places(line, read.text, read.name):
            if not _of_market_value(place):
                _read_figure(place, state, sentence)
        flush(state, sentence)
        _wordless(line, read, state)
    fresh = [
        draft.who
        for draft in state.drafts[before:]
        if draft.who.symbol or draft.who.members or _is_named(draft.who, named)
    ]
    carried = state.carried
    carried.reporter = Who(next(iter(state.told.results_of))) if len(state.told.results_of) == 1 else None
    if fresh:
        carried.weak = False
        carried.last = fresh[0]
        carried.company = next((who for who in fresh if not who.members), carried.company)
    elif (
        (named := [item for item in named if not _is_a_source(item, line, read.text)])
        and not line.of("group")
        and (
            len({of(item).key for item in named}) == 1
            or carried.company is None
            or line.between(named[0].end, line.end, "say")
        )
    ):
        carried.company = carried.last = of(named[0])
        carried.weak = True
    if len(state.drafts) > before:
        _end_of_line(line, state, before)


def _is_a_source(item: Item, line: Line, text: str) -> bool:
    """Tell whether a company is named for the figures or opinions that it gives: "according to FactSet"."""
    if pattern("source-of").search(text, max(line.start, item.start - 16), item.start):
        return True
    return item.value.symbol in _SOURCES and bool(line.of("expect"))


def _is_named(who: Who, named: list[Item]) -> bool:
    return any(of(item) == who for item in named)


def _end_of_line(line: Line, state: State, before: int) -> None:
    """Settle what only the whole sentence tells: the years of "two years", and which period goes on."""
    fresh = state.drafts[before:]
    for word in line.of("behind"):
        ahead = [item for item in companies(line) if 0 <= item.start - word.end <= 40]
        told = [draft for draft in fresh if draft.end <= word.start]
        if told and ahead:
            told[-1].behind = tuple(item.value.symbol for item in ahead if item.value.symbol)
    for draft in fresh:
        if draft.period.endswith(" years") and draft.period[0] == "p":
            count = int(draft.period.split()[1])
            years = sorted(
                {
                    one.period
                    for one in fresh
                    if one.metric == draft.metric and one.period[-4:].isdigit() and "Q" not in one.period
                }
            )
            if len(years) == count:
                draft.period = ", ".join(years)
    if len({draft.period for draft in fresh if draft.stance == "actual"}) > 1:
        state.told.past = ("", "", -9)
    agreeing(state, fresh)


def _note_periods(line: Line, named: list[Item], state: State, text: str) -> None:
    who = state.carried.company or Who()
    if name := results_period(line, state.told, of(named[0]) if named else who, text):
        if not state.told.results:
            state.told.results = name
        if line.of("results") and len({of(item).key for item in named}) < 2:
            symbol = named[0].value.symbol if named else who.symbol
            if symbol:
                state.told.results_of[symbol] = name
            state.told.past = (symbol, name, line.index)
    years = [item for item in line.of("date") if item.value.kind == "year"]
    for one, other in itertools.pairwise(years):
        if one.value.period.isdigit() and other.value.parts.relative_year == 0 and not other.value.period:
            state.told.year = one.value.period


def _supposed(line: Line, text: str) -> bool:
    """Whether a sentence only supposes what it says."""
    words = line.of("cut-off")
    figures = line.of("figure")
    if not figures or line.of("currency-effect"):
        return False
    denied = [item for item in words if item.has("denied") and (item.start < figures[0].start or item.has("behind"))]
    if denied or not words or words[0].start > line.start + 3:
        return bool(denied) or _would_if(line, text, words, figures[0])
    # "If all of it comes, spending grows by 46%": what grows then was told of what is planned.
    return not (line.of("yoy") and _COMMA.search(text, words[0].end, figures[0].start))


def _would_if(line: Line, text: str, words: Sequence[Item], figure: Item) -> bool:
    """Tell whether a sentence tells what would be, and the condition: "if the yen stays, profit would shrink by"."""
    told = pattern("would").search(text, line.start, line.end)
    begun = [word.start for word in words if not word.has("denied") and word.text.lower() in _IFS]
    return told is not None and bool(begun) and figure.start > min(begun[0], told.start())


def _of_market_value(place: Place) -> bool:
    """Tell whether a figure is one of market value by the words right behind it: "lost $3 billion of market value"."""
    word = next((item for item in place.right if item.kind == "price"), None)
    return (
        word is not None
        and word.text.lower().startswith("market ")
        and bool(pattern("of-its").fullmatch(place.text[place.token.outer[1] : word.start]))
    )


def _read_figure(place: Place, state: State, sentence: Sentence) -> None:
    reading = reading_of(place, sentence.head)
    head = reading.head
    if reading.own:
        if sentence.growth and head is not None and not same_head(sentence.growth[2].head, head):
            flush(state, sentence)
        of_a_share = reading.role == "share" and sentence.head is not None  # 占总收入的84%，增长28%: not of the whole
        sentence.head = sentence.head if of_a_share else head
        if head is not None and head.kind in ("price", "other"):
            sentence.open = None
    no_role = reading.role == "none" or (head is None and reading.role != "expected")
    if no_role or _is_growth_of_another(place, reading):
        return
    if reading.role in ("expected", "prior") and (head is None or not reading.own):
        join(place, reading, state, sentence)
        return
    assert head is not None  # noqa: S101
    if _converted(place, sentence) or (sentence.lost and not _names_anew(place)):
        return
    spot = sentence.growth[1] if sentence.growth and not reading.own else place
    if reading.own or sentence.who is None or _names_anew(place):
        who, how = who_of(spot, head, state.carried, within=sentence.who)
    else:
        who, how = sentence.who, "the subject of the figure before"
    if who is None:
        unknown = place.name != "zh" and how.startswith("another subject")  # the rest of its sentence is of it too
        sentence.head, sentence.lost = None, unknown or part_of(place, head) == SOMEBODY
        return
    if reading.role in ("expected", "prior"):
        _join_own(place, reading, who, state, sentence)
        return
    within = sentence.period if who == sentence.who else "" if reading.own else renamed(sentence.period, who)
    segment = segment_at(spot, head, who, sentence.open.segment if sentence.open else "")
    period, when = period_of(place, head, who, state.told, within, sentence.used)
    if not period and spot is not place:
        period, when = period_of(spot, head, who, state.told, within, sentence.used)
    draft = Draft(
        who, "", head, segment, period, "actual",
        min(head.start, place.token.outer[0]), max(place.figure.end, head.end), place.line.index, place.figure,
        rules=(f"metric {head.text!r}: {reading.rule}", f"subject: {how}", f"period: {when}" if when else ""),
    )  # fmt: skip
    draft.base = metric_name(head, place, who, state.capex, sentence.open.base if sentence.open else "")
    draft.metric = f"{draft.segment} {draft.base}".strip()
    if draft.base == "acquisition" and _OWN_SHARES.match(place.text, place.figure.end):
        draft.base = draft.metric = "repurchases"
    KINDS[reading.role](place, reading, draft, state, sentence)


def _join_own(place: Place, reading: Reading, who: Who, state: State, sentence: Sentence) -> None:
    """Join what was expected or of the year before; of a company named anew it is not that of the one told of last."""
    begins = reading.role == "expected" and sentence.open is None and _names_anew(place)
    if not (begins and state.drafts and state.drafts[-1].who != who):
        join(place, reading, state, sentence)


def _is_growth_of_another(place: Place, reading: Reading) -> bool:
    """Tell whether a growth behind a name of its own says nothing of the metric before: 订单超10万辆，小米升4.5%."""
    if place.name != "zh" or reading.role != "growth" or reading.own:
        return False
    named = [item for item in companies(place.line) if place.clause <= item.start and item.end <= place.token.outer[0]]
    return bool(named)


def _names_anew(place: Place) -> bool:
    named = [*companies(place.line), *place.line.of("others", "group")]
    return any(item.start >= place.left_start and item.end <= place.token.outer[0] for item in named)


def _converted(place: Place, sentence: Sentence) -> bool:
    """Whether an amount only tells the one before it in another currency."""
    opened, quantity = sentence.open, place.token.quantity
    if opened is None or opened.stated is None or quantity is None or opened.figure is None:
        return False
    between = _EQUAL.sub("", place.text[opened.figure.end : place.figure.start])
    return (
        between == ""
        and "" != quantity.unit != opened.stated.unit
        and len(quantity.unit) == 3 == len(opened.stated.unit)
    )


def _wordless(line: Line, read: Clauses, state: State) -> None:
    """Read what a sentence tells of a metric without a figure."""
    for head, place, shape in wordless.told_without(line, read):
        who, how = wordless.subject(head, place, state.carried)
        if who is None or not (who.symbol or who.members) or not wordless.counts(head):
            continue
        last = state.drafts[-1] if state.drafts else None
        segment, base = wordless.name_of(head, place, who, last, capex=state.capex)
        period = wordless.when(head, place, who, state.told, shape)
        if not base or (shape == "planned" and not wordless.ahead(period, who, state.told)):
            continue
        start, end = min(head.start, place.clause), max(head.end, place.stop)
        draft = Draft(who, f"{segment} {base}".strip(), head, segment, period, "actual", start, end, line.index)
        draft.base, draft.note = base, "no figure is given"
        draft.rules = (f"metric {head.text!r}: {shape}", f"subject: {how}")
        expected = {item.span for item in line.of("expect")}
        plans = [item for item in line.between(line.start, place.stop, "plan") if item.span not in expected]
        planned = shape == "planned" or bool(plans and not shape.startswith("past "))
        over = is_over(period, who, state.told) if period else None
        draft.stance = "guidance" if planned and over is not True else "actual"
        if not period and base != "results":
            draft.period = carried_period(draft, draft.stance, state.told)
        state.drafts.append(draft)
