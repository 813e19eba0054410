"""How many articles of 3 KB a second are read on one core; the least is 200.

An article is text of the corpus and prose that gives no figure, mixed to 3.4 claims a KB: so many hold the five
articles that the project was given, which have 1.5 to 8.3. Beside it stand what a third more claims cost (4.5 a KB),
and the corpus by itself, which tells nothing but claims (12 a KB).
"""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Callable, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from statistics import median

from events.model import Said
from tests.corpus.loading import LANGUAGES, corpus
from tests.corpus_check import said

LEAST = 200
SIZE = 3000
# Bytes of the corpus in an article of that size, the rest of it prose: as many claims as articles have, and more.
USUAL, BUSY = 690, 1000
_WORD = re.compile(r"\w+")

Text = tuple[str, Said | None, str]


def articles(told: int = SIZE) -> list[Text]:
    """Return texts of about 3 KB in the four languages: `told` bytes and a little more of the corpus, the rest prose.

    Both have the claims of the corpus and its quiet texts mixed.
    """
    between = tomllib.loads(Path(__file__).with_name("prose.toml").read_text(encoding="utf-8"))
    texts: list[Text] = []
    for language in LANGUAGES:
        joined: list[str] = []
        last = None
        for one in (one for one in corpus() if one.language == language):
            joined.append(one.text)
            last = said(one) or last
            if sum(len(part.encode()) for part in joined) >= told:
                texts.append((_mixed(joined, between[language]) if told < SIZE else "\n".join(joined), last, language))
                joined = []
    return texts


def _mixed(told: Sequence[str], prose: Sequence[str]) -> str:
    """Return the lines of texts with paragraphs of prose between them."""
    lines = [line for text in told for line in text.split("\n")]
    each = -(-len(prose) // len(lines))
    paragraphs = [" ".join(prose[at : at + each]) for at in range(0, len(prose), each)]
    return "\n".join(filter(None, chain.from_iterable(zip_longest(lines, paragraphs))))


def rows(quick: bool = False) -> list[dict[str, object]]:
    """Return articles a second against the least, those of nothing but claims, and a split into words as a measure."""
    from events.reading.article import read_article
    from events.reading.claims import read_claims

    def read(text: str, when: Said | None, language: str) -> object:
        return read_claims(read_article(text, published=when, language=language))  # type: ignore[arg-type]

    def split(text: str, when: Said | None, language: str) -> object:
        return _WORD.findall(text)

    rounds = 2 if quick else 5
    usual = articles(USUAL)
    rate = _rate(read, usual, rounds)
    return [
        {"what": "articles of 3 KB read, one core", "value": rate, "unit": "/s", "least": LEAST},
        {"what": "  a third more claims", "value": _rate(read, articles(BUSY), rounds), "unit": "/s"},
        {"what": "  nothing but claims", "value": _rate(read, articles(), rounds), "unit": "/s"},
        {
            "what": "  the words of the same split by one pattern",
            "value": (words := _rate(split, usual, rounds)),
            "unit": "/s",
            "ratio": words / rate,
        },
    ]


def _rate(work: Callable[[str, Said | None, str], object], texts: Sequence[Text], rounds: int) -> float:
    """Return articles a second: the median of rounds, after one that is not counted."""
    times = []
    for _ in range(rounds + 1):
        start = time.process_time()
        for text, when, language in texts:
            work(text, when, language)
        times.append((time.process_time() - start) / len(texts))
    return 1 / median(times[1:])


if __name__ == "__main__":
    for row in rows():
        print(row)
