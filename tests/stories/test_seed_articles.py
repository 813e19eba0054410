"""The five seed articles as they are: every price claim of the ledger is found, with its verdict, and no other."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from events.model import Said
from tests.ledger import PRICE_KINDS, kind_of, ledger, met_by, rates, rows, seed

ARTICLES = ("000", "001", "002", "003", "004")
PRICE_ROWS = [f"P{number}" for number in range(1, 24)]


def row(name):
    return next(one for one in rows("price_claims") if one["id"] == name)


@pytest.mark.parametrize("name", PRICE_ROWS)
def test_every_price_claim_is_found_with_the_ledgers_verdict(name):
    wanted = row(name)
    found = met_by(wanted, seed(wanted["article"]))
    assert found, f"{name} was not found: {wanted.get('says', wanted)}"
    assert [entry.verdict.verdict for _, entry in found][:1] == [wanted["verdict"]]


def test_every_price_claim_counts_once():
    for name in PRICE_ROWS:
        assert len(met_by(row(name), seed(row(name)["article"]))) == 1, name


def test_no_price_claim_is_found_that_the_ledger_does_not_have():
    for number in ARTICLES:
        wanted = [one for one in rows("price_claims") if one["article"] == number]
        met = {id(claim) for one in wanted for claim, _ in met_by(one, seed(number))}
        extra = [
            claim for claim in seed(number).reading.claims if kind_of(claim) in PRICE_KINDS and id(claim) not in met
        ]
        assert not extra, (number, extra)


def test_the_deepest_fall_since_the_renaming_is_close_once_the_article_has_a_date():
    found = met_by(row("P9"), seed("003", Said(day=date(2023, 7, 28))))
    assert [entry.verdict.verdict for _, entry in found] == ["close"]


def test_every_span_leads_to_the_words_in_the_article_as_it_came():
    for number in ARTICLES:
        one = seed(number)
        for claim in one.reading.claims:
            start, end = claim.span
            assert 0 <= start < end <= len(one.read.original)
            assert claim.text.split("\n")[0][:8] in one.read.original[start:end] or "<" in one.read.original[start:end]


def test_rates_by_article_and_kind(capsys):
    counts: dict[str, list[int]] = {}
    missing = []
    for wanted in rows("price_claims"):
        hit = bool(met_by(wanted, seed(wanted["article"])))
        missing += [] if hit else [wanted["id"]]
        for key in (f"article {wanted['article']}", f"kind {wanted['kind']}"):
            count = counts.setdefault(key, [0, 0])
            count[0] += hit
            count[1] += 1
    kinds = Counter(kind_of(claim) for number in ARTICLES for claim in seed(number).reading.claims)
    with capsys.disabled():
        print("\n" + rates("price claims", {key: (a, b) for key, (a, b) in sorted(counts.items())}, missing))
        print("found in all: " + ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))
    assert ledger()
    assert not missing
