"""When did the window end? The rule about an end date earlier than the literal one.

A rewritten article appears days after its facts and seldom says when its window ended. An earlier end may be used only
where at least two claims of the same article agree on it, each with a figure and a window of its own. Agreement must
also be unlikely by chance: for each claim the share of the past year's sessions at which it would have come out
supported is its chance, and the chances of those that agree, multiplied, times the number of days that were tried and
the number of ways to choose so many of the article's claims, stay within one in twenty (Bonferroni). Else a checker
that tries ten days finds two round figures, of six, that agree on one of them.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# How many sessions before the literal end are tried, and how many the chance is measured over.
EARLIER, YEAR = 10, 250
CHANCE = 0.05

# A normal density of mean 0 is at a distance n from it at most this, divided by n (its standard deviation then is n).
_DENSEST = 0.242


class SharedEnd(NamedTuple):
    """An end that claims of one article share: how many sessions before the literal one, and how many agree."""

    earlier: int
    claims: int


def chance_without_history(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the largest chance that figures accepted from `low` to `high` have, where no year of prices tells it."""
    size = np.maximum(np.abs(low + high) / 2, 1e-12)
    return np.asarray(np.clip(_DENSEST * (high - low) / size, 1.0 / (1 + YEAR), 1.0))


def shared_end(
    supported: NDArray[np.bool_], windows: NDArray[np.int64], floor: NDArray[np.float64]
) -> SharedEnd | None:
    """Return the end on which claims of one article agree, None where the literal end stands.

    `supported` is bool[claims, 1 + YEAR]: whether a claim comes out supported when its window ends k sessions before
    the literal end. `windows` is int64 of the same shape: claims with one number there speak of one move, which counts
    once however often and in whatever unit it is told. `floor` is the least chance of each claim.
    """
    chance = np.maximum(supported.mean(axis=1), floor)
    agree = [_agreeing(supported[:, k], windows[:, k], chance) for k in range(EARLIER + 1)]
    best, least = None, CHANCE
    for earlier in range(1, EARLIER + 1):
        found = agree[earlier]
        if len(found) < 2 or len(found) <= len(agree[0]):
            continue
        ways = math.comb(len(np.unique(windows[:, earlier])), len(found))
        likely = math.prod(found) * EARLIER * ways
        if likely < least:
            best, least = SharedEnd(earlier, len(found)), likely
    return best


def _agreeing(held: NDArray[np.bool_], windows: NDArray[np.int64], chance: NDArray[np.float64]) -> list[float]:
    """Return the chances of the moves that hold, one for each move: that of its most telling figure."""
    return [float(chance[held & (windows == window)].min()) for window in np.unique(windows[held])]
