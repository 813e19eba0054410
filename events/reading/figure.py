"""What a figure is: the token that a reader gets, and how the parts around a number decide its unit and kind."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, cast

import msgspec

from events.model import Hedge, Quantity
from events.reading.masks import Span
from events.reading.numerals import Numeral
from events.reading.surroundings import DURATIONS, Left, Right

FigureKind = Literal[
    "percent", "tenths", "percentage-points", "basis-points", "points", "amount", "count", "duration", "times",
    "ratio", "fraction", "ordinal", "bare", "vague",
]  # fmt: skip
Role = Literal["", "to", "from", "by", "at", "is", "between"]


class FigureToken(msgspec.Struct, frozen=True, gc=False):
    """A figure of a text.

    `start`, `end` hold sign, currency, number and unit; `outer` also the hedges and the word of the role. `quantity`
    is None only where the text gives a size without a figure (kind "vague"). `role` "to" marks a level ("to 10%"),
    "from" a base, "at" a price stood at; a range has both ends in one quantity. `direction` is that of a written sign
    or of a word such as "doubled". `unit_written` is False where a bare end took its unit from the other end.
    `rule` says which rule made it.
    """

    start: int
    end: int
    outer: Span
    kind: FigureKind
    quantity: Quantity | None
    text: str
    role: Role = ""
    direction: Literal["", "up", "down"] = ""
    unit_written: bool = True
    rule: str = ""

    @property
    def span(self) -> Span:
        """The characters of the figure itself."""
        return self.start, self.end

    @property
    def to_level(self) -> bool:
        """Whether the figure says where something went to, not by how much it moved."""
        return self.role in ("to", "at")


class Part(msgspec.Struct, frozen=True, gc=False):
    """One number with its surroundings, before it is joined with another or becomes a token."""

    number: Numeral
    left: Left
    right: Right
    tenths: bool = False

    @property
    def has_unit(self) -> bool:
        """Whether a unit or a currency is written."""
        return bool(self.right.unit or self.left.currency)


def tenths_of(text: str, number: Numeral) -> tuple[Decimal, Decimal, int] | None:
    """Return percent, unit of the last digit and end of 三成, 三成五, 三成半."""
    end = number.end
    if text[end : end + 1] != "成" or not 1 <= number.value <= 10 or text[end + 1 : end + 2] in _NOT_TENTHS:
        return None
    following = text[end + 1 : end + 2]
    if following and following in "一二三四五六七八九":
        return number.value * 10 + "零一二三四五六七八九".index(following), Decimal(1), end + 2
    if following == "半":
        return number.value * 10 + 5, Decimal(1), end + 2
    return number.value * 10, Decimal(10) * number.precision, end + 1


_NOT_TENTHS = tuple("为立功长果绩员本年都熟不交型分品")


def is_range(first: Part, second: Part, how: str) -> bool:
    """Whether two numbers with a joiner between them are the ends of one range and not a move and a level."""
    one, other = first.right.unit or first.left.currency, second.right.unit or second.left.currency
    if one and one != other and not (not second.right.unit and how == "dash"):
        return first.right.unit == "" and first.left.currency == other
    low = first.number.value * (1 if first.right.magnitude or first.right.unit else second.right.scale)
    high = second.number.value
    if how == "dash":
        return True
    if first.left.sign or second.left.sign:
        return True
    if first.left.currency and second.left.currency and not second.right.magnitude and high >= 3 * low:
        return False
    return low <= high


def unit_of(first: Part, second: Part | None) -> tuple[str, FigureKind]:
    """Return the unit and kind of a figure; of a range, the unit that either end has."""
    parts = (second, first) if second else (first,)
    for part in parts:
        if part.tenths:
            return "percent", "tenths"
        if part.right.kind == "currency":
            return part.left.currency or part.right.unit, "amount"
    for part in parts:
        if part.left.currency and part.right.unit in ("", "shares"):
            return part.left.currency, "amount"
    for part in parts:
        if unit := part.right.unit:
            named = ("percent", "percentage-points", "basis-points", "points", "times")
            if unit in named:
                return unit, cast(FigureKind, unit)
            return unit, "duration" if unit in DURATIONS else "count"
    return "", "count" if any(part.right.magnitude for part in parts) else "bare"


def low_end(first: Part, last: Part, is_range: bool) -> tuple[Decimal, Decimal]:
    """Return value and precision of the first number; a bare low end takes the scale of the high one."""
    value, precision = first.number.value, first.number.precision
    if is_range and not first.right.magnitude and last.right.magnitude and not first.right.unit:
        value, precision = value * last.right.scale, precision * last.right.scale
    if is_range and last.tenths and not first.tenths and not first.right.unit:
        value, precision = value * 10, precision * 10
    return (-value if first.left.sign < 0 else value), precision


def is_worded_figure(first: Part, last: Part, unit: str) -> bool:
    """Whether a number in words is a figure: not "one of them", 一家, or 三点."""
    right = last.right
    if not (right.magnitude or unit) or (first.number.power and not right.magnitude and not first.left.hedge):
        return False
    if first.left.currency or right.magnitude or unit in ("percent", "percentage-points", "basis-points", "times"):
        return True
    if unit in DURATIONS:
        return True
    if unit == "points":
        return first.number.value >= 100 or first.number.style == "words"
    return right.kind == "currency" or first.number.value >= 2


def round_power(text: str, part: Part, unit: str) -> FigureToken | None:
    """Return 千亿: a size in words; a figure only where a hedge makes it a bound (逾千亿)."""
    value = float(part.number.value)
    hedge = part.left.hedge or part.right.hedge
    if not (hedge or unit or part.right.magnitude.endswith("亿")):
        return None
    quantity = Quantity(value=value, unit=unit, precision=value, hedge=cast(Hedge, hedge or "about"))
    start, end = part.left.core, part.right.core
    kind: FigureKind = "vague" if not hedge else "amount" if unit else "count"
    return FigureToken(
        start, end, (part.left.outer, part.right.outer), kind, quantity, text[start:end], cast(Role, part.left.role),
        rule="a power of ten in words",
    )  # fmt: skip


def rule_of(language: str, first: Part, second: Part | None, unit: str) -> str:
    """Return how a figure was read, for `timeline read --explain`."""
    last = second or first
    words = [f"{language}: {'range of ' if second else ''}{first.number.style}"]
    words += [f"magnitude {last.right.magnitude}"] if last.right.magnitude else []
    words += [f"unit {unit}"] if unit else []
    words += [f"hedge {hedge}"] if (hedge := first.left.hedge or last.right.hedge or first.left.soft) else []
    words += [f"role {first.left.role}"] if first.left.role else []
    return ", ".join(words)
