"""What a check answers, on prices small enough to work out by hand."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest

from events.model import (
    Conversion,
    Drawdown,
    Extreme,
    Happening,
    Level,
    MarketValue,
    Move,
    Quantity,
    Reported,
    Said,
    SharesObserved,
    Streak,
    Window,
)
from timeline.checking import judge
from timeline.prices import PriceHistory
from timeline.verdict import Facts, StatedClaim, answer

# Two weeks of March 2024 in New York; the 4th is a Monday.
SESSIONS = [
    ("2024-03-01", 99.0, 101.0, 98.0, 100.0),
    ("2024-03-04", 100.0, 104.0, 99.0, 103.0),
    ("2024-03-05", 103.0, 103.5, 97.0, 98.0),
    ("2024-03-06", 98.5, 99.0, 96.0, 97.0),
    ("2024-03-07", 97.0, 97.5, 94.0, 95.0),
    ("2024-03-08", 96.0, 100.0, 95.5, 99.0),
    ("2024-03-11", 93.0, 94.0, 88.0, 90.0),
    ("2024-03-12", 91.0, 93.0, 90.0, 92.0),
]


def history(*symbols: str, columns: tuple[str, ...] = ("open", "high", "low", "close")) -> PriceHistory:
    names = ("open", "high", "low", "close")
    rows = [
        {"date": day, "symbol": symbol, **{n: v for n, v in zip(names, values, strict=True) if n in columns}}
        for symbol in symbols or ("ACME",)
        for day, *values in SESSIONS
    ]
    return PriceHistory.from_frame(pd.DataFrame(rows))


def percent(value: float, precision: float = 1.0, hedge: str = "") -> Quantity:
    return Quantity(value=value, unit="percent", precision=precision, hedge=hedge)


def check(claim, said="2024-03-12", language="en", prices=None, facts=None, article=""):
    at = datetime.fromisoformat(said) if said and "T" in said else None
    when = Said(day=date.fromisoformat(said[:10]), at=at) if said else None
    return judge([StatedClaim("1", claim, article, when, language)], prices or history(), facts)[0]


def day(value: float, precision: float = 1.0, hedge: str = "", **window) -> Move:
    return Move(symbol="ACME", stated=percent(value, precision, hedge), window=Window(**window))


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (day(-4.9, 0.1, end=date(2024, 3, 5)), "supported"),  # 98 / 103 - 1 = -4.854%
        (day(-4.8, 0.1, end=date(2024, 3, 5), part="close"), "close"),  # -4.854 lies 0.004 beyond -4.85
        (day(4.9, 0.1, end=date(2024, 3, 5), part="close"), "contradicted"),
        (day(-5, end=date(2024, 3, 5)), "supported"),
        (day(-5, hedge="nearly", end=date(2024, 3, 5)), "supported"),
        (day(-5, hedge="over", end=date(2024, 3, 5), part="close"), "close"),
        (day(-4, hedge="over", end=date(2024, 3, 5)), "supported"),
        (day(-9, hedge="over", end=date(2024, 3, 11)), "supported"),  # 90 / 99 - 1 = -9.09%
        (day(-8, hedge="about", end=date(2024, 3, 11), part="close"), "close"),
    ],
)
def test_a_day_move_is_measured_close_to_close_and_held_against_the_words(claim, verdict):
    assert check(claim).verdict == verdict


def test_a_figure_inside_the_days_range_is_consistent_unless_the_text_says_close():
    inside = day(-3, end=date(2024, 3, 5))  # low 97 is -5.83%, high 103.5 is +0.49%: -3% was seen that day
    assert check(inside).verdict == "consistent"
    assert check(day(-3, end=date(2024, 3, 5), part="close")).verdict == "contradicted"
    assert check(day(-7, end=date(2024, 3, 5))).verdict == "contradicted"


def test_touched_and_opened_figures_take_the_days_extreme_and_its_open():
    assert check(day(-5.8, 0.1, end=date(2024, 3, 5), part="intraday")).verdict == "supported"  # 97 / 103
    assert check(day(-6.06, 0.01, end=date(2024, 3, 11), part="open")).verdict == "supported"  # 93 / 99
    assert check(day(-9.1, 0.1, end=date(2024, 3, 11), part="open")).verdict == "contradicted"


def test_quotes_outside_of_the_session_are_never_better_than_consistent():
    before = check(day(-6, end=date(2024, 3, 11), part="pre-market"))
    assert (before.verdict, before.best.actual) == ("consistent", pytest.approx(-6.0606, abs=1e-3))
    late = check(day(-6, end=date(2024, 3, 8), part="after-hours"))
    assert (late.verdict, late.best.end) == ("consistent", date(2024, 3, 11))
    assert check(day(6, end=date(2024, 3, 8), part="after-hours")).verdict == "contradicted"


def test_a_quote_after_hours_needs_opens_and_never_takes_the_next_close_instead():
    closes = history(columns=("close",))
    found = check(day(-9.09, 0.01, end=date(2024, 3, 8), part="after-hours"), prices=closes)
    assert found.verdict == "unchecked"
    assert "open" in found.missing


def test_news_after_the_close_moves_the_next_session_and_the_literal_day_is_answered_too():
    reaction = day(-9, event=date(2024, 3, 8), timing="after-close")
    found = check(reaction)
    assert (found.verdict, found.best.end) == ("supported", date(2024, 3, 11))
    assert "next session" in found.best.name
    assert "2024-03-08" in found.explanation
    assert {reading.end for reading in found.readings} == {date(2024, 3, 8), date(2024, 3, 11)}


def test_news_of_unknown_hour_makes_the_next_session_consistent_at_best():
    assert check(day(-9, event=date(2024, 3, 8))).verdict == "consistent"
    assert check(day(-9, event=date(2024, 3, 8), timing="before-open")).verdict == "contradicted"
    known = Facts(releases={("ACME", date(2024, 3, 8)): "after-close"})
    assert check(day(-9, event=date(2024, 3, 8)), facts=known).verdict == "supported"


def test_a_day_that_was_over_when_the_news_came_confirms_no_reaction_to_it():
    found = check(day(4.2, 0.1, event=date(2024, 3, 8), timing="after-close"))  # +4.21% on the 8th itself
    assert (found.verdict, found.best.end) == ("consistent", date(2024, 3, 8))


def test_a_date_without_news_means_that_date_even_where_news_came_after_its_close():
    known = Facts(releases={("ACME", date(2024, 3, 8)): "after-close"})
    assert check(day(-9, end=date(2024, 3, 8)), facts=known).verdict == "contradicted"  # the 11th fell 9.1%


def test_a_closing_figure_takes_the_day_that_it_names():
    assert check(day(-9, event=date(2024, 3, 8), timing="after-close", part="close")).verdict == "contradicted"


def test_sessions_count_sessions_and_days_may_count_either_way():
    four = Window(span="sessions", count=4, end=date(2024, 3, 7))  # 95 / 100
    assert check(Move(symbol="ACME", stated=percent(-5), window=four)).verdict == "supported"
    four_days = Window(span="days", count=4, end=date(2024, 3, 12))  # 92 / 95 from the 7th or the 8th: 92 / 99
    assert check(Move(symbol="ACME", stated=percent(-7.1, 0.1), window=four_days)).verdict == "supported"
    assert check(Move(symbol="ACME", stated=percent(-5.2, 0.1), window=four_days)).verdict == "supported"


def test_a_week_runs_from_the_last_close_of_the_week_before():
    week = Window(span="week", end=date(2024, 3, 6))
    assert check(Move(symbol="ACME", stated=percent(-1), window=week)).best.actual == pytest.approx(-1.0)
    so_far = check(Move(symbol="ACME", stated=percent(-7.1, 0.1), window=Window(span="week")), said="2024-03-12")
    assert (so_far.verdict, so_far.best.start) == ("supported", date(2024, 3, 8))


def test_since_runs_from_the_close_before_to_the_last_close_before_publication():
    since = Window(span="since", start=date(2024, 3, 5))
    assert check(Move(symbol="ACME", stated=percent(-10.7, 0.1), window=since)).verdict == "supported"  # 92 / 103
    assert check(Move(symbol="ACME", stated=percent(-6.1, 0.1), window=since)).verdict == "supported"  # 92 / 98
    suffered = Window(span="since", start=date(2024, 3, 5), suffered=True)
    assert check(Move(symbol="ACME", stated=percent(-12.6, 0.1), window=suffered)).verdict == "supported"  # 90 / 103
    assert check(Move(symbol="ACME", stated=percent(-12.6, 0.1), window=since)).verdict == "contradicted"


@pytest.mark.parametrize(
    ("said", "language", "end"),
    [
        ("2024-03-11", "en", "2024-03-11"),  # by the end of that day New York had closed
        ("2024-03-11", "zh-Hans", "2024-03-08"),  # by midnight in Shanghai it had not
        ("2024-03-12T05:00:00+08:00", "zh-Hans", "2024-03-11"),  # 17:00 in New York
        ("2024-03-12T03:00:00+08:00", "zh-Hans", "2024-03-11"),  # 15:00 in New York: the session in progress
        ("2024-03-10", "en", "2024-03-08"),
    ],
)
def test_a_day_without_a_name_is_the_one_that_the_publication_leaves(said, language, end):
    assert check(day(-9), said=said, language=language).best.end == date.fromisoformat(end)


def test_a_day_on_which_the_exchange_was_closed_is_not_another_day():
    found = check(day(-9, end=date(2024, 3, 9)))
    assert found.verdict == "unchecked"
    assert "closed" in found.missing


def test_what_has_not_happened_yet_is_pending_and_what_is_not_held_is_named():
    assert check(day(-9, end=date(2024, 3, 13)), said="2024-03-14").verdict == "pending"
    before = check(day(-9, end=date(2024, 3, 1)))
    assert (before.verdict, "before 2024-03-01" in before.missing) == ("unchecked", True)
    unknown = check(Move(symbol="OTHER", stated=percent(-9), window=Window(end=date(2024, 3, 8))))
    assert (unknown.verdict, unknown.missing) == ("unchecked", "prices of OTHER")


def test_a_reading_whose_prices_are_not_in_yet_keeps_a_contradiction_open():
    reaction = day(-20, event=date(2024, 3, 12), timing="after-close")
    assert check(reaction).verdict == "pending"


def test_an_undated_text_leaves_an_open_window_unchecked():
    found = check(day(-9), said="")
    assert (found.verdict, "publication date" in found.missing) == ("unchecked", True)


def test_claims_without_a_figure_forecasts_reports_and_happenings_are_not_judged():
    for claim in (
        Move(symbol="ACME", direction="down", window=Window(end=date(2024, 3, 8))),
        Move(symbol="ACME", stance="expected", stated=percent(-9), window=Window(end=date(2024, 3, 11))),
        Reported(
            symbol="ACME", metric="revenue", period="2024Q1", stated=Quantity(value=1e9, unit="USD", precision=1e8)
        ),
        Happening(symbol="ACME", on="2024-03-08"),
    ):
        found = check(claim)
        assert found.verdict == "unchecked"
        assert found.missing


def test_a_streak_is_exactly_as_long_as_told():
    def fell(count: int, end: str) -> str:
        window = Window(end=date.fromisoformat(end))
        return check(Streak(symbol="ACME", direction="down", count=count, window=window)).verdict

    assert fell(3, "2024-03-07") == "supported"  # 103 -> 98 -> 97 -> 95
    assert fell(2, "2024-03-07") == "close"
    assert fell(4, "2024-03-07") == "contradicted"
    assert fell(3, "2024-03-08") == "contradicted"


def superlative(since: str, end: str = "2024-03-11", **more) -> str:
    first = date.fromisoformat(since)
    claim = Extreme(
        symbol="ACME",
        direction="worst",
        since=first,
        since_end=first,
        window=Window(end=date.fromisoformat(end)),
        **more,
    )
    return check(claim).verdict


def test_a_superlative_needs_none_as_extreme_since_and_one_then():
    # Day returns: 4th +3.00, 5th -4.85, 6th -1.02, 7th -2.06, 8th +4.21, 11th -9.09, 12th +2.22.
    assert superlative("2024-03-05", end="2024-03-07") == "supported"  # -2.06 is the worst since -4.85
    assert superlative("2024-03-06", end="2024-03-07") == "close"  # holds, but the 6th was not as bad
    assert superlative("2024-03-04", end="2024-03-07") == "contradicted"  # the 5th was worse, and later
    assert superlative("2024-03-05", end="2024-03-11") == "close"  # nothing that is held was as bad


def test_ties_count_against_a_superlative():
    frame = pd.DataFrame(
        {"ACME": [100, 90, 100, 90, 100, 90.0]},
        index=pd.to_datetime(["2024-03-01", "2024-03-04", "2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08"]),
    )
    claim = Extreme(
        symbol="ACME",
        direction="worst",
        since=date(2024, 3, 4),
        since_end=date(2024, 3, 4),
        window=Window(end=date(2024, 3, 8)),
    )
    assert check(claim, prices=PriceHistory.from_frame(frame)).verdict == "contradicted"


def test_a_record_cannot_be_proved_from_the_prices_held():
    record = Extreme(symbol="ACME", direction="worst", measure="close", window=Window(end=date(2024, 3, 11)))
    assert check(record).verdict == "consistent"
    this_month = Extreme(
        symbol="ACME", direction="worst", measure="close", since=date(2024, 3, 1), window=Window(end=date(2024, 3, 11))
    )
    assert check(this_month).verdict == "supported"


def test_a_drawdown_is_told_on_closes_and_at_one_point_on_highs_and_lows():
    fallen = Drawdown(symbol="ACME", stated=percent(-12.6, 0.1), peak_from=date(2024, 3, 1))  # 90 / 103
    assert check(fallen, said="2024-03-11").verdict == "supported"
    at_one_point = Window(start=date(2024, 3, 4), end=date(2024, 3, 12), suffered=True)
    lowest = Drawdown(symbol="ACME", stated=percent(-15.4, 0.1), peak_from=date(2024, 3, 1), window=at_one_point)
    found = check(lowest)  # 88 / 104
    assert (found.verdict, found.best.actual) == ("supported", pytest.approx(-15.3846, abs=1e-3))


def test_a_level_is_a_close_and_touched_a_high_or_low():
    def level(value: float, touched: str = "", **window) -> str:
        stated = Quantity(value=value, unit="USD", precision=1.0)
        return check(Level(symbol="ACME", stated=stated, touched=touched, window=Window(**window))).verdict

    assert level(90, end=date(2024, 3, 11)) == "supported"
    assert level(92, end=date(2024, 3, 11)) == "consistent"
    assert level(92, end=date(2024, 3, 11), part="close") == "contradicted"
    assert level(88, "low", end=date(2024, 3, 11)) == "supported"
    assert level(99, end=date(2024, 3, 11)) == "contradicted"


def test_a_market_value_takes_the_shares_outstanding_and_a_rule_of_its_own():
    def lost(value: float, shares: bool = True) -> str:
        facts = Facts(
            shares={"ACME": (SharesObserved(symbol="ACME", shares=1_000_000, on=date(2024, 1, 1), source="t"),)}
        )
        stated = Quantity(value=value, unit="USD", precision=1e5)
        claim = MarketValue(symbol="ACME", stated=stated, window=Window(end=date(2024, 3, 11)))
        return check(claim, facts=facts if shares else None).verdict

    assert lost(-9.1e6) == "supported"  # 9.0m, 1.1% off
    assert lost(-9.3e6) == "close"  # 3.2% off
    assert lost(-9.6e6) == "contradicted"  # 6.3% off
    assert lost(9.0e6) == "contradicted"
    assert lost(-9.0e6, shares=False) == "unchecked"


def test_a_conversion_takes_the_rate_of_its_day_and_the_mean_of_its_period():
    rates = pd.DataFrame({"USDCNY": [7.0, 7.2, 7.4]}, index=pd.to_datetime(["2024-03-01", "2024-03-15", "2024-03-29"]))
    prices = PriceHistory.from_frame(rates)

    def told(value: float, said: str, period: str = "") -> str:
        claim = Conversion(
            symbol="USDCNY",
            amount=Quantity(value=10e9, unit="USD", precision=1e9),
            stated=Quantity(value=value, unit="CNY", precision=1e8),
            period=period,
        )
        return check(claim, said=said, prices=prices).verdict

    assert told(74e9, "2024-03-29") == "supported"
    assert told(72e9, "2024-03-29") == "contradicted"
    assert told(72e9, "2024-03-29", "2024-03") == "supported"
    assert told(72e9, "", "") == "unchecked"


def test_an_amount_in_another_currency_is_not_held_against_the_price():
    stated = Quantity(value=90.0, unit="CNY", precision=1.0)
    found = check(Level(symbol="ACME", stated=stated, window=Window(end=date(2024, 3, 11))))
    assert (found.verdict, "USD" in found.missing) == ("unchecked", True)


def late_article(*claims: Move, said: str = "2024-03-12") -> list[str]:
    when = Said(day=date.fromisoformat(said))
    stated = [StatedClaim(str(i), claim, "article", when, "en") for i, claim in enumerate(claims)]
    return [verdict.verdict for verdict in judge(stated, history())]


def test_an_earlier_end_needs_two_claims_of_the_article_that_agree():
    three = Move(symbol="ACME", stated=percent(-7.77, 0.01), window=Window(span="sessions", count=3))  # to the 7th
    week = Move(symbol="ACME", stated=percent(-5.0, 0.01), window=Window(span="week"))  # 95 / 100 to the 7th
    assert late_article(three) == ["contradicted"]
    assert late_article(three, three) == ["contradicted", "contradicted"]
    assert late_article(three, week) == ["supported", "supported"]


def test_the_answer_has_the_members_that_every_reader_relies_on():
    claim = day(-17.5, 0.1, end=date(2024, 3, 11))
    shown = answer(StatedClaim("7", claim, "", Said(day=date(2024, 3, 12)), "en"), check(claim))
    expected = ["id", "kind", "symbol", "text", "span", "said", "stated", "verdict"]
    expected += ["actual", "reading", "window", "evidence", "explanation"]
    assert list(shown)[: len(expected)] == expected
    assert shown["stated"]["value"] == -17.5
    assert shown["evidence"] == [{"date": "2024-03-08", "close": 99.0}, {"date": "2024-03-11", "close": 90.0}]
