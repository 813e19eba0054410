"""When digits are no figure by what stands around them: names, codes, ages, list numbers, years."""

from __future__ import annotations

import re
from functools import cache

from events.reading.figure import Part
from events.reading.lexicon import LATIN, LATIN_AHEAD, alternation, key, lexicon, lowered

_APART = ("", " ", "\n")  # what stands beside most figures, and is no part of a word


@cache
def _refusals(language: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return what refuses before a figure, what behind it, and names; those before it match its reversed text.

    A match that begins at the figure is one look, where a search looks at each place before it.
    """
    tables = lexicon(language)
    before, after = tables["not-figures"]["before"], tables["not-figures"]["after"]
    edge = LATIN_AHEAD if language != "zh" else ""
    names = "|".join(re.escape(name[::-1]) for name in sorted(tables["names"]["words"], key=len, reverse=True))
    return (
        re.compile(rf"[ ]?(?:{'|'.join(re.escape(word[::-1]) for word in map(key, before))}){edge}"),
        re.compile(f"[ ]?(?:{alternation(map(key, after))})"),
        re.compile(rf"[ ]?(?:{names}|[{LATIN}]*[A-Z](?![{LATIN}]))"),
    )


def is_refused(text: str, low: str, language: str, first: Part, last: Part) -> bool:
    """Whether digits are no figure by what stands around them; `low` is the text in lower case."""
    number, left = first.number, first.left
    core, end = left.core, last.right.core
    near = max(0, core - 40)
    start_of_line = text.rfind("\n", near, core) + 1 or near
    before = text[max(start_of_line, core - 24) : core]
    unit = last.right.unit or left.currency
    if language == "en" and low.startswith("one point", core) and before.lower().endswith("at "):
        return True  # "at one point"
    if before[-1:] not in _APART and (joined := _is_joined(before, unit)) is not None:
        return joined
    refused_before, refused_after, names = _refusals(language)
    if refused_before.match(lowered(before)[::-1]) or refused_after.match(low, last.number.end):
        return not (number.style != "digits" and language == "vi" and unit)
    following = text[end : end + 2]
    if not unit and following[:1] not in _APART and _goes_on(following):
        return True
    if number.style != "digits" or last.right.magnitude:
        return False
    return _is_bare_refused(text, first, last, unit, before, start_of_line, names)


def _is_joined(before: str, unit: str) -> bool | None:
    """Tell whether what touches a figure on its left refuses it, None where nothing does either way."""
    last, second = before[-1], before[-2:-1]
    if _is_letter(last) or last in "_&@#":
        return True
    if second.isalnum() and second.isascii():
        if last in ".,:/'":
            return True
        if last == "-":
            return unit != "percent" or second.isdigit()
    return None


def _goes_on(following: str) -> bool:
    """Tell whether the two characters behind digits make a word, a path or a longer number of them."""
    first, second = following[0], following[1:]
    if _is_letter(first) or first in "_/":
        return True
    return (first in ".-:" and second.isdigit()) or (first == "-" and bool(second) and _is_letter(second))


def _is_bare_refused(
    text: str, first: Part, last: Part, unit: str, before: str, start_of_line: int, names: re.Pattern[str]
) -> bool:
    written = text[first.left.core : first.number.end]
    digits = written.lstrip("+-")
    counted = (
        unit not in ("percent", "percentage-points", "basis-points", "points", "times") and not first.left.currency
    )
    if digits.isdigit() and len(digits) > 1 and digits[0] == "0":
        return True
    if (
        counted
        and last.right.kind != "currency"
        and names.match(before[::-1])
        and digits.isdigit()
        and not first.left.role
    ):
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
