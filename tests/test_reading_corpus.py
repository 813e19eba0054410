"""The reader on the corpus: how much it finds and how much of that is right, held to floors that only rise.

A failing test prints the rates, the rows that are missing and the finds that are wrong.
"""

from __future__ import annotations

from functools import cache

import pytest

from tests.corpus.loading import LANGUAGES
from tests.corpus.scoring import Score, kind_of
from tests.corpus_check import clean_share, rates, reader, report, scores, told_false, told_miss

# (found, right) in percent, a point below what was reached when they were last set.
FLOORS: dict[tuple[str, str], tuple[float, float]] = {
    ("all", "en"): (88, 94),
    ("all", "vi"): (95, 98),
    ("all", "zh-Hans"): (97, 99),
    ("all", "zh-Hant"): (98, 99),
    ("all", "all"): (95, 97),
    ("conversion", "all"): (99, 99),
    ("drawdown", "all"): (99, 99),
    ("extreme", "all"): (93, 99),
    ("happening", "all"): (59, 59),
    ("level", "all"): (93, 99),
    ("market-value", "all"): (91, 99),
    ("move", "all"): (97, 99),
    ("relation", "all"): (65, 99),
    ("reported", "all"): (89, 91),
    ("streak", "all"): (99, 99),
}
QUIET_THAT_SPEAK = 3  # articles with nothing to find in which something is found, of all


@cache
def results() -> tuple[Score, ...]:
    return tuple(scores(reader()))


def told(kind: str, language: str) -> str:
    """The rates, and every row of a kind and language that is missing or wrong."""
    chosen = [one for one in results() if language in ("all", one.article.language)]
    misses = [told_miss(miss) for one in chosen for miss in one.misses if kind in ("all", miss.expectation.kinds[0])]
    wrong = [told_false(one) for each in chosen for one in each.false if kind in ("all", kind_of(one.claim))]
    return "\n".join([report(results()), *misses, *wrong])


@pytest.mark.parametrize(("kind", "language"), FLOORS)
def test_the_reader_does_not_fall_below_its_floor(kind, language):
    met, missed, false = rates(results())[kind, language]
    found, right = 100 * met / (met + missed), 100 * met / (met + false)
    print(told(kind, language))
    assert found >= FLOORS[kind, language][0]
    assert right >= FLOORS[kind, language][1]


def test_articles_with_nothing_to_find_stay_clean():
    clean, quiet = clean_share(results())
    print("\n".join(told_false(one) for each in results() if each.article.quiet for one in each.false))
    assert quiet - clean <= QUIET_THAT_SPEAK


def test_every_language_and_kind_has_a_floor():
    kinds = {kind for kind, language in rates(results()) if language == "all"}
    assert set(FLOORS) == {("all", language) for language in (*LANGUAGES, "all")} | {(kind, "all") for kind in kinds}
