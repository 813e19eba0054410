"""Entries: one for each claim that stands, in one order, with instants of our own log only."""

from datetime import UTC, date, datetime, timedelta

import pytest

from events.errors import InvalidValueError
from events.log import Draft, MemoryLog
from events.model import ArticlePublished, BarsObserved, ClaimCorrected, ClaimStated, ClaimWithdrawn, Move, Said
from timeline.agreement import Agreement
from timeline.entries import agreement_answer, entries
from timeline.replay import fold
from timeline.verdict import Reading, Verdict

START = datetime(2025, 11, 6, tzinfo=UTC)
NONE = Verdict("unchecked", "")
READ = Verdict(
    "supported", "", (Reading("close to close", "supported", start=date(2025, 10, 29), end=date(2025, 11, 4)),)
)


def at(hours):
    return START + timedelta(hours=hours)


def logged(log, hours, *events):
    return [row.id for row in log.append([Draft(event, at(hours)) for event in events])]


def claim(article, key, symbol="META"):
    return ClaimStated(article=article, claim=Move(symbol=symbol, key=key))


def bars(first, last, symbol="META"):
    return BarsObserved(
        symbol=symbol, source="x", columns=f"{first}", first=first, last=last, count=1, adjusted_through=last
    )


def keys(state, verdict=NONE):
    return [entry.stated.claim.key for entry in entries(state, [verdict] * len(state.stated()))]


@pytest.fixture
def log():
    return MemoryLog()


def test_the_newest_in_our_log_comes_first_and_an_article_tells_in_its_own_order(log):
    [old] = logged(log, 0, ArticlePublished(source="old", said=Said(day=date(2025, 11, 6))))
    logged(log, 0, claim(old, "a"), claim(old, "b"))
    [late] = logged(log, 5, ArticlePublished(source="said long ago, read today", said=Said(day=date(2013, 1, 1))))
    logged(log, 5, claim(late, "c"), claim(late, "d"))
    assert keys(fold(log.read())) == ["c", "d", "a", "b"]


def test_an_older_timeline_is_the_tail_of_a_newer_one(log):
    logged(log, 0, claim("", "a"), claim("", "b"))
    older = keys(fold(log.read()))
    logged(log, 1, claim("", "c"))
    assert keys(fold(log.read()))[-len(older) :] == older


def test_a_withdrawn_claim_leaves_the_timeline(log):
    first, _ = logged(log, 0, claim("", "a"), claim("", "b"))
    logged(log, 1, ClaimWithdrawn(claim=first, reason="taken back"))
    assert keys(fold(log.read())) == ["b"]


def test_a_correction_keeps_the_place_and_moves_modified(log):
    first, _ = logged(log, 0, claim("", "a"), claim("", "b"))
    corrected = Move(symbol="META", key="a", text="now otherwise")
    logged(log, 3, ClaimCorrected(claim=first, replaces=first, corrected=corrected, reason="a slip"))
    entry = entries(fold(log.read()), [NONE, NONE])[0]
    assert (entry.stated.claim.text, entry.published, entry.modified) == ("now otherwise", at(0), at(3))


@pytest.mark.parametrize(
    ("first", "last", "symbol", "modified"),
    [
        (date(2025, 11, 4), date(2025, 11, 4), "META", at(2)),  # the last session of the window
        (date(2020, 1, 2), date(2025, 11, 7), "META", at(2)),  # all of it
        (date(2025, 11, 4), date(2025, 11, 4), "FB", at(0)),  # the name was another company's by then
        (date(2021, 11, 4), date(2025, 10, 29), "META", at(2)),
        (date(2025, 11, 5), date(2025, 11, 7), "META", at(0)),  # after it
        (date(2025, 11, 4), date(2025, 11, 4), "AMZN", at(0)),  # another company
    ],
)
def test_bars_inside_a_window_that_was_read_move_modified(log, first, last, symbol, modified):
    logged(log, 0, claim("", "a"))
    logged(log, 2, bars(first, last, symbol))
    assert entries(fold(log.read()), [READ])[0].modified == modified


def test_an_entry_knows_its_article_and_what_touches_it(log):
    [article] = logged(log, 0, ArticlePublished(source="A paper"))
    one, _ = logged(log, 0, claim(article, "a"), claim(article, "b"))
    touching = Agreement("conflict", (one, "elsewhere"), "told differently", figures=({"value": 1.0, "said": ""},))
    first, second = entries(fold(log.read()), [READ, NONE], [touching])
    assert (first.article.source, first.agreements, second.agreements) == ("A paper", (touching,), ())
    assert agreement_answer(touching) == {
        "kind": "conflict",
        "claims": [one, "elsewhere"],
        "figures": [{"value": 1.0}],
        "explanation": "told differently",
    }


def test_as_many_verdicts_as_claims_are_wanted(log):
    logged(log, 0, claim("", "a"))
    with pytest.raises(InvalidValueError, match="one for each claim"):
        entries(fold(log.read()), [])
