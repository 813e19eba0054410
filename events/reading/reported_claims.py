"""Reported figures out of an article: metric, company, period, figure, growth, what was expected, the year before.

One walk over the sentences. Each figure gets a role (`reported_roles`), a subject (`reported_who`), a period
(`reported_periods`) and a stance (`reported_stance`); growth, expectation and prior join the figure that they speak of.
Whatever lacks a metric, a subject or a fitting unit makes no claim.
"""

from __future__ import annotations

import re

import msgspec
from msgspec.structs import replace

from events.model import Quantity, Reported
from events.periods import FISCAL_YEAR_ENDS
from events.reading.clauses import Clauses, Item
from events.reading import reported_wordless as wordless
from events.reading.metrics import Line, lines, metric_of, segment_owner, totals
from events.reading.reported_figures import amount_of, bare, currency_of, fits, growth_of, is_adverse, is_money, plain
from events.reading.reported_names import credited, metric_name, segment_at, share_name
from events.reading.reported_periods import Told, is_over, period_of, renamed, results_period
from events.reading.reported_roles import RESULTS, Place, Reading, places, reading_of
from events.reading.reported_stance import hedged, stance_of
from events.reading.reported_who import Carried, Who, companies, note_groups, of, who_of

_EQUAL = re.compile(r"[\s,，(（~]|约合|约|相当于|折合|合|人民币|tương đương|khoảng|hay|about|or")
_OWN_SHARES = re.compile(r"\s*(?:cổ phiếu|股票|股份|of (?:its|their) (?:own )?(?:shares|stock))")
_CUMULATIVE = re.compile(r"累计|lũy kế|cumulative", re.IGNORECASE)
MOST = 400  # figures of one article; a longer table is none that anybody tells


class Draft(msgspec.Struct):
    """A reported claim in the making."""

    who: Who
    metric: str
    head: Item
    segment: str
    period: str
    stance: str
    start: int
    end: int
    line: int
    figure: Item | None = None
    stated: Quantity | None = None
    growth: Quantity | None = None
    expected: Quantity | None = None
    prior: Quantity | None = None
    lifted: dict[str, str] = msgspec.field(default_factory=dict)  # expected, prior -> "over" or "under", as the text says
    parts: tuple[Draft, ...] = ()  # what a total adds up
    times: tuple[Quantity, Draft] | None = None  # what a total multiplies: how many, and how much each
    against: tuple[Draft, str] | None = None  # a figure told before that this one is compared with
    behind: tuple[str, ...] = ()  # the symbols that the sentence ranks before it
    base: str = ""  # the metric without its business line
    note: str = ""
    rules: tuple[str, ...] = ()

    def takes(self, place: Place) -> None:
        """Widen the words of the claim to a further figure."""
        self.start, self.end = min(self.start, place.token.outer[0]), max(self.end, place.figure.end)


class Found(msgspec.Struct, frozen=True):
    """A claim with the characters of the matching text that it was read from, and the rules that made each part."""

    claim: Reported
    start: int
    end: int
    line: int
    rules: tuple[str, ...]
    draft: Draft


class State(msgspec.Struct):
    """What the sentences so far leave behind."""

    told: Told
    carried: Carried = msgspec.field(default_factory=Carried)
    drafts: list[Draft] = msgspec.field(default_factory=list)
    capex: bool = False
    currency: str = ""


class Sentence(msgspec.Struct):
    """What the figures of one sentence so far leave behind."""

    who: Who | None = None
    period: str = ""
    head: Item | None = None
    open: Draft | None = None
    growth: tuple[Quantity, Place, Reading] | None = None
    prior: tuple[Quantity, Place] | None = None
    used: list[Item] = msgspec.field(default_factory=list)


def reported_claims(read: Clauses, *, about: str = "") -> list[Found]:
    """Return the reported claims of an article in the order of its text."""
    return read_figures(read, about=about)[0]


def read_figures(read: Clauses, *, about: str = "") -> tuple[list[Found], str]:
    """Return the reported claims of an article in the order of its text; `about` is the symbol that the caller gives.

    The second value is the period whose results the text tells of, "" for none. Keys ("R1", "R2", ...) tell the claims apart, so that relations can refer to them.
    """
    state = State(Told(read.day))
    if about:
        state.carried.company = Who(about)
    parts = lines(read)
    note_groups(parts, read.text, state.carried)
    state.capex = any(item.value in ("capex", "AI capex") for line in parts for item in line.of("metric")) or any(
        line.of("infrastructure")
        and (line.of("spend") or [one for one in line.of("metric") if one.value == "spending"])
        for line in parts
    )
    for line in parts:
        _read_line(line, read, state)
        if len(state.drafts) >= MOST:
            break
    return [_found(draft, number) for number, draft in enumerate(_once(state.drafts), 1)], state.told.results


def _read_line(line: Line, read: Clauses, state: State) -> None:
    named = companies(line)
    before = len(state.drafts)
    _note_periods(line, state)
    sentence = Sentence()
    if not _supposed(line):
        for place in places(line, read.text, read.name):
            _read_figure(place, state, sentence)
        _flush(state, sentence)
        _wordless(line, read, state)
    fresh = [draft.who for draft in state.drafts[before:] if draft.who.symbol or draft.who.members or _is_named(draft.who, named)]
    singles = list(dict.fromkeys(of(item).key for item in named))
    carried = state.carried
    carried.reporter = Who(next(iter(state.told.results_of))) if len(state.told.results_of) == 1 else None
    if fresh:
        carried.weak = False
        carried.last = fresh[0]
        carried.company = next((who for who in fresh if not who.members), carried.company)
    elif named and not line.of("group"):
        if len(singles) == 1 or carried.company is None or line.between(named[0].end, line.end, "say"):
            carried.company = carried.last = of(named[0])
            carried.weak = True
    _end_of_line(line, state, before)


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
    _agreeing(state, fresh)


def _agreeing(state: State, fresh: list[Draft]) -> None:
    """Give growth and the figure before it to the one of several figures that they agree with."""
    for draft in fresh:
        growth = next((one for one in fresh if one.metric == f"{draft.metric} growth" and one.stated), None)
        if draft.prior is None or growth is None or growth.stated is None or draft.stated is None:
            continue
        for other in fresh:
            if (
                other.base == draft.base
                and other.stated
                and other.stated.unit == draft.stated.unit
                and draft.prior.value
            ):
                grown = (other.stated.value / draft.prior.value - 1) * 100
                if (
                    abs(grown - growth.stated.value) <= growth.stated.precision
                    and other.prior is None
                    or other is draft
                ):
                    if abs(grown - growth.stated.value) <= growth.stated.precision:
                        other.prior, other.growth = draft.prior, growth.stated
                        other.end = max(other.end, growth.end)
                        if other is not draft:
                            draft.prior = None
                        state.drafts.remove(growth)
                        return


def _note_periods(line: Line, state: State) -> None:
    who = state.carried.company or Who()
    named = companies(line)
    if name := results_period(line, state.told, of(named[0]) if named else who):
        if not state.told.results:
            state.told.results = name
        if line.of("results") and len({of(item).key for item in named}) < 2:
            symbol = named[0].value.symbol if named else who.symbol
            if symbol:
                state.told.results_of[symbol] = name
            state.told.past = (symbol, name, line.index)
    years = [item for item in line.of("date") if item.value.kind == "year"]
    for one, other in zip(years, years[1:], strict=False):
        if one.value.period.isdigit() and other.value.parts.relative_year == 0 and not other.value.period:
            state.told.year = one.value.period


def _supposed(line: Line) -> bool:
    """Whether a sentence only supposes what it says."""
    words = line.of("cut-off")
    figures = line.of("figure")
    return bool(words and figures and words[0].start <= line.start + 3 and not line.of("currency-effect", "yoy"))


def _read_figure(place: Place, state: State, sentence: Sentence) -> None:
    reading = reading_of(place, sentence.head)
    head = reading.head
    if reading.own:
        if sentence.growth and head is not None and sentence.growth[2].head != head:
            _flush(state, sentence)
        sentence.head = head
        if head is not None and head.kind in ("price", "other"):
            sentence.open = None
    if reading.role == "none" or (head is None and reading.role != "expected"):
        return
    if reading.role in ("expected", "prior") and (head is None or not reading.own):
        _join(place, reading, state, sentence)
        return
    assert head is not None  # noqa: S101
    if _converted(place, sentence):
        return
    spot = sentence.growth[1] if sentence.growth and not reading.own else place
    if reading.own or sentence.who is None or _names_anew(place):
        who, how = who_of(spot, head, state.carried, within=sentence.who)
    else:
        who, how = sentence.who, "the subject of the figure before"
    if who is None:
        sentence.head = None
        return
    if reading.role in ("expected", "prior"):
        _join(place, reading, state, sentence)
        return
    within = sentence.period if who == sentence.who or not reading.own else ""
    period, when = period_of(place, head, who, state.told, within, sentence.used)
    if not period and spot is not place:
        period, when = period_of(spot, head, who, state.told, within, sentence.used)
    draft = Draft(
        who, "", head, segment_at(spot, head, who, sentence.open.segment if sentence.open else ""), period, "actual",
        min(head.start, place.token.outer[0]), max(place.figure.end, head.end), place.line.index, place.figure,
        rules=(f"metric {head.text!r}: {reading.rule}", f"subject: {how}", f"period: {when}" if when else ""),
    )  # fmt: skip
    draft.base = metric_name(head, place, who, state.capex, sentence.open.base if sentence.open else "")
    draft.metric = f"{draft.segment} {draft.base}".strip()
    if draft.base == "acquisition" and _OWN_SHARES.match(place.text, place.figure.end):
        draft.base = draft.metric = "repurchases"
    {
        "value": _value, "vague": _vague, "growth": _growth, "above": _above, "times": _times, "change": _change, "points": _points, "share": _share, "part": _part
    }[reading.role](place, reading, draft, state, sentence)  # fmt: skip


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


def _finish(draft: Draft, place: Place, state: State, sentence: Sentence) -> None:
    """Give a draft its stance and, where the text names none, its period; keep it."""
    mate = sentence.open if sentence.open is not None and sentence.open.who == draft.who else None
    spoken = draft.period
    _budget(draft, place)
    if not draft.period:
        stance, rule = stance_of(place, draft, state.told, mate)
        if [item for item in place.left if item.kind == "since"] or _CUMULATIVE.search(draft.head.text):
            stance = ""
        draft.period = _carried_period(draft, stance, state.told)
        if draft.period:
            draft.rules += ("period: that of the figures before",)
    draft.stance, rule = stance_of(place, draft, state.told, mate)
    draft.rules += (f"stance {draft.stance}: {rule}",) if rule else ()
    if draft.period and "Q" in draft.period or "H" in draft.period or draft.period[-4:].isdigit():
        if draft.stance == "actual" and not draft.period.startswith(("TTM", "end of", "past")):
            state.told.past = (draft.who.symbol, draft.period, draft.line)
        elif draft.stance == "guidance":
            state.told.ahead = (draft.who.symbol, draft.period, draft.line)
    state.drafts.append(draft)
    sentence.who, sentence.open = draft.who, draft
    sentence.period = spoken or draft.period or sentence.period


def _budget(draft: Draft, place: Place) -> None:
    """A budget is for the whole year, and where the sentence speaks of a fiscal quarter, for the fiscal year."""
    behind = [item for item in place.after("budget") if item.start - place.figure.end <= 8]
    if not behind or not draft.period.endswith(" to date"):
        return
    fiscal = any(item.value.parts.fiscal for item in place.line.of("date"))
    year = draft.period.removesuffix(" to date").removeprefix("FY")
    draft.period = f"FY{year}" if fiscal or (draft.who.symbol and draft.who.symbol not in FISCAL_YEAR_ENDS) else year


def _carried_period(draft: Draft, stance: str, told: Told) -> str:
    if draft.head.kind == "metric" and metric_of(draft.head.value) in ("stock", "count"):
        return ""
    if draft.base in ("acquisition", "investment", "fine", "purchase offer", "pay packages"):
        return ""
    symbol = draft.who.symbol
    if not symbol:
        return ""
    if stance == "guidance":
        return _from(told.ahead, draft)
    if stance != "actual":
        return ""
    return _from(told.past, draft) or told.results_of.get(symbol, "")


def _from(last: tuple[str, str, int], draft: Draft) -> str:
    """Return the period of the figures before, of another company only right before and in calendar terms."""
    symbol, period, line = last
    if symbol == draft.who.symbol:
        return period
    fiscal = period.startswith("FY") and "Q" in period
    return renamed(period, draft.who) if draft.line - line <= 1 and not fiscal else ""


def _value(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    quantity = amount_of(place, state.currency if is_money(draft.head) else "")
    if quantity is None or not fits(draft.base, draft.head, quantity, place):
        return
    if draft.base == "currency effect on revenue" and is_adverse(draft.head):
        quantity = plain(quantity, -1)
    if place.near("total") and sentence.open and (not reading.own or reading.head == sentence.open.head):
        _total(place, draft, state, quantity)
    draft.stated = hedged(quantity, place, draft.base)
    if quantity.unit in ("USD", "CNY", "HKD", "EUR", "JPY", "GBP", "VND", "TWD", "KRW", "INR"):
        state.currency = quantity.unit
    if sentence.growth and sentence.growth[2].head == draft.head or (sentence.growth and not reading.own):
        grown, _, told = sentence.growth
        draft.growth = grown if told.against != "qoq" else None
        draft.start = min(draft.start, sentence.growth[1].token.outer[0])
        sentence.growth = None
    if sentence.prior and sentence.prior[0].unit == quantity.unit:
        draft.prior = sentence.prior[0]
    sentence.prior = None
    lifts = place.near("lift")
    opened = sentence.open
    if opened is not None and opened.who != draft.who and opened.line == draft.line and opened.stated:
        if lifts:
            draft.against = (opened, lifts[-1].first)
        elif opened.against and place.text[place.left_start : place.left_start + 1] in "和与及、":
            draft.against = opened.against
    _finish(draft, place, state, sentence)


def _vague(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    """Keep a size that is told without a figure ("hundreds of billions of dollars") without one."""
    growing = [item for item in (*place.near("up"), *place.after("up")) if item.has("noun")]
    draft.metric += " growth" if growing else ""
    draft.note = "no exact figure is given"
    _finish(draft, place, state, sentence)


def _total(place: Place, draft: Draft, state: State, quantity: Quantity) -> None:
    """Name the total of the figures that stand before it in the sentence."""
    parts = [
        one for one in state.drafts if one.line == place.line.index and one.stated and one.stated.unit == quantity.unit
    ]
    counts = [
        item.value.quantity for item in place.line.of("figure")
        if item.end <= place.figure.start and item.value.kind == "count" and item.value.quantity.unit == "people"
    ]  # fmt: skip
    if len(parts) == 1 and counts:
        draft.times = (counts[-1], parts[0])
    bases = list(dict.fromkeys(one.base for one in parts))
    if len(bases) < 2:
        return
    draft.parts = tuple(parts[-len(bases) :])
    draft.base = totals().get(frozenset(bases)) or " and ".join(bases[-2:])
    draft.metric = f"{draft.segment} {draft.base}".strip()


def _growth(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    quantity = growth_of(place, reading)
    opened = sentence.open
    same = opened is not None and (not reading.own or opened.head.value == draft.head.value) and opened.who == draft.who
    if opened is not None and same and opened.growth is None and quantity.high is None and opened.stated is not None:
        if (
            reading.against != "qoq"
            and opened.stated.unit not in ("percent", "points")
            and draft.segment == opened.segment
        ):
            opened.growth = quantity
            opened.takes(place)
            opened.rules += ("growth: in the same sentence",)
            return
    if reading.own and quantity.high is None and _goes_on_to_a_value(place):
        sentence.growth = (quantity, place, reading)
        return
    if opened is not None and same and opened.growth is not None and reading.against != "qoq":
        return
    _growth_alone(quantity, place, reading, draft, state, sentence)


def _above(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    """Keep by how much a figure lies above or below what was expected."""
    word = "above" if reading.sign > 0 else "below"
    draft.metric = f"{draft.metric} {word} expectations"
    draft.stated = growth_of(place, reading)
    if sentence.open is not None and not draft.period:
        draft.period = sentence.open.period
    opened = sentence.open
    _finish(draft, place, state, sentence)
    sentence.open = opened or sentence.open


def _times(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    quantity = place.token.quantity
    if quantity is None or quantity.value < 1:
        return
    draft.metric = f"growth of {draft.metric}"
    draft.stated = quantity
    _finish(draft, place, state, sentence)


def _growth_alone(
    quantity: Quantity, place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence
) -> None:
    per = " on the quarter" if reading.against == "qoq" else ""
    if own := _line_grown(place):
        draft.segment, draft.base, draft.metric = own, "revenue", f"{own} revenue"
    if draft.base in ("spending", "posts", "likes", "downloads", "job cuts", "fine", "acquisition") or not draft.base:
        return
    of_things = draft.head.kind == "metric" and metric_of(draft.head.value) == "count"
    if of_things and not [item for item in companies(place.line) if item.start < place.figure.start]:
        return
    without = " without currency effect" if place.line.of("currency-effect") else ""
    draft.metric = f"{draft.metric} growth{without}{per}".replace("growth growth", "growth")
    draft.stated = hedged(quantity, place, "growth")
    _finish(draft, place, state, sentence)


def _line_grown(place: Place) -> str:
    """Return the business line whose growth stands before it: 增长157%的AI服务."""
    behind = [item for item in place.right if item.kind == "segment" and item.end <= place.stop]
    if behind and place.text[place.figure.end : behind[0].start] in ("的",):
        return str(behind[0].value)
    return ""


def _goes_on_to_a_value(place: Place) -> bool:
    following = [item for item in place.line.of("figure") if item.start >= place.figure.end]
    if not following:
        return False
    heads = [item for item in place.right if item.kind in ("metric", "price", "other", "spend")]
    token = following[0].value
    return not heads and token.kind in ("amount", "count") and token.role in ("to", "is", "at", "")


def _flush(state: State, sentence: Sentence) -> None:
    """Keep a growth whose figure never came."""
    if sentence.growth is None:
        return
    quantity, place, reading = sentence.growth
    sentence.growth = None
    if reading.head is None:
        return
    who, how = who_of(place, reading.head, state.carried, within=sentence.who)
    if who is None:
        return
    within = sentence.period if who == sentence.who else ""
    period, when = period_of(place, reading.head, who, state.told, within, sentence.used)
    draft = Draft(
        who, "", reading.head, segment_at(place, reading.head, who, ""), period, "actual",
        min(reading.head.start, place.token.outer[0]), place.figure.end, place.line.index, place.figure,
        rules=(f"metric {reading.head.text!r}", f"subject: {how}", f"period: {when}" if when else ""),
    )  # fmt: skip
    draft.base = metric_name(reading.head, place, who, state.capex, "")
    draft.metric = f"{draft.segment} {draft.base}".strip()
    _growth_alone(quantity, place, reading, draft, state, sentence)


def _change(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    quantity = amount_of(place, state.currency)
    if quantity is None or not fits(draft.base, draft.head, quantity, place):
        return
    draft.stated = plain(quantity, reading.sign)
    draft.metric = f"change of {draft.metric}"
    before = sentence.open
    _finish(draft, place, state, sentence)
    sentence.open = before or sentence.open


def _points(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    quantity = amount_of(place, "")
    if quantity is None:
        return
    against = {"yoy": " on the year", "qoq": " on the quarter"}.get(reading.against, "")
    if sentence.open is not None and not reading.own:
        draft.segment, draft.base = sentence.open.segment, sentence.open.base
        draft.metric = f"{draft.segment} {draft.base}".strip()
    is_rate = draft.head.kind == "metric" and metric_of(draft.head.value) == "percent"
    draft.metric = f"change of {draft.metric}{'' if is_rate else ' growth'}{against}"
    draft.stated = plain(quantity, reading.sign)
    before = sentence.open
    _finish(draft, place, state, sentence)
    sentence.open = before or sentence.open


def _part(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    quantity = amount_of(place, "")
    rates = [one for one in state.drafts if one.line == place.line.index and one.metric.endswith("growth")]
    if quantity is None:
        return
    name = rates[0].metric if rates else f"{draft.metric} growth"
    draft.metric = f"contribution to {name}"
    draft.stated = quantity
    if rates:
        draft.who, draft.period = rates[0].who, rates[0].period
    if given := credited(place):
        draft.who = Who(draft.who.symbol, f"credited to {given}", draft.who.members)
    _finish(draft, place, state, sentence)


def _share(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    quantity = amount_of(place, "")
    name = share_name(
        place, draft, sentence.open.segment if sentence.open else "", sentence.open.base if sentence.open else ""
    )
    if quantity is None or not name:
        return
    draft.metric, draft.base = name, "share"
    draft.stated = hedged(quantity, place, "share")
    _finish(draft, place, state, sentence)


def _join(place: Place, reading: Reading, state: State, sentence: Sentence) -> None:
    """Give what was expected, or the figure of the year before, to the claim that it belongs to."""
    quantity = amount_of(place, currency_of(sentence.open.stated) if sentence.open else state.currency)
    if quantity is None:
        return
    quantity = bare(quantity)
    opened = sentence.open
    if opened is not None and quantity.unit == "" and opened.stated is not None and not currency_of(opened.stated):
        quantity = replace(quantity, unit=opened.stated.unit)
    if reading.role == "prior":
        opened = _of_like_size(opened, quantity, state, place)
    if reading.role == "prior" and (opened is None or opened.prior or not _alike(opened, reading)):
        sentence.prior = (quantity, place)
        return
    if opened is None:
        opened = _last_alike(state, quantity) if reading.role == "expected" else None
    if opened is None or opened.stated is None or opened.stated.unit != quantity.unit:
        return
    if reading.role == "expected" and opened.expected is None:
        opened.expected = quantity
    elif reading.role == "prior" and opened.prior is None:
        opened.prior = quantity
    else:
        return
    opened.takes(place)
    if lifts := [item for item in place.left if item.kind == "lift"]:
        opened.lifted[reading.role] = lifts[-1].first
    opened.rules += (f"{reading.role}: {reading.rule}",)


def _alike(opened: Draft, reading: Reading) -> bool:
    if not reading.own or reading.head is None or opened.head == reading.head:
        return True
    return opened.base in RESULTS and reading.head.value in RESULTS


def _of_like_size(opened: Draft | None, quantity: Quantity, state: State, place: Place) -> Draft | None:
    """Return the claim of the sentence that a figure of the year before may belong to, by its size."""
    if opened is not None and opened.stated is not None and _near_in_size(opened.stated, quantity):
        return opened
    here = [one for one in state.drafts if one.line == place.line.index and one.stated and one.prior is None]
    fitting = [one for one in here if one.stated and _near_in_size(one.stated, quantity)]
    return fitting[-1] if fitting else opened


def _near_in_size(one: Quantity, other: Quantity) -> bool:
    return one.unit == other.unit and one.value != 0 and 0.2 <= abs(other.value / one.value) <= 5


def _last_alike(state: State, quantity: Quantity) -> Draft | None:
    """Return the last claim where what was expected of it stands in a sentence of its own."""
    last = state.drafts[-1] if state.drafts else None
    if last is None or last.stated is None or last.stated.unit != quantity.unit or last.expected:
        return None
    return last if 0.5 <= abs(quantity.value / last.stated.value) <= 2 else None if last.stated.value else None


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
        planned = shape == "planned" or line.between(line.start, place.stop, "plan") and not shape.startswith("past ")
        over = is_over(period, who, state.told) if period else None
        draft.stance = "guidance" if planned and over is not True else "actual"
        if not period and base != "results":
            draft.period = _carried_period(draft, draft.stance, state.told)
        state.drafts.append(draft)


def _once(drafts: list[Draft]) -> list[Draft]:
    """Leave out a figure that was told before: the same subject, figure and metric, and no other period."""
    kept: list[Draft] = []
    for draft in drafts:
        again = next((one for one in kept if _same(one, draft)), None)
        if again is None:
            kept.append(draft)
            continue
        again.growth = again.growth or draft.growth
        again.expected = again.expected or draft.expected
        again.prior = again.prior or draft.prior
        if again.stated and draft.stated and not again.stated.hedge and draft.stated.hedge not in ("", "only"):
            again.stated = draft.stated
        again.period = again.period or draft.period
    return kept


def _same(one: Draft, other: Draft) -> bool:
    if one.who.key != other.who.key or (one.stated is None) != (other.stated is None):
        return False
    if one.stated is None or other.stated is None:
        return one.metric == other.metric and one.period == other.period
    alike = (one.stated.value, one.stated.high, one.stated.unit) == (
        other.stated.value,
        other.stated.high,
        other.stated.unit,
    )
    if not alike:
        return False
    if one.metric != other.metric:
        digits = len(f"{one.stated.value:.12g}".replace(".", "").rstrip("0"))
        return other.base == "spending" and digits >= 3
    return one.period == other.period or not one.period or not other.period


def _found(draft: Draft, number: int) -> Found:
    who = draft.who
    claim = Reported(
        symbol=who.symbol, subject=who.subject, members=who.members if len(who.members) > 1 else (),
        metric=draft.metric, period=draft.period, stated=draft.stated, growth=draft.growth, expected=draft.expected,
        prior=draft.prior, stance=draft.stance, key=f"R{number}", note=draft.note,  # type: ignore[arg-type]
    )  # fmt: skip
    return Found(claim, draft.start, draft.end, draft.line, tuple(rule for rule in draft.rules if rule), draft)


__all__ = ["Draft", "Found", "State", "is_over", "reported_claims", "segment_owner"]
