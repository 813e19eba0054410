"""Which lines of a page are its text: menus, footers, counters, adverts and what stands twice are left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import compress, pairwise
from typing import NamedTuple

from events.reading.language import han_run
from events.reading.lexicon import key, load

Span = tuple[int, int]

_LONGEST = 160
_SHORT_HAN, _SHORT_LATIN = 12, 24
_MENU_RUN = 4
_TWICE_HAN, _TWICE_LATIN = 8, 20
_SENTENCE_END = re.compile(r"[。！？!?；;.…”」\"]\s*$")
_INNER_END = re.compile(r"(?<=[^\W\d_][.!?])\s+(?=[A-Z\u00c0-\u1ef9])|[。！？](?=.)")
_BEGIN = 24  # characters of a line that as a rule hold as many of words as tell it from others
_DIGIT = re.compile(r"\d")


_Match = Callable[[str], re.Match[str] | None]


@cache
def _compiled(pattern: str) -> _Match:
    return re.compile(pattern, re.IGNORECASE).fullmatch


class _Table(NamedTuple):
    """The patterns of a table: one for any line, and for each word that lines of others hold one of, its pattern."""

    always: tuple[str, ...]
    words: tuple[str, ...]
    patterns: tuple[str, ...]


@cache
def _table(name: str) -> _Table:
    rows = load("boilerplate")[name]
    always = "|".join(f"(?:{one['pattern']})" for one in rows if "has" not in one)
    pairs = [(word, one["pattern"]) for one in rows for word in one.get("has", ())]
    return _Table((always,) if always else (), tuple(word for word, _ in pairs), tuple(pattern for _, pattern in pairs))


def _patterns(table: str, low: str) -> list[_Match]:
    """Return the patterns of a table whose lines could stand in a text (lower case)."""
    held = _table(table)
    spelled = compress(zip(held.words, held.patterns, strict=True), map(set(low).issuperset, held.words))
    return [_compiled(one) for one in dict.fromkeys((*held.always, *(one for word, one in spelled if word in low)))]


def left_out(text: str) -> list[Span]:
    """Return the spans of lines (with their line break) that are no text of the article, in order."""
    low = key("\n".join(line for line in text.split("\n") if len(line.strip()) <= _LONGEST))
    lines, starts = _patterns("lines", low), _patterns("starts", low)
    out: list[Span] = []
    seen = _Seen()
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
        after_start = (after_start and _is_headline(stripped)) or (len(stripped) <= 40 and _any(starts, stripped))
        listed = len(stripped) <= _LONGEST and _any(lines, stripped)
        if after_start or seen.before(stripped):
            out.append(span)
        elif listed:
            out += _listed(line, span, lines)
    _close_menu(out, menu)
    return sorted(set(out))


def _listed(line: str, span: Span, lines: list[_Match]) -> list[Span]:
    """Return a listed line, or of several sentences those that are listed by themselves: an advert before a text."""
    ends = [0, *(found.end() for found in _INNER_END.finditer(line)), len(line) + 1]
    parts = [(start, end) for start, end in pairwise(ends) if _any(lines, line[start:end].strip())]
    return [(span[0] + start, span[0] + end) for start, end in parts] or [span]


def _any(patterns: list[_Match], line: str) -> bool:
    for matches in patterns:  # noqa: SIM110  # a generator for each line takes as long as the patterns
        if matches(line):
            return True
    return False


def _close_menu(out: list[Span], menu: list[Span]) -> None:
    if len(menu) >= _MENU_RUN:
        out.extend(menu)
    menu.clear()


def _has_han(line: str) -> bool:
    return not line.isascii() and bool(han_run().search(line))


def _is_short(line: str) -> bool:
    return len(line) <= (_SHORT_HAN if _has_han(line) else _SHORT_LATIN) and not _SENTENCE_END.search(line)


def _is_headline(line: str) -> bool:
    return len(line) <= (36 if _has_han(line) else 110) and not _SENTENCE_END.search(line)


class _Seen:
    """The lines that stood before, by how their words begin: most begin like no other, and are compared with none."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}
        self._words: dict[str, set[str]] = {}

    def before(self, line: str) -> bool:
        """Return whether the words of `line` stood before; short lines may come twice."""
        if len(line) < _TWICE_HAN:
            return False
        begin = _bare(line[:_BEGIN])[:_TWICE_HAN]
        if len(begin) < _TWICE_HAN:
            begin = _bare(line)[:_TWICE_HAN]
            if len(begin) < _TWICE_HAN:
                return False
        lines = self._lines.setdefault(begin, [])
        if lines:
            words = self._words.setdefault(begin, set())
            words.update(bare for one in lines if _counts(bare := _bare(one)))
            lines.clear()
        elif begin not in self._words:
            lines.append(line)
            return False
        return self._known(begin, _bare(line))

    def _known(self, begin: str, bare: str) -> bool:
        words = self._words[begin]
        if bare in words:
            return True
        if _counts(bare):
            words.add(bare)
        return False


def _bare(line: str) -> str:
    return "".join(filter(str.isalnum, line)).casefold()


def _counts(bare: str) -> bool:
    return len(bare) >= (_TWICE_HAN if _has_han(bare) else _TWICE_LATIN)
