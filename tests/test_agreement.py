"""How claims stand to one another, one rule a test; figures and companies are made up."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.bars import bars_of
from events.errors import InvalidValueError
from events.model import (
    Conversion,
    Drawdown,
    Expression,
    Figure,
    Move,
    Quantity,
    Relation,
    Reported,
    Said,
    Window,
)
from timeline.agreement import agreements
from timeline.arithmetic import judge_relation
from timeline.prices import PriceHistory
from timeline.verdict import Reading, StatedClaim, Verdict

NO_PRICES = PriceHistory.from_bars({})
UNCHECKED = Verdict("unchecked", "")


def amount(value, unit="USD", precision=1.0, hedge="", high=None):
    return Quantity(value=value, unit=unit, precision=precision, hedge=hedge, high=high)


def reported(key, figure, *, symbol="AAA", metric="capex", period="FY2025", said="2025-02-10", article="one", **more):
    claim = Reported(key=key, symbol=symbol, metric=metric, period=period, stated=figure, **more)
    return StatedClaim(key, claim, article, Said(day=date.fromisoformat(said)) if said else None)


def found(*claims, prices=NO_PRICES, verdicts=None):
    return agreements(claims, verdicts or [UNCHECKED] * len(claims), prices)


def kinds(*claims, **more):
    return [(one.kind, set(one.claims)) for one in found(*claims, **more) if one.kind != "history"]


def test_two_figures_for_one_thing_are_a_conflict():
    [one] = found(reported("a", amount(78)), reported("b", amount(83, hedge="may"), article="two"))
    assert (one.kind, one.claims) == ("conflict", ("a", "b"))
    assert "78 USD" in one.explanation and "perhaps 83 USD" in one.explanation
    assert [figure["value"] for figure in one.figures] == [78, 83]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (amount(187.792, precision=0.001), amount(187.8, precision=0.1)),  # a rounding
        (amount(60, high=65), amount(65)),  # a range that holds it
        (amount(344, hedge="over"), amount(347)),
        (amount(300, hedge="about"), amount(307)),
        (amount(78), amount(78)),
    ],
)
def test_one_figure_told_twice_is_no_conflict(one, other):
    assert kinds(reported("a", one), reported("b", other, article="two")) == []


def test_about_does_not_hide_a_different_figure():
    assert kinds(reported("a", amount(105, hedge="about")), reported("b", amount(100)))[0][0] == "conflict"


def test_share_classes_are_one_company_and_a_december_fiscal_year_is_the_calendar_year():
    claims = reported("a", amount(75), symbol="GOOG", period="2025"), reported("b", amount(85), symbol="GOOGL")
    assert kinds(*claims) == [("conflict", {"a", "b"})]


@pytest.mark.parametrize(
    "other",
    [
        {"symbol": "BBB"},
        {"metric": "revenue"},
        {"period": "FY2024"},
        {"stance": "guidance"},
        {"symbol": "", "subject": "somebody else"},
    ],
)
def test_another_company_metric_period_or_kind_of_statement_is_no_conflict(other):
    assert kinds(reported("a", amount(78)), reported("b", amount(83), **other)) == []


def test_open_words_for_a_period_are_compared_inside_one_article_only():
    assert kinds(reported("a", amount(78), period=""), reported("b", amount(85), period=""))[0][0] == "conflict"
    assert kinds(reported("a", amount(78), period=""), reported("b", amount(85), period="", article="two")) == []


def test_what_different_people_expect_is_no_conflict():
    one = reported("a", amount(78), stance="expected", by="X")
    assert kinds(one, reported("b", amount(83), stance="expected", by="Y")) == []


def test_a_power_of_ten_is_a_slip_and_names_the_factor():
    [one] = found(
        reported("a", amount(26.3e9, precision=1e8)), reported("b", amount(0.263e9, precision=1e6), article="2")
    )
    assert one.kind == "slip" and "a factor of 100:" in one.explanation
    assert kinds(reported("a", amount(26.3)), reported("b", amount(2.4)))[0][0] == "conflict"


def test_an_outlook_that_changes_after_a_reporting_round_is_a_revision_told_once():
    claims = (
        reported("a", amount(60, high=65), stance="guidance", said="2025-02-11"),
        reported("b", amount(65), stance="guidance", said="2025-02-07", article="two"),
        reported("c", amount(72, hedge="about"), stance="guidance", said="2025-11-06", article="three"),
    )
    [one] = found(*claims)
    assert (one.kind, one.claims) == ("revision", ("b", "a", "c")) and "one raise" in one.explanation


def test_an_outlook_told_differently_within_a_few_days_is_a_conflict():
    claims = (
        reported("a", amount(100), stance="guidance", said="2025-02-07"),
        reported("b", amount(105), stance="guidance", said="2025-02-11", article="two"),
    )
    assert kinds(*claims) == [("conflict", {"a", "b"})]


def test_an_undated_outlook_cannot_be_proven_to_be_later():
    claims = (
        reported("a", amount(325), stance="guidance"),
        reported("b", amount(344, hedge="over"), stance="guidance", said=None, article="two"),
    )
    [one] = found(*claims)
    assert one.kind == "conflict" and "cannot be proven" in one.explanation


def test_other_dates_are_a_history():
    [one] = found(
        reported("a", amount(16, "percent", high=20), metric="share", period="2024Q3"),
        reported("b", amount(25, "percent"), metric="share", period="today"),
    )
    assert (one.kind, one.claims) == ("history", ("a", "b"))


def test_growth_is_held_against_the_figure_of_the_year_before():
    before = reported("b", amount(53), period="FY2024")
    rounded = reported("a", amount(75), growth=amount(43, "percent", hedge="may"))
    assert kinds(rounded, before) == [("rounding", {"a", "b"})]
    assert kinds(reported("a", amount(75), growth=amount(42, "percent")), before) == []
    wrong = reported("a", amount(75), growth=amount(60, "percent"))
    assert kinds(wrong, before) == [("conflict", {"a", "b"})]
    assert "up 41.5%" in next(one for one in found(wrong, before) if one.kind == "conflict").explanation


def test_growth_that_a_claims_own_figures_do_not_give():
    claim = reported(
        "a", amount(7.788, precision=0.001), growth=amount(26, "percent"), prior=amount(6.687, precision=0.001)
    )
    assert kinds(claim) == [("arithmetic", {"a"})]


def test_one_figure_for_two_periods_that_overlap():
    claims = (
        reported("a", amount(56, hedge="nearly"), symbol="MSFT", period="FY2024"),
        reported("b", amount(56), symbol="MSFT", period="2024"),
    )
    assert kinds(*claims) == [("other-period", {"a", "b"})]
    apart = reported("b", amount(56), symbol="MSFT", period="2022")
    assert kinds(claims[0], apart) == []


def test_money_spent_so_far_stands_beside_the_budget_of_another_year():
    claims = (
        reported("a", amount(42), symbol="MSFT", period="2025 to date"),
        reported("b", amount(80), symbol="MSFT", stance="guidance"),
    )
    assert kinds(*claims) == [("other-period", {"a", "b"})]


def test_one_figure_under_two_metrics_with_one_head_word():
    claims = reported("a", amount(2.5)), reported("b", amount(2.5), metric="AI capex")
    assert kinds(*claims) == [("other-metric", {"a", "b"})]
    assert kinds(claims[0], reported("b", amount(2.5), metric="AI revenue")) == []


def test_metrics_that_are_taken_for_one_another_show_their_share():
    claims = reported("a", amount(72)), reported("b", amount(114, high=118), metric="total expenses", article="two")
    [one] = found(*claims)
    assert one.kind == "other-metric" and "72 USD is 61 to 63% of it" in one.explanation


GROUP = ("AAA", "BBB", "CCC")


def group(key, figure, **more):
    return reported(key, figure, symbol="", subject="the three", members=GROUP, period="2025", **more)


def test_members_that_do_not_add_up_to_their_group():
    parts = [reported(key, amount(value), symbol=symbol, article="two")
             for key, value, symbol in zip("abc", (100, 80, 65), GROUP, strict=True)]  # fmt: skip
    assert kinds(group("sum", amount(245)), *parts) == []
    [one] = [one for one in found(group("sum", amount(260)), *parts) if one.kind == "parts-and-total"]
    assert set(one.claims) == {"sum", "a", "b", "c"} and "add up to 245 USD" in one.explanation
    assert kinds(group("sum", amount(260)), *parts[:2]) == []  # a member is missing: nothing to add up


def rates(rate):
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(366)]
    return PriceHistory.from_bars({"USDCNY": bars_of(days, close=[rate] * len(days))})


def test_two_currencies_meet_at_the_mean_rate_of_their_period():
    claims = (
        reported("a", amount(223), period="2024"),
        reported("b", amount(1700, "CNY", 100), period="2024", article="2"),
    )
    [one] = found(*claims, prices=rates(7.2))
    assert one.kind == "currency" and "7.2000" in one.explanation and "1,606 CNY" in one.explanation
    assert kinds(*claims, prices=rates(7.6)) == []
    assert kinds(*claims) == []  # no rate is held


def test_a_contradicted_sum_names_the_claims_that_its_figures_come_from():
    us, china = reported("a", amount(1000), symbol="US"), reported("b", amount(70), symbol="CN")
    parts = Figure(quantity=amount(1000), ref="a"), Figure(quantity=amount(70), ref="b")
    relation = Relation(
        key="r",
        left=Expression(name="ratio", parts=parts),
        relation="equals",
        right=Figure(quantity=amount(10, "times")),
    )
    claims = us, china, StatedClaim("r", relation, "one")
    verdicts = [UNCHECKED, UNCHECKED, judge_relation(relation)]
    assert kinds(*claims, verdicts=verdicts) == [("arithmetic", {"a", "b", "r"})]


def test_losses_told_for_years_in_which_a_profit_is_reported():
    claims = (
        reported("a", None, metric="net loss", period="past two years", said=None),
        reported("b", amount(7.8), metric="net income", period="2023Q2", prior=amount(6.7, precision=0.1), said=None),
    )
    [one] = found(*claims)
    assert (one.kind, one.claims) == ("arithmetic", ("a", "b")) and "6.7 USD in 2022Q2" in one.explanation


def move(key, value, window, kind=Move, **more):
    return StatedClaim(key, kind(key=key, symbol="AAA", stated=amount(value, "percent"), window=window, **more), "one")


def test_two_falls_to_one_trough_from_other_starts():
    claims = move("a", -77, Window(suffered=True), Drawdown), move("b", -67, Window(span="since", suffered=True))
    ends = date(2022, 11, 3)
    verdicts = [
        Verdict("supported", "", (Reading("closes", "supported", -76.7, start=start, end=ends),))
        for start in (date(2021, 9, 7), date(2021, 10, 27))
    ]
    [one] = found(*claims, verdicts=verdicts)
    assert one.kind == "other-base" and "not an error" in one.explanation
    same = [verdicts[0], verdicts[0]]
    assert found(*claims, verdicts=same) == []


def test_two_sessions_after_one_release_are_never_merged():
    news = date(2025, 2, 6)
    claims = move("a", -4, Window(event=news)), move("b", -4.05, Window(event=news, part="after-hours"))
    assert kinds(*claims) == [("other-session", {"a", "b"})]
    assert kinds(claims[0], move("b", -5, Window(event=news))) == []


def test_a_conversion_of_a_reported_figure_counts_as_that_figure():
    total = reported("a", amount(344, hedge="over"), period="2025")
    turned = Conversion(
        key="p", symbol="USDCNY", amount=amount(344, hedge="over"), stated=amount(2500, "CNY"), period="2025"
    )
    other = reported("b", amount(2500, "CNY", hedge="nearly"), metric="AI capex", period="2025")
    assert kinds(total, StatedClaim("p", turned, "one"), other) == [("other-metric", {"p", "b"})]


def test_verdicts_and_claims_must_go_together():
    with pytest.raises(InvalidValueError, match="one for each claim"):
        agreements([reported("a", amount(1))], [], NO_PRICES)


@st.composite
def many_claims(draw):
    count = draw(st.integers(2, 12))
    return [
        reported(
            f"k{n}",
            amount(
                draw(st.sampled_from([26.3, 0.263, 78, 83, 100, 105])),
                hedge=draw(st.sampled_from(["", "about", "over"])),
            ),
            symbol=draw(st.sampled_from(["GOOG", "GOOGL", "MSFT"])),
            period=draw(st.sampled_from(["2024", "FY2024", "FY2025", ""])),
            said=draw(st.sampled_from(["2024-11-01", "2025-02-10", "2025-11-01", None])),
            article=draw(st.sampled_from("xyz")),
            stance=draw(st.sampled_from(["actual", "guidance"])),
        )
        for n in range(count)
    ]


@given(many_claims(), st.randoms())
def test_the_order_of_the_claims_makes_no_difference(claims, random):
    shuffled = list(claims)
    random.shuffle(shuffled)
    assert found(*shuffled) == found(*claims)


@given(many_claims())
def test_claims_about_others_change_nothing(claims):
    other = reported("zz", amount(1), symbol="ZZZ", metric="revenue", period="2020")
    assert found(*claims, other) == found(*claims)


def test_a_conflict_names_every_figure_however_often_one_is_told():
    often = [reported(f"a{n}", amount(78), article=f"x{n}", said="2025-02-10") for n in range(100)]
    [one] = found(*often, reported("b", amount(83), article="last", said="2025-03-10"))
    assert one.kind == "conflict" and "b" in one.claims and len(one.claims) == 24
    assert "83 USD" in one.explanation and "77 more claims" in one.explanation


def test_equal_percentages_of_two_metrics_are_chance():
    claims = reported("a", amount(10, "percent"), metric="revenue growth")
    assert kinds(claims, reported("b", amount(10, "percent"), metric="cloud revenue growth")) == []


def test_the_same_figure_credited_to_two_things():
    one = reported("a", amount(13, "points"), metric="contribution", subject="credited to AI services")
    other = reported("b", amount(13, "points"), metric="contribution", subject="credited to AI spending", article="two")
    assert kinds(one, other) == [("other-metric", {"a", "b"})]


def test_thousands_of_claims_take_seconds_not_hours():
    alike = [reported(f"a{n}", amount(78 + n % 7), article=f"x{n}") for n in range(2000)]
    guesses = [reported(f"c{n}", amount(1 + n), article=f"x{n}", metric="revenue", stance="guidance",
                        said=None if n % 2 else "2025-02-10") for n in range(2000)]  # fmt: skip
    apart = [reported(f"b{n}", amount(n + 1), symbol=f"S{n % 600}", period=f"{1990 + n % 30}") for n in range(2000)]
    begin = time.process_time()
    results = found(*alike, *guesses, *apart)
    assert time.process_time() - begin < 5
    assert max(len(one.claims) for one in results) <= 24
