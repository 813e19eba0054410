"""The five seed articles as they are: reported figures, happenings, arithmetic and conflicts against the ledger."""

from __future__ import annotations

import pytest

from events.model import Happening, Relation, Reported
from tests.ledger import ledger
from tests.ledger_business import ARTICLES, counted, extras, found, is_reviewed, mark, reviewed


def rate(part, key):
    met, wanted, missing = counted(part)[key]
    assert wanted
    return met / wanted, missing


def test_ninety_percent_of_the_reported_company_figures_are_found():
    share, missing = rate("reported_claims", "company figures")
    assert share >= 0.9, missing


def test_half_of_the_other_reported_figures_are_found():
    share, missing = rate("reported_claims", "other figures")
    assert share >= 0.5, missing


def test_half_of_the_happenings_are_found():
    share, missing = rate("happenings", "happenings")
    assert share >= 0.5, missing


def test_eighty_percent_of_the_arithmetic_and_the_conflicts_come_out():
    sums, conflicts = counted("arithmetic")["arithmetic"], counted("conflicts")["conflicts"]
    met, wanted = sums[0] + conflicts[0], sums[1] + conflicts[1]
    assert met / wanted >= 0.8, (sums[2], conflicts[2])


@pytest.mark.parametrize("number", ARTICLES)
def test_all_that_is_found_meets_a_row_or_was_reviewed_as_right(number):
    assert ledger()
    wrong = [mark(number, claim) for claim in extras(number) if not is_reviewed(number, claim)]
    total = sum(len(found(number, kind)) for kind in (Reported, Relation, Happening))
    assert len(wrong) <= 0.02 * total, wrong


def test_every_reviewed_find_is_still_found():
    marks = {mark(number, claim) for number in ARTICLES for claim in extras(number)}
    gone = [one["claim"] for one in reviewed() if tuple(str(part) for part in one["claim"]) not in marks]
    assert not gone, gone


def test_rates_by_article_and_kind(capsys):
    with capsys.disabled():
        print(f"\n{'':24} found  wanted   rate  missing")
        for part in ("reported_claims", "happenings", "arithmetic", "conflicts"):
            for name, (met, wanted, missing) in sorted(counted(part).items()):
                print(f"{name:24} {met:5}  {wanted:6}  {100 * met / wanted:4.0f}%  {' '.join(missing)}")
        for number in ARTICLES:
            total = sum(len(found(number, kind)) for kind in (Reported, Relation, Happening))
            more = extras(number)
            wrong = sum(not is_reviewed(number, claim) for claim in more)
            print(f"found in {number}: {total}, of them without a row {len(more)}, not right {wrong}")
