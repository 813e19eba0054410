"""What stands around a number: hedge, role, sign, currency on its left; magnitude, unit, hedge on its right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import msgspec

from events.reading.lexicon import LATIN_AHEAD, alternation, key, lexicon, reversed_alternation
from events.reading.spelling import low_text

HARD = frozenset(("nearly", "over", "about", "at-least", "at-most", "under"))
DURATIONS = frozenset(("sessions", "days", "weeks", "months", "quarters", "years", "hours", "minutes", "decades"))
_LEFT_STEPS = 8
_MORE = ("多", "余")
_JOINED = ("-", "/", "多", "余", "成")  # what may stand between a number and its unit, or is its unit


_ONE = Decimal(1)


class Lowered(NamedTuple):
    """A text in lower case, on which tables are matched, and the same read backwards."""

    text: str
    backwards: str

    @classmethod
    def of(cls, text: str) -> Lowered:
        """Return a text in lower case, character for character."""
        low = low_text(text)
        return cls(low, low[::-1])


class Left(msgspec.Struct, frozen=True, gc=False):
    """What was read leftwards from a number. `core` is where sign and currency begin, `outer` where hedges begin."""

    core: int
    outer: int
    hedge: str = ""
    soft: str = ""
    role: str = ""
    currency: str = ""
    sign: int = 0


class Right(msgspec.Struct, frozen=True, gc=False):
    """What was read rightwards. `core` is where the unit ends, `outer` where a hedge after it ends."""

    core: int
    outer: int
    scale: Decimal = Decimal(1)
    unit: str = ""
    written: str = ""
    kind: str = ""
    hedge: str = ""
    magnitude: str = ""
    half_more: bool = False


class Begins(NamedTuple):
    """The first characters of the words of some tables."""

    magnitude: frozenset[str]
    unit: frozenset[str]
    currency: frozenset[str]
    after: frozenset[str]
    filler: frozenset[str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The tables of one language, compiled for reading in both directions.

    `begins` are the characters that what stands on the right begins with: most figures have none of it.
    """

    left: re.Pattern[str]
    classes: Mapping[str, tuple[str, Any]]
    guards: Mapping[str, str]
    needs: Mapping[str, str]
    magnitude: re.Pattern[str]
    magnitudes: Mapping[str, Decimal]
    short: re.Pattern[str]
    short_magnitudes: Mapping[str, Decimal]
    unit: re.Pattern[str]
    units: Mapping[str, str]
    currency: re.Pattern[str]
    currencies: Mapping[str, str]
    after: re.Pattern[str]
    afters: Mapping[str, str]
    filler: re.Pattern[str]
    begins: Begins
    chinese: bool

    def is_alone(self, low: Lowered, start: int, end: int) -> bool:
        """Tell whether nothing of the tables stands beside a number: "one of them" has neither unit nor currency."""
        text, begins = low.text, self.begins
        gap = after_spaces(text, end)
        first = text[gap : gap + 1]
        if text[end : end + 1] in _JOINED or (
            (first in begins.unit and self.unit.match(text, gap))
            or (first in begins.magnitude and self.magnitude.match(text, gap))
            or (first in begins.currency and self.currency.match(text, gap))
            or (first in begins.after and self.after.match(text, gap))
            or (first in begins.filler and self.filler.match(text, gap))
        ):
            return False
        return self.left.match(low.backwards, after_spaces(low.backwards, len(low.backwards) - start)) is None

    def read_left(self, backwards: str, at: int, floor: int = 0) -> Left:
        """Return what stands before `at`, not before `floor`; `backwards` is the whole text in lower case, reversed."""
        size = len(backwards)
        core = outer = at
        hedge = soft = role = currency = ""
        sign = 0
        for _ in range(_LEFT_STEPS):
            position = size - outer
            skipped = 0
            while skipped < 2 and position + skipped < size and backwards[position + skipped] == " ":
                skipped += 1
            found = self.left.match(backwards, position + skipped, size - floor)
            if not found or not self._allowed(found, backwards, size, at):
                break
            kind, value = self.classes[key(found[0][::-1])]
            begin = size - found.end()
            if kind == "sign":
                if sign or outer != core or (len(found[0]) == 1 and not self._is_sign(backwards, found, skipped)):
                    break
                sign, core = value, begin
            elif kind == "currency":
                if currency or outer != core or (sign and found[0].isalpha()):
                    break
                currency, core = value, begin
            elif kind == "hedge":
                if value in HARD:
                    hedge = hedge or value
                else:
                    soft = soft or value
            elif value != "skip":
                if role in ("to", "from", "between"):
                    break
                role = value if role in ("", "is") else role
            outer = begin
        return Left(core, outer, hedge, soft, role, currency, sign)

    def _allowed(self, found: re.Match[str], backwards: str, size: int, at: int) -> bool:
        word = found[0][::-1]
        before = backwards[found.end()] if found.end() < len(backwards) else ""
        if before and before in self.guards.get(word, ""):
            return False
        need = self.needs.get(word)
        return not need or backwards[size - at - 1 : size - at] in need

    def _is_sign(self, backwards: str, found: re.Match[str], skipped: int) -> bool:
        """A dash is a minus where it touches the number and nothing that it could join stands before it."""
        before = backwards[found.end()] if found.end() < len(backwards) else ""
        return not skipped and not (
            before.isdigit() or before in ("%", ")", "]") or (before.isascii() and before.isalpha())
        )

    def read_right(self, text: str, low: str, at: int, *, currency: str, style: str) -> Right:
        """Return what stands after position `at`; `currency` is the one already read before the number.

        `low` is the text in lower case.
        """
        position, hedge, half_more = at, "", False
        scale, magnitude = _ONE, ""
        if self.chinese and text.startswith(_MORE, position):
            hedge, position = "over", position + 1
        gap = after_spaces(text, position) if self.chinese else _gap(text, position)
        found = self.magnitude.match(low, gap) if low[gap : gap + 1] in self.begins.magnitude else None
        if found and not (gap == position and style == "words"):
            scale, magnitude = self.magnitudes[key(found[0])], text[found.start() : found.end()]
            position = found.end()
        elif currency and (found := self.short.match(text, position)):
            scale, magnitude = self.short_magnitudes[found[0]], found[0]
            position = found.end()
        if magnitude and text.startswith(" rưỡi", position):
            half_more, position = True, position + 5
        if self.chinese and text.startswith(_MORE, position):
            hedge, position = "over", position + 1
        unit, kind, written, core = self._unit(low, position, currency)
        if not unit and hedge and not magnitude:
            core = at if not self._unit(low, at + 1, "")[0] else core
        outer, after = self._after(low, core)
        return Right(core, outer, scale, unit, written, kind, hedge or after, magnitude, half_more)

    def _unit(self, low: str, position: int, currency: str) -> tuple[str, str, str, int]:
        gap = after_spaces(low, position) if self.chinese else _gap(low, position)
        begins, first = self.begins, low[gap : gap + 1]
        if first in begins.currency and (found := self.currency.match(low, gap)):
            return self.currencies[key(found[0])], "currency", found[0], found.end()
        if first in begins.unit and (found := self.unit.match(low, gap)):
            name = self.units[key(found[0])]
            if not (currency and name not in ("percent", "shares")):
                return name, "unit", found[0], found.end()
        if (
            first in begins.filler
            and (filler := self.filler.match(low, gap))
            and (found := self.unit.match(low, filler.end()))
        ):
            name = self.units[key(found[0])]
            if name in DURATIONS:
                return name, "unit", found[0], found.end()
        return "", "", "", position

    def _after(self, low: str, core: int) -> tuple[int, str]:
        per = _PER.match(low, core) if low.startswith("/", core) else None
        at = after_spaces(low, per.end() if per else core)
        found = self.after.match(low, at) if low[at : at + 1] in self.begins.after else None
        if not found:
            return core, ""
        value = self.afters[key(found[0])]
        return (found.end(), value) if value != "half-more" else (core, "")


_PER = re.compile(r"/[^\s\d/]{1,3}?(?=起)")


def after_spaces(text: str, position: int) -> int:
    """Return the position after at most two spaces."""
    if text[position : position + 1] != " ":
        return position
    return position + 2 if text[position + 1 : position + 2] == " " else position + 1


def _gap(text: str, position: int) -> int:
    """Return the position after at most two spaces, or after the hyphen of "four-day"."""
    if text[position : position + 1] == "-" and text[position + 1 : position + 2].isalpha():
        return position + 1
    return after_spaces(text, position)


@cache
def surroundings(language: str) -> Surroundings:
    """Return the compiled tables of a language."""
    tables = lexicon(language)
    chinese = language[:2] == "zh"
    classes: dict[str, tuple[str, Any]] = {}
    for table, kind in (
        ("roles", "role"),
        ("hedges-before", "hedge"),
        ("signs", "sign"),
        ("currency-codes", "currency"),
        ("currency-signs", "currency"),
    ):
        classes |= {key(word): (kind, value) for word, value in tables[table].items()}
    currencies = {key(word): code for word, code in [*tables["currency-codes"].items(), *tables["currencies"].items()]}
    refused = {key(word): tuple(map(key, following)) for word, following in tables["not-before"].items()}
    fillers = alternation(map(key, tables["fillers"]["words"]))
    return Surroundings(
        left=re.compile(reversed_alternation(classes)),
        classes=classes,
        guards=tables.get("hedge-guards", {}),
        needs=tables.get("hedge-needs", {}),
        magnitude=re.compile(alternation(map(key, tables["magnitudes"]), refused)),
        magnitudes={key(word): Decimal(repr(value)) for word, value in tables["magnitudes"].items()},
        short=re.compile(alternation(tables["magnitudes-after-currency"])),
        short_magnitudes={word: Decimal(repr(value)) for word, value in tables["magnitudes-after-currency"].items()},
        unit=re.compile(alternation(map(key, tables["units"]), refused)),
        units={key(word): value for word, value in tables["units"].items()},
        currency=re.compile(alternation(currencies, refused)),
        currencies=currencies,
        after=re.compile(alternation(map(key, tables["hedges-after"]), refused)),
        afters={key(word): value for word, value in tables["hedges-after"].items()},
        filler=re.compile(f"(?:(?:{fillers}){LATIN_AHEAD}[ ]?){{1,3}}"),
        begins=Begins(
            *(
                frozenset(key(word)[:1] for word in words)
                for words in (
                    tables["magnitudes"],
                    tables["units"],
                    currencies,
                    tables["hedges-after"],
                    tables["fillers"]["words"],
                )
            )
        ),
        chinese=chinese,
    )
