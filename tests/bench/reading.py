"""How many articles of 3 KB a second are read on one core; the least is 200."""

from __future__ import annotations

import time
from statistics import median

from events.model import Said
from tests.corpus.loading import corpus
from tests.corpus_check import said

LEAST = 200
SIZE = 3000


def articles() -> list[tuple[str, Said | None, str]]:
    """Return texts of about 3 KB in the four languages, joined out of the corpus, claims and quiet ones mixed."""
    texts = []
    for language in ("en", "vi", "zh-Hans", "zh-Hant"):
        joined: list[str] = []
        last = None
        for one in (one for one in corpus() if one.language == language):
            joined.append(one.text)
            last = said(one) or last
            if sum(len(part.encode()) for part in joined) >= SIZE:
                texts.append(("\n".join(joined), last, language))
                joined = []
    return texts


def rows(quick: bool = False) -> list[dict[str, object]]:
    """Return articles a second, whole and by part, against the least."""
    from events.reading.article import read_article
    from events.reading.claims import read_claims

    chosen = articles()
    for text, when, language in chosen[:4]:
        read_claims(read_article(text, published=when, language=language))  # type: ignore[arg-type]
    rounds = []
    for _ in range(2 if quick else 5):
        start = time.process_time()
        for text, when, language in chosen:
            read_claims(read_article(text, published=when, language=language))  # type: ignore[arg-type]
        rounds.append((time.process_time() - start) / len(chosen))
    rate = 1 / median(rounds)
    return [{"what": "articles of 3 KB read, one core", "value": rate, "unit": "/s", "least": LEAST}]


if __name__ == "__main__":
    for row in rows():
        print(row)
