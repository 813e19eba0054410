"""Sentences and clauses of a text with their positions; a decimal point, an abbreviation or a quotation ends none."""

from __future__ import annotations

import re
from functools import cache

import msgspec

from events.reading.lexicon import LATIN, alternation, lexicon

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
    start = 0
    for found in _STOPS.finditer(text):
        if found.start() < start or (found[0][0] == "." and not rules.ends(text, found.start(), found.end())):
            continue
        end = found.end()
        while end < len(text) and end - found.end() < 3 and text[end] in _CLOSING and text[end] != "\n":
            end += 1
        if found[0][0] in "!?！？" and not rules.ends_question(text, end):
            continue
        _append(out, text, start, end, rules)
        start = end
    _append(out, text, start, len(text), rules)
    return tuple(out)


def _append(out: list[Sentence], text: str, start: int, end: int, rules: _Rules) -> None:
    start, end = _trimmed(text, start, end)
    if start < end:
        out.append(Sentence(start, end, rules.clauses_of(text, start, end)))


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    begun = piece.lstrip()
    start = end - len(begun)
    return start, start + len(begun.rstrip())


class _Rules(msgspec.Struct, frozen=True, gc=False):
    chinese: bool
    comma: re.Pattern[str]
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

    def clauses_of(self, text: str, start: int, end: int) -> tuple[Span, ...]:
        out: list[Span] = []
        begin = start
        for found in self.comma.finditer(text, start, end):
            if found.start() <= begin:
                continue
            stop = found.end() if found[1] else found.start()
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
    marks = (
        r"[，；：,;:](?!\d)|(?<!\d)[，；：,;:]|——|--|[，,](?=\d{4}年)|[，；](?=\d)"
        r"|(?<=\S{3}[\u4e00-\u9fff%％)）])[ \u3000](?=[\u4e00-\u9fff]{3})"
        if language == "zh"
        else r"[;]|[,:](?!\d)|(?<!\d)[,:]|\s—\s|\s--?\s"
    )
    words = alternation(tables["conjunctions"])
    conjunctions = rf"(?:{words})" if language == "zh" else rf"(?<![{LATIN}])(?i:{words})(?!\s\d)"
    soft = "|".join(re.escape(word) for word in tables["abbreviations-that-may-end"])
    hard = "|".join(re.escape(word) for word in tables["abbreviations"])
    # One look at the first character spares the alternatives at most places of a text.
    firsts = re.escape("".join(sorted({word[0] for word in tables["conjunctions"]})))
    spaced = " \u3000" if language == "zh" else r"\s"
    ahead = rf"(?=(?i:[{spaced}，；：,;:—{firsts}-]))"
    return _Rules(
        language == "zh",
        re.compile(f"{ahead}(?:({marks})|{conjunctions})"),
        re.compile(rf"(?<![{LATIN}])(?:({soft})|{hard}|[A-Z]|(?:[A-Z]\.){{1,4}}[A-Z])$"),
        re.compile(rf"(?:{alternation(tables['openers'])})"),
    )
