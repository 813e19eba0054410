"""Sentences that are passed over without a look tell nothing: the same is read where each is looked at."""

from __future__ import annotations

import pytest

from events.reading import happenings, price_claims, reported_claims, reported_roles
from events.reading.article import read_article
from events.reading.claims import read_claims
from tests.corpus.loading import LANGUAGES, corpus
from tests.corpus_check import said


class _All(frozenset[str]):
    """Classes of words of which every sentence has one."""

    def isdisjoint(self, other: object) -> bool:
        return False


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_that_is_passed_over_tells_nothing(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [
        read_article(one.text, published=said(one), language=one.language)  # type: ignore[arg-type]
        for one in corpus()
        if one.language == language
    ][::4]
    quick = [read_claims(one) for one in articles]
    monkeypatch.setattr(price_claims, "is_one_scene", lambda clauses: False)
    for module, names in ((reported_claims, ("_TELLING",)), (happenings, ("_TELLING", "_NOTED"))):
        for name in names:
            monkeypatch.setattr(module, name, _All())
    monkeypatch.setattr(reported_roles, "_MEASURES", _All())
    for article, expected in zip(articles, quick, strict=True):
        assert read_claims(article) == expected, article.original[:100]
