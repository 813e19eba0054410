"""When did the window end? The rule about an end date earlier than the literal one.

A rewritten article appears days after its facts and seldom says when its window ended. An earlier end may be used only
where at least two claims of the same article agree on it, each with a figure of its own. Agreement must also be
unlikely by chance: for each claim the share of the past year's sessions at which it would have come out supported is
its chance, and the chances of those that agree, multiplied, times the number of days that were tried, stay within one
in twenty (Bonferroni). Else a checker that tries ten days finds two round figures that agree on one of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# How many sessions before the literal end are tried, and how many the chance is measured over.
EARLIER, YEAR = 10, 250
CHANCE = 0.05


class SharedEnd(NamedTuple):
    """An end that claims of one article share: how many sessions before the literal one, and how many agree."""

    earlier: int
    claims: int


def shared_end(supported: NDArray[np.bool_], told: Sequence[Hashable]) -> SharedEnd | None:
    """Return the end on which claims of one article agree, None where the literal end stands.

    `supported` is bool[claims, 1 + YEAR]: whether a claim comes out supported when its window ends k sessions before
    the literal end. `told` tells claims apart: the same thing said twice counts once.
    """
    first = {key: row for row, key in reversed(list(enumerate(told)))}
    rows = sorted(first.values())
    if len(rows) < 2:
        return None
    held = supported[rows]
    chance = np.maximum(held.mean(axis=1), 1.0 / held.shape[1])
    agree = held[:, : EARLIER + 1].sum(axis=0)
    best, least = None, CHANCE
    for earlier in range(1, EARLIER + 1):
        if agree[earlier] < 2 or agree[earlier] <= agree[0]:
            continue
        likely = float(np.prod(chance[held[:, earlier]])) * EARLIER
        if likely < least:
            best, least = SharedEnd(earlier, int(agree[earlier])), likely
    return best
