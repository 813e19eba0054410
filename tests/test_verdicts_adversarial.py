"""Claims meant to fool the check, worked by hand from CHECKING.md: nothing false may come out supported."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random

import numpy as np
import pandas as pd
import pytest
from synthetic import walks
from test_checking import check, day, history, percent

from events.bars import Bars, digest, to_bytes
from events.log import Draft, MemoryLog
from events.model import (
    BarsObserved,
    ClaimCorrected,
    ClaimStated,
    ClaimWithdrawn,
    Conversion,
    Drawdown,
    Extreme,
    Level,
    MarketValue,
    Move,
    Quantity,
    Said,
    SharesObserved,
    SplitObserved,
    Streak,
    Window,
)
from timeline.checking import judge
from timeline.prices import PriceHistory
from timeline.replay import fold
from timeline.verdict import Facts, StatedClaim, answer

# ACME of test_checking, closes: 1st 100, 4th 103, 5th 98, 6th 97, 7th 95, 8th 99, 11th 90, 12th 92 (March 2024).


def closes(symbol: str, first: str, *values: float | None, freq: str = "B") -> PriceHistory:
    days = pd.date_range(first, periods=len(values), freq=freq)
    return PriceHistory.from_frame(pd.DataFrame({symbol: [np.nan if v is None else v for v in values]}, index=days))


def on_days(symbol: str, held: dict[str, float]) -> PriceHistory:
    return PriceHistory.from_frame(pd.DataFrame({symbol: list(held.values())}, index=pd.to_datetime(list(held))))


def observed(symbol: str, held: dict[str, float], splits=(), adjusted: str = "2026-01-01") -> PriceHistory:
    days = np.array([date.fromisoformat(d).toordinal() - date(1970, 1, 1).toordinal() for d in held], dtype=np.int32)
    bars = Bars(days, np.array(list(held.values()), dtype=np.float64))
    event = BarsObserved(
        symbol=symbol, source="t", columns="x", first=bars.first, last=bars.last, count=len(bars),
        adjusted_through=date.fromisoformat(adjusted),
    )  # fmt: skip
    now = datetime(2026, 1, 2, tzinfo=UTC)
    told = [(SplitObserved(symbol=symbol, on=date.fromisoformat(d), new=n, old=1, source="t"), now) for d, n in splits]
    return PriceHistory.from_observations([(event, now)], told, load=lambda _: to_bytes(bars))


def usd(value: float, precision: float = 0.01, hedge: str = "", unit: str = "USD") -> Quantity:
    return Quantity(value=value, unit=unit, precision=precision, hedge=hedge)


def move(quantity: Quantity, symbol: str = "ACME", **window) -> Move:
    return Move(symbol=symbol, stated=quantity, window=Window(**window))


# ---- figures and words -----------------------------------------------------------------------------------------------

# A price that falls from 100 to each of these: the move is exact, so every edge of the table can stand on it.
EDGES = [
    # figure, u, hedge, size of the move -> verdict
    (17, 1, "", 16.5, "supported"), (17, 1, "", 16.49, "close"), (17, 1, "", 15.5, "close"),
    (17, 1, "", 15.49, "contradicted"), (17, 1, "", 17.5, "supported"), (17, 1, "", 18.51, "contradicted"),
    (7.1, 0.1, "", 7.05, "supported"), (7.1, 0.1, "", 7.04, "close"), (7.1, 0.1, "", 6.94, "contradicted"),
    (0.1, 0.1, "", 0.15, "supported"), (0.1, 0.1, "", 0.05, "supported"), (0.1, 0.1, "", 0.04, "close"),
    (0.1, 0.1, "", 0.26, "contradicted"),
    (17, 1, "nearly", 16.0, "supported"), (17, 1, "nearly", 15.99, "contradicted"),
    (17, 1, "nearly", 17.5, "supported"),
    (40, 1, "nearly", 38.9, "close"), (40, 1, "nearly", 37.9, "contradicted"),
    (4, 1, "over", 4.0, "supported"), (4, 1, "over", 3.99, "close"), (4, 1, "over", 5.0, "supported"),
    (4, 1, "over", 5.01, "close"), (4, 1, "over", 2.9, "contradicted"), (4, 1, "over", 6.1, "contradicted"),
    (12, 1, "over", 14.9, "supported"), (12, 1, "over", 16.1, "contradicted"), (60, 1, "over", 69.9, "supported"),
    (60, 1, "over", 59.9, "close"),
    (10, 1, "about", 9.0, "supported"), (10, 1, "about", 11.0, "supported"), (10, 1, "about", 8.9, "close"),
    (40, 1, "about", 38.0, "supported"), (40, 1, "about", 37.9, "close"), (40, 1, "about", 33.9, "contradicted"),
    (35, 1, "", 35.4, "supported"), (30, 10, "", 34.9, "supported"), (30, 10, "", 35.1, "close"),
    (1, 1, "about", 0.0, "close"), (1, 1, "nearly", 0.0, "close"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "unit", "hedge", "size", "verdict"), EDGES)
@pytest.mark.parametrize("sign", [1, -1])
def test_every_edge_of_the_table_on_both_signs(value, unit, hedge, size, verdict, sign):
    prices = closes("ACME", "2024-03-04", 10_000, round(10_000 + sign * size * 100, 2))
    stated = percent(sign * value, unit, hedge)
    assert check(move(stated, end=date(2024, 3, 5), part="close"), prices=prices).verdict == verdict
    if size:
        other = percent(-sign * value, unit, hedge)
        assert check(move(other, end=date(2024, 3, 5), part="close"), prices=prices).verdict == "contradicted"


def test_a_figure_that_understates_says_so_and_one_that_fits_does_not():
    prices = closes("ACME", "2024-03-04", 100, 86)
    found = check(move(percent(-12, 1, "over"), end=date(2024, 3, 5)), prices=prices)
    assert (found.verdict, found.notes) == ("supported", ('"down more than 12%" understates it',))
    assert check(move(percent(-13, 1, "over"), end=date(2024, 3, 5)), prices=prices).notes == ()


@pytest.mark.parametrize(("low", "high", "end", "verdict"), [
    (-6, -4, 94, "supported"), (-6, -4, 95.4, "supported"), (-6, -4, 96.4, "supported"), (-6, -4, 97.6, "contradicted"),
    (-6, -4, 105, "contradicted"), (4, 6, 105, "supported"), (4, 6, 107.4, "close"), (-1, 1, 100, "supported"),
])  # fmt: skip
def test_ranges_hold_what_lies_between_their_ends(low, high, end, verdict):
    stated = Quantity(value=low, high=high, unit="percent", precision=1)
    claim = move(stated, end=date(2024, 3, 5), part="close")
    assert check(claim, prices=closes("ACME", "2024-03-04", 100, end)).verdict == verdict


def test_an_unchanged_price_is_told_as_nought_and_supports_no_move():
    prices = closes("ACME", "2024-03-04", 100, 100)
    assert check(move(percent(0, 0.1), end=date(2024, 3, 5), part="close"), prices=prices).verdict == "supported"
    for hedge in ("", "nearly", "about", "under", "at-most"):
        for value in (1, -1):
            claim = move(percent(value, 1, hedge), end=date(2024, 3, 5), part="close")
            assert check(claim, prices=prices).verdict in ("close", "contradicted")


# ---- a day, and what moved in it -------------------------------------------------------------------------------------


def test_a_true_claim_turned_false_by_figure_date_company_or_sign_finds_no_support():
    both = history("ACME", "OTHER")
    true = day(-4.9, 0.1, end=date(2024, 3, 5))
    assert check(true, prices=both).verdict == "supported"
    for false in (
        day(-5.2, 0.1, end=date(2024, 3, 5)),
        day(4.9, 0.1, end=date(2024, 3, 5)),
        *(day(-4.9, 0.1, end=date(2024, 3, n), part="close") for n in (4, 6, 7, 8, 11, 12)),
    ):
        assert check(false, prices=both).verdict != "supported"


@pytest.mark.parametrize(("part", "value", "verdict"), [
    ("intraday", -5.8, "supported"),  # 97 / 103
    ("intraday", -4.9, "contradicted"),  # the close is not what was touched
    ("intraday", 0.5, "supported"),  # 103.5 / 103
    ("open", 0.0, "supported"),  # opened where it had closed
    ("close", -5.8, "contradicted"),
    ("", -5.8, "consistent"),
    ("", -5.9, "contradicted"),
])  # fmt: skip
def test_the_part_of_the_day_that_is_named_decides(part, value, verdict):
    assert check(day(value, 0.1, end=date(2024, 3, 5), part=part)).verdict == verdict


def test_what_was_told_while_the_session_ran_is_not_contradicted_by_its_close_alone():
    at_noon = "2024-03-05T12:00:00-05:00"
    assert check(day(-2), said=at_noon).verdict == "consistent"  # -2% lies in the range of the 5th
    assert check(day(-8), said=at_noon).verdict == "contradicted"
    blind = check(day(-2), said=at_noon, prices=history(columns=("close",)))
    assert (blind.verdict, "highs and lows" in blind.missing) == ("unchecked", True)


@pytest.mark.parametrize(("said", "verdict"), [
    ("2024-03-11T12:00:00-04:00", "consistent"),  # at noon nobody knows the close that came to -9.09%
    ("2024-03-11T09:00:00-04:00", "consistent"),
    ("2024-03-11T16:00:00-04:00", "supported"),
    ("2024-03-11", "supported"),
    ("2024-03-08", "consistent"),
])  # fmt: skip
@pytest.mark.parametrize("part", ["", "close"])
def test_a_close_that_came_after_the_claim_cannot_bear_it_out(said, verdict, part):
    assert check(day(-9.1, 0.1, end=date(2024, 3, 11), part=part), said=said).verdict == verdict


def test_before_the_open_and_after_the_close_the_last_session_that_is_over_is_meant():
    assert check(day(-9), said="2024-03-12T09:29:00-04:00").best.end == date(2024, 3, 11)
    assert check(day(-9), said="2024-03-11T16:00:00-04:00").best.end == date(2024, 3, 11)
    assert check(day(-9), said="2024-03-11T15:59:00-04:00", prices=history(columns=("close",))).best.end == date(
        2024, 3, 11
    )


def test_a_quote_before_the_open_in_dollars_is_held_to_the_same_bound_as_one_in_percent():
    # Opened at 93 after a close of 99: -6.06%. One point of 99 is 0.99 dollars.
    near = Level(symbol="ACME", stated=usd(93.5), window=Window(end=date(2024, 3, 11), part="pre-market"))
    far = Level(symbol="ACME", stated=usd(85.0), window=Window(end=date(2024, 3, 11), part="pre-market"))
    assert check(near).verdict == "consistent"
    assert check(far).verdict == "contradicted", "within a tenth of the price, but eight points away"
    assert check(move(usd(-6.2), end=date(2024, 3, 11), part="pre-market")).verdict == "consistent"
    assert check(move(usd(6.2), end=date(2024, 3, 11), part="pre-market")).verdict == "contradicted"


def test_as_much_as_in_a_week_is_not_held_against_its_closes():
    week = move(percent(-12), span="week", end=date(2024, 3, 11), part="intraday")
    assert check(week, said="2024-03-16").verdict != "contradicted"


# ---- windows ---------------------------------------------------------------------------------------------------------


def test_the_closure_of_2025_01_09_is_no_session():
    prices = on_days("ACME", {"2025-01-07": 100, "2025-01-08": 101, "2025-01-10": 99, "2025-01-13": 98})
    two = Window(span="sessions", count=2, end=date(2025, 1, 10))
    assert check(move(percent(-1), span="sessions", count=2, end=date(2025, 1, 10)), prices=prices).best.start == date(
        2025, 1, 7
    )
    assert (
        check(Move(symbol="ACME", stated=percent(-1, 0.1), window=two), said="2025-01-14", prices=prices).verdict
        == "supported"
    )
    closed = check(day(-2, end=date(2025, 1, 9)), prices=prices)
    assert (closed.verdict, "closed" in closed.missing) == ("unchecked", True)
    assert check(day(-2), said="2025-01-09", prices=prices).best.end == date(2025, 1, 8)


def test_a_half_day_is_over_at_one():
    prices = on_days("ACME", {"2024-11-26": 100, "2024-11-27": 101, "2024-11-29": 104})
    claim = day(3)
    assert check(claim, said="2024-11-29T13:30:00-05:00", prices=prices).verdict == "supported"  # 104 / 101
    assert check(day(3, part="close"), said="2024-11-29T12:30:00-05:00", prices=prices).best.end == date(2024, 11, 27)


@pytest.mark.parametrize(("said", "end"), [
    ("2024-03-08T21:30:00+00:00", "2024-03-08"),  # winter time: New York closes at 21:00 in London
    ("2024-03-11T20:30:00+00:00", "2024-03-11"),  # summer time since the 10th: at 20:00
    ("2024-03-08T20:30:00+00:00", "2024-03-07"),
])  # fmt: skip
def test_the_weeks_of_daylight_saving_shift_the_close(said, end):
    assert check(day(-9, part="close"), said=said).best.end == date.fromisoformat(end)


def test_what_lies_outside_of_the_bars_is_unchecked_before_and_pending_after():
    first = check(day(3, end=date(2024, 3, 1)))
    assert first.verdict == "unchecked"
    assert check(day(3, end=date(2024, 3, 4))).verdict == "supported", "the first bar is a base"
    assert check(move(percent(3), span="month", end=date(2024, 3, 6)), said="2024-04-10").verdict == "unchecked"
    april = move(percent(3), span="since", start=date(2024, 3, 5), end=date(2024, 4, 5))
    assert check(april, said="2024-04-10").verdict == "pending"


def test_a_gap_in_the_bars_is_named_and_not_jumped_over():
    prices = closes("ACME", "2024-03-04", 100, None, 90)
    found = check(day(-10, end=date(2024, 3, 6)), prices=prices)
    assert (found.verdict, "2024-03-05" in found.missing) == ("unchecked", True)
    assert (
        check(move(percent(-10), span="sessions", count=2, end=date(2024, 3, 6)), prices=prices).verdict == "supported"
    )


def test_periods_run_from_the_last_close_of_the_one_before_at_every_edge():
    held = {"2023-12-29": 100, "2024-01-02": 98, "2024-01-31": 110, "2024-02-01": 111, "2024-03-28": 120,
            "2024-04-01": 118, "2024-12-31": 150, "2025-01-02": 147}  # fmt: skip
    prices = on_days("ACME", held)

    def told(value: float, said: str, span: str, **window) -> str:
        return check(move(percent(value), span=span, **window), said=said, prices=prices).verdict

    assert told(10, "2024-02-10", "month", end=date(2024, 1, 15)) == "supported"  # 110 / 100
    assert told(20, "2024-04-10", "quarter", end=date(2024, 2, 1)) == "supported"  # to Thursday: Good Friday was closed
    assert told(50, "2025-01-02", "year", end=date(2024, 6, 1)) == "supported"
    assert told(-2, "2024-01-02", "year-to-date") == "supported"
    assert told(-2, "2025-01-02", "year-to-date") == "supported"  # 147 / 150, not 147 / 100
    assert told(47, "2025-01-02", "year-to-date") == "contradicted"


def test_since_a_weekend_runs_from_the_friday_and_never_backwards():
    since = move(percent(-7.1, 0.1), span="since", start=date(2024, 3, 9))  # a Saturday: 92 / 99
    assert check(since, said="2024-03-12").verdict == "supported"
    ahead = move(percent(8.2, 0.1), span="since", start=date(2024, 3, 8))  # 103 / 95.2 would be a window backwards
    assert check(ahead, said="2024-03-06").verdict == "unchecked"


def test_a_loss_suffered_stays_open_while_its_window_is_not_over():
    suffered = move(percent(-12.6, 0.1), span="since", start=date(2024, 3, 5), suffered=True)
    assert check(suffered, said="2024-03-12").verdict == "supported"
    assert check(suffered, said="2024-03-20").verdict == "pending", "it may have fallen further by the 20th"
    deepest = Drawdown(
        symbol="ACME",
        stated=percent(-30),
        peak_from=date(2024, 3, 4),
        window=Window(start=date(2024, 3, 5), end=date(2024, 3, 28), suffered=True),
    )
    assert check(deepest, said="2024-04-10").verdict == "pending"


# ---- where on earth --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("symbol", "language", "said", "end"), [
    ("0700.HK", "zh-Hant", "2024-03-12", "2024-03-12"),
    ("0700.HK", "en", "2024-03-12", "2024-03-12"),
    ("0700.HK", "zh-Hans", "2024-03-12T15:00:00+08:00", "2024-03-11"),  # an hour before Hong Kong closes
    ("0700.HK", "zh-Hans", "2024-03-12T16:30:00+08:00", "2024-03-12"),
    ("7203.T", "en", "2024-03-12", "2024-03-12"),
    ("7203.T", "zh-Hans", "2024-03-12T14:30:00+08:00", "2024-03-12"),  # 15:30 in Tokyo
    ("VNINDEX", "vi", "2024-03-12", "2024-03-12"),
    ("VNINDEX", "vi", "2024-03-12T16:00:00+07:00", "2024-03-12"),  # Ho Chi Minh City closes at 15:00
    ("VNINDEX", "vi", "2024-03-12T10:00:00+07:00", "2024-03-11"),
    ("FPT.VN", "vi", "2024-03-12T15:05:00+07:00", "2024-03-12"),
    ("ACME", "vi", "2024-03-13", "2024-03-12"),
    ("ACME", "vi", "2024-03-13T02:00:00+07:00", "2024-03-11"),  # 15:00 in New York
    ("ACME", "vi", "2024-03-13T03:01:00+07:00", "2024-03-12"),
    ("ACME", "zh-Hans", "2024-03-13T03:59:00+08:00", "2024-03-11"),
    ("ACME", "zh-Hans", "2024-03-13T04:00:00+08:00", "2024-03-12"),
    ("ACME", "", "2024-03-12", "2024-03-12"),
    ("600519.SS", "zh-Hans", "2024-03-12", "2024-03-12"),
])  # fmt: skip
def test_which_session_had_closed_when_it_was_told(symbol, language, said, end):
    prices = closes(symbol, "2024-03-04", *range(100, 110))
    found = check(move(percent(1), symbol, part="close"), said=said, language=language, prices=prices)
    assert found.best.end == date.fromisoformat(end)


@pytest.mark.parametrize("symbol", ["VNINDEX", "600519.SS", "ACME", "USDCNY"])
def test_prices_that_end_before_the_article_are_waited_for(symbol):
    prices = closes(symbol, "2024-03-04", 100, 101, 102, 103, 104)  # to Friday the 8th
    told = move(percent(1), symbol)
    assert check(told, said="2024-03-10", language="", prices=prices).best.end == date(2024, 3, 8)
    assert check(told, said="2024-03-12", language="", prices=prices).verdict == "pending"


def test_shanghai_keeps_its_hours_in_the_days_that_its_calendar_does_not_know_yet():
    prices = closes("600519.SS", "2027-03-01", *range(100, 110))
    found = check(move(percent(1), "600519.SS"), said="2027-03-09", language="zh-Hans", prices=prices)
    assert found.best.end == date(2027, 3, 9)


def test_a_renamed_company_is_found_under_the_name_of_its_day_with_all_that_is_known_of_it():
    prices = closes("META", "2021-10-25", 330, 320, 310, 312, 316)
    facts = Facts(shares={"META": (SharesObserved(symbol="META", shares=10**9, on=date(2021, 10, 1), source="t"),)})
    fell = move(percent(-3), "FB", end=date(2021, 10, 26))
    assert check(fell, said="2021-10-27", prices=prices).verdict == "supported"
    worth = MarketValue(symbol="FB", stated=usd(-10e9, 1e9), window=Window(end=date(2021, 10, 26)))
    assert check(worth, said="2021-10-27", prices=prices, facts=facts).verdict == "supported"
    later = move(percent(-3), "FB", end=date(2023, 10, 26))
    assert check(later, said="2023-10-27", prices=prices).missing == "prices of FB"


# ---- splits ----------------------------------------------------------------------------------------------------------

# 20 for 1 on Monday 2022-06-06; the closes stand in the shares after it: 2,400 and 2,440 before, 124 and 122 after.
SPLIT = {"2022-06-02": 120.0, "2022-06-03": 122.0, "2022-06-06": 124.0, "2022-06-07": 121.0}


@pytest.mark.parametrize(("claim", "verdict"), [
    (Level(symbol="ACME", stated=usd(2440), window=Window(end=date(2022, 6, 3))), "supported"),
    (Level(symbol="ACME", stated=usd(122), window=Window(end=date(2022, 6, 3))), "contradicted"),
    (Level(symbol="ACME", stated=usd(124), window=Window(end=date(2022, 6, 6))), "supported"),
    (move(percent(1.6, 0.1), end=date(2022, 6, 6)), "supported"),  # 124 / 122
    (move(percent(-94.9, 0.1), end=date(2022, 6, 6)), "contradicted"),
    (move(usd(2, 1), end=date(2022, 6, 6)), "supported"),  # in the shares after the split
    (move(usd(-2316, 1), end=date(2022, 6, 6)), "contradicted"),
    (move(usd(40, 1), end=date(2022, 6, 3)), "supported"),  # 2,440 - 2,400
    (move(usd(2, 1), end=date(2022, 6, 3)), "contradicted"),
])  # fmt: skip
def test_prices_before_a_split_are_told_as_traded(claim, verdict):
    assert check(claim, said="2022-06-08", prices=observed("ACME", SPLIT, [("2022-06-06", 20)])).verdict == verdict


def test_a_market_value_across_a_split_counts_the_shares_of_one_side():
    facts = Facts(
        shares={"ACME": (SharesObserved(symbol="ACME", shares=500_000_000, on=date(2022, 4, 29), source="t"),)}
    )
    prices = observed("ACME", SPLIT, [("2022-06-06", 20)])

    def worth(value: float, end: str, sense: str = "change") -> str:
        window = Window(end=date.fromisoformat(end))
        claim = MarketValue(symbol="ACME", stated=usd(value, 1e8), sense=sense, window=window)
        return check(claim, said="2022-06-08", prices=prices, facts=facts).verdict

    assert worth(20e9, "2022-06-06") == "supported"  # 2 dollars times 10bn shares
    assert worth(20e9, "2022-06-03") == "supported"  # 40 dollars times 500m
    assert worth(1e9, "2022-06-03") == "contradicted"
    assert worth(1.24e12, "2022-06-06", "level") == "supported"
    assert worth(62e9, "2022-06-06", "level") == "contradicted"


# ---- superlatives ----------------------------------------------------------------------------------------------------


def extreme(prices=None, said="2024-03-12", **fields) -> str:
    fields.setdefault("direction", "worst")
    return check(Extreme(symbol="ACME", **fields), said=said, prices=prices).verdict


def test_a_superlative_on_a_day_a_month_or_a_year():
    march = {"since": date(2024, 3, 1), "since_end": date(2024, 3, 5)}
    seventh = Window(end=date(2024, 3, 7))
    assert extreme(**march, window=seventh) == "supported"  # -2.06, the last as low -4.85 on the 5th
    assert extreme(**march, direction="best", window=seventh) == "contradicted"
    assert extreme(since=date(2024, 3, 4), window=Window(end=date(2024, 3, 11))) == "supported"  # of all days since
    assert extreme(since=date(2024, 2, 1), since_end=date(2024, 2, 29), window=seventh) == "contradicted"
    assert extreme(since=date(2023, 3, 12), measure="close", window=Window(end=date(2024, 3, 11))) == "unchecked"


def test_a_superlative_is_no_better_than_the_figure_that_is_told_with_it():
    lowest = {"measure": "close", "since": date(2024, 3, 1), "window": Window(end=date(2024, 3, 11))}
    assert extreme(**lowest) == "supported"
    assert extreme(**lowest, stated=usd(90, 1)) == "supported"
    assert extreme(**lowest, stated=usd(75, 1)) == "contradicted"
    worst = {"since": date(2024, 3, 4), "window": Window(end=date(2024, 3, 11))}
    assert extreme(**worst, stated=percent(-9)) == "supported"
    assert extreme(**worst, stated=percent(-13)) == "contradicted"
    assert extreme(**worst, stated=usd(-9, 1)) == "supported"
    assert extreme(**worst, stated=usd(-20, 1)) == "contradicted"


def test_the_worst_return_of_a_rising_week_is_no_fall():
    prices = closes("ACME", "2024-03-04", 100, 103, 106, 107)
    assert extreme(prices, since=date(2024, 3, 5), window=Window(end=date(2024, 3, 7))) == "contradicted"


def test_a_gap_since_the_date_leaves_a_superlative_unconfirmed():
    prices = closes("ACME", "2024-03-04", 100, 99, None, 101, 95)
    assert extreme(prices, since=date(2024, 3, 5), window=Window(end=date(2024, 3, 8))) == "consistent"


def test_the_first_sessions_of_a_span_must_be_held():
    prices = closes("ACME", "2024-01-04", 100, 101, 102)  # the year began on the 2nd
    year = {"direction": "best", "measure": "close", "since": date(2024, 1, 1), "window": Window(end=date(2024, 1, 8))}
    assert extreme(prices, said="2024-01-08", **year) == "unchecked"
    assert extreme(closes("ACME", "2024-01-02", 99, 100, 101, 102, 103), said="2024-01-08", **year) == "supported"


# ---- streaks ---------------------------------------------------------------------------------------------------------


def streak(prices, count, said, direction="down", per="session", **window) -> str:
    claim = Streak(symbol="ACME", direction=direction, count=count, per=per, window=Window(**window))
    return check(claim, said=said, prices=prices).verdict


def test_a_streak_goes_over_a_holiday_and_not_over_a_gap():
    prices = on_days("ACME", {"2025-01-06": 100, "2025-01-07": 103, "2025-01-08": 101, "2025-01-10": 99})
    assert streak(prices, 2, "2025-01-10") == "supported"
    gap = closes("ACME", "2024-03-04", 100, 103, 101, None, 98, 97)
    assert streak(gap, 2, "2024-03-11") == "unchecked"
    assert streak(gap, 1, "2024-03-11") == "unchecked", "97 after 98 is one fall, but the one before is not known"
    assert streak(gap, 2, "2024-03-07") == "unchecked", "the session itself is not held"


def test_an_unchanged_close_breaks_a_streak():
    prices = closes("ACME", "2024-03-04", 100, 99, 99, 98, 97)
    assert streak(prices, 2, "2024-03-08") == "supported"
    assert streak(prices, 4, "2024-03-08") == "contradicted"


def test_weeks_and_months_count_when_they_are_over():
    # Friday closes 100, 98, 97, 96; the week of 2024-03-25 ends on Thursday, Good Friday is closed.
    weeks = on_days("ACME", {"2024-03-01": 99, "2024-03-08": 100, "2024-03-15": 98, "2024-03-22": 97, "2024-03-28": 96,
                             "2024-04-01": 101, "2024-04-02": 102})  # fmt: skip
    assert streak(weeks, 3, "2024-03-30", per="week") == "supported"
    assert streak(weeks, 3, "2024-04-02", per="week") == "supported", "the week in progress is not over"
    assert streak(weeks, 2, "2024-04-02", per="week") == "close"
    assert streak(weeks, 2, "2024-03-27", per="week") == "supported"
    assert streak(weeks, 4, "2024-04-02", per="week") == "contradicted"
    months = on_days(
        "ACME", {"2023-12-29": 90, "2024-01-31": 100, "2024-02-29": 98, "2024-03-28": 95, "2024-04-02": 99}
    )
    assert streak(months, 2, "2024-04-02", per="month") == "supported"


def test_a_streak_told_while_the_session_runs_may_count_it():
    prices = closes("ACME", "2024-03-04", 100, 103, 101, 99, 98)
    noon = "2024-03-08T12:00:00-05:00"
    assert streak(prices, 2, noon) == "supported"
    assert streak(prices, 3, noon) == "consistent"
    assert streak(prices, 4, noon) == "contradicted"


# ---- falls from a high -----------------------------------------------------------------------------------------------


def test_a_trough_before_the_peak_is_no_fall_from_it():
    prices = closes("ACME", "2024-03-04", 80, 100, 99, 98)
    claim = Drawdown(symbol="ACME", stated=percent(-20), peak_from=date(2024, 3, 4), window=Window(suffered=True))
    assert check(claim, said="2024-03-07", prices=prices).verdict != "supported"
    rise = Drawdown(symbol="ACME", stated=percent(25), peak_from=date(2024, 3, 4))
    assert check(rise, said="2024-03-05", prices=prices).verdict == "supported"
    assert check(rise, said="2024-03-07", prices=prices).verdict == "contradicted"  # 98 / 80 by now
    at_the_top = Drawdown(symbol="ACME", stated=percent(-20), peak_from=date(2024, 3, 4), window=Window(suffered=True))
    assert check(at_the_top, said="2024-03-05", prices=prices).verdict in ("contradicted", "unchecked")


def test_one_days_high_and_low_are_in_no_known_order():
    # The highest high, 104, is of the 4th; its low is 99: -4.8%, if the low came after the high.
    window = Window(suffered=True, end=date(2024, 3, 4))
    claim = Drawdown(symbol="ACME", stated=percent(-4.8, 0.1), peak_from=date(2024, 3, 4), window=window)
    assert check(claim).verdict != "supported"


def test_at_one_point_is_not_contradicted_by_closes_alone():
    window = Window(start=date(2024, 3, 4), end=date(2024, 3, 12), suffered=True)
    claim = Drawdown(symbol="ACME", stated=percent(-15.4, 0.1), peak_from=date(2024, 3, 4), window=window)
    assert check(claim).verdict == "supported"  # 88 / 104
    assert check(claim, prices=history(columns=("close",))).verdict == "unchecked"


# ---- units -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", [
    move(Quantity(value=-5.0, unit="basis points", precision=1), end=date(2024, 3, 5)),
    move(usd(-5, 1, unit="CNY"), end=date(2024, 3, 5)),
    Level(symbol="ACME", stated=Quantity(value=98.0, unit="shares", precision=1), window=Window(end=date(2024, 3, 5))),
    Drawdown(symbol="ACME", stated=usd(-9, 1), peak_from=date(2024, 3, 4)),
    MarketValue(symbol="ACME", stated=percent(-5), window=Window(end=date(2024, 3, 5))),
    Level(symbol="BARC.L", stated=usd(2.0, 0.01, unit="GBP"), window=Window(end=date(2024, 3, 5))),
])  # fmt: skip
def test_a_figure_in_a_unit_that_prices_are_not_told_in_is_unchecked(claim):
    found = check(claim, prices=history("ACME", "BARC.L"))
    assert (found.verdict, bool(found.missing)) == ("unchecked", True)


def test_points_are_of_the_index():
    prices = closes("^GSPC", "2024-03-04", 5000.0, 5100.0)
    index = move(usd(100, 1, unit="points"), "^GSPC", end=date(2024, 3, 5))
    found = check(index, prices=prices)
    assert (found.verdict, found.explanation) == (
        "supported",
        "^GSPC closed at 5,000.00 on 2024-03-04 and at 5,100.00 on 2024-03-05, one session later: up 100.00 points.",
    )


def test_a_conversion_holds_one_way_round_and_the_other():
    prices = closes("USDCNY", "2024-03-04", 7.2, 7.2)

    def told(amount: Quantity, stated: Quantity) -> str:
        return check(Conversion(amount=amount, stated=stated), said="2024-03-05", prices=prices).verdict

    assert told(usd(10e9, 1e9), usd(72e9, 1e9, unit="CNY")) == "supported"
    assert told(usd(72e9, 1e9, unit="CNY"), usd(10e9, 1e9)) == "supported"
    assert told(usd(10e9, 1e9), usd(1.4e9, 1e8, unit="CNY")) == "contradicted"
    assert told(usd(10e9, 1e9), usd(72e9, 1e9, unit="JPY")) == "unchecked"


def test_a_rounded_market_value_is_not_contradicted_by_what_rounds_to_it():
    facts = Facts(shares={"ACME": (SharesObserved(symbol="ACME", shares=10**10, on=date(2024, 1, 2), source="t"),)})
    one = MarketValue(symbol="ACME", stated=usd(1e12, 1e12), sense="level", window=Window(end=date(2024, 3, 11)))
    assert check(one, facts=facts).verdict == "close"  # 900bn


# ---- several claims of one article -----------------------------------------------------------------------------------


def round_figures(random: Random, prices: PriceHistory, count: int, name: str) -> list[StatedClaim]:
    """An article of figures and windows drawn blindly: whatever of it comes out supported does so by chance."""
    panel = prices.panels[0]
    row = random.randrange(4)
    said = Said(day=panel.calendar.day(random.randrange(int(panel.first[row]) + 300, int(panel.last[row]) - 5)))
    spans = [{"span": "week"}, {"span": "month"}, {"span": "year-to-date"}, {}]
    claims = []
    for number in range(count):
        several = {"span": random.choice(["sessions", "days"]), "count": random.randint(2, 10)}
        value = random.choice([1, 2, 3, 4, 5, 6, 8, 10, 15, 20]) * random.choice([1, -1])
        quantity = percent(value, 1, random.choice(["", "", "nearly", "about", "over"]))
        claim = move(quantity, panel.symbols[row], **random.choice([several, several, *spans]))
        claims.append(StatedClaim(f"{name}-{number}", claim, name, said, "en"))
    return claims


@pytest.mark.slow
@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_an_article_of_round_figures_seldom_finds_a_day_on_which_some_agree(count):
    prices, random = PriceHistory.from_frame(walks()), Random(count)
    stated = [claim for n in range(120) for claim in round_figures(random, prices, count, f"article {n}")]
    together = judge(stated, prices)
    shared = {
        claim.article
        for claim, verdict in zip(stated, together, strict=True)
        if verdict.verdict == "supported" and "share" in verdict.readings[0].name
    }
    assert len(shared) <= 0.05 * 120, "one in twenty is what the rule allows itself"


def test_one_move_told_twice_or_in_two_units_is_no_agreement():
    facts = Facts(shares={"ACME": (SharesObserved(symbol="ACME", shares=10**6, on=date(2024, 1, 2), source="t"),)})
    when = Said(day=date(2024, 3, 12))
    three = Window(span="sessions", count=3)  # to the 7th: 95 / 103
    for pair in (
        (move(percent(-7.77, 0.01), span="sessions", count=3), move(percent(-7.8, 0.1), span="sessions", count=3)),
        (
            move(percent(-7.77, 0.01), span="sessions", count=3),
            MarketValue(symbol="ACME", stated=usd(-8e6, 1e5), window=three),
        ),
        (move(percent(-7.77, 0.01), span="sessions", count=3), move(percent(-7.77, 0.01), span="days", count=3)),
    ):
        stated = [StatedClaim(str(n), claim, "article", when, "en") for n, claim in enumerate(pair)]
        assert "supported" not in [verdict.verdict for verdict in judge(stated, history(), facts)]


# ---- after hours -----------------------------------------------------------------------------------------------------


def test_after_hours_is_held_against_the_next_open_or_the_one_of_the_morning_it_was_filed():
    assert check(day(-6, end=date(2024, 3, 11), part="after-hours")).verdict == "consistent"  # 93 / 99, filed that day
    assert check(day(-9, end=date(2024, 3, 8), part="after-hours")).verdict == "close"  # three points from -6.06
    assert check(day(-15, end=date(2024, 3, 8), part="after-hours")).verdict == "contradicted"
    for shown in (("close",), ("high", "low", "close")):
        assert check(
            day(-9.09, 0.01, end=date(2024, 3, 8), part="after-hours"), prices=history(columns=shown)
        ).verdict == ("unchecked")


def test_news_that_another_article_dates_after_the_close_moves_the_next_session():
    facts = Facts(releases={("ACME", date(2024, 3, 8)): "after-close"}, news={("ACME", "results"): (date(2024, 3, 8),)})
    reaction = Move(symbol="ACME", stated=percent(-9), window=Window(news="results"))
    assert check(reaction, facts=facts).verdict == "supported"
    assert check(reaction, facts=facts, said="2024-07-01").best.end != date(2024, 3, 11), "no news of last quarter"
    assert check(day(4.2, 0.1, event=date(2024, 3, 8)), facts=facts).verdict == "consistent"


# ---- the answer as JSON ----------------------------------------------------------------------------------------------

MEMBERS = ["id", "kind", "symbol", "text", "span", "said", "stated", "verdict", "actual", "reading", "window",
           "evidence", "explanation"]  # fmt: skip


@pytest.mark.parametrize(("claim", "explanation"), [
    (day(-9, end=date(2024, 3, 11)),
     "ACME closed at 99.00 on 2024-03-08 and at 90.00 on 2024-03-11, one session later: down 9.09%."),
    (day(-13, hedge="nearly", end=date(2024, 3, 11), part="close"),
     "ACME closed at 99.00 on 2024-03-08 and at 90.00 on 2024-03-11, one session later: down 9.09%. "
     "The claim says down nearly 13%."),
    (Level(symbol="ACME", stated=usd(93), window=Window(end=date(2024, 3, 11), part="close")),
     "ACME closed at 90.00 USD on 2024-03-11. The claim says 93.00 USD."),
    (Level(symbol="ACME", stated=usd(88, 1), touched="low", window=Window(end=date(2024, 3, 11))),
     "ACME fell to 88.00 USD on 2024-03-11."),
    (Streak(symbol="ACME", direction="down", count=4, window=Window(end=date(2024, 3, 7))),
     "ACME fell for three sessions in a row, up to 2024-03-07. The claim says four sessions."),
    (Streak(symbol="ACME", direction="down", count=4, window=Window(end=date(2024, 3, 8))),
     "ACME did not fall on 2024-03-08. The claim says four sessions."),
    (Extreme(symbol="ACME", direction="worst", since=date(2024, 3, 5), since_end=date(2024, 3, 5),
             window=Window(end=date(2024, 3, 7))),
     "ACME fell 2.06% from 2024-03-06 to 2024-03-07; nothing since is as extreme "
     "(the last as extreme: -4.85% on 2024-03-05)."),
    (Drawdown(symbol="ACME", stated=percent(-20), peak_from=date(2024, 3, 1)),
     "ACME went from a close of 103.00 on 2024-03-04 to a close of 92.00 on 2024-03-12: down 10.68%. "
     "The claim says down 20%."),
])  # fmt: skip
def test_every_answer_has_the_same_members_and_reads_as_a_sentence(claim, explanation):
    verdict = check(claim)
    shown = answer(StatedClaim("7", claim, "", Said(day=date(2024, 3, 12)), "en"), verdict)
    assert list(shown)[: len(MEMBERS)] == MEMBERS
    assert shown["kind"] == type(claim).__name__.lower()
    assert set(shown["window"]) == {"start", "end"}
    assert all("date" in bar for bar in shown["evidence"]) and shown["evidence"]
    assert verdict.explanation == explanation


def test_the_sentence_of_the_design_stands():
    prices = on_days("META", {"2025-10-29": 751.67, "2025-10-30": 666.47, "2025-10-31": 648.35, "2025-11-03": 637.71,
                              "2025-11-04": 627.32})  # fmt: skip
    claim = move(percent(-17, 1, "nearly"), "META", span="sessions", count=4, end=date(2025, 11, 4))
    assert check(claim, said="2025-11-06", prices=prices).explanation == (
        "META closed at 751.67 on 2025-10-29 and at 627.32 on 2025-11-04, four sessions later: down 16.54%."
    )


def test_a_market_value_that_is_off_is_told_as_a_person_would():
    prices = on_days("META", {"2025-11-03": 637.71, "2025-11-04": 627.32})
    facts = Facts(shares={"META": (SharesObserved(symbol="META", shares=10**10, on=date(2025, 10, 24), source="t"),)})
    lost = MarketValue(symbol="META", stated=usd(-107e9, 1e9, "about"), window=Window(end=date(2025, 11, 4)))
    assert check(lost, said="2025-11-06", prices=prices, facts=facts).explanation == (
        "META closed at 637.71 on 2025-11-03 and at 627.32 on 2025-11-04, one session later: market value down "
        "103.9bn USD. The claim says down about 107bn USD."
    )


# ---- what was known when ---------------------------------------------------------------------------------------------


def log_of(*told: tuple[str, object]) -> MemoryLog:
    log = MemoryLog()
    for recorded, event in told:
        columns = {event.columns: BARS[event.columns]} if isinstance(event, BarsObserved) else {}
        log.append([Draft(event=event, recorded=datetime.fromisoformat(recorded))], columns=columns)
    return log


def bars_of(held: dict[str, float], previous: str = "") -> BarsObserved:
    days = np.array([date.fromisoformat(d).toordinal() - date(1970, 1, 1).toordinal() for d in held], dtype=np.int32)
    bars = Bars(days, np.array(list(held.values()), dtype=np.float64))
    data = to_bytes(bars)
    BARS[digest(data)] = data
    return BarsObserved(
        symbol="ACME", source="t", columns=digest(data), first=bars.first, last=bars.last, count=len(bars),
        adjusted_through=bars.last, previous=previous,
    )  # fmt: skip


BARS: dict[str, bytes] = {}
FELL = day(-9, end=date(2024, 3, 11))


def verdicts_at(log: MemoryLog, instant: str) -> list[str]:
    state = fold(log.read(until=datetime.fromisoformat(instant)))
    return [one.verdict for one in judge(state.stated(), state.prices(log.columns), state.facts())]


def test_bars_recorded_after_an_instant_do_not_reach_its_verdicts_and_a_revision_flips_them():
    log = log_of(
        ("2024-03-10T12:00:00+00:00", bars_of({"2024-03-07": 95, "2024-03-08": 99})),
        ("2024-03-11T12:00:00+00:00", ClaimStated(article="", claim=FELL)),
        ("2024-03-11T22:00:00+00:00", bars_of({"2024-03-11": 90})),
        ("2024-03-12T22:00:00+00:00", bars_of({"2024-03-11": 97})),
    )
    assert verdicts_at(log, "2024-03-11T13:00:00+00:00") == ["pending"]
    assert verdicts_at(log, "2024-03-11T23:00:00+00:00") == ["supported"]
    assert verdicts_at(log, "2024-03-13T00:00:00+00:00") == ["contradicted"]


def test_a_corrected_claim_is_judged_as_corrected_and_a_withdrawn_one_not_at_all():
    log = log_of(
        ("2024-03-10T12:00:00+00:00", bars_of({"2024-03-08": 99, "2024-03-11": 90})),
        ("2024-03-11T12:00:00+00:00", ClaimStated(article="", claim=day(9, end=date(2024, 3, 11)))),
    )
    first = fold(log.read()).stated()[0].id
    corrected = ClaimCorrected(claim=first, replaces=first, corrected=FELL, reason="the sign")
    log.append([Draft(event=corrected, recorded=datetime.fromisoformat("2024-03-12T12:00:00+00:00"))])
    taken_back = ClaimWithdrawn(claim=first, reason="not about the shares")
    log.append([Draft(event=taken_back, recorded=datetime.fromisoformat("2024-03-13T12:00:00+00:00"))])
    assert verdicts_at(log, "2024-03-11T13:00:00+00:00") == ["contradicted"]
    assert verdicts_at(log, "2024-03-12T13:00:00+00:00") == ["supported"]
    assert verdicts_at(log, "2024-03-13T13:00:00+00:00") == []
