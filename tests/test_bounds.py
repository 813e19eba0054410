"""The table of CHECKING.md, "Figures and words", worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import InvalidValueError
from events.model import Quantity
from timeline.bounds import HEDGE_CODES, HEDGES, accepted, accepted_bounds, market_value_bounds


def of(value, precision, hedge="", high=None, unit="percent"):
    return accepted(Quantity(value=value, precision=precision, hedge=hedge, high=high, unit=unit))


# value, u, hedge, high, unit -> low, high, close low, close high, understated low, understated high
BY_HAND = [
    (17, 1, "", None, "percent", 16.5, 17.5, 15.5, 18.5, 16.5, 17.5),
    (7.1, 0.1, "", None, "percent", 7.05, 7.15, 6.95, 7.25, 7.05, 7.15),
    (-17, 1, "", None, "percent", -17.5, -16.5, -18.5, -15.5, -17.5, -16.5),
    # nearly: n - u to n + u/2; close down to n - max(u, 5% of n), up to twice the half-width (0.75 u) further
    (-17, 1, "nearly", None, "percent", -17.5, -16.0, -19.0, -16.0, -17.5, -16.0),
    (40, 1, "nearly", None, "percent", 39, 40.5, 38, 42, 39, 40.5),
    # over: n to n + u; up to the next customary step with a note; close u below and u above that
    (-4, 1, "over", None, "percent", -5, -4, -6, -3, -5, -4),
    (12, 1, "over", None, "percent", 12, 13, 11, 16, 12, 15),
    (20, 1, "over", None, "percent", 20, 21, 19, 26, 20, 25),
    (50, 1, "over", None, "percent", 50, 51, 49, 61, 50, 60),
    (7.1, 0.1, "over", None, "percent", 7.1, 7.2, 7.0, 8.1, 7.1, 8.0),
    (10, 1, "at-least", None, "percent", 10, 11, 9, 16, 10, 15),
    (344e9, 1e9, "over", None, "USD", 344e9, 345e9, 343e9, 351e9, 344e9, 350e9),
    (2.5e12, 1e11, "over", None, "CNY", 2.5e12, 2.6e12, 2.4e12, 3.1e12, 2.5e12, 3e12),
    # under and at most: the mirror
    (10, 1, "under", None, "percent", 9, 10, 8, 11, 9, 10),
    (12, 1, "at-most", None, "percent", 11, 12, 9, 13, 10, 12),
    (200_000, 1e5, "under", None, "accounts", 1e5, 2e5, 0, 3e5, 1e5, 2e5),
    # about: the larger of u and 5% on both sides, close to three times that
    (7.1, 0.1, "about", None, "percent", 6.745, 7.455, 6.035, 8.165, 6.745, 7.455),
    (17, 1, "about", None, "percent", 16, 18, 14, 20, 16, 18),
    (307e9, 1e9, "about", None, "USD", 291.65e9, 322.35e9, 260.95e9, 353.05e9, 291.65e9, 322.35e9),
    # words that do not widen
    (100, 1, "may", None, "USD", 99.5, 100.5, 98.5, 101.5, 99.5, 100.5),
    (15, 1, "only", None, "percent", 14.5, 15.5, 13.5, 16.5, 14.5, 15.5),
    # ranges
    (60, 1, "", 65, "USD", 59.5, 65.5, 58.5, 66.5, 59.5, 65.5),
    (-18, 1, "", -16, "percent", -18.5, -15.5, -19.5, -14.5, -18.5, -15.5),
    (-2, 1, "", 3, "percent", -2.5, 3.5, -3.5, 4.5, -2.5, 3.5),
    # tenths: three tenths have u = 10 points
    (30, 10, "", None, "percent", 25, 35, 15, 45, 25, 35),
    (0, 0.1, "", None, "percent", -0.05, 0.05, -0.15, 0.15, -0.05, 0.05),
]


@pytest.mark.parametrize("row", BY_HAND, ids=lambda row: f"{row[2] or 'bare'} {row[0]}")
def test_the_table_by_hand(row):
    assert of(*row[:5]) == pytest.approx(row[5:], rel=1e-8, abs=1e-8)


def test_the_edge_itself_belongs_to_the_figure_in_spite_of_binary_fractions():
    assert of(17, 1).low <= 16.5 and of(17, 1).high >= 17.5
    assert of(0.3, 0.1).high >= 0.1 + 0.25  # 0.35 as binary arithmetic gives it
    assert of(-7.1, 0.1).low <= -7.05 - 0.1


def test_just_outside_is_outside():
    assert of(17, 1).low > 16.4999 and of(17, 1).high < 17.5001


def test_a_figure_never_accepts_the_other_direction():
    assert of(0.4, 1, "about").close_low == 0
    assert of(-1, 1).close_high == 0


def test_market_values_are_judged_by_their_share_and_not_by_their_words():
    assert [float(end[0]) for end in market_value_bounds([-307e9])] == pytest.approx(
        [-313.14e9, -300.86e9, -322.35e9, -291.65e9, -313.14e9, -300.86e9]
    )


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(InvalidValueError, match="one length"):
        accepted_bounds([1.0, 2.0], [1.0], [0, 0])


figures = st.tuples(
    st.floats(-1e6, 1e6).map(lambda value: round(value, 2)),
    st.sampled_from([0.01, 0.1, 1.0, 10.0]),
    st.sampled_from(HEDGES),
)


@given(st.lists(figures, min_size=1, max_size=40), st.booleans())
def test_a_column_says_what_each_figure_says_alone(rows, amounts):
    values, units, hedges = zip(*rows, strict=True)
    together = accepted_bounds(values, units, [HEDGE_CODES[hedge] for hedge in hedges], amounts=amounts)
    for row, (value, unit, hedge) in enumerate(rows):
        alone = of(value, unit, hedge, unit="USD" if amounts else "percent")
        assert [end[row] for end in together] == list(alone)


@given(figures)
def test_bounds_hold_the_figure_and_nest(row):
    value, unit, hedge = row
    bounds = of(value, unit, hedge)
    assert bounds.low <= value <= bounds.high
    assert bounds.close_low <= bounds.understated_low <= bounds.low
    assert bounds.high <= bounds.understated_high <= bounds.close_high


@given(figures)
def test_a_fall_mirrors_a_rise(row):
    value, unit, hedge = row
    up, down = of(abs(value) + 1, unit, hedge), of(-abs(value) - 1, unit, hedge)
    assert (up.low, up.close_high, up.understated_low) == (-down.high, -down.close_low, -down.understated_high)


def test_a_column_of_ranges_may_hold_plain_figures():
    bounds = accepted_bounds([60, 17], [1, 1], [0, 0], high=[65, np.nan])
    assert bounds.high == pytest.approx([65.5, 17.5])
