"""The frozen events and the values inside them.

Three times, three names, never mixed: *occurred* (market dates, in a `Window` or a period), *said* (when a source
published), *recorded* (when our log took it; it stands beside the event in `log.Record`, not in it).

Amounts are in units of one (72 billion dollars is 72e9 "USD"), percentages in percent (-17.0, not -0.17), and every
stated figure keeps the unit of its last written digit, for "17%" and "17.0%" promise different things.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from events.errors import InvalidValueError

Instant = Annotated[datetime, msgspec.Meta(tz=True)]

Hedge = Literal["", "nearly", "over", "about", "at-least", "at-most", "under", "may", "possibly", "estimated", "only"]
Stance = Literal["actual", "expected", "prior", "guidance", "estimate"]
Span = Literal[
    "day", "sessions", "days", "week", "month", "quarter", "half", "year", "year-to-date", "since", "between"
]
Timing = Literal["", "before-open", "during-session", "after-close"]
SessionPart = Literal["", "close", "intraday", "open", "pre-market", "after-hours"]
Direction = Literal["", "up", "down", "flat"]
News = Literal["", "results", "announcement", "renaming", "listing"]


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """A frozen value: equal by content, hashable, without a dict or a list inside.

    Nothing frozen can hold itself, so the garbage collector need not look: a third of the time of a long replay.
    """


class Said(Value, frozen=True, kw_only=True):
    """When a source said something: the day on its own calendar, and the instant where the source gives one."""

    day: date
    at: Instant | None = None

    def __str__(self) -> str:
        """Return the instant where there is one, else the day (both ISO 8601)."""
        return self.at.isoformat() if self.at else self.day.isoformat()


def _one_form(value: Value, *names: str) -> None:
    """Let 17 and 17.0 be one figure, and 0.0 and -0.0, with one canonical form."""
    for name in names:
        given = getattr(value, name)
        if type(given) is int or given == 0:
            msgspec.structs.force_setattr(value, name, float(given) + 0.0)


class Quantity(Value, frozen=True, kw_only=True):
    """A figure as it was stated.

    `value` is signed; with `high` the two are the ends of a range. `precision` is one unit of the last stated digit,
    in the same unit as `value` (17 -> 1, 7.1 -> 0.1, "307bn" -> 1e9). `unit` is "percent", "points", "times",
    "sessions", a currency code, or the name of what is counted. Raises InvalidValueError for what is not finite.
    """

    value: float
    unit: str
    precision: float
    hedge: Hedge = ""
    high: float | None = None

    def __post_init__(self) -> None:
        value, precision = self.value, self.precision
        usual = self.high is None and type(value) is float and type(precision) is float
        if usual and value and -math.inf < value < math.inf and 0.0 < precision < math.inf:
            return  # nothing to bring into form and nothing wrong, found in one look: a replay makes millions of them
        _one_form(self, "value", "precision", "high")
        if not (math.isfinite(self.value) and math.isfinite(self.precision) and self.precision > 0):
            raise InvalidValueError(
                "a stated figure", f"{self.value} (precision {self.precision})", "finite, precision > 0"
            )
        if self.high is not None and not (math.isfinite(self.high) and self.high >= self.value):
            raise InvalidValueError(
                "a stated range", f"{self.value} to {self.high}", "two finite ends, the low one first"
            )


class Window(Value, frozen=True, kw_only=True):
    """What the words say about the market time of a claim; nothing here is resolved against a calendar.

    `count` goes with "sessions" and "days". `start` and `end` are dates that the text names (the first and the last
    day meant); without `end` the window ends where the publication leaves it. `event` is the date of the news that the
    move answers to, `timing` when in the day that news came, `part` the part of the session meant. `suffered` marks a
    loss or gain told as once reached ("at one point"), not as where the price stands. `news` says what kind of news is
    meant where the text anchors on it without a date ("after the results"): the check looks for its day in the log.
    """

    span: Span = "day"
    count: int = 1
    start: date | None = None
    end: date | None = None
    event: date | None = None
    timing: Timing = ""
    part: SessionPart = ""
    suffered: bool = False
    news: News = ""

    def __post_init__(self) -> None:
        if self.count < 1:
            raise InvalidValueError("a window's count", self.count, "1 or more")
        if self.start and self.end and self.start > self.end:
            raise InvalidValueError("a window", f"{self.start} to {self.end}", "a start that is not after its end")


class Claim(Value, frozen=True, kw_only=True, tag_field="kind"):
    """What every claim has: whom it is about, the words it came from (`span` counts characters of the article's text).

    `symbol` is the ticker, or "" with the subject in words; `members` are the symbols of a group taken together.
    `key` tells claims with equal words apart; `by` is whoever is quoted; `note` is what a reader should know.
    """

    symbol: str = ""
    subject: str = ""
    members: tuple[str, ...] = ()
    text: str = ""
    span: tuple[int, int] | None = None
    stance: Stance = "actual"
    by: str = ""
    note: str = ""
    key: str = ""


class Move(Claim, frozen=True, kw_only=True, tag="move"):
    """A price change: percent, points or currency, signed. Without a figure `stated` stays None."""

    stated: Quantity | None = None
    direction: Direction = ""
    window: Window = Window()


class Level(Claim, frozen=True, kw_only=True, tag="level"):
    """A price in as-traded currency: the close, or the high or low where `touched` is "high" or "low"."""

    stated: Quantity
    touched: Literal["", "high", "low"] = ""
    window: Window = Window()


class Extreme(Claim, frozen=True, kw_only=True, tag="extreme"):
    """A superlative: the worst (best) return over `window`, or the lowest (highest) price, since a date.

    `since` is the first day of the span named and `since_end` its last (worst since November 2022: the 1st and the
    30th). Without `since_end` it is the extreme of all days from `since` on (this year's highest: January 1st); both
    None means on record.
    """

    direction: Literal["worst", "best"]
    measure: Literal["return", "close", "intraday"] = "return"
    since: date | None = None
    since_end: date | None = None
    stated: Quantity | None = None
    window: Window = Window()


class Streak(Claim, frozen=True, kw_only=True, tag="streak"):
    """Closes in a row with one sign: `count` sessions (weeks, months), the last one at the end of `window`."""

    direction: Literal["up", "down"]
    count: int
    per: Literal["session", "week", "month"] = "session"
    window: Window = Window()

    def __post_init__(self) -> None:
        if self.count < 1:
            raise InvalidValueError("a streak's count", self.count, "1 or more")


class Drawdown(Claim, frozen=True, kw_only=True, tag="drawdown"):
    """A fall from a high (or, with a positive figure, a rise from a low), in percent.

    `peak_from`..`peak_to` is the span of days in which the text puts the high; `window` says where the fall is
    measured to: a span of days (`start`, `end`) with `suffered`, or its end.
    """

    stated: Quantity
    peak_from: date | None = None
    peak_to: date | None = None
    window: Window = Window()


class MarketValue(Claim, frozen=True, kw_only=True, tag="market-value"):
    """A change of market value over `window` (signed), or with sense "level" the market value itself."""

    stated: Quantity
    sense: Literal["change", "level"] = "change"
    window: Window = Window()


class Conversion(Claim, frozen=True, kw_only=True, tag="conversion"):
    """An amount in one currency told as an amount in another; `period` is the period spoken of, "" if none."""

    amount: Quantity
    stated: Quantity
    period: str = ""


class Reported(Claim, frozen=True, kw_only=True, tag="reported"):
    """A figure that a company or somebody else reported; `period` as in `events.periods` ("2024Q4", "FY2025")."""

    metric: str
    period: str = ""
    stated: Quantity | None = None
    growth: Quantity | None = None
    expected: Quantity | None = None
    prior: Quantity | None = None


class Happening(Claim, frozen=True, kw_only=True, tag="happening"):
    """A dated event without a figure to judge; `on` is a date or a period, "" for none.

    `event` is a chosen word where the checker has use for it ("results", "announcement"), `timing` when in the
    trading day it came: a release after the close moves the next session.
    """

    on: str = ""
    event: str = ""
    timing: Timing = ""


class Figure(Value, frozen=True, kw_only=True, tag_field="op", tag="figure"):
    """A stated figure inside a relation; `ref` names the claim it comes from (its `key`), "" for none."""

    quantity: Quantity
    ref: str = ""


class Expression(Value, frozen=True, kw_only=True, tag_field="op", tag="apply"):
    """Arithmetic over figures.

    sum, difference, product (a percentage counts as hundredths in it), ratio; growth in percent from the first to the
    second; share: the first in percent of the second; base: the first divided by one plus the second in percent, the
    figure before that growth; each: the figures side by side, for "solves" and "within".
    """

    name: Literal["sum", "difference", "product", "ratio", "growth", "share", "base", "each"]
    parts: tuple[Figure | Expression, ...]


class Relation(Claim, frozen=True, kw_only=True, tag="relation"):
    """Arithmetic between figures that a text itself states: `left` stands in `relation` to `right`.

    With "solves" the text gives several results of one unknown base: each part of `left` divided by one plus the part
    of `right` in percent must give the same base.
    """

    left: Figure | Expression
    relation: Literal["equals", "over", "under", "within", "solves"]
    right: Figure | Expression


AnyClaim = Move | Level | Extreme | Streak | Drawdown | MarketValue | Conversion | Reported | Happening | Relation


class ArticlePublished(Value, frozen=True, kw_only=True, tag_field="kind", tag="article-published.v1"):
    """A source published something. `text_sha256` is the hash of its text, "" where none is held."""

    source: str
    title: str = ""
    url: str = ""
    language: str = ""
    said: Said | None = None
    text_sha256: str = ""
    note: str = ""


class ClaimStated(Value, frozen=True, kw_only=True, tag_field="kind", tag="claim-stated.v1"):
    """An article (the id of its event) states a claim."""

    article: str
    claim: AnyClaim


class ClaimWithdrawn(Value, frozen=True, kw_only=True, tag_field="kind", tag="claim-withdrawn.v1"):
    """A claim (the id of its `claim-stated` event) was taken back."""

    claim: str
    reason: str
    said: Said | None = None


class ClaimCorrected(Value, frozen=True, kw_only=True, tag_field="kind", tag="claim-corrected.v1"):
    """A claim now reads otherwise. `replaces` is the id of the event that held the reading until now."""

    claim: str
    replaces: str
    corrected: AnyClaim
    reason: str
    said: Said | None = None


class BarsObserved(Value, frozen=True, kw_only=True, tag_field="kind", tag="bars-observed.v1"):
    """New or changed daily bars of one symbol from one fetch; the columns stand under `columns`, their SHA-256.

    Prices are split-adjusted for every split up to `adjusted_through`, and not dividend-adjusted. `previous` is the id
    of the symbol's bars event before this one, so that the same values seen again later are a new observation.
    """

    symbol: str
    source: str
    columns: str
    first: date
    last: date
    count: int
    adjusted_through: date
    currency: str = ""
    revised: int = 0
    previous: str = ""


class SharesObserved(Value, frozen=True, kw_only=True, tag_field="kind", tag="shares-observed.v1"):
    """Shares outstanding of a company on a date, all share classes that count together."""

    symbol: str
    shares: int
    on: date
    source: str

    def __post_init__(self) -> None:
        if self.shares <= 0:
            raise InvalidValueError("shares outstanding", self.shares, "1 or more")


class SplitObserved(Value, frozen=True, kw_only=True, tag_field="kind", tag="split-observed.v1"):
    """A split: from the session `on` every `old` shares are `new` ones (20 for 1: new=20, old=1)."""

    symbol: str
    on: date
    new: float
    old: float
    source: str

    def __post_init__(self) -> None:
        _one_form(self, "new", "old")
        if not (self.new > 0 and self.old > 0 and math.isfinite(self.new / self.old)):
            raise InvalidValueError("a split", f"{self.new} for {self.old}", "two figures above zero")


class DividendObserved(Value, frozen=True, kw_only=True, tag_field="kind", tag="dividend-observed.v1"):
    """A dividend: who bought on the session `on` or later does not get it.

    `amount` is for one share, in the currency of the prices, adjusted for every split up to `adjusted_through`.
    """

    symbol: str
    on: date
    amount: float
    adjusted_through: date
    source: str
    currency: str = ""

    def __post_init__(self) -> None:
        _one_form(self, "amount")
        if not (math.isfinite(self.amount) and self.amount > 0):
            raise InvalidValueError("a dividend", self.amount, "a finite amount above zero")


class TextErased(Value, frozen=True, kw_only=True, tag_field="kind", tag="text-erased.v1"):
    """The text with this SHA-256 was taken out of the database for a reason; the claims that came from it stay."""

    text_sha256: str
    reason: str


Event = (
    ArticlePublished
    | ClaimStated
    | ClaimWithdrawn
    | ClaimCorrected
    | BarsObserved
    | SharesObserved
    | SplitObserved
    | DividendObserved
    | TextErased
)
