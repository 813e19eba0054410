"""Which lines of a page are its text: menus, footers, counters, adverts and what stands twice are left out."""

from __future__ import annotations

import re
from functools import cache

from events.reading.lexicon import load

Span = tuple[int, int]

_LONGEST = 160
_SHORT_HAN, _SHORT_LATIN = 12, 24
_MENU_RUN = 4
_TWICE_HAN, _TWICE_LATIN = 8, 20
_SENTENCE_END = re.compile(r"[。！？!?；;.…”」\"]\s*$")
_NO_WORD = re.compile(r"[\W_]+")
_DIGIT = re.compile(r"\d")
_HAN = re.compile("[\u3400-\u9fff]")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    held = load("boilerplate")
    return (
        re.compile("|".join(f"(?:{pattern})" for pattern in held["lines"]["patterns"]), re.IGNORECASE),
        re.compile("|".join(f"(?:{pattern})" for pattern in held["starts"]["patterns"]), re.IGNORECASE),
    )


def left_out(text: str) -> list[Span]:
    """Return the spans of lines (with their line break) that are no text of the article, in order."""
    lines, starts = _patterns()
    out: list[Span] = []
    seen: set[str] = set()
    menu: list[Span] = []
    after_start = False
    position = 0
    for line in text.split("\n"):
        span = position, position + len(line) + 1
        position = span[1]
        stripped = line.strip()
        if not stripped:
            continue
        short = _is_short(stripped)
        if short and not _DIGIT.search(stripped):
            menu.append(span)
        else:
            _close_menu(out, menu)
        after_start = (after_start and _is_headline(stripped)) or (
            len(stripped) <= 40 and bool(starts.fullmatch(stripped))
        )
        listed = len(stripped) <= _LONGEST and bool(lines.fullmatch(stripped))
        if after_start or listed or _is_repeated(stripped, seen):
            out.append(span)
    _close_menu(out, menu)
    return sorted(set(out))


def _close_menu(out: list[Span], menu: list[Span]) -> None:
    if len(menu) >= _MENU_RUN:
        out.extend(menu)
    menu.clear()


def _is_short(line: str) -> bool:
    return len(line) <= (_SHORT_HAN if _HAN.search(line) else _SHORT_LATIN) and not _SENTENCE_END.search(line)


def _is_headline(line: str) -> bool:
    return len(line) <= (36 if _HAN.search(line) else 110) and not _SENTENCE_END.search(line)


def _is_repeated(line: str, seen: set[str]) -> bool:
    """Return whether the words of a line stood before; short lines may come twice."""
    words = _NO_WORD.sub("", line).casefold()
    if len(words) < (_TWICE_HAN if _HAN.search(words) else _TWICE_LATIN):
        return False
    if words in seen:
        return True
    seen.add(words)
    return False
