"""Figures in a text: what is a stated quantity, in which unit, how it is hedged, and what only looks like one.

One engine for all languages. It walks over the numerals of a text, reads leftwards and rightwards from each over the
tables of the language (`surroundings`), joins the two ends of a range, and refuses what is a date, an address, a name
or a place in a list. Positions are those of the text given; `article.ReadArticle.span` leads back to the original.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal, cast

from msgspec.structs import replace

from events.model import Hedge, Quantity
from events.reading.figure import (
    FigureKind,
    FigureToken,
    Part,
    Role,
    is_range,
    is_worded_figure,
    low_end,
    round_power,
    rule_of,
    tenths_of,
    unit_of,
)
from events.reading.lexicon import LATIN, alternation, key, lexicon
from events.reading.masks import Span, masks, merged
from events.reading.numerals import CJK_DIGITS, NumeralReader, numerals
from events.reading.refusals import is_refused
from events.reading.spelling import digit_places, latin_words, places
from events.reading.surroundings import Lowered, Right, Surroundings, after_spaces, surroundings

# Hedges that are part of a word of the table: "nearly half".
_INSIDE = (
    ("nearly ", "nearly"), ("almost ", "nearly"), ("about ", "about"), ("roughly ", "about"), ("more than ", "over"),
    ("over ", "over"), ("less than ", "under"), ("过", "over"), ("逾", "over"),
)  # fmt: skip
_FIRST_WORD = re.compile(f"[{LATIN}]+")
_SMALLEST, _LARGEST = Decimal("1e-9"), Decimal("1e19")


__all__ = ["FigureKind", "FigureToken", "Role", "figures"]


def figures(text: str, language: str, dates: Sequence[Span] | None = None) -> tuple[FigureToken, ...]:
    """Return the figures of `text` (matching text: see `article`), in order, without overlaps.

    `dates` are the spans that `dates.dates` found, in which no figure stands; None looks for them here.
    """
    return _scanner(language[:2] if language[:2] in ("zh", "vi") else "en").scan(text, dates)


@cache
def _scanner(language: str) -> _Scanner:
    tables = lexicon(language)
    numbers = numerals(language)
    words = {
        name: alternation(tables[table]["words"] if table == "vague" else tables[table])
        for name, table in (("vague", "vague"), ("multiple", "multiples"), ("fraction", "fractions"))
    }
    edge = f"(?<![{LATIN}])" if language != "zh" else ""
    master = "|".join(
        (
            r"(?P<ratio>(?<![\d.:,])\d{1,4}(?:\.\d{1,2})?(?:[:：]|\s[:：]\s)\d{1,4}(?:\.\d{1,2})?(?![\d:]))",
            rf"{edge}(?P<vague>{words['vague']})",
            rf"{edge}(?P<multiple>{words['multiple']})",
            rf"{edge}(?P<fraction>{words['fraction']})",
            rf"(?P<parts>(?!百分之|千分之)(?:[{CJK_DIGITS}十百]{{1,4}}|\d{{1,3}})分之(?:[{CJK_DIGITS}十百]{{1,4}}|\d{{1,3}}))(?![点.]?[\d])",
            r"(?P<slashed>(?<![\d.,/])[1-9]/(?:[2-9]|10)(?![\d/.,]?\d))",
            r"(?P<percent>百分之|千分之)",
            rf"(?P<number>{numbers.digits.pattern}|{numbers.words.pattern})",
        )
    )
    words_that_begin = [
        word for table in ("multiples", "fractions", "number-words", "number-scales") for word in tables[table]
    ]
    words_that_begin += tables["vague"]["words"]
    if language == "zh":
        firsts = {word[0] for word in words_that_begin} | {"百", "千"}
    else:
        firsts = {found[0] for word in words_that_begin if (found := _FIRST_WORD.match(word.lower()))}
    return _Scanner(
        language, numbers, surroundings(language), re.compile(master), frozenset(firsts),
        {key(word): tuple(value) for word, value in tables["multiples"].items()},
        {key(word): tuple(value) for word, value in tables["fractions"].items()},
        re.compile(alternation(tables["ranges"])),
        {key(word): value for word, value in tables["ranges"].items()},
    )  # fmt: skip


@cache
def _digits_and(characters: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"[\d{re.escape(''.join(sorted(characters)))}]")


@dataclass(frozen=True, slots=True)
class _Scanner:
    language: str
    numbers: NumeralReader
    around: Surroundings
    master: re.Pattern[str]
    firsts: frozenset[str]  # the first words of what is written in letters; in Chinese the first characters
    multiples: dict[str, tuple[float, str]]
    fractions: dict[str, tuple[int, int]]
    joiner: re.Pattern[str]
    joiners: dict[str, str]

    def scan(self, text: str, dates: Sequence[Span] | None) -> tuple[FigureToken, ...]:
        if dates is None:
            from events.reading.dates import date_spans

            dates = date_spans(text, self.language)
        blocked = merged(masks(text, self.language), dates)
        low = Lowered.of(text)
        out: list[FigureToken] = []
        position = block = 0
        for start in self._begun(low.text):
            if start < position or not (found := self.master.match(low.text, start)):
                continue
            while block < len(blocked) and blocked[block][1] <= start:
                block += 1
            if block < len(blocked) and blocked[block][0] < found.end():
                position = max(blocked[block][1], start + 1)
                continue
            token, end = self._token(text, low, found)
            floor = out[-1].outer[1] if out else 0
            if token and token.start >= floor:
                limit = blocked[block - 1][1] if block else 0
                begin = max(token.outer[0], floor, limit)
                out.append(token if begin == token.outer[0] else replace(token, outer=(begin, token.outer[1])))
            position = end
        return tuple(out)

    def _begun(self, low: str) -> list[int]:
        """Return where a figure may begin, in order: at a digit, and at a word that begins one."""
        firsts = self.firsts
        if self.language == "zh":
            return places(_digits_and(firsts), low)
        spelled = latin_words(low)
        return sorted([*digit_places(low), *[spelled.starts[place] for place in spelled.among(firsts)]])

    def _token(self, text: str, low: Lowered, found: re.Match[str]) -> tuple[FigureToken | None, int]:
        group = found.lastgroup
        if group in ("vague", "multiple", "fraction", "parts", "slashed"):
            return self._worded(text, low, found, group), found.end()
        if group == "ratio":
            return self._ratio(text, found), found.end()
        percent = found.end() if group == "percent" else -1
        if percent < 0 and not found[0][0].isdecimal() and self._is_no_figure(low, found.start(), found.end()):
            return None, found.end()
        first = self._part(text, low, found.start(), percent)
        if first is None:
            return None, found.end()
        joined = self._range(text, low, first)
        last = joined or first
        if is_refused(text, low.text, self.language, first, last):
            return None, max(last.number.end, found.end())
        token = self._figure(text, first, joined, percent >= 0)
        return token, max(last.right.outer, found.end())

    def _is_no_figure(self, low: Lowered, start: int, end: int) -> bool:
        """Tell whether a number in words has nothing beside it that makes it a figure or the end of a range."""
        return self.around.is_alone(low, start, end) and not self.joiner.match(low.text, after_spaces(low.text, end))

    def _part(self, text: str, low: Lowered, start: int, percent: int = -1, floor: int = 0) -> Part | None:
        number = self.numbers.read(text, percent if percent >= 0 else start)
        if number is None:
            return None
        left = self.around.read_left(low.backwards, start, floor)
        if percent >= 0:
            unit, scale = "percent", Decimal(1) if text.startswith("百", start) else Decimal("0.1")
            outer, hedge = self.around._after(low.text, number.end)
            return Part(number, left, Right(number.end, outer, scale, unit, "百分之", "unit", hedge))
        if self.language == "zh" and (tenths := tenths_of(text, number)):
            value, unit_of_digit, end = tenths
            more = end + 1 if text[end : end + 1] in ("多", "余") and text[end : end + 1] else end
            outer, hedge = self.around._after(low.text, more)
            right = Right(more, outer, Decimal(1), "percent", "成", "unit", "over" if more > end else hedge)
            return Part(replace(number, value=value, precision=unit_of_digit, power=False), left, right, tenths=True)
        right = self.around.read_right(text, low.text, number.end, currency=left.currency, style=number.style)
        return self._chained(text, low, Part(number, left, right))

    def _chained(self, text: str, low: Lowered, part: Part) -> Part:
        """Return the part with what follows a magnitude: 1万5千, 3亿5000万, 1 tỷ 200 triệu, and tỷ rưỡi."""
        right = part.right
        if not right.magnitude:
            return part
        value, precision = part.number.value * right.scale, part.number.precision * right.scale
        if right.half_more:
            value, precision = value + right.scale / 2, right.scale / 2
        while right.magnitude and not right.unit and not right.half_more:
            at = right.core + (1 if self.language == "vi" and text[right.core : right.core + 1] == " " else 0)
            following = self.numbers.read(text, at) if self.language != "en" else None
            if following is None or following.power:
                break
            after = self.around.read_right(
                text, low.text, following.end, currency=part.left.currency, style=following.style
            )
            whole = following.value * after.scale
            if not 0 < whole < right.scale or (self.language == "vi" and not after.magnitude):
                break
            if following.style == "cjk" and not after.magnitude and whole < 10:  # 三亿五 is 350 million
                whole, following = whole * right.scale / 10, replace(following, precision=right.scale / 10)
            value, precision = value + whole, following.precision * after.scale
            right = replace(after, magnitude=after.magnitude or right.magnitude)
        if value == part.number.value and precision == part.number.precision:
            return part
        return Part(replace(part.number, value=value, precision=precision), part.left, right)

    def _range(self, text: str, low: Lowered, first: Part) -> Part | None:
        """Return the second end of a range that begins with `first`, or None."""
        at = first.right.core
        gap = after_spaces(text, at)
        found = self.joiner.match(low.text, gap)
        if not found:
            return None
        how, begin = self.joiners[key(found[0])], found.end()
        if found[0] == "-" and gap > at and text[begin : begin + 1] != " ":
            return None  # "181.71 -0.91%" is a price and its change
        begin = after_spaces(text, begin)
        if (first.left.role == "from" and self.language != "vi" and how == "to") or (
            how == "between" and first.left.role != "between"
        ):
            return None
        token = self.master.match(text, self._after_prefix(text, begin))
        if not token or token.lastgroup not in ("number", "percent"):
            return None
        percent = token.end() if token.lastgroup == "percent" else -1
        second = self._part(text, low, token.start(), percent, begin)
        if second is None or second.left.core < begin or not (second.right.kind or second.right.magnitude):
            return second if second and self._bare_range(first, second, how) else None
        return second if is_range(first, second, how) else None

    def _after_prefix(self, text: str, at: int) -> int:
        """Return where the number of a second end begins: behind a sign, a currency, or "an estimated"."""
        end = at
        while end - at < 8 and end < len(text) and not (text[end].isdigit() or text[end] in CJK_DIGITS + "十百千"):
            if text[end] in "，。；;\n":
                break
            end += 1
        return end if end < len(text) and end - at < 8 and self._is_prefix(text[at:end]) else at

    def _is_prefix(self, between: str) -> bool:
        word = key(between.strip())
        return not word or self.around.classes.get(word, ("", ""))[0] in ("currency", "sign", "hedge")

    def _bare_range(self, first: Part, second: Part, how: str) -> bool:
        low, high = first.number.value, second.number.value
        if how == "to":  # "a forecast of $17.80 to $19"; "fell $2 to $60" is a change and a price
            named = first.left.role in ("to", "is", "between") and bool(second.left.currency)
            return named and bool(first.left.currency) and not first.right.unit and low < high < 2 * low
        return bool(first.left.currency) and how == "dash" and not first.right.unit and high > low

    def _figure(self, text: str, first: Part, second: Part | None, prefixed: bool) -> FigureToken | None:
        last = second or first
        unit, kind = unit_of(first, second)
        if first.number.power and first.right.magnitude and not second:
            return round_power(text, first, unit)
        if first.number.style != "digits" and not prefixed and not is_worded_figure(first, last, unit):
            return None
        low, precision = low_end(first, last, second is not None)
        quantity_high: Decimal | None = None
        if second:
            high, finest = second.number.value, second.number.precision
            high = -high if second.left.sign < 0 or (first.left.sign < 0 and second.left.sign == 0) else high
            low, high = min(low, high), max(low, high)
            precision, quantity_high = min(precision, finest), high
        if not precision >= _SMALLEST or max(abs(low), abs(quantity_high or Decimal(0))) > _LARGEST:
            return None  # nobody states such a size: a row of digits, a key, a broken file
        hedge = first.left.hedge or last.right.hedge or first.left.soft
        start, end = first.left.core, last.right.core
        sign = first.left.sign
        return FigureToken(
            start,
            end,
            (first.left.outer, last.right.outer),
            kind,
            Quantity(
                value=float(low),
                unit=unit,
                precision=float(precision),
                hedge=cast(Hedge, hedge),
                high=None if quantity_high is None else float(quantity_high),
            ),
            text[start:end],
            cast(Role, first.left.role),
            "up" if sign > 0 else "down" if sign < 0 else "",
            bool(first.right.unit or first.left.currency or prefixed) if second else True,
            rule_of(self.language, first, second, unit),
        )

    def _worded(self, text: str, low: Lowered, found: re.Match[str], group: str) -> FigureToken | None:
        tables = lexicon(self.language)
        word = key(found[0])
        left = self.around.read_left(low.backwards, found.start())
        outer_end, after = self.around._after(low.text, found.end())
        hedge = left.hedge or after or left.soft
        outer = (left.outer, outer_end)
        following = text[found.end() : found.end() + 12].lower()
        if group == "vague":
            return FigureToken(
                *found.span(),
                outer,
                "vague",
                None,
                text[slice(*found.span())],
                cast(Role, left.role),
                rule="vague size",
            )
        if group == "multiple":
            if following.startswith(tuple(tables.get("multiples-not-before", {}).get(word, ()))):
                return None
            value, direction = self.multiples[word]
            if value < 1:
                quantity = Quantity(value=value * 100, unit="percent", precision=5, hedge=cast(Hedge, hedge))
                kind: FigureKind = "fraction"
            else:
                quantity = Quantity(value=value, unit="times", precision=0.1 * value, hedge=cast(Hedge, hedge))
                kind = "times"
            return FigureToken(
                *found.span(), outer, kind, quantity, text[slice(*found.span())], cast(Role, left.role),
                cast(Literal["", "up", "down"], direction), rule=f"{self.language}: multiple {found[0]!r}",
            )  # fmt: skip
        if following.startswith(tuple(tables["fractions-not-before"]["words"])):
            return None
        for start, implied in _INSIDE:
            hedge = implied if word.startswith(start) else hedge
        part, whole = self._fraction(found, group)
        if not 0 < part < whole:
            return None
        quantity = Quantity(value=100 * part / whole, unit="percent", precision=10 / whole, hedge=cast(Hedge, hedge))
        return FigureToken(
            *found.span(), outer, "fraction", quantity, text[slice(*found.span())], cast(Role, left.role),
            rule=f"{self.language}: fraction {part}/{whole}, read to a tenth of the part",
        )  # fmt: skip

    def _fraction(self, found: re.Match[str], group: str) -> tuple[float, float]:
        if group == "fraction":
            return self.fractions[key(found[0])]
        if group == "slashed":
            part, _, whole = found[0].partition("/")
            return float(part), float(whole)
        whole, _, part = found[0].partition("分之")
        values = [self.numbers.read(one, 0) for one in (part, whole)]
        return tuple(float(one.value) if one else 0.0 for one in values)  # type: ignore[return-value]

    def _ratio(self, text: str, found: re.Match[str]) -> FigureToken | None:
        left, _, right = found[0].replace("：", ":").partition(":")
        if not float(left):
            return None
        quantity = Quantity(value=float(right) / float(left), unit="ratio", precision=1 / float(left))
        return FigureToken(*found.span(), found.span(), "ratio", quantity, found[0], rule="ratio a:b, as b for one a")
