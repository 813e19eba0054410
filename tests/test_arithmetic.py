"""Arithmetic between figures of a text; every figure here was worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.model import Expression, Figure, Quantity, Relation
from timeline.arithmetic import AS_STATED, WITHIN_ROUNDING, judge_relation


def figure(value, unit="USD", precision=1.0, hedge="", high=None):
    return Figure(quantity=Quantity(value=value, unit=unit, precision=precision, hedge=hedge, high=high))


def of(name, *parts):
    return Expression(name=name, parts=parts)


def judge(left, relation, right):
    return judge_relation(Relation(left=left, relation=relation, right=right))


def test_a_growth_that_rounds_to_what_the_text_says_holds_as_stated():
    verdict = judge(of("growth", figure(223, hedge="about"), figure(325)), "equals", figure(46, "percent"))
    assert (verdict.verdict, verdict.best.name) == ("supported", AS_STATED)
    assert verdict.best.actual == pytest.approx(45.7399, abs=1e-4)
    assert verdict.accepted == pytest.approx((45.5, 46.5))
    assert "up 45.7%" in verdict.explanation and "holds exactly as stated" in verdict.explanation


def test_a_growth_that_only_the_rounding_of_its_figures_reaches():
    # 53 -> 75 is +41.51%; 52.5..53.5 -> 74.5..75.5 allows +39.25% to +43.81%; 42.5 to 43.5 is accepted
    verdict = judge(of("growth", figure(53), figure(75)), "equals", figure(43, "percent"))
    assert (verdict.verdict, verdict.best.name) == ("supported", WITHIN_ROUNDING)
    assert "only within rounding" in verdict.explanation
    assert verdict.best.gap == pytest.approx(42.5 - 41.5094, abs=1e-4)


def test_a_figure_that_rounding_cannot_reach_is_close_and_then_contradicted():
    assert (
        judge(of("sum", figure(100, precision=0.1), figure(50, precision=0.1)), "equals", figure(151)).verdict
        == "close"
    )
    assert judge(of("sum", figure(100), figure(50)), "equals", figure(155)).verdict == "contradicted"


def test_figures_too_coarse_to_decide_support_nothing():
    # 0.5..1.5 -> 1.5..2.5 allows 0% to 400%: it lets 60% pass, and 300% as well
    verdict = judge(of("growth", figure(1), figure(2)), "equals", figure(60, "percent"))
    assert verdict.verdict == "consistent" and "too coarse" in verdict.explanation


def test_a_range_may_touch_the_figure_unless_it_is_too_wide_to_confirm_it():
    parts = figure(105), figure(60, high=65), figure(75), figure(80)
    verdict = judge(of("sum", *parts), "equals", figure(325))
    assert verdict.verdict == "supported" and verdict.best.actual == 325 and "320.0 to 325.0" in verdict.explanation
    assert judge(of("sum", figure(100, high=400), figure(5)), "equals", figure(325)).verdict == "consistent"


def test_a_range_equals_a_range_only_with_both_ends():
    people = figure(10, "people", high=20)
    pay = figure(100, high=300)
    assert judge(of("product", people, pay), "equals", figure(1000, precision=100, high=6000)).verdict == "supported"
    assert judge(of("product", people, pay), "equals", figure(1000, precision=100, high=9000)).verdict != "supported"


def test_a_share_with_the_rounding_of_its_base_carried_through():
    verdict = judge(of("share", figure(10.632, precision=0.001), figure(21.2, precision=0.1)), "equals",
                    figure(50.14, "percent", precision=0.01))  # fmt: skip
    assert verdict.verdict == "supported" and verdict.best.name == WITHIN_ROUNDING
    evidence = verdict.best.evidence[0]
    assert (evidence["rounded_low"], evidence["rounded_high"]) == pytest.approx((50.03, 50.27), abs=0.01)


def test_a_percentage_counts_as_hundredths_in_a_product():
    verdict = judge(of("product", figure(90, "percent"), figure(2.5, "CNY", 0.1, "over")), "equals",
                    figure(2.5, "CNY", 0.1, "nearly"))  # fmt: skip
    assert verdict.verdict == "contradicted" and verdict.best.actual == pytest.approx(2.25)


def test_a_ratio_with_the_wrong_order_of_size_says_what_grown_by_would_be():
    users = figure(1000, "people", 100, "about"), figure(70, "people", 10, "about")
    verdict = judge(of("ratio", *users), "equals", figure(10, "times"))
    assert verdict.verdict == "contradicted" and verdict.best.actual == pytest.approx(14.2857, abs=1e-4)
    assert verdict.notes == ("Read as grown to; grown by would be 13.29 times.",)


@pytest.mark.parametrize(
    ("left", "relation", "right", "expected"),
    [
        (figure(32), "over", figure(31.06, precision=0.01), "supported"),
        (figure(31), "over", figure(31.06, precision=0.01), "close"),
        (figure(29), "over", figure(31.06, precision=0.01), "contradicted"),
        (figure(60, high=65), "over", figure(38, high=40), "supported"),
        (figure(60, high=65), "over", figure(62), "close"),
        (figure(17.3), "under", figure(46.8), "supported"),
        (figure(46.8), "under", figure(17.3), "contradicted"),
        (figure(40), "over", figure(40), "close"),
        (figure(40, "sessions"), "over", figure(40, "sessions"), "contradicted"),
    ],
)
def test_more_and_less(left, relation, right, expected):
    assert judge(left, relation, right).verdict == expected


def test_more_than_each_is_as_good_as_its_worst_part():
    assert judge(figure(78), "over", of("each", figure(56), figure(53))).verdict == "supported"
    verdict = judge(figure(78), "over", of("each", figure(56), figure(95)))
    assert verdict.verdict == "contradicted" and len(verdict.readings) == 2


def test_within_takes_the_span_of_the_figures_side_by_side():
    ratio = of("ratio", figure(5360, "CNY", 10), figure(630, "CNY", 10))
    ends = of("each", figure(6, "times"), figure(10, "times"))
    assert judge(ratio, "within", ends).verdict == "supported"
    assert judge(figure(10.4, "times", 0.1), "within", ends).best.name == WITHIN_ROUNDING
    assert judge(figure(12, "times"), "within", ends).verdict == "contradicted"


def test_two_results_of_one_unknown_base():
    results, growths = (
        of("each", figure(151, precision=0.1), figure(155.5, precision=0.1)),
        of("each", figure(5, "percent"), figure(9, "percent")),
    )
    verdict = judge(results, "solves", growths)
    # 151/1.055 = 143.128 to 151/1.045 = 144.498, and 155.5/1.095 = 142.009 to 155.5/1.085 = 143.318
    evidence = verdict.best.evidence[0]
    assert (evidence["low"], evidence["high"]) == pytest.approx((143.128, 143.318), abs=1e-3)
    assert verdict.verdict == "supported"
    as_ranges = judge(figure(151, precision=0.1, high=155.5), "solves", figure(5, "percent", high=9))
    assert as_ranges.best.actual == verdict.best.actual
    wrong = of("each", figure(5, "percent"), figure(12, "percent"))
    assert judge(results, "solves", wrong).verdict == "contradicted"


def test_a_change_of_margin_through_the_figures_before_their_growth():
    before = of("share", of("base", figure(10.632, precision=0.001), figure(48.35, "percent", 0.01)),
                of("base", figure(28.786, precision=0.001), figure(18.93, "percent", 0.01)))  # fmt: skip
    verdict = judge(of("difference", figure(36.93, "percent", 0.01), before), "equals", figure(7.32, "points", 0.01))
    assert verdict.verdict == "supported" and verdict.best.actual == pytest.approx(7.32, abs=0.005)


def test_years_and_months_are_one_measure():
    assert judge(figure(24, "months"), "equals", figure(2, "years")).verdict == "supported"


@pytest.mark.parametrize(
    ("left", "relation", "right", "missing"),
    [
        (of("sum", figure(1), figure(1, "CNY")), "equals", figure(2), "figures in one unit, got CNY and USD"),
        (figure(1), "equals", figure(1, "CNY"), "figures in one unit, got USD and CNY"),
        (of("growth", figure(0), figure(1)), "equals", figure(5, "percent"), "a base above zero for a growth"),
        (of("growth", figure(1)), "equals", figure(5, "percent"), "two figures for a growth, got 1"),
        (of("each", figure(1), figure(2)), "over", of("each", *[figure(0)] * 3), "equal numbers, got [2, 3]"),
        (of("product", figure(3), figure(3)), "equals", figure(9), "at most one amount of money"),
        (of("each", figure(1), figure(2)), "solves", of("each", figure(1), figure(2)), "growth in percent"),
    ],
)
def test_figures_that_do_not_go_together_are_unchecked_and_say_why(left, relation, right, missing):
    verdict = judge(left, relation, right)
    assert verdict.verdict == "unchecked" and missing in verdict.missing


amounts = st.floats(1, 1e6).map(lambda value: round(value, 1))


@given(st.lists(amounts, min_size=2, max_size=6))
def test_a_true_sum_is_always_supported_and_one_ten_units_off_never(parts):
    figures = [figure(part, precision=0.1) for part in parts]
    total = round(sum(parts), 1)
    assert judge(of("sum", *figures), "equals", figure(total, precision=0.1)).verdict == "supported"
    assert judge(of("sum", *figures), "equals", figure(total + 1, precision=0.1)).verdict in (
        "contradicted",
        "consistent",
    )


@given(amounts, amounts)
def test_a_stated_figure_is_the_measure_on_whichever_side_it_stands(one, other):
    total, parts = (
        figure(one + other, precision=0.1),
        of("sum", figure(one, precision=0.1), figure(other, precision=0.1)),
    )
    assert judge(total, "equals", parts).verdict == judge(parts, "equals", total).verdict
