"""Written numbers of one language: digits with their separators, Chinese numerals, number words, and mixtures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import msgspec

from events.reading.lexicon import LATIN, alternation, lexicon

CJK_DIGITS = "零〇一二两三四五六七八九"
_DIGITS = dict(zip(CJK_DIGITS, (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_CJK_NUMERAL = rf"[{CJK_DIGITS}十百千]+(?:点[零〇一二三四五六七八九]+)?"
_POINTED = r"[1-9]\d{0,2}(?:,\d{3})+(?![\d])(?:\.\d+)?|\d+(?:\.\d+)?"
_COMMAED = (
    r"[1-9]\d{0,2}(?:\.\d{3})+(?!\d)(?:,\d+)?"  # 1.250,32
    r"|[1-9]\d{0,2}(?:,\d{3})+\.\d+(?!\d)"  # 1,250.32, as English writes it
    r"|[1-9]\d{0,2}(?:,\d{3}){2,}(?!\d)"  # 1,250,000, which no decimal comma can be
    r"|\d+(?:[.,]\d+)?"
)

_MOST_CHARACTERS = 60  # of a number that are read: what is longer is beyond any figure by then, and no more is needed


_ONE = Decimal(1)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")  # 1.250 as Vietnamese writes it
_BETWEEN_WORDS = re.compile(r"[\s-]+")


class Numeral(msgspec.Struct, frozen=True, gc=False):
    """A number as written: its value, one unit of its last written digit, where it ends, and how it was written.

    `style` is "digits", "cjk" or "words"; `power` marks a bare power of ten (百, 千), which alone is no figure.
    """

    value: Decimal
    precision: Decimal
    end: int
    style: str
    power: bool = False
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class NumeralReader:
    """The numerals of one language, compiled."""

    language: str
    digits: re.Pattern[str]
    words: re.Pattern[str]
    values: dict[str, int]
    scales: dict[str, int]

    def read(self, text: str, at: int) -> Numeral | None:
        """Return the numeral that begins at `at`, or None."""
        if found := self.digits.match(text, at):
            value, precision, grouped = self._of_digits(found[0][:_MOST_CHARACTERS])
            return Numeral(value, precision, found.end(), "digits", False, grouped)
        if not (found := self.words.match(text, at)):
            return None
        if self.language == "zh":
            whole, precision = cjk_value(found[0][:_MOST_CHARACTERS])
            return Numeral(whole, precision, found.end(), "cjk", power=found[0] in ("十", "百", "千"))
        total = self._of_words(found[0])
        return None if total is None else Numeral(Decimal(total), _ONE, found.end(), "words")

    def _of_digits(self, written: str) -> tuple[Decimal, Decimal, bool]:
        decimal = "."
        if self.language == "vi":
            point, comma = written.rfind("."), written.rfind(",")
            if point >= 0 and comma >= 0:
                decimal = "." if point > comma else ","
            elif comma >= 0:
                decimal = "," if written.count(",") == 1 else "."
            else:
                grouped = _GROUPED.fullmatch(written)
                decimal = "," if grouped else "."
        group = "," if decimal == "." else "."
        plain = written.replace(group, "").replace(decimal, ".")
        _, _, fraction = plain.partition(".")
        return Decimal(plain), _ONE.scaleb(-len(fraction)) if fraction else _ONE, group in written

    def _of_words(self, written: str) -> int | None:
        total = current = 0
        for word in _BETWEEN_WORDS.split(written.lower()):
            if word in self.scales:
                current = max(current, 1) * self.scales[word]
                if self.scales[word] >= 100:
                    total, current = total + current, 0
            elif word in self.values:
                current += self.values[word]
            elif word != "and":
                return None
        return total + current


def cjk_value(written: str) -> tuple[Decimal, Decimal]:
    """Return the value of a Chinese numeral below 万 and one unit of its last digit (三百五 is 350)."""
    whole, _, fraction = written.partition("点")
    if not any(scale in whole for scale in "十百千"):  # 二五 reads as 25, as in 二〇二五
        value, unit = Decimal("".join(str(_DIGITS[one]) for one in whole)), Decimal(1)
    else:
        value, unit = _scaled(whole)
    if fraction:
        unit = Decimal(1).scaleb(-len(fraction))
        value += Decimal("0." + "".join(str(_DIGITS[one]) for one in fraction))
    return value, unit


def _scaled(whole: str) -> tuple[Decimal, Decimal]:
    total, digit, last = 0, -1, 1
    zero = False
    for character in whole:
        if character in _DIGITS:
            zero = zero or _DIGITS[character] == 0
            digit = _DIGITS[character]
            continue
        last = {"十": 10, "百": 100, "千": 1000}[character]
        total += (1 if digit < 0 else digit) * last
        digit, zero = -1, False
    if digit > 0:
        last = 1 if zero or last == 10 else last // 10
        total += digit * last
    return Decimal(total), Decimal(1 if last == 10 else last)  # 二十 is 20, written out


@cache
def numerals(language: str) -> NumeralReader:
    """Return the numeral reader of a language."""
    name = language[:2] if language[:2] in ("zh", "vi") else "en"
    tables = lexicon(name)
    values, scales = dict(tables["number-words"]), dict(tables["number-scales"])
    words = {"zh": lambda: _CJK_NUMERAL, "vi": lambda: _vietnamese(values, scales)}.get(
        name, lambda: _english(values, scales)
    )()
    return NumeralReader(
        name, re.compile(_COMMAED if name == "vi" else _POINTED), re.compile(words, re.IGNORECASE), values, scales
    )


def _english(values: dict[str, int], scales: dict[str, int]) -> str:
    """Return the pattern of "twenty-five", "two hundred and five"; an article counts before a scale only."""
    each = alternation([*values, *scales])
    first = alternation(word for word in [*values, *scales] if word not in ("a", "an"))
    article = r"an?[ ](?=(?:hundred|thousand|dozen)\b)"
    lone = r"an?(?=[ ](?:million|billion|trillion)\b)"
    return rf"(?<![{LATIN}])(?:(?:{article})?(?:{first})|{lone})(?:[ -](?:and )?(?:{each}))*"


def _vietnamese(values: dict[str, int], scales: dict[str, int]) -> str:
    """Return the pattern of "hai mươi lăm": values and scales in turn; "năm" after the first word means years."""
    first, scale = alternation(values), alternation(scales)
    later = alternation(word for word in values if word != "năm")
    return rf"(?<![{LATIN}])(?:(?:{first})(?:[ ](?:{scale})(?:[ ](?:{later}))?)*|(?:{scale})(?:[ ](?:{later}))?)"
