"""What a figure takes from those before it: its period and stance, and what was expected or told of the year before."""

from __future__ import annotations

import re

from msgspec.structs import replace

from events.model import Quantity
from events.periods import FISCAL_YEAR_ENDS
from events.reading.metrics import metric_of
from events.reading.reported_drafts import Draft, Sentence, State
from events.reading.reported_figures import FLOWS_OF_CASH, amount_of, at_home, bare, currency_of, flows_out
from events.reading.reported_periods import Told, renamed
from events.reading.reported_places import LOSSES, RESULTS, Place
from events.reading.reported_roles import THE_OTHER_END, Reading
from events.reading.reported_stance import stance_of

_APPROVED = re.compile(
    r"\b(?:approv|authori[sz]|announc|unveil|launch|add)\w*\b|批准|授权|宣布|推出|公布"
    r"|\b(?:phê duyệt|thông qua|công bố)\b"
)
_A_SHARES = ("EPS", "adjusted EPS", "loss per share")
_COMPARING = (
    "more",
    "less",
    "higher",
    "lower",
    "fewer",
    "高",
    "低",
    "多",
    "少",
    "cao hơn",
    "thấp hơn",
    "nhiều hơn",
    "ít hơn",
)
_DATE_BEHIND = 12
_MOST_APART = 1000.0  # an amount a share and one of the whole company are further apart than what is compared ever is
_MOST_UNEXPECTED = 10.0  # how far from what was expected a figure may be, before it is one of something else
_CUMULATIVE = re.compile(r"累计|lũy kế|cumulative", re.IGNORECASE)


def agreeing(state: State, fresh: list[Draft]) -> None:
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
                    (abs(grown - growth.stated.value) <= growth.stated.precision and other.prior is None)
                    or other is draft
                ) and abs(grown - growth.stated.value) <= growth.stated.precision:
                    other.prior, other.growth = draft.prior, growth.stated
                    other.end = max(other.end, growth.end)
                    if other is not draft:
                        draft.prior = None
                    state.drafts.remove(growth)
                    return


def finish(draft: Draft, place: Place, state: State, sentence: Sentence, grown: Place | None = None) -> None:
    """Give a draft its stance and, where the text names none, its period; keep it.

    `grown` is the place of the growth told before it: "is forecast to jump 30% to $20 billion" plans both.
    """
    mate = sentence.open if sentence.open is not None and sentence.open.who == draft.who else None
    spoken = draft.period
    _budget(draft, place)
    if not draft.period:
        stance, _ = _stance(place, grown, draft, state.told, mate)
        if [item for item in place.left if item.kind == "since"] or _CUMULATIVE.search(draft.head.text):
            stance = ""
        draft.period = carried_period(draft, stance, state.told)
        returned = draft.base in ("repurchases", "dividends")
        if returned and _APPROVED.search(place.text, place.line.start, place.figure.start):
            draft.period = ""  # a plan that begins anew is none of the quarter
        if draft.period:
            draft.rules += ("period: that of the figures before",)
    draft.stance, rule = _stance(place, grown, draft, state.told, mate)
    draft.rules += (f"stance {draft.stance}: {rule}",) if rule else ()
    if (draft.period and "Q" in draft.period) or "H" in draft.period or draft.period[-4:].isdigit():
        if draft.stance == "actual" and not draft.period.startswith(("TTM", "end of", "past")):
            state.told.past = (draft.who.symbol, draft.period, draft.line)
        elif draft.stance == "guidance":
            state.told.ahead = (draft.who.symbol, draft.period, draft.line)
    state.drafts.append(draft)
    sentence.who, sentence.open = draft.who, draft
    sentence.period = spoken or draft.period or sentence.period


def _stance(place: Place, grown: Place | None, draft: Draft, told: Told, mate: Draft | None) -> tuple[str, str]:
    """Return the stance of a figure, and where its own words give none, that of the growth told with it."""
    stance, rule = stance_of(place, draft, told, mate)
    if grown is not None and stance in ("actual", "expected"):
        planned, why = stance_of(grown, draft, told, mate)
        return (stance, rule) if planned == "actual" else (planned, why)
    return stance, rule


def _budget(draft: Draft, place: Place) -> None:
    """A budget is for the whole year, and where the sentence speaks of a fiscal quarter, for the fiscal year."""
    behind = [item for item in place.after("budget") if item.start - place.figure.end <= 8]
    if not behind or not draft.period.endswith(" to date"):
        return
    fiscal = any(item.value.parts.fiscal for item in place.line.of("date"))
    year = draft.period.removesuffix(" to date").removeprefix("FY")
    draft.period = f"FY{year}" if fiscal or (draft.who.symbol and draft.who.symbol not in FISCAL_YEAR_ENDS) else year


def carried_period(draft: Draft, stance: str, told: Told) -> str:
    """Return the period that the figures before hand on, "" for none."""
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


def join(place: Place, reading: Reading, state: State, sentence: Sentence) -> None:
    """Give what was expected, or the figure of the year before, to the claim that it belongs to."""
    quantity, opened = _held(place, reading, state, sentence), sentence.open
    if quantity is None:
        return
    if reading.rule == THE_OTHER_END:
        _widen(opened, quantity, place)
        return
    if reading.role == "prior":
        # "so với 240 triệu USD một năm trước; doanh thu tăng 32%": the year is that of the figure before.
        dates = (*place.near("date"), *place.after("date"))
        sentence.used += [item for item in dates if item.start - place.figure.end <= _DATE_BEHIND]
        opened = _of_like_size(opened, quantity, state, place)
    if reading.role == "prior" and (opened is None or opened.prior or not _alike(opened, reading)):
        sentence.prior = (quantity, place)
        return
    if reading.role == "expected" and reading.own and (opened is None or not _alike(opened, reading)):
        opened = _awaiting(quantity, reading, state, sentence)
        if opened is None:
            return
    if opened is None and reading.role == "expected":
        opened = _last_alike(state, quantity)
    opened = _taker(opened, quantity, reading, state, place)
    if opened is None:
        return
    quantity = _falling(_turned(quantity, opened, reading), opened, place)
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


def _held(place: Place, reading: Reading, state: State, sentence: Sentence) -> Quantity | None:
    """Return the figure of a place in the money and unit of the claim that it is held against."""
    opened = sentence.open
    quantity = amount_of(place, currency_of(opened.stated) if opened else state.currency)
    if quantity is None:
        return None
    whose = opened.who if opened else state.drafts[-1].who if state.drafts else None
    quantity = at_home(bare(quantity), whose.symbol if whose else "", place.figure.text)
    quantity = _flowing(quantity, place, reading, sentence)
    if opened is not None and quantity.unit == "" and opened.stated is not None and not currency_of(opened.stated):
        return replace(quantity, unit=opened.stated.unit)
    return quantity


def _widen(opened: Draft | None, quantity: Quantity, place: Place) -> None:
    """Give a range of before its other end: "from $6.2 billion to $6.6 billion"."""
    if opened is None or opened.prior is None:
        return
    fits = quantity.unit == opened.prior.unit and quantity.value > opened.prior.value
    opened.prior = replace(opened.prior, high=quantity.value) if fits else None
    opened.takes(place)


def _taker(opened: Draft | None, quantity: Quantity, reading: Reading, state: State, place: Place) -> Draft | None:
    """Return the claim that may take a figure by its unit and size: the one before, or another of its sentence."""
    if opened is not None and opened.stated is not None and is_apart(opened.stated, quantity):
        here = [one for one in state.drafts if one.line == place.line.index and one.stated is not None]
        fitting = [one for one in here if one.stated and not is_apart(one.stated, quantity)]
        opened = fitting[-1] if fitting and not reading.own else None
    if opened is None or opened.stated is None:
        return None
    a_share = reading.role == "expected" and opened.base in _A_SHARES
    apart = is_apart(opened.stated, quantity, _MOST_UNEXPECTED if a_share else _MOST_APART)
    return None if apart else opened


def _flowing(quantity: Quantity, place: Place, reading: Reading, sentence: Sentence) -> Quantity:
    """Return a cash flow of the year before with the sign of its own words."""
    flow = reading.head.value if reading.head is not None else sentence.open.base if sentence.open else ""
    out = flow in FLOWS_OF_CASH and quantity.value > 0 and flows_out(place, place.left_start)
    return replace(quantity, value=-quantity.value) if out else quantity


def _awaiting(quantity: Quantity, reading: Reading, state: State, sentence: Sentence) -> Draft | None:
    """Return the claim before that what was expected belongs to; without one it waits for the figure that follows."""
    head, last = reading.head, _last_alike(state, quantity)
    if head is not None and (last is None or last.base != head.value):
        sentence.expected, last = (quantity, head), None
    return last


def _turned(quantity: Quantity, opened: Draft, reading: Reading) -> Quantity:
    """Return a figure of the year before below nothing where a loss of now was a profit of then, or the other way."""
    head = reading.head
    if head is None or (head.kind != "earn" and head.value not in RESULTS):
        return quantity
    later = opened.figure is not None and head.start >= opened.figure.end  # the word is not that of the claim itself
    if not later:
        return quantity
    turned = (opened.base in (*LOSSES, "loss per share")) != (head.value in LOSSES)
    return replace(quantity, value=-quantity.value) if turned else quantity


def _falling(quantity: Quantity, opened: Draft, place: Place) -> Quantity:
    """Return a growth that was expected below nothing where it is one of a fall: "worse than the 3.4% decline"."""
    rate = opened.metric.endswith("growth") and quantity.unit == "percent" and quantity.value > 0
    if not rate or opened.stated is None:
        return quantity
    near = [one for one in (*place.near("up", "down"), *place.after("up", "down")) if one.start >= place.left_start]
    near = [one for one in near if one.first in ("up", "down") and one.text.lower() not in _COMPARING]
    down = near[-1].first == "down" if near else opened.stated.value < 0
    return replace(quantity, value=-quantity.value) if down else quantity


def _alike(opened: Draft, reading: Reading) -> bool:
    if not reading.own or reading.head is None or opened.head == reading.head:
        return True
    return opened.base in (*RESULTS, *_A_SHARES) and (reading.head.kind == "earn" or reading.head.value in RESULTS)


def _of_like_size(opened: Draft | None, quantity: Quantity, state: State, place: Place) -> Draft | None:
    """Return the claim of the sentence that a figure of the year before may belong to, by its size."""
    if opened is not None and opened.stated is not None and _near_in_size(opened.stated, quantity):
        return opened
    here = [one for one in state.drafts if one.line == place.line.index and one.stated and one.prior is None]
    fitting = [one for one in here if one.stated and _near_in_size(one.stated, quantity)]
    if fitting:
        return fitting[-1]
    if opened is not None and opened.stated is not None and not is_apart(opened.stated, quantity):
        return opened
    near = [one for one in here if one.stated and not is_apart(one.stated, quantity)]
    return near[-1] if near else opened


def _near_in_size(one: Quantity, other: Quantity) -> bool:
    return one.unit == other.unit and one.value != 0 and 0.2 <= abs(other.value / one.value) <= 5


def is_apart(one: Quantity, other: Quantity, most: float = _MOST_APART) -> bool:
    """Tell whether two figures are of other units, or too different in size to be of one metric."""
    if one.unit != other.unit:
        return True
    low, high = sorted((abs(one.value), abs(other.value)))
    return high > most * low > 0


def _last_alike(state: State, quantity: Quantity) -> Draft | None:
    """Return the last claim where what was expected of it stands in a sentence of its own."""
    last = state.drafts[-1] if state.drafts else None
    mates = [one for one in state.drafts[-3:] if last and one.line == last.line and one.base == last.base]
    last = next((one for one in mates if one.stance != "actual"), last)  # "will be $180bn, double last year's $90bn"
    if last is None or last.stated is None or last.stated.unit != quantity.unit or last.expected:
        return None
    return last if last.stated.value and 0.5 <= abs(quantity.value / last.stated.value) <= 2 else None
