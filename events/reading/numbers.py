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

import msgspec
from msgspec.structs import replace

from events.model import Hedge, Quantity
from events.reading.lexicon import LATIN, alternation, key, lexicon, lowered
from events.reading.masks import Span, masks, merged
from events.reading.numerals import CJK_DIGITS, Numeral, NumeralReader, numerals
from events.reading.surroundings import DURATIONS, Left, Right, Surroundings, surroundings

FigureKind = Literal[
    "percent", "tenths", "percentage-points", "basis-points", "points", "amount", "count", "duration", "times",
    "ratio", "fraction", "ordinal", "bare", "vague",
]  # fmt: skip
Role = Literal["", "to", "from", "by", "at", "is", "between"]


class FigureToken(msgspec.Struct, frozen=True):
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


class _Part(msgspec.Struct, frozen=True):
    """One number with its surroundings, before it is joined with another or becomes a token."""

    number: Numeral
    left: Left
    right: Right
    tenths: bool = False

    @property
    def has_unit(self) -> bool:
        return bool(self.right.unit or self.left.currency)


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
            rf"(?P<ratio>(?<![\d.:,])\d{{1,4}}(?:\.\d{{1,2}})?\s?[:：]\s?\d{{1,4}}(?:\.\d{{1,2}})?(?![\d:]))",
            rf"{edge}(?P<vague>{words['vague']})",
            rf"{edge}(?P<multiple>{words['multiple']})",
            rf"{edge}(?P<fraction>{words['fraction']})",
            rf"(?P<parts>(?!百分之|千分之)(?:[{CJK_DIGITS}十百]{{1,4}}|\d{{1,3}})分之(?:[{CJK_DIGITS}十百]{{1,4}}|\d{{1,3}}))(?![点.]?[\d])",
            r"(?P<slashed>(?<![\d.,/])[1-9]/(?:[2-9]|10)(?![\d/.,]?\d))",
            r"(?P<percent>百分之|千分之)",
            rf"(?P<number>{numbers.digits.pattern}|{numbers.words.pattern})",
        )
    )
    # One look at the first character spares the alternatives at most places of a text.
    firsts = {
        word[:1] for table in ("multiples", "fractions", "number-words", "number-scales") for word in tables[table]
    }
    firsts |= {word[:1] for word in tables["vague"]["words"]} | ({"百", "千"} if language == "zh" else set())
    ahead = rf"(?:(?=\d)|{edge}(?=[{re.escape(''.join(sorted(firsts)))}]))"
    return _Scanner(
        language, numbers, surroundings(language), re.compile(f"{ahead}(?:{master})"),
        {key(word): tuple(value) for word, value in tables["multiples"].items()},
        {key(word): tuple(value) for word, value in tables["fractions"].items()},
        re.compile(alternation(tables["ranges"]), re.IGNORECASE),
        {key(word): value for word, value in tables["ranges"].items()},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Scanner:
    language: str
    numbers: NumeralReader
    around: Surroundings
    master: re.Pattern[str]
    multiples: dict[str, tuple[float, str]]
    fractions: dict[str, tuple[int, int]]
    joiner: re.Pattern[str]
    joiners: dict[str, str]

    def scan(self, text: str, dates: Sequence[Span] | None) -> tuple[FigureToken, ...]:
        if dates is None:
            from events.reading.dates import date_spans

            dates = date_spans(text, self.language)
        blocked = merged(masks(text, self.language), dates)
        backwards, low = text[::-1], lowered(text)
        out: list[FigureToken] = []
        position = block = 0
        while found := self.master.search(low, position):
            start = found.start()
            while block < len(blocked) and blocked[block][1] <= start:
                block += 1
            if block < len(blocked) and blocked[block][0] < max(found.end(), start + 1):
                position = max(blocked[block][1], start + 1)
                continue
            token, end = self._token(text, backwards, found)
            floor = out[-1].outer[1] if out else 0
            if token and token.start >= floor:
                limit = blocked[block - 1][1] if block else 0
                begin = max(token.outer[0], floor, limit)
                out.append(token if begin == token.outer[0] else replace(token, outer=(begin, token.outer[1])))
            position = max(end, start + 1)
        return tuple(out)

    def _token(self, text: str, backwards: str, found: re.Match[str]) -> tuple[FigureToken | None, int]:
        group = found.lastgroup
        if group in ("vague", "multiple", "fraction", "parts", "slashed"):
            return self._worded(text, backwards, found, group), found.end()
        if group == "ratio":
            return self._ratio(text, found), found.end()
        percent = found.end() if group == "percent" else -1
        first = self._part(text, backwards, found.start(), percent)
        if first is None:
            return None, found.end()
        joined = self._range(text, backwards, first)
        last = joined or first
        if _is_refused(text, self.language, first, last):
            return None, max(last.number.end, found.end())
        token = self._figure(text, first, joined, percent >= 0)
        return token, max(last.right.outer, found.end())

    def _part(self, text: str, backwards: str, start: int, percent: int = -1, floor: int = 0) -> _Part | None:
        number = self.numbers.read(text, percent if percent >= 0 else start)
        if number is None:
            return None
        left = self.around.read_left(backwards, start, floor)
        if percent >= 0:
            unit, scale = "percent", Decimal(1) if text.startswith("百", start) else Decimal("0.1")
            outer, hedge = self.around._after(text, number.end)
            return _Part(number, left, Right(number.end, outer, scale, unit, "百分之", "unit", hedge))
        if self.language == "zh" and (tenths := _tenths(text, number)):
            value, unit_of_digit, end = tenths
            more = end + 1 if text[end : end + 1] in ("多", "余") and text[end : end + 1] else end
            outer, hedge = self.around._after(text, more)
            right = Right(more, outer, Decimal(1), "percent", "成", "unit", "over" if more > end else hedge)
            return _Part(replace(number, value=value, precision=unit_of_digit, power=False), left, right, tenths=True)
        right = self.around.read_right(text, number.end, currency=left.currency, style=number.style)
        return self._chained(text, _Part(number, left, right))

    def _chained(self, text: str, part: _Part) -> _Part:
        """Return the part with what follows a magnitude: 1万5千, 3亿5000万, 1 tỷ 200 triệu, and tỷ rưỡi."""
        value, precision = part.number.value * part.right.scale, part.number.precision * part.right.scale
        right = part.right
        if right.half_more:
            value, precision = value + right.scale / 2, right.scale / 2
        while right.magnitude and not right.unit and not right.half_more:
            at = right.core + (1 if self.language == "vi" and text[right.core : right.core + 1] == " " else 0)
            following = self.numbers.read(text, at) if self.language != "en" else None
            if following is None or following.power:
                break
            after = self.around.read_right(text, following.end, currency=part.left.currency, style=following.style)
            whole = following.value * after.scale
            if not 0 < whole < right.scale or (self.language == "vi" and not after.magnitude):
                break
            if following.style == "cjk" and not after.magnitude and whole < 10:  # 三亿五 is 350 million
                whole, following = whole * right.scale / 10, replace(following, precision=right.scale / 10)
            value, precision = value + whole, following.precision * after.scale
            right = replace(after, magnitude=after.magnitude or right.magnitude)
        if value == part.number.value and precision == part.number.precision:
            return part
        return _Part(replace(part.number, value=value, precision=precision), part.left, right)

    def _range(self, text: str, backwards: str, first: _Part) -> _Part | None:
        """Return the second end of a range that begins with `first`, or None."""
        at = first.right.core
        gap = at
        while gap - at < 2 and text[gap : gap + 1] == " ":
            gap += 1
        found = self.joiner.match(text, gap)
        if not found:
            return None
        how, begin = self.joiners[key(found[0])], found.end()
        while begin - found.end() < 2 and text[begin : begin + 1] == " ":
            begin += 1
        if (first.left.role == "from" and self.language != "vi" and how == "to") or (
            how == "between" and first.left.role != "between"
        ):
            return None
        token = self.master.match(text, self._after_prefix(text, begin))
        if not token or token.lastgroup not in ("number", "percent"):
            return None
        percent = token.end() if token.lastgroup == "percent" else -1
        second = self._part(text, backwards, token.start(), percent, begin)
        if second is None or second.left.core < begin or not (second.right.kind or second.right.magnitude):
            return second if second and self._bare_range(first, second, how) else None
        return second if _is_range(first, second, how) else None

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

    def _bare_range(self, first: _Part, second: _Part, how: str) -> bool:
        return (
            bool(first.left.currency)
            and how == "dash"
            and not first.right.unit
            and second.number.value > first.number.value
        )

    def _figure(self, text: str, first: _Part, second: _Part | None, prefixed: bool) -> FigureToken | None:
        last = second or first
        unit, kind = _unit_of(first, second)
        if first.number.power and first.right.magnitude and not second:
            return _round_power(text, first, unit)
        if first.number.style != "digits" and not prefixed and not _is_worded_figure(first, last, unit):
            return None
        low, precision = _signed(first, last, second is not None)
        quantity_high = None
        if second:
            high, finest = second.number.value, second.number.precision
            high = -high if second.left.sign < 0 or (first.left.sign < 0 and second.left.sign == 0) else high
            low, high = min(low, high), max(low, high)
            precision, quantity_high = min(precision, finest), float(high)
        hedge = first.left.hedge or last.right.hedge or first.left.soft
        start, end = first.left.core, last.right.core
        sign = first.left.sign
        return FigureToken(
            start,
            end,
            (first.left.outer, last.right.outer),
            kind,
            Quantity(
                value=float(low), unit=unit, precision=float(precision), hedge=cast(Hedge, hedge), high=quantity_high
            ),
            text[start:end],
            cast(Role, first.left.role),
            "up" if sign > 0 else "down" if sign < 0 else "",
            bool(first.right.unit or first.left.currency or prefixed) if second else True,
            _rule(self.language, first, second, unit),
        )

    def _worded(self, text: str, backwards: str, found: re.Match[str], group: str) -> FigureToken | None:
        tables = lexicon(self.language)
        word = key(found[0])
        left = self.around.read_left(backwards, found.start())
        outer_end, after = self.around._after(text, found.end())
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
        for start, implied in (("nearly ", "nearly"), ("almost ", "nearly"), ("about ", "about"), ("roughly ", "about"),
                               ("more than ", "over"), ("over ", "over"), ("less than ", "under"), ("过", "over"), ("逾", "over")):  # fmt: skip
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


def _tenths(text: str, number: Numeral) -> tuple[Decimal, Decimal, int] | None:
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


def _is_range(first: _Part, second: _Part, how: str) -> bool:
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


def _unit_of(first: _Part, second: _Part | None) -> tuple[str, FigureKind]:
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


def _signed(first: _Part, last: _Part, is_range: bool) -> tuple[Decimal, Decimal]:
    value, precision = first.number.value, first.number.precision
    if is_range and not first.right.magnitude and last.right.magnitude and not first.right.unit:
        value, precision = value * last.right.scale, precision * last.right.scale
    if is_range and last.tenths and not first.tenths and not first.right.unit:
        value, precision = value * 10, precision * 10
    return (-value if first.left.sign < 0 else value), precision


def _is_worded_figure(first: _Part, last: _Part, unit: str) -> bool:
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


def _round_power(text: str, part: _Part, unit: str) -> FigureToken | None:
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


def _rule(language: str, first: _Part, second: _Part | None, unit: str) -> str:
    last = second or first
    words = [f"{language}: {'range of ' if second else ''}{first.number.style}"]
    words += [f"magnitude {last.right.magnitude}"] if last.right.magnitude else []
    words += [f"unit {unit}"] if unit else []
    words += [f"hedge {hedge}"] if (hedge := first.left.hedge or last.right.hedge or first.left.soft) else []
    words += [f"role {first.left.role}"] if first.left.role else []
    return ", ".join(words)


@cache
def _refusals(language: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    tables = lexicon(language)
    before, after = tables["not-figures"]["before"], tables["not-figures"]["after"]
    edge = f"(?<![{LATIN}])" if language != "zh" else ""
    names = "|".join(re.escape(name) for name in sorted(tables["names"]["words"], key=len, reverse=True))
    return (
        re.compile(rf"{edge}(?:{'|'.join(map(re.escape, before))})[ ]?$", re.IGNORECASE),
        re.compile(alternation(after), re.IGNORECASE),
        re.compile(rf"(?:{names})[ ]?$|(?:^|[^{LATIN}])[A-Z][{LATIN}]*[ ]?$"),
    )


def _is_refused(text: str, language: str, first: _Part, last: _Part) -> bool:
    """Whether digits are no figure by what stands around them."""
    number, left = first.number, first.left
    core, end = left.core, last.right.core
    start_of_line = (
        text.rfind("\n", max(0, core - 40), core) + 1 if "\n" in text[max(0, core - 40) : core] else max(0, core - 40)
    )
    before = text[max(start_of_line, core - 24) : core]
    unit = last.right.unit or left.currency
    if before and (_is_letter(before[-1]) or before[-1] in "_&@#"):
        return True
    if len(before) > 1 and before[-1] in ".,:/'" and before[-2].isalnum() and before[-2].isascii():
        return True
    if before[-1:] == "-" and (len(before) > 1 and before[-2].isascii() and before[-2].isalnum()):
        return unit != "percent" or before[-2].isdigit()
    refused_before, refused_after, names = _refusals(language)
    if refused_before.search(before) or refused_after.match(text, last.number.end):
        return not (number.style != "digits" and language == "vi" and unit)
    following = text[end : end + 2]
    if not unit and following and (_is_letter(following[0]) or following[0] in "_/"):
        return True
    if len(following) == 2 and following[0] in ".-:/" and following[1].isdigit() and not unit:
        return True
    if not unit and len(following) == 2 and following[0] == "-" and _is_letter(following[1]):
        return True
    if number.style != "digits" or last.right.magnitude:
        return False
    return _is_bare_refused(text, first, last, unit, before, start_of_line, names)


def _is_bare_refused(
    text: str, first: _Part, last: _Part, unit: str, before: str, start_of_line: int, names: re.Pattern[str]
) -> bool:
    written = text[first.left.core : first.number.end]
    digits = written.lstrip("+-")
    counted = (
        unit not in ("percent", "percentage-points", "basis-points", "points", "times") and not first.left.currency
    )
    if digits.isdigit() and len(digits) > 1 and digits[0] == "0":
        return True
    if counted and last.right.kind != "currency" and names.search(before) and digits.isdigit() and not first.left.role:
        return True
    if unit:
        return False
    plain = digits.isdigit() and first is last
    if first is not last:
        return True
    if plain and len(digits) == 4 and 1900 <= int(digits) <= 2099:
        return True
    if plain and len(digits) >= 7:
        return True
    at_start = not text[start_of_line : first.left.core].strip(" #*(（")
    follower = text[first.number.end : first.number.end + 2]
    return plain and at_start and len(digits) <= 2 and bool(re.match(r"[.、)）]\D|[.、)）]?$", follower))


def _is_letter(character: str) -> bool:
    return character.isalpha() and not "\u3400" <= character <= "\u9fff" and not "\uf900" <= character <= "\ufaff"
