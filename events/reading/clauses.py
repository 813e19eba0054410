"""Sentences and clauses of an article as tokens in order: figures, dates, companies, and the lexicon's words by class.

Nothing is decided here. `price_claims` and the readers of reported figures walk over the same clauses; positions are
those of the matching text, and `ReadArticle.span` leads back to the original.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from operator import attrgetter
from pathlib import Path

import msgspec

from events.model import Said
from events.reading.article import ReadArticle
from events.reading.companies import Mention, find_companies
from events.reading.dates import DateToken, dates
from events.reading.numbers import FigureToken, figures
from events.reading.sentences import Sentence, sentences
from events.reading.words import PARTS, Item, Part, all_words, claim_words

__all__ = ["Clause", "Clauses", "Item", "assembled", "lexicon_name", "read_clauses"]

Span = tuple[int, int]

_kind = attrgetter("kind")
_TOKENS = frozenset(("figure", "date", "mention"))


class Clause(msgspec.Struct, frozen=True, gc=False):
    """A clause: its span, its tokens in order, and its place in the sentence and in the article."""

    start: int
    end: int
    items: tuple[Item, ...]
    sentence: int
    index: int  # in the article, counted over all sentences

    @property
    def span(self) -> Span:
        """The characters of the clause."""
        return self.start, self.end

    def of(self, *kinds: str) -> list[Item]:
        """Return its tokens of these kinds, in order."""
        return [item for item in self.items if item.kind in kinds]

    def has(self, *kinds: str) -> bool:
        """Tell whether it has a token of one of these kinds."""
        return any(item.kind in kinds for item in self.items)


class Clauses(msgspec.Struct, frozen=True, gc=False):
    """A text read as clauses: the matching text, whose lexicon serves it, and its clauses grouped by sentence."""

    text: str
    name: str  # the lexicon's, of the language: zh, vi or en
    said: Said | None
    sentences: tuple[Sentence, ...]
    groups: tuple[tuple[Clause, ...], ...]  # one tuple of clauses a sentence
    tokens: tuple[tuple[Item, ...], ...]  # the figures, dates and mentions of each sentence
    words: Mapping[Part, Sequence[Item]]  # those of each part of the lexicon, in order
    kinds: tuple[frozenset[str], ...]  # of the tokens of each sentence's clauses

    @property
    def day(self) -> date | None:
        """The day of publication."""
        return self.said.day if self.said else None


def lexicon_name(language: str) -> str:
    """Return which lexicon serves a language."""
    return language[:2] if language[:2] in ("zh", "vi") else "en"


def read_clauses(article: ReadArticle, extra: Sequence[Path] = ()) -> Clauses:
    """Return the clauses of a read article; `extra` are a user's own tables of companies."""
    text, language, said = article.text, article.language, article.published
    mentions = find_companies(text, said.day if said else None, language, extra)
    return assembled(text, language, said, sentences(text, language), mentions)


def assembled(
    text: str, language: str, said: Said | None, parts: Sequence[Sentence], mentions: Iterable[Mention],
    dated: Sequence[DateToken] | None = None, found: Sequence[FigureToken] | None = None,
) -> Clauses:  # fmt: skip
    """Return the clauses of sentences whose tokens were found already (None: found here)."""
    dated = dates(text, language, said) if dated is None else dated
    mentions = list(mentions)
    codes = [one.span for one in mentions if one.name[-1:].isdigit()]  # 贵州茅台 600519: a code is no figure
    found = figures(text, language, [*(one.span for one in dated), *codes]) if found is None else found
    name = lexicon_name(language)
    words = dict(zip(PARTS, all_words(name).find(text), strict=True))
    items = _items(text, name, mentions, dated, found, words["claims"])
    starts = [item.start for item in items]
    groups, tokens, kinds, index = [], [], [], 0
    for number, sentence in enumerate(parts):
        group = []
        for start, end, first, behind in _whole(sentence.clauses, items, starts):
            group.append(Clause(start, end, tuple(items[first:behind]), number, index))
            index += 1
        groups.append(tuple(group))
        held = frozenset(map(_kind, chain.from_iterable([clause.items for clause in group])))
        kinds.append(held)
        told = not _TOKENS.isdisjoint(held)
        tokens.append(tuple([one for clause in group for one in clause.items if one.kind in _TOKENS]) if told else ())
    return Clauses(text, name, said, tuple(parts), tuple(groups), tuple(tokens), words, tuple(kinds))


def _whole(
    clauses: Sequence[tuple[int, int]], items: Sequence[Item], starts: Sequence[int]
) -> list[tuple[int, int, int, int]]:
    """Return clauses, with the places of their first token and of the first behind them.

    They are joined where a comma between them stands inside one token: "January 30, 2025".
    """
    found = []
    begin, first, behind = -1, 0, 0
    for start, end in clauses:
        if begin < 0:
            begin, first = start, bisect_left(starts, start, behind)
        behind = bisect_left(starts, end, first)
        if behind == first or items[behind - 1].end <= end:
            found.append((begin, end, first, behind))
            begin = -1
    if begin >= 0:
        found.append((begin, clauses[-1][1], first, behind))
    return found


def _is_inside(span: Span, names: Sequence[Span]) -> bool:
    """Tell whether digits are part of a name: the code in "Tencent (700 HK)"."""
    at = bisect_right(names, (span[0], span[1])) - 1
    return at >= 0 and names[at][0] < span[0] and span[1] < names[at][1]


def _ends_name(span: Span, names: Sequence[Span]) -> bool:
    """Tell whether digits are the end of a name, or stand inside it: 罗素2000, "Russell 2000 Index"."""
    at = bisect_left(names, span) - 1
    return at >= 0 and span[1] <= names[at][1]


def _items(
    text: str, name: str, mentions: Iterable[Mention], dated: Iterable[DateToken], found: Iterable[FigureToken],
    words: Iterable[Item],
) -> list[Item]:  # fmt: skip
    """Return all tokens in order; a word inside a figure, a date or a name is none of its own."""
    mentions = list(mentions)
    names = sorted(one.span for one in mentions)
    items = [Item("figure", one.start, one.end, one, one.text) for one in found if not _is_inside(one.span, names)]
    items += [Item("date", one.start, one.end, one, one.text) for one in dated if not _ends_name(one.span, names)]
    taken = sorted(item.span for item in items)
    begins = [span[0] for span in taken]

    def is_free(start: int, end: int) -> bool:
        at = bisect_right(begins, start)
        return (at == 0 or taken[at - 1][1] <= start) and (at == len(taken) or taken[at][0] >= end)

    items += [Item("mention", *one.span, one, one.name) for one in mentions if is_free(*one.span)]
    taken = sorted(item.span for item in items)
    begins = [span[0] for span in taken]
    named = {item.end for item in items if item.kind == "mention"}
    ahead = iter([*taken, (len(text) + 1, len(text) + 1)])
    end, (following, following_end) = 0, next(ahead)  # of the token before a word, and the token behind it
    for word in words:  # in order
        start = word.start
        while following <= start:
            end, (following, following_end) = following_end, next(ahead)
        if end <= start and word.end <= following:
            items.append(word)
        elif end in named and start < end < word.end:
            # In Chinese a word may seem to begin inside a name: 特斯拉升, not 拉升.
            items += [
                Item(one.kind, end, end + one.end, one.value, one.text)
                for one in claim_words(name).find(text[end : word.end])[0]
                if one.start == 0 and is_free(end, end + one.end)
            ]
    items.sort(key=attrgetter("start"))  # no two of different lengths begin at one place
    return items
