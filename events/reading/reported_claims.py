"""Reported figures out of an article: metric, company, period, figure, growth, what was expected, the year before.

One walk over the sentences. Each figure gets a role (`reported_roles`), a subject (`reported_who`), a period
(`reported_periods`) and a stance (`reported_stance`); growth, expectation and prior join the figure that they speak of.
Whatever lacks a metric, a subject or a fitting unit makes no claim.
"""

from __future__ import annotations

import msgspec

from events.model import Quantity, Reported
from events.reading.clauses import Clauses, Item
from events.reading.metrics import Line, lines, metric_of, segment_owner, totals
from events.reading.reported_figures import amount_of, currency_of, fits, growth_of, plain
from events.reading.reported_names import metric_name, segment_at, share_name
from events.reading.reported_periods import Told, is_over, period_of, results_period
from events.reading.reported_roles import Place, Reading, places, reading_of
from events.reading.reported_stance import hedged, stance_of
from events.reading.reported_who import Carried, Who, companies, of, who_of

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
    lifted: str = ""  # "over" or "under" what was expected, as the text says
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


def reported_claims(read: Clauses, *, about: str = "") -> list[Found]:
    """Return the reported claims of an article in the order of its text; `about` is the symbol that the caller gives.

    Keys ("R1", "R2", ...) tell the claims apart, so that relations can refer to them.
    """
    state = State(Told(read.day))
    if about:
        state.carried.company = Who(about)
    parts = lines(read)
    state.capex = any(item.value in ("capex", "AI capex") for line in parts for item in line.of("metric")) or any(
        line.of("infrastructure") and (line.of("spend") or [one for one in line.of("metric") if one.value == "spending"])
        for line in parts
    )
    for line in parts:
        _read_line(line, read, state)
        if len(state.drafts) >= MOST:
            break
    return [_found(draft, number) for number, draft in enumerate(_once(state.drafts), 1)]


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
    fresh = [draft.who for draft in state.drafts[before:] if draft.who.symbol or draft.who.subject]
    singles = list(dict.fromkeys(of(item).key for item in named))
    if fresh and not fresh[0].members:
        state.carried.company = fresh[0]
    elif named and (len(singles) == 1 or state.carried.company is None) and not line.of("group"):
        state.carried.company = of(named[0])
    groups = [who for who in fresh if len(who.members) > 1]
    if groups:
        state.carried.group = groups[0]


def _note_periods(line: Line, state: State) -> None:
    who = state.carried.company or Who()
    named = companies(line)
    if name := results_period(line, state.told, of(named[0]) if named else who):
        if not state.told.results or line.of("results"):
            state.told.results = name
            state.told.past = name
    for item in line.of("date"):
        if item.value.kind == "year" and item.value.period.isdigit() and not item.value.parts.part:
            state.told.year = item.value.period


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
    if head is None or reading.role == "none":
        return
    if reading.own or sentence.who is None or _names_anew(place):
        who, how = who_of(place, head, state.carried, within=sentence.who)
    else:
        who, how = sentence.who, "the subject of the figure before"
    if who is None:
        sentence.head = None
        return
    if reading.role in ("expected", "prior"):
        _join(place, reading, state, sentence)
        return
    period, when = period_of(place, head, who, state.told, sentence.period if who == sentence.who else "")
    draft = Draft(
        who, "", head, segment_at(place, head, who, sentence.open.segment if sentence.open else ""), period, "actual",
        min(head.start, place.token.outer[0]), place.figure.end, place.line.index, place.figure,
        rules=(f"metric {head.text!r}: {reading.rule}", f"subject: {how}", f"period: {when}" if when else ""),
    )  # fmt: skip
    draft.base = metric_name(head, place, who, state.capex, sentence.open.base if sentence.open else "")
    draft.metric = f"{draft.segment} {draft.base}".strip()
    {
        "value": _value, "growth": _growth, "change": _change, "points": _points, "share": _share, "part": _part
    }[reading.role](place, reading, draft, state, sentence)  # fmt: skip


def _names_anew(place: Place) -> bool:
    return any(item.start >= place.left_start and item.end <= place.figure.start for item in companies(place.line))


def _finish(draft: Draft, place: Place, state: State, sentence: Sentence) -> None:
    """Give a draft its stance and, where the text names none, its period; keep it."""
    if not draft.period:
        stance, rule = stance_of(place, draft, state.told)
        draft.period = _carried_period(draft, stance, state.told)
        if draft.period:
            draft.rules += ("period: that of the figures before",)
    draft.stance, rule = stance_of(place, draft, state.told)
    draft.rules += (f"stance {draft.stance}: {rule}",) if rule else ()
    if draft.period and draft.metric and metric_base_is_flow(draft):
        if draft.stance == "actual":
            state.told.past = draft.period
        elif draft.stance == "guidance":
            state.told.ahead = draft.period
    state.drafts.append(draft)
    sentence.who, sentence.open = draft.who, draft
    sentence.period = draft.period or sentence.period


def metric_base_is_flow(draft: Draft) -> bool:
    """Whether the figures of a draft are of a period, and not of a day."""
    return draft.head.kind != "metric" or metric_of(draft.head.value) != "stock"


def _carried_period(draft: Draft, stance: str, told: Told) -> str:
    if draft.head.kind == "metric" and metric_of(draft.head.value) in ("stock", "count"):
        return ""
    if draft.base in ("acquisition", "investment", "fine", "purchase offer", "pay packages"):
        return ""
    if stance == "guidance":
        return told.ahead
    return told.past if stance == "actual" else ""


def _value(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    quantity = amount_of(place, state.currency)
    if quantity is None and place.token.kind != "vague":
        return
    if quantity is not None and not fits(draft.base, draft.head, quantity, place):
        return
    if place.near("total") and not reading.own and sentence.open and quantity:
        _total(place, draft, state, quantity)
    draft.stated = hedged(quantity, place, draft.base) if quantity else None
    if quantity and quantity.unit in ("USD", "CNY", "HKD", "EUR", "JPY", "GBP", "VND", "TWD", "KRW", "INR"):
        state.currency = quantity.unit
    if sentence.growth and sentence.growth[2].head == draft.head or (sentence.growth and not reading.own):
        grown, _, told = sentence.growth
        draft.growth = grown if told.against != "qoq" else None
        draft.start = min(draft.start, sentence.growth[1].token.outer[0])
        sentence.growth = None
    if sentence.prior and quantity and sentence.prior[0].unit == quantity.unit:
        draft.prior = sentence.prior[0]
    sentence.prior = None
    lifts = [item for item in place.right if item.kind == "lift"]
    draft.lifted = lifts[0].first if lifts else ""
    _finish(draft, place, state, sentence)


def _total(place: Place, draft: Draft, state: State, quantity: Quantity) -> None:
    """Name the total of the figures that stand before it in the sentence."""
    parts = [
        one for one in state.drafts if one.line == place.line.index and one.stated and one.stated.unit == quantity.unit
    ]
    bases = list(dict.fromkeys(one.base for one in parts))
    if len(bases) < 2:
        return
    draft.base = totals().get(frozenset(bases)) or " and ".join(bases[-2:])
    draft.metric = f"{draft.segment} {draft.base}".strip()


def _growth(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    quantity = growth_of(place, reading)
    opened = sentence.open
    same = opened is not None and (not reading.own or opened.head.value == draft.head.value) and opened.who == draft.who
    if opened is not None and same and opened.growth is None and quantity.high is None and opened.stated is not None:
        if reading.against != "qoq" and opened.stated.unit != "percent" and draft.segment == opened.segment:
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


def _growth_alone(
    quantity: Quantity, place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence
) -> None:
    per = " on the quarter" if reading.against == "qoq" else ""
    if draft.base == "spending" or not draft.base:
        return
    without = " without currency effect" if place.line.of("currency-effect") else ""
    draft.metric = f"{draft.metric} growth{without}{per}".replace("growth growth", "growth")
    draft.stated = hedged(quantity, place, "growth")
    _finish(draft, place, state, sentence)


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
    period, when = period_of(place, reading.head, who, state.told, sentence.period if who == sentence.who else "")
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
    _finish(draft, place, state, sentence)


def _share(place: Place, reading: Reading, draft: Draft, state: State, sentence: Sentence) -> None:
    quantity = amount_of(place, "")
    name = share_name(place, draft, sentence.open.segment if sentence.open else "", sentence.open.base if sentence.open else "")
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
    quantity = plain(quantity)
    opened = sentence.open
    if reading.role == "prior" and (opened is None or (reading.own and opened.head != reading.head) or opened.prior):
        sentence.prior = (quantity, place)
        return
    if opened is None:
        opened = _last_alike(state, quantity)
    if opened is None or opened.stated is None or opened.stated.unit != quantity.unit:
        return
    if reading.role == "expected" and opened.expected is None:
        opened.expected = quantity
    elif reading.role == "prior" and opened.prior is None:
        opened.prior = quantity
    else:
        return
    opened.takes(place)
    opened.rules += (f"{reading.role}: {reading.rule}",)


def _last_alike(state: State, quantity: Quantity) -> Draft | None:
    """Return the last claim where what was expected of it stands in a sentence of its own."""
    last = state.drafts[-1] if state.drafts else None
    if last is None or last.stated is None or last.stated.unit != quantity.unit or last.expected:
        return None
    return last if 0.5 <= abs(quantity.value / last.stated.value) <= 2 else None if last.stated.value else None


def _wordless(line: Line, read: Clauses, state: State) -> None:
    """Read what a sentence tells of a metric without a figure; see `reported_wordless`."""
    from events.reading.reported_wordless import wordless

    for draft in wordless(line, read, state):
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
    alike = (one.stated.value, one.stated.high, one.stated.unit) == (other.stated.value, other.stated.high, other.stated.unit)
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
