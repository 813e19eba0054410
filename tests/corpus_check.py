"""Scores a reader of articles against the reading corpus: recall and precision by kind and language.

    python -m tests.corpus_check [--kind K] [--lang L] [--article ID] [--list misses|false|all|none]

Everything but `reader` and `main` is pure. What is compared, and what is not judged, stands in corpus/README.md.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from events.model import Said
from tests.corpus.loading import LANGUAGES, CorpusArticle, corpus
from tests.corpus.scoring import FalseFind, Found, Miss, Score, kind_of, score, shown

Reader = Callable[[str, Said | None, str, str], Iterable[Found]]


def reader() -> Reader:
    """Return the house's reader in the shape that is scored; the only place that knows its signature."""
    from events.reading.article import read_article
    from events.reading.claims import read_claims

    def read(text: str, published: Said | None, language: str, symbol: str) -> list[Found]:
        article = read_article(text, published=published, language=language)  # type: ignore[arg-type]  # one of LANGUAGES
        return [(claim, claim.span or (0, 0)) for claim in read_claims(article, symbol).claims]

    return read


def said(article: CorpusArticle) -> Said | None:
    """Return when an article was published, as the reader takes it."""
    published = article.published
    if isinstance(published, datetime):
        return Said(day=published.date(), at=published)
    return Said(day=published) if published else None


def scores(read: Reader, articles: Sequence[CorpusArticle] | None = None) -> list[Score]:
    """Score a reader on every article, in the order of the corpus."""
    return [
        score(article, list(read(article.text, said(article), article.language, article.symbol)))
        for article in (corpus() if articles is None else articles)
    ]


def rates(results: Sequence[Score]) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Return (met, missed, false) by (kind, language), and by ("all", language) and (kind, "all")."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for result in results:
        language = result.article.language
        entries = [(one.kinds[0] if one.kinds else "any", "met") for one in result.met]
        entries += [(one.expectation.kinds[0], "missed") for one in result.misses]
        entries += [(kind_of(one.claim), "false") for one in result.false]
        for kind, word in entries:
            for key in ((kind, language), ("all", language), (kind, "all"), ("all", "all")):
                counts.setdefault(key, Counter())[word] += 1
    return {key: (each["met"], each["missed"], each["false"]) for key, each in sorted(counts.items())}


def clean_share(results: Sequence[Score]) -> tuple[int, int]:
    """Return how many articles without a claim stayed without one, of how many."""
    quiet = [result for result in results if result.article.quiet]
    return sum(not result.false for result in quiet), len(quiet)


def report(results: Sequence[Score]) -> str:
    """Return the rates as a table: recall and precision in percent, with the counts behind them."""
    table = rates(results)
    kinds = [*sorted({kind for kind, _ in table} - {"all"}), "all"]
    lines = [f"{'':14}" + "".join(f"{language:>24}" for language in (*LANGUAGES, "all"))]
    for kind in kinds:
        cells = [_cell(table.get((kind, language))) for language in (*LANGUAGES, "all")]
        lines.append(f"{kind:14}" + "".join(f"{cell:>24}" for cell in cells))
    clean, quiet = clean_share(results)
    lines += [
        "",
        "recall (met/wanted) precision (false)",
        f"articles with nothing to find left clean: {clean} of {quiet}",
    ]
    return "\n".join(lines)


def _cell(counts: tuple[int, int, int] | None) -> str:
    if counts is None:
        return "."
    met, missed, false = counts
    recall = f"{100 * met / (met + missed):.0f}% ({met}/{met + missed})" if met + missed else "-"
    precision = f"{100 * met / (met + false):.0f}% ({false})" if met + false else "-"
    return f"{recall} {precision}"


def told_miss(miss: Miss) -> str:
    """Return one line on what was not found, and one on the nearest claim."""
    line = f"MISS  {miss.article.id:8} {miss.expectation.line}"
    return f"{line}\n      nearest differs in: {'; '.join(miss.differs)}" if miss.nearest is not None else line


def told_false(false: FalseFind) -> str:
    """Return one line on a claim that should not be there, with its words."""
    claim, words = false.claim, false.article.text[slice(*false.span)]
    figure = shown(getattr(claim, "stated", None))
    metric = f" {claim.metric}" if hasattr(claim, "metric") else ""
    who = claim.symbol or claim.subject or "-"
    return f"FALSE {false.article.id:8} {kind_of(claim)} {who} {figure}{metric} | {words!r} ({false.reason})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the rates and the lists; 1 where something was missed or falsely found."""
    parser = argparse.ArgumentParser(description="Score the reader of articles on the corpus.")
    parser.add_argument("--kind")
    parser.add_argument("--lang", choices=LANGUAGES)
    parser.add_argument("--article")
    parser.add_argument("--list", choices=("misses", "false", "all", "none"), default="all")
    options = parser.parse_args(arguments)
    chosen = [
        article
        for article in corpus()
        if options.lang in {None, article.language} and options.article in {None, article.id}
    ]
    results = scores(reader(), chosen)
    misses = [miss for result in results for miss in result.misses if _wanted(options.kind, miss.expectation.kinds)]
    false = [one for result in results for one in result.false if _wanted(options.kind, (kind_of(one.claim),))]
    if options.list in {"misses", "all"}:
        print("\n".join(told_miss(miss) for miss in misses))
    if options.list in {"false", "all"}:
        print("\n".join(told_false(one) for one in false))
    print(report(results))
    return 1 if misses or false else 0


def _wanted(kind: str | None, kinds: Sequence[str]) -> bool:
    return kind is None or kind in kinds


if __name__ == "__main__":
    sys.exit(main())
