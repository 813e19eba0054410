"""What the sample timeline promises: every row of the ledger, its figures, our own words, and a story in time."""

from __future__ import annotations

import csv
import os
import re
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
import yaml

from events.bars import from_bytes, number_of
from events.log import MemoryLog
from events.model import (
    ArticlePublished,
    BarsObserved,
    ClaimStated,
    Expression,
    Figure,
    Happening,
    Relation,
    Reported,
    SharesObserved,
)
from jobs.claimfile import read_claims
from jobs.sample import sample

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
FOLDER = ROOT / "jobs" / "sample"

# The ledger's metric words that the sample says otherwise, and why.
OTHER_METRICS = {
    "R110": "net loss",  # a loss without a figure: told as what it is, to be set against R25's net income
    "R116": "Threads posts",  # one row of the ledger, two figures: posts and likes
}
HEDGES = {"at least": "at-least", "at most": "at-most", "below": "under"}


@pytest.fixture(scope="module")
def drafts():
    return sample()[0]


@pytest.fixture(scope="module")
def claims(drafts):
    stated = [draft.event.claim for draft in drafts if isinstance(draft.event, ClaimStated)]
    return {claim.key: claim for claim in stated}


@pytest.fixture(scope="module")
def ledger():
    return yaml.safe_load(shared("seeds/LEDGER.yaml").read_text(encoding="utf-8"))


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        if os.environ.get("TIMELINE_CI") == "1":
            pytest.fail(f"{path} is missing")
        pytest.skip(f"{path} is not here")
    return path


def rows(ledger, *parts):
    return [row for part in parts for row in ledger[part]]


# ---- the same every time, in order, whole ----------------------------------------------------------------------------


def test_the_sample_is_the_same_every_time():
    first, second = MemoryLog(), MemoryLog()
    for log in (first, second):
        drafts, columns = sample()
        log.append(drafts, columns=columns)
    assert first.head() == second.head()
    assert first.head().position == len(sample()[0]), "two events of the sample are one and the same"
    assert first.verify() == first.head()


def test_the_sample_is_what_was_released():
    """Change the sample, change this line: the digest stands for every word and instant in it."""
    log = MemoryLog()
    drafts, columns = sample()
    log.append(drafts, columns=columns)
    assert log.head().digest == "8c55307f8bf26a4659fb408951f851981891f9c5c56808a6e3ec83b160b670bc"


def test_events_stand_in_the_order_in_which_they_were_recorded(drafts):
    instants = [draft.recorded for draft in drafts]
    assert instants == sorted(instants)
    assert all(instant.tzinfo is not None for instant in instants)


def test_no_two_claims_share_a_key_and_every_claim_says_what_it_claims(drafts, claims):
    stated = [draft.event.claim for draft in drafts if isinstance(draft.event, ClaimStated)]
    assert len(stated) == len(claims)
    assert all(claim.key and claim.text for claim in stated)
    assert all(claim.symbol or claim.subject or claim.members for claim in stated)


# ---- the ledger ------------------------------------------------------------------------------------------------------


def test_every_row_of_the_ledger_is_there_in_its_article(ledger, drafts, claims):
    parts = ("price_claims", "reported_claims", "arithmetic", "happenings", "background")
    wanted = {row["id"]: row["article"] for row in rows(ledger, *parts)}
    assert wanted.keys() - claims.keys() == set()
    for name in ("000", "001", "002", "003", "004"):
        tables = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
        there = {table["key"] for table in tables["claim"]}
        assert {key for key, article in wanted.items() if article == name} == {key for key in there if "." not in key}


def test_reported_figures_are_those_of_the_ledger(ledger, claims):
    for row in rows(ledger, "reported_claims", "background"):
        claim = claims[row["id"]]
        if not isinstance(claim, Reported):
            continue
        for name in ("growth", "expected", "prior"):
            given = row.get(name)
            found = getattr(claim, name)
            if given is not None:
                ends = given if isinstance(given, list) else [given, None]
                assert (found.value, found.high) == (ends[0], ends[1]), row["id"]
            elif row["id"] != "R49":  # 55% and 42% stand in its words
                assert found is None, row["id"]
        if "value" in row:
            assert claim.stated.value == pytest.approx(row["value"], rel=1e-12), row["id"]
        if "range" in row:
            assert [claim.stated.value, claim.stated.high] == pytest.approx(row["range"], rel=1e-12), row["id"]


def test_a_claim_without_a_figure_stays_without_one(ledger, claims):
    told_in_words = {"R20", "R31", "R48", "R49", "R82", "R89", "R91", "R95", "R99", "R111", "R116"}
    for row in rows(ledger, "reported_claims"):
        if not row.keys() & {"value", "range", "growth"} and row["id"] not in told_in_words:
            assert claims[row["id"]].stated is None, row["id"]
    for key in ("P13", "P14", "P15", "P17", "P18", "P19", "P20", "P22", "P23"):
        assert claims[key].stated is None


def test_price_figures_are_those_of_the_ledger(ledger, claims):
    for row in rows(ledger, "price_claims"):
        claim, value = claims[row["id"]], row.get("value")
        if value is not None:
            found = claim.count if row["kind"] == "streak" else claim.stated.value
            assert found == value, row["id"]
        if "hedge" in row:
            assert claim.stated.hedge == row["hedge"], row["id"]
    assert (claims["P11"].amount.value, claims["P11"].stated.value) == (344e9, 2.5e12)
    assert (claims["P12"].amount.value, claims["P12"].stated.value) == (16e9, 116.8e9)


def test_symbols_periods_metrics_stances_hedges_and_units_are_those_of_the_ledger(ledger, claims):
    for row in rows(ledger, "price_claims", "reported_claims", "happenings"):
        claim = claims[row["id"]]
        if isinstance(row.get("symbol"), str):
            assert claim.symbol == row["symbol"], row["id"]
        if row.get("stance") in ("actual", "expected", "guidance", "estimate"):
            assert claim.stance == row["stance"], row["id"]
        if not isinstance(claim, Reported):
            continue
        assert claim.metric == OTHER_METRICS.get(row["id"], row.get("metric", claim.metric)), row["id"]
        if (period := row.get("period", row.get("on"))) is not None and row["id"] != "R111":  # a claim a quarter
            assert claim.period == str(period), row["id"]
        if "hedge" in row:
            quantity = claim.stated or claim.growth
            assert quantity.hedge == HEDGES.get(row["hedge"], row["hedge"]), row["id"]
        if row.get("unit"):
            assert claim.stated.unit == row["unit"], row["id"]


def test_the_money_paid_for_the_metaverse_is_one_claim_a_quarter(claims):
    told = [(claims[key].period, claims[key].stated.value) for key in ("R111", "R111.2")]
    assert told == [("2023Q1", 3.992e9), ("2023Q2", 3.73e9)]


def test_happenings_stand_on_the_days_of_the_ledger(ledger, claims):
    for row in rows(ledger, "happenings"):
        assert isinstance(claims[row["id"]], Happening)
        assert claims[row["id"]].on == (row["on"] or ""), row["id"]


def test_figures_of_a_relation_are_figures_of_the_claims_that_it_names(claims):
    for claim in claims.values():
        if isinstance(claim, Relation):
            for figure in (*figures(claim.left), *figures(claim.right)):
                if figure.ref:
                    assert abs(figure.quantity.value) in sizes(claims[figure.ref]), (claim.key, figure)


def figures(side: Figure | Expression):
    if isinstance(side, Figure):
        yield side
    else:
        for part in side.parts:
            yield from figures(part)


def sizes(claim) -> set[float]:
    found = [getattr(claim, name, None) for name in ("stated", "growth", "expected", "prior")]
    return {abs(end) for quantity in found if quantity for end in (quantity.value, quantity.high) if end is not None}


# ---- our own words ---------------------------------------------------------------------------------------------------


def test_no_run_of_words_of_an_article_stands_in_the_sample():
    words, characters = set(), set()
    articles = sorted(shared("seeds").glob("*.txt"))
    assert articles
    for path in articles:
        text = path.read_text(encoding="utf-8", errors="replace").casefold()
        words |= runs(re.findall(r"\w+", text), 8)
        characters |= {"".join(run) for run in runs(re.findall(r"[\u3400-\u9fff]", text), 12)}
    for path in sorted(FOLDER.rglob("*")):
        if path.suffix in (".toml", ".md"):
            text = path.read_text(encoding="utf-8").casefold()
            assert not runs(re.findall(r"\w+", text), 8) & words, path.name
            chinese = {"".join(run) for run in runs(re.findall(r"[\u3400-\u9fff]", text), 12)}
            assert not chinese & characters, path.name


def runs(parts: list[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(parts[start : start + length]) for start in range(len(parts) - length + 1)}


# ---- prices ----------------------------------------------------------------------------------------------------------


def test_price_files_hold_the_published_figures():
    for path in sorted(shared("prices").glob("*.csv")):
        assert (FOLDER / "prices" / path.name).read_bytes() == path.read_bytes(), path.name


def test_bars_in_the_log_are_the_lines_of_the_files():
    drafts, columns = sample()
    for path in sorted((FOLDER / "prices").glob("*.csv")):
        with path.open(encoding="ascii", newline="") as file:
            wanted = list(csv.DictReader(file))
        events = [
            draft.event for draft in drafts if isinstance(draft.event, BarsObserved) and draft.event.symbol == path.stem
        ]
        parts = [from_bytes(columns[event.columns]) for event in events]
        days = np.concatenate([part.dates for part in parts])
        assert days.tolist() == [number_of(date.fromisoformat(line["date"])) for line in wanted]
        for name in wanted[0].keys() - {"date"}:
            held = np.concatenate([getattr(part, name) for part in parts])
            assert held.tolist() == [float(line[name]) for line in wanted]
        assert sum(event.count for event in events) == len(wanted)


def test_no_bar_is_recorded_before_its_session_is_over(drafts):
    for event, recorded in drafts:
        if isinstance(event, BarsObserved):
            assert recorded >= datetime(event.last.year, event.last.month, event.last.day, 21, tzinfo=UTC)
            assert event.adjusted_through == event.last


def test_share_counts_are_those_of_the_covers(drafts):
    counts = {event.symbol: (event.shares, event.on) for event, _ in drafts if isinstance(event, SharesObserved)}
    assert counts == {"META": (2_520_527_597, date(2025, 10, 24)), "AMZN": (10_690_216_011, date(2025, 10, 22))}


def test_releases_after_the_close_and_the_renaming_during_the_session_are_known(claims):
    released = {
        (symbol, claim.on): claim.timing
        for key, claim in claims.items()
        if key.startswith("release-")
        for symbol in (claim.members or (claim.symbol,))
    }
    after_close = [
        ("META", "2023-07-26"), ("META", "2025-01-29"), ("META", "2025-10-29"), ("AMZN", "2025-02-06"),
        ("GOOG", "2025-02-04"), ("GOOGL", "2025-02-04"), ("MSFT", "2025-01-29"),
    ]  # fmt: skip
    assert released == {**dict.fromkeys(after_close, "after-close"), ("META", "2021-10-28"): "during-session"}


# ---- the story -------------------------------------------------------------------------------------------------------


def known(drafts, instant: str):
    until = datetime.fromisoformat(instant)
    return [draft.event for draft in drafts if draft.recorded <= until]


def keys(events) -> set[str]:
    return {event.claim.key for event in events if isinstance(event, ClaimStated)}


def test_on_the_morning_of_2025_02_07_only_the_after_hours_claim_is_there_and_no_price_of_that_day(drafts):
    there = known(drafts, "2025-02-07T09:00:00-05:00")
    assert "P10" in keys(there)
    assert "P6" not in keys(there)
    last = max(event.last for event in there if isinstance(event, BarsObserved) and event.symbol == "AMZN")
    assert last == date(2025, 2, 6)


def test_on_2025_02_12_the_other_article_and_its_session_have_arrived(drafts):
    there = known(drafts, "2025-02-12T00:00:00+00:00")
    assert {"P6", "P10", "release-AMZN-2025-02-06"} <= keys(there)
    assert max(event.last for event in there if isinstance(event, BarsObserved)) == date(2025, 2, 11)


def test_articles_without_a_date_are_given_none(drafts):
    articles = [event for event, _ in drafts if isinstance(event, ArticlePublished)]
    assert sorted(str(article.said) for article in articles) == [
        "2025-02-07T14:58:00+08:00", "2025-02-11T16:59:12+08:00", "2025-11-06", "None", "None", "None",
    ]  # fmt: skip


def test_the_articles_of_the_sample_are_claim_files_like_anybodys():
    for path in sorted(FOLDER.glob("0*.toml")):
        drafts, problems = read_claims(path, datetime(2025, 11, 8, tzinfo=UTC))
        assert problems == []
        assert len(drafts) > 10


def test_news_is_known_on_the_evening_of_its_day(drafts):
    for event, recorded in drafts:
        if isinstance(event, ClaimStated) and event.claim.key.startswith("release-"):
            assert recorded.isoformat() == f"{event.claim.on}T22:00:00+00:00"
