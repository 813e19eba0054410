"""The checker supports what is true and not what is false, on real prices and made ones; the measure is honest."""

import dataclasses
import math
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from synthetic import walks

import timeline.power as power_module
from events.errors import NotHeldError
from events.model import Move, SharesObserved
from timeline.power import ARTICLE, FALSIFICATIONS, KINDS, MOVES, interval, measure, table
from timeline.power.making import draw, falsified
from timeline.power.telling import told
from timeline.power.truth import Spec, figure, fits, histories, holds
from timeline.prices import PriceHistory
from timeline.verdict import Facts, Verdict

SAMPLE = Path(__file__).parents[1] / "jobs" / "sample" / "prices"


def shares(symbol, number, on):
    return SharesObserved(symbol=symbol, shares=number, on=on, source="a filing's cover")


@pytest.fixture(scope="module")
def sample():
    files = sorted(SAMPLE.glob("*.csv"))
    assert files, "the sample's prices ship with the package"
    frames = [pd.read_csv(file, parse_dates=["date"]).assign(symbol=file.stem) for file in files]
    return PriceHistory.from_frame(pd.concat(frames))


@pytest.fixture(scope="module")
def made():
    return PriceHistory.from_frame(walks())


FACTS = Facts(shares={"META": (shares("META", 2_520_527_597, date(2025, 10, 24)),)})
MADE_FACTS = Facts(
    shares={
        "AAA": (shares("AAA", 1_000_000_000, date(2021, 6, 1)), shares("AAA", 900_000_000, date(2022, 6, 1))),
        "BBB": (shares("BBB", 250_000_000, date(2021, 3, 1)),),
    }
)


@pytest.fixture(scope="module", params=["sample", "made"])
def power(request):
    facts = FACTS if request.param == "sample" else MADE_FACTS
    return measure(request.getfixturevalue(request.param), facts, seed=7, count=850)


def test_every_kind_of_claim_is_measured_both_ways(power):
    assert {rate.kind for rate in power.rates if not rate.falsification} == {*KINDS, ARTICLE}
    for kind in (*MOVES, "extreme", "streak", "drawdown"):
        told_false = {rate.falsification for rate in power.rates if rate.kind == kind and rate.claims} - {""}
        assert told_false >= {"figure", "date", "sign"}, kind


def test_true_moves_are_supported_and_falsified_ones_are_not(power):
    true, false = power.total(true=True, kinds=MOVES), power.total(true=False, kinds=MOVES)
    assert true.claims >= 450 and false.claims >= 1500
    assert true.share >= 0.98
    assert false.share <= 0.05
    assert interval(false.supported, false.claims)[1] <= 0.05, "the bound holds for the upper end of the interval too"
    assert power.passed


@pytest.mark.parametrize("how", FALSIFICATIONS)
def test_no_single_way_of_being_wrong_gets_through(power, how):
    assert power.total(true=False, kinds=MOVES, falsification=how).share <= 0.05


def test_the_other_kinds_keep_the_same_bounds(power):
    others = [kind for kind in KINDS if kind not in MOVES]
    assert power.total(true=True, kinds=others).share >= 0.98
    assert power.total(true=False, kinds=others).share <= 0.05


def test_late_articles_find_their_common_end_only_when_they_are_true(power):
    true = power.total(true=True, kinds=(ARTICLE,))
    false = power.total(true=False, kinds=(ARTICLE,))
    assert true.claims >= 100 and false.claims >= 300
    assert true.share >= 0.9
    assert false.share <= 0.05


def test_a_seed_names_the_same_claims_and_another_seed_others(made):
    once = measure(made, MADE_FACTS, seed=3, count=60)
    assert measure(made, MADE_FACTS, seed=3, count=60) == once
    assert measure(made, MADE_FACTS, seed=4, count=60) != once


@pytest.mark.parametrize(("word", "true", "false"), [("supported", 1.0, 1.0), ("contradicted", 0.0, 0.0)])
def test_a_checker_with_one_answer_for_everything_fails(made, monkeypatch, word, true, false):
    monkeypatch.setattr(power_module, "judge", lambda stated, prices, facts: [Verdict(word, "")] * len(stated))
    blind = measure(made, MADE_FACTS, seed=3, count=60)
    assert blind.total(true=True).share == true
    assert blind.total(true=False).share == false
    assert not blind.passed


def test_prices_that_can_tell_nothing_are_refused_in_words(made):
    short = walks(symbols=("AAA",), sessions=20, rate=False)
    with pytest.raises(NotHeldError, match=r"no claim can be made from these prices \(AAA\)"):
        measure(PriceHistory.from_frame(short), count=20)


def test_the_table_has_a_line_for_every_kind_and_the_sums(power):
    rows = table(power)
    assert len({len(row) for row in rows} | {len(power_module.COLUMNS)}) == 1
    assert [row[0] for row in rows[-8:]] == ["all moves"] * 6 + ["all"] * 2
    assert rows[-1][1] == "false: any"


# The ground truth itself: the ledger's figures, worked by hand from two price vendors, and CHECKING's table.


def at(known, symbol, day):
    return known[symbol].days.index(date.fromisoformat(day))


def test_the_truth_gives_the_figures_worked_by_hand(sample):
    known = histories(sample)
    end = at(known, "META", "2025-11-04")
    four = Spec("sessions", "META", end, count=4)
    assert figure(four, known, FACTS) == pytest.approx(-16.54, abs=0.005)
    assert figure(Spec("year-to-date", "META", end), known, FACTS) == pytest.approx(7.14, abs=0.005)
    worth = dataclasses.replace(four, kind="market-value")
    assert figure(worth, known, FACTS) == pytest.approx(-313.4e9, abs=0.05e9)
    amazon = Spec("reaction", "AMZN", at(known, "AMZN", "2025-02-07"))
    assert figure(amazon, known, FACTS) == pytest.approx(-4.05, abs=0.005)
    fall = Spec(
        "drawdown",
        "META",
        at(known, "META", "2022-12-30"),
        since=date(2021, 1, 4),
        until=date(2021, 12, 31),
        begin=date(2022, 7, 1),
        sign=-1,
    )
    assert figure(fall, known, FACTS) == pytest.approx(-77.08, abs=0.005)
    renamed = Spec("since", "META", at(known, "META", "2022-12-30"), since=date(2021, 10, 28))
    assert figure(renamed, known, FACTS) == pytest.approx(-61.46, abs=0.005)
    streak = Spec("streak", "META", end, count=4, sign=-1)
    assert holds(streak, known, FACTS) is True
    assert holds(dataclasses.replace(streak, count=5), known, FACTS) is False
    worst = Spec("extreme", "META", end, count=4, sign=-1, since=date(2022, 11, 1), until=date(2022, 11, 30))
    assert holds(worst, known, FACTS) is True
    earlier = dataclasses.replace(worst, since=date(2022, 10, 1), until=date(2022, 10, 31))
    assert holds(earlier, known, FACTS) is False, "a worse one ended on 2022-11-01"


@pytest.mark.parametrize(
    ("value", "precision", "hedge", "inside", "outside"),
    [
        (17, 1, "", (16.5, 17.5), (16.49, 17.51)),
        (7.1, 0.1, "", (7.05, 7.15), (7.04, 7.16)),
        (17, 1, "nearly", (16.0, 17.5), (15.99, 17.51)),
        (4, 1, "over", (4.0, 5.0), (3.99, 5.01)),
        (12, 1, "over", (12.0, 15.0), (11.99, 15.01)),
        (60, 1, "over", (60.0, 70.0), (59.99, 70.01)),
        (40, 1, "about", (38.0, 42.0), (37.99, 42.01)),
        (7, 1, "about", (6.0, 8.0), (5.99, 8.01)),
    ],
)
def test_words_accept_what_the_table_says(value, precision, hedge, inside, outside):
    for sign in (1, -1):
        spec = Spec("day", "AAA", 0, value=sign * value, precision=precision, hedge=hedge)
        assert all(fits(spec, sign * size) for size in inside)
        assert not any(fits(spec, sign * size) for size in outside)
        assert not fits(spec, -sign * value)


def test_moved_moves_are_false_by_pandas_too(made):
    """A third road to the same figures: pct_change on a wide table, for falsified claims of n sessions."""
    wide = walks().pivot(index="date", columns="symbol", values="close")
    known, random, seen = histories(made), Random(5), 0
    for _ in range(400):
        spec = draw("sessions", random, known, MADE_FACTS)
        if spec is None:
            continue
        moves = wide[spec.symbol].pct_change(spec.count) * 100
        assert fits(spec, moves.iloc[spec.at]), "a true claim"
        wrong = falsified(spec, "figure", random, known)
        if holds(wrong, known, MADE_FACTS) is False:
            seen += 1
            assert not fits(wrong, moves.iloc[wrong.at])
            assert 1.9 < abs(wrong.value - spec.value) / spec.precision < 10.1
    assert seen > 200


def test_claims_are_told_after_their_window_and_before_the_next_close(made):
    known, random, open_ends = histories(made), Random(6), 0
    for _ in range(200):
        spec = draw("day", random, known, MADE_FACTS)
        stated = told(spec, known, "key") if spec else None
        if stated is None:
            continue
        assert isinstance(stated.claim, Move)
        named = known[spec.symbol].days[spec.at]
        assert (stated.claim.window.end == named) is spec.named
        assert named <= stated.said.day
        if not spec.named:
            open_ends += 1
            assert np.busday_count(named, stated.said.day) <= 1
    assert open_ends > 30


def test_wilsons_interval_has_its_published_values():
    assert interval(0, 10) == pytest.approx((0.0, 0.2775), abs=5e-5)  # Agresti and Coull 1998: 0 of 10
    assert interval(5, 10) == pytest.approx((0.2366, 0.7634), abs=5e-5)
    assert interval(0, 0) == (0.0, 1.0)
    assert math.isclose(sum(interval(50, 100)), 1.0)
