"""The arithmetic rows and the conflicts of the ledger, through the same code as anybody's claims."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest

from events.log import MemoryLog
from jobs.sample import sample
from timeline.agreement import agreements
from timeline.checking import judge
from timeline.replay import fold

LEDGER = Path(__file__).parents[2].parent / "shared" / "seeds" / "LEDGER.yaml"

# Each row's verdict is the ledger's; beside it stand the figures that its explanations must show.
ARITHMETIC = {
    "A1": ["45.7%"],
    "A2": ["320.0 to 325.0 billion USD"],
    "A3": ["105.2 billion"],
    "A4": ["31.63 billion"],
    "A5": ["16.5%"],
    "A6": ["101.202"],
    "A7": ["50.15", "50.03 to 50.27%"],
    "A8": ["36.93"],
    "A9": ["30.75 times"],
    "A10": ["41.8%"],
    "A11": ["145.7"],
    "A12": ["2.93 to 3.02 years"],
    "A13": ["1.39 times", "1.47 times"],
    "A14": ["50.0 to 71.1%"],
    "A15": ["+0.26%", "+24.8%"],
    "A16": ["187.8 billion", "10%"],
    "A17": ["10.9%"],
    "A18": ["143.13 to 143.32 billion"],
    "A19": ["1.46%"],
    "A20": ["7.320 points"],
    "A21": ["1.01 times", "1.16 times"],
    "A22": ["17.288 billion", "46.783 billion", "72.461 billion"],
    "A23": ["100 billion"],
    "A24": ["1.00 to 6.00 billion"],
    "A25": ["8.508 times", "6 and 10 times"],
    "A26": ["14.3 times"],
    "A27": ["2.25 trillion CNY"],
    "A28": ["2.5 to 3.75 times"],
    "A29": ["+3.03%"],
    "A30": ["+1.36%", "+33.2%"],
    "A31": ["10.193 billion", "13.717 billion"],
}

# Kind, and the figures that must be named. A ledger row that became several claims may surface through any of them.
CONFLICTS = {
    "C1": ("slip", ["26.3 billion", "263 million", "a factor of 100"]),
    "C2": ("conflict", ["78 billion", "83 billion"]),
    "C3": ("conflict", ["105 billion", "100 billion"]),
    "C4": ("conflict", ["325 billion", "344 billion", "undated", "cannot be proven"]),
    "C5": ("revision", ["60 to 65 billion", "65 billion", "72 billion", "one raise"]),
    "C6": ("rounding", ["43%", "41.5%", "only within rounding"]),
    "C7": ("other-period", ["56 billion", "2023-07-01 to 2024-06-30", "2024"]),
    "C8": ("other-period", ["42 billion", "80 billion", "2025 to date", "2024-07-01 to 2025-06-30"]),
    "C9": ("other-metric", ["13 points", "AI services", "AI spending"]),
    "C10": ("other-session", ["2025-02-06", "-4.05%", "never merged"]),
    "C11": ("parts-and-total", ["325 billion", "320 billion"]),
    "C12": ("conflict", ["78%", "85%"]),
    "C13": ("currency", ["223 billion", "1.7 trillion CNY", "1.605 trillion", "7.1957", "236.3 billion"]),
    "C14": ("other-metric", ["2.5 trillion CNY", "AI capex"]),
    "C15": ("arithmetic", ["70 million", "1.0 billion", "10 times"]),
    "C16": ("arithmetic", ["6.687 billion", "2022Q2"]),
    "C17": ("other-base", ["-77%", "-66.7%", "not an error"]),
    "C18": ("parts-and-total", ["320 billion", "344 billion", "undated", "2025-06-30"]),
    "C19": ("history", ["16 to 20%", "25%", "today"]),
    "C20": ("other-metric", ["114 to 118 billion", "61 to 63%", "never one history"]),
}


@cache
def ledger():
    if not LEDGER.exists():
        if os.environ.get("TIMELINE_CI") == "1":
            pytest.fail(f"{LEDGER} is missing")
        pytest.skip(f"no ledger at {LEDGER}")
    yaml = pytest.importorskip("yaml")
    return yaml.safe_load(LEDGER.read_text(encoding="utf-8"))


@cache
def answers():
    drafts, columns = sample()
    log = MemoryLog()
    log.append(drafts, columns=columns)
    state = fold(log.read())
    stated, prices = state.stated(), state.prices(log.columns)
    verdicts = judge(stated, prices, state.facts())
    keys = {one.id: one.claim.key for one in stated}
    return (
        dict(zip((one.claim.key for one in stated), verdicts, strict=True)),
        agreements(stated, verdicts, prices),
        keys,
    )


def row_of(key):
    return re.sub(r"\.\d+$", "", key)


@pytest.mark.parametrize("row", ARITHMETIC)
def test_an_arithmetic_row_has_the_ledgers_verdict_and_figure(row):
    [expected] = [one for one in ledger()["arithmetic"] if one["id"] == row]
    parts = [verdict for key, verdict in answers()[0].items() if row_of(key) == row]
    assert parts and {verdict.verdict for verdict in parts} == {expected["verdict"]}
    told = " ".join(verdict.explanation for verdict in parts)
    assert [figure for figure in ARITHMETIC[row] if figure not in told] == [], told


@pytest.mark.parametrize("row", CONFLICTS)
def test_a_conflict_of_the_ledger_surfaces_with_its_figures(row):
    [expected] = [one for one in ledger()["conflicts"] if one["id"] == row]
    kind, figures = CONFLICTS[row]
    _, found, keys = answers()
    naming = [one for one in found if set(expected["claims"]) <= {row_of(keys[claim]) for claim in one.claims}]
    of_kind = [one for one in naming if one.kind == kind]
    assert of_kind, [one.kind for one in naming]
    assert any(all(figure in one.explanation for figure in figures) for one in of_kind), of_kind[0].explanation


def test_every_row_of_the_ledger_is_asked_for():
    assert list(ARITHMETIC) == [one["id"] for one in ledger()["arithmetic"]]
    assert list(CONFLICTS) == [one["id"] for one in ledger()["conflicts"]]


def test_a_rounded_repeat_is_no_conflict():
    _, found, keys = answers()
    grave = [one for one in found if one.kind in ("slip", "conflict", "arithmetic", "parts-and-total", "currency")]
    assert not [one for one in grave if {"R32", "R61"} <= {keys[claim] for claim in one.claims}]


def test_the_sample_holds_no_other_conflict():
    _, found, keys = answers()
    rows = {row: set(one["claims"]) for one in ledger()["conflicts"] for row in [one["id"]]}
    for one in found:
        if one.kind in ("slip", "conflict", "revision", "rounding", "currency", "other-period", "other-base"):
            named = {row_of(keys[claim]) for claim in one.claims}
            assert any(claims <= named for claims in rows.values()), (one.kind, sorted(named))
