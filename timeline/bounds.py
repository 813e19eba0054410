"""How words widen a figure: the one table behind every comparison (CHECKING.md, "Figures and words").

The rules act on the size of a figure, and the sign is put back at the end: "nearly 17% down" accepts -17.5 to -16. All
of it works on columns, so that one claim and a million are measured alike. Bounds are closed, and wider than the table
by one part in a thousand million, so that 16.5 itself belongs to "17".
"""

from __future__ import annotations

from typing import Any, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from events.errors import InvalidValueError
from events.model import Hedge, Quantity

Floats = NDArray[np.float64]

# The code of a hedge in a column is its place here.
HEDGES: tuple[Hedge, ...] = get_args(Hedge)
HEDGE_CODES: dict[str, int] = {hedge: code for code, hedge in enumerate(HEDGES)}

# Figures in these units step by whole points; all others are amounts, which step by their two leading digits.
POINT_UNITS = frozenset({"percent", "points", "times", "sessions", "weeks", "months", "days"})

TOLERANCE = 1e-9
_LEAST = 1e-9  # a price that did not move at all supports no move, however small
_BLOCK = 1 << 15  # figures worked on at a time, so that the columns in between stay in the cache
MARKET_VALUE_SUPPORTED, MARKET_VALUE_CLOSE = 0.02, 0.05


class Bounds(NamedTuple):
    """What a stated figure accepts, signed, as float columns of one length (plain floats from `accepted`).

    `low`..`high` is accepted as it stands. `understated_low`..`understated_high` is wider where "over" (or "under")
    reaches to the next customary step: still supported, with a note that the words say less than they could.
    `close_low`..`close_high` holds everything that is at least close.
    """

    low: Any
    high: Any
    close_low: Any
    close_high: Any
    understated_low: Any
    understated_high: Any

    def take(self, index: Any) -> Bounds:
        """Return the bounds of some of the figures."""
        return Bounds(*(column[index] for column in self))


class _Words(NamedTuple):
    """Reach of one hedge below and above the size n, each as the larger of units of u and a share of n."""

    below: tuple[float, float]
    above: tuple[float, float]
    close_below: tuple[float, float]
    close_above: tuple[float, float]


# Columns: (u, share of n). `close` reaches twice the accepted half-width further, unless CHECKING.md names its end.
_BARE = _Words((0.5, 0), (0.5, 0), (1.5, 0), (1.5, 0))
_NEARLY = _Words((1, 0), (0.5, 0), (1, 0.05), (2, 0))
_ABOUT = _Words((1, 0.05), (1, 0.05), (3, 0.15), (3, 0.15))
_OVER = _Words((0, 0), (1, 0), (1, 0), (2, 0))
_UNDER = _Words((1, 0), (0, 0), (2, 0), (1, 0))
_TABLE: dict[Hedge, _Words] = {
    "": _BARE,
    "nearly": _NEARLY,
    "over": _OVER,
    "about": _ABOUT,
    "at-least": _OVER,
    "at-most": _UNDER,
    "under": _UNDER,
    "may": _BARE,
    "possibly": _BARE,
    "estimated": _BARE,
    "only": _BARE,
}
_REACH = np.array([_TABLE[hedge] for hedge in HEDGES], dtype=np.float64)  # [hedge, column of _Words, (u, share)]
_STEPS_UP = np.array([_TABLE[hedge] is _OVER for hedge in HEDGES])
_STEPS_DOWN = np.array([_TABLE[hedge] is _UNDER for hedge in HEDGES])


def accepted(quantity: Quantity) -> Bounds:
    """Return what one stated figure accepts, in its own unit, as plain floats."""
    columns = accepted_bounds(
        [quantity.value],
        [quantity.precision],
        [HEDGE_CODES[quantity.hedge]],
        high=None if quantity.high is None else [quantity.high],
        amounts=quantity.unit not in POINT_UNITS,
    )
    return Bounds(*(float(column[0]) for column in columns))


def accepted_bounds(
    value: ArrayLike,
    precision: ArrayLike,
    hedge_code: ArrayLike,
    high: ArrayLike | None = None,
    amounts: ArrayLike = False,
) -> Bounds:
    """Return what each stated figure accepts.

    Columns of one length N: `value` signed, `precision` the unit of the last stated digit, `hedge_code` from
    HEDGE_CODES, `high` the other end of a range (NaN where there is none), `amounts` true for money and counts, false
    for percent, points and times. A range is close within one u outside, not within a share of its own width. A
    figure never accepts the other direction. Raises InvalidValueError for columns of different lengths.
    """
    stated = np.atleast_1d(np.asarray(value, dtype=np.float64))
    unit = np.asarray(precision, dtype=np.float64)
    codes = np.asarray(hedge_code, dtype=np.intp)
    if unit.shape != stated.shape or codes.shape != stated.shape:
        raise InvalidValueError("columns of figures", (stated.shape, unit.shape, codes.shape), "one length")
    upper = stated if high is None else np.asarray(high, dtype=np.float64)
    flags = np.broadcast_to(np.asarray(amounts, dtype=bool), stated.shape)
    if len(stated) <= _BLOCK:
        return _block(stated, upper, unit, codes, flags, ranges=high is not None)
    result = Bounds(*np.empty((6, len(stated))))
    for start in range(0, len(stated), _BLOCK):
        block = slice(start, start + _BLOCK)
        ends = _block(stated[block], upper[block], unit[block], codes[block], flags[block], ranges=high is not None)
        for column, end in zip(result, ends, strict=True):
            column[block] = end
    return result


def market_value_bounds(value: ArrayLike) -> Bounds:
    """Return what a market value (or a change of one) accepts: 2% of it supported, 5% close, whatever its hedge."""
    stated = np.atleast_1d(np.asarray(value, dtype=np.float64))
    size = np.abs(stated)
    supported, close = (size * (share + TOLERANCE) for share in (MARKET_VALUE_SUPPORTED, MARKET_VALUE_CLOSE))
    low, high = stated - supported, stated + supported
    return Bounds(low, high, stated - close, stated + close, low, high)


def customary_step_above(size: Floats, amounts: ArrayLike = False) -> Floats:
    """Return the next round figure above each size: steps of 1 below 10, of 5 below 50, then of 10.

    Amounts are first scaled to two digits before the point (344e9 -> 34.4), so that the next step does not depend on
    whether a language counts in billions or in 亿.
    """
    scale = _scale(size, amounts)
    shown = size / scale
    step = np.where(shown < 10, 1.0, np.where(shown < 50, 5.0, 10.0))
    return np.asarray((np.floor(shown / step + TOLERANCE) + 1) * step * scale)


def customary_step_below(size: Floats, amounts: ArrayLike = False) -> Floats:
    """Return the next round figure below each size, mirrored from `customary_step_above`."""
    scale = _scale(size, amounts)
    shown = size / scale
    step = np.where(shown <= 10, 1.0, np.where(shown <= 50, 5.0, 10.0))
    return np.asarray(np.maximum((np.ceil(shown / step - TOLERANCE) - 1) * step * scale, 0.0))


def _scale(size: Floats, amounts: ArrayLike) -> Floats | float:
    if not np.any(amounts):
        return 1.0
    known = np.where(size > 0, size, 1.0)
    return np.where(amounts, 10.0 ** (np.floor(np.log10(known) + TOLERANCE) - 1), 1.0)


def _block(
    stated: Floats, upper: Floats, unit: Floats, codes: NDArray[np.intp], flags: NDArray[np.bool_], *, ranges: bool
) -> Bounds:
    sizes = _sizes(np.abs(stated), unit, codes, flags)
    if not ranges:
        return _signed(stated, stated, sizes, sizes)
    upper = np.where(np.isnan(upper), stated, upper)
    return _signed(stated, upper, sizes, _sizes(np.abs(upper), unit, codes, flags))


def _sizes(size: Floats, unit: Floats, codes: NDArray[np.intp], flags: NDArray[np.bool_]) -> tuple[Floats, ...]:
    """Return lower, upper, close lower, close upper, understated lower and upper of each size."""
    slack, floor = size * TOLERANCE, 0.0 if size.all() else np.where(size > 0, 0.0, -np.inf)
    if codes.size and codes.min() == codes.max():  # one word for all, the usual case in bulk
        codes = codes[:1]
    below, above, close_below, close_above = _reaches(size, unit, codes, slack)
    lower, upper, close_lower, close_upper = size - below, size + above, size - close_below, size + close_above
    far_lower, far_upper = lower, upper
    if (up := _STEPS_UP[codes]).any():
        up = np.broadcast_to(up, size.shape)
        far_upper = upper.copy()
        far_upper[up] = np.maximum(upper[up], customary_step_above(size[up], flags[up]) + slack[up])
        close_upper[up] = far_upper[up] + unit[up]
    if (down := _STEPS_DOWN[codes]).any():
        down = np.broadcast_to(down, size.shape)
        far_lower = lower.copy()
        far_lower[down] = np.minimum(lower[down], customary_step_below(size[down], flags[down]) - slack[down])
        close_lower[down] = far_lower[down] - unit[down]
    np.maximum(close_lower, floor, out=close_lower)
    for end in (lower,) if far_lower is lower else (lower, far_lower):
        np.maximum(end, floor + _LEAST, out=end)
    return lower, upper, close_lower, close_upper, far_lower, far_upper


def _reaches(size: Floats, unit: Floats, codes: NDArray[np.intp], slack: Floats) -> list[Floats]:
    """Return how far each column of `_Words` reaches, slack included; `codes` of length one hold for all."""
    if len(codes) == 1:
        words: list[tuple[float, float]] = [(units, share) for units, share in _REACH[codes[0]].tolist()]
        reach = {
            (units, share): (np.maximum(units * unit, share * size) if share else units * unit) + slack
            for units, share in dict.fromkeys(words)
        }
        return [reach[column] for column in words]
    units_of, share_of = _REACH[:, :, 0].T, _REACH[:, :, 1].T
    return [np.maximum(units_of[k].take(codes) * unit, share_of[k].take(codes) * size) + slack for k in range(4)]


def _signed(low: Floats, high: Floats, of_low: tuple[Floats, ...], of_high: tuple[Floats, ...]) -> Bounds:
    """Put the signs back: a negative figure's largest size is its lowest value.

    By products and minima: `np.where` takes ten times as long on a column of mixed signs, which no processor foresees.
    """
    ends: list[Floats] = []
    sign = np.copysign(1.0, low + 0.0)  # + 0.0 makes -0.0 positive
    sign_high = sign if high is low else np.copysign(1.0, high + 0.0)
    for lower, upper in ((0, 1), (2, 3), (4, 5)):
        if lower == 4 and of_low is of_high and of_low[4] is of_low[0] and of_low[5] is of_low[1]:
            ends += ends[:2]  # no word reaches further, the usual case: the accepted ends themselves
            continue
        pair = pair_high = (sign * of_low[lower], sign * of_low[upper])
        if of_high is not of_low:
            pair_high = (sign_high * of_high[lower], sign_high * of_high[upper])
        ends += [np.minimum(*pair), np.maximum(*pair_high)]
    return Bounds(*ends)
