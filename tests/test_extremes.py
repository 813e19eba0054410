"""The search behind superlatives, held to a plain loop: ties, gaps, prices and returns, one claim and many."""

import numpy as np
import pytest

from timeline.extremes import NONE, Asked, last_as_extreme, scores


def by_hand(prices, cell, lowest, span, sign, *, points):
    def figure(at):
        if not span:
            return prices[at]
        return prices[at] - prices[at - span] if points else (prices[at] - prices[at - span]) / prices[at - span] * 100

    for at in range(cell - 1, lowest + span - 1, -1):
        if sign * figure(at) >= sign * figure(cell):
            return at
    return NONE


@pytest.mark.parametrize(("spans", "points"), [((0, 1), False), ((1, 5), False), ((1, 5), True)])
@pytest.mark.parametrize("claims", [1, 3, 4000])
def test_the_search_finds_the_last_session_as_extreme(claims, spans, points):
    generator = np.random.default_rng(claims)
    prices = np.round(100 + np.cumsum(generator.standard_normal(2 * 700)), 1)  # round figures tie
    prices[generator.random(len(prices)) < 0.02] = np.nan
    lowest = 700 * generator.integers(0, 2, claims)
    asked = Asked(
        lowest + generator.integers(0, 700, claims),
        lowest,
        generator.integers(*spans, claims),
        generator.choice([-1, 1], claims),
    )
    found = last_as_extreme(prices, asked, points=points)
    rows = zip(*(column.tolist() for column in asked), strict=True)
    assert found.tolist() == [by_hand(prices.tolist(), *row, points=points) for row in rows]


def test_a_record_is_searched_down_to_the_first_session_held_and_no_further():
    prices = np.append(np.zeros(50), np.arange(1000.0, 2000.0))  # another symbol's cells stand before
    asked = Asked(np.array([50, 1049]), np.array([50, 50]), np.array([0, 0]), np.array([-1, 1]))
    assert last_as_extreme(prices, asked).tolist() == [NONE, NONE]


def test_a_return_of_sessions_that_are_not_all_held_finds_none():
    prices = np.array([1.0, 2.0, 3.0, 9.0])
    asked = Asked(np.array([2]), np.array([0]), np.array([3]), np.array([1]))
    assert last_as_extreme(prices, asked).tolist() == [NONE]


def test_what_is_ranked_is_a_price_or_its_change():
    prices, cell = np.array([50.0, 40.0, 60.0]), np.array([2])
    assert scores(prices, cell, np.array([0])).tolist() == [60.0]
    assert scores(prices, cell, np.array([1])).tolist() == [50.0]
    assert scores(prices, cell, np.array([2]), points=True).tolist() == [10.0]
