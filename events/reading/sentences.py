"""Sentences and clauses of a text with their positions; a decimal point, an abbreviation or a quotation ends none."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache

import msgspec

from events.reading.lexicon import LATIN, alternation, lexicon
from events.reading.spelling import latin_words, low_text

Span = tuple[int, int]

_CLOSING = "”’\"'」』）)】]》"
# It begins with a set of characters, which is what a search is quick at.
_STOPS = re.compile(r"[。！？!?….\n;](?:(?<=[。！？!?…])[。！？!?…]*|(?<=\.)\.*|(?<=\n)|(?<=;)(?=\s*\n))")

_NUMBERED = re.compile(r"(?:^|\n)\s{0,4}\d{1,2}$")


class Sentence(msgspec.Struct, frozen=True, gc=False):
    """A sentence: its span without the spaces around it, and the spans of its clauses, in order."""

    start: int
    end: int
    clauses: tuple[Span, ...]

    @property
    def span(self) -> Span:
        """The characters of the sentence."""
        return self.start, self.end


def sentences(text: str, language: str) -> tuple[Sentence, ...]:
    """Return the sentences of `text` (matching text: see `article`), in order. A line break always ends one."""
    rules = _rules(language[:2] if language[:2] in ("zh", "vi") else "en")
    out: list[Sentence] = []
    joints = rules.joints(text)
    start, size = 0, len(text)
    for found in _STOPS.finditer(text):
        at, stop = found.span()
        mark = text[at]
        if at < start or (mark == "." and not rules.ends(text, at, stop)):
            continue
        end = stop
        while end < size and end - stop < 3 and text[end] in _CLOSING:
            end += 1
        if mark in "!?！？" and not rules.ends_question(text, end):
            continue
        if end - start > 1 or mark != "\n":  # an empty line, or the end of one behind a full stop, is no sentence
            _append(out, text, start, end, rules, joints)
        start = end
    _append(out, text, start, len(text), rules, joints)
    return tuple(out)


def _append(out: list[Sentence], text: str, start: int, end: int, rules: _Rules, joints: Sequence[int]) -> None:
    start, end = _trimmed(text, start, end)
    if start < end:
        between = joints[bisect_left(joints, start) : bisect_left(joints, end)] if joints else joints
        out.append(Sentence(start, end, rules.clauses_of(text, start, end, between)))


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


class _Rules(msgspec.Struct, frozen=True, gc=False):
    chinese: bool
    mark: re.Pattern[str]
    dashes: str  # before which a mark has a space of its own
    conjunction: re.Pattern[str]
    firsts: frozenset[str]  # the first words of conjunctions
    abbreviation: re.Pattern[str]
    opener: re.Pattern[str]

    def ends(self, text: str, at: int, end: int) -> bool:
        """Return whether the full stop (or row of them) at `at` ends a sentence."""
        before, after = text[max(0, at - 24) : at], text[end : end + 24]
        if not after.strip() or after[0] == "\n":
            return True
        if before[-1:].isdigit() and after[0].isdigit():
            return False
        if self.chinese and not _is_latin(after[0]) and not (before[-1:].isascii() and before[-1:].isalnum()):
            return not after[0].isdigit()
        following = after.lstrip(_CLOSING)
        if not following[:1].isspace():
            return self.chinese and bool(following) and "\u4e00" <= following[0] <= "\u9fff"
        if _NUMBERED.search(before):
            return False
        word = following.lstrip()[:1]
        if word.islower() or word in (",", ";", ")"):
            return False
        if found := self.abbreviation.search(before):
            return bool(found[1]) and bool(self.opener.match(following.lstrip()))
        return True

    def ends_question(self, text: str, end: int) -> bool:
        """Return whether what follows ! or ? is a new sentence: "Yahoo! shares" is not."""
        if self.chinese or end >= len(text):
            return True
        following = text[end : end + 24]
        return not following.strip() or (following[0].isspace() and not following.lstrip()[:1].islower())

    def joints(self, text: str) -> list[int]:
        """Return where a conjunction begins a clause, in order."""
        if not self.firsts:
            return []
        spelled = latin_words(low_text(text))
        starts = [spelled.starts[place] for place in spelled.among(self.firsts)]
        return [at for at in starts if self.conjunction.match(text, at)]

    def clauses_of(self, text: str, start: int, end: int, joints: Sequence[int]) -> tuple[Span, ...]:
        """Return the clauses of a sentence, which marks end and conjunctions begin."""
        ends = [
            (found.start() - (found[0][0] in self.dashes), found.end())
            for found in self.mark.finditer(text, start, end)
        ]
        if not ends and not joints:
            return ((start, end),)
        if joints:
            ends = sorted([*ends, *((at, at) for at in joints)])
        out: list[Span] = []
        begin = start
        for first, stop in ends:
            if first > begin:
                clause = _trimmed(text, begin, stop)
                if clause[0] < clause[1]:
                    out.append(clause)
                begin = stop
        clause = _trimmed(text, begin, end)
        if clause[0] < clause[1]:
            out.append(clause)
        return tuple(out)


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


@cache
def _rules(language: str) -> _Rules:
    tables = lexicon(language)["sentences"]
    # A pattern that begins with a set of characters is what a search is quick at.
    marks = (
        r"[，；：,;: \u3000—-](?:(?<=[，；])|(?<=[：,;:])(?:(?!\d)|(?<!\d.))|(?<=,)(?=\d{4}年)|(?<=—)—|(?<=-)-"
        r"|(?<=\S{3}[\u4e00-\u9fff%％)）][ \u3000])(?=[\u4e00-\u9fff]{3}))"
        if language == "zh"
        else r"[;,:—-](?:(?<=;)|(?<=[,:])(?:(?!\d)|(?<!\d.))|(?<=\s—)\s|(?<=\s-)-?\s)"
    )
    soft = "|".join(re.escape(word) for word in tables["abbreviations-that-may-end"])
    hard = "|".join(re.escape(word) for word in tables["abbreviations"])
    return _Rules(
        language == "zh",
        re.compile(marks),
        "" if language == "zh" else "—-",
        re.compile(rf"(?i:{alternation(tables['conjunctions'])})(?!\s\d)"),
        frozenset(word.split(" ")[0] for word in tables["conjunctions"]),
        re.compile(rf"(?<![{LATIN}])(?:({soft})|{hard}|[A-Z]|(?:[A-Z]\.){{1,4}}[A-Z])$"),
        re.compile(rf"(?:{alternation(tables['openers'])})"),
    )
