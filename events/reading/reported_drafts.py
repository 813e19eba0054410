"""Reported claims in the making, and what an article and a sentence have told so far."""

from __future__ import annotations

import msgspec

from events.model import Quantity, Reported
from events.reading.clauses import Item
from events.reading.reported_periods import Told
from events.reading.reported_places import Place
from events.reading.reported_roles import Reading
from events.reading.reported_who import Carried, Who


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
    lifted: dict[str, str] = msgspec.field(
        default_factory=dict
    )  # expected, prior -> "over" or "under", as the text says
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


class Found(msgspec.Struct, frozen=True, gc=False):
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
    expected: tuple[Quantity, Item] | None = None  # of a metric whose own figure is still to come
    lost: bool = False  # its figures are those of a group that may be anybody's
    used: list[Item] = msgspec.field(default_factory=list)


def once(drafts: list[Draft]) -> list[Draft]:
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


def finished(draft: Draft, number: int) -> Found:
    """Return a draft as a claim, with its number for a key."""
    who = draft.who
    claim = Reported(
        symbol=who.symbol, subject=who.subject, members=who.members if len(who.members) > 1 else (),
        metric=draft.metric, period=draft.period, stated=draft.stated, growth=draft.growth, expected=draft.expected,
        prior=draft.prior, stance=draft.stance, key=f"R{number}", note=draft.note,  # type: ignore[arg-type]
    )  # fmt: skip
    return Found(claim, draft.start, draft.end, draft.line, tuple(rule for rule in draft.rules if rule), draft)
