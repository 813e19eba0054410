"""The tails of Student's t and of the normal distribution, for arrays (SciPy would be a heavy guest)."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_DEPTH = 80  # enough for 1e-12 up to some thousand degrees of freedom: it grows with their root
_FEW = 16  # up to so many values one by one in plain floats cost less than the calls over arrays
_BLOCK = 1024


def student_two_sided(t: npt.ArrayLike, degrees_of_freedom: npt.ArrayLike) -> Floats:
    """Return the probability of a Student t at least as far from zero as `t`, on both sides.

    Shapes broadcast; NaN for a t that is NaN or for less than one degree of freedom. It is the regularised incomplete
    beta function I_x(d/2, 1/2) at x = d / (d + t^2) (Abramowitz and Stegun 26.5.27 and 26.7.1).
    """
    size, freedom = np.broadcast_arrays(np.asarray(t, dtype=np.float64), np.asarray(degrees_of_freedom, np.float64))
    flat, degrees = np.abs(size).ravel(), freedom.ravel()
    found = np.full(flat.shape, np.nan)
    usable = (degrees >= 1) & ~np.isnan(flat)
    infinite = usable & np.isinf(flat)
    found[infinite] = 0.0
    usable &= ~infinite
    d, square = degrees[usable], np.square(flat[usable])
    # x and 1 - x are formed apart: a difference would lose the small one
    found[usable] = _incomplete_beta(d, d / (d + square), square / (d + square))
    return found.reshape(size.shape)


def normal_two_sided(z: float) -> float:
    """Return the probability of a standard normal at least as far from zero as `z`, on both sides."""
    return math.erfc(abs(z) / math.sqrt(2.0))


def _incomplete_beta(d: Floats, x: Floats, rest: Floats) -> Floats:
    """Return I_x(d/2, 1/2) with rest = 1 - x: the continued fraction of DLMF 8.17.22, where it converges."""
    half = np.full(d.shape, 0.5)
    swap = x > (d + 2) / (d + 5)
    p, q = np.where(swap, half, d / 2), np.where(swap, d / 2, half)
    y, other = np.where(swap, rest, x), np.where(swap, x, rest)
    betas = np.array([_log_beta(n) for n in d.tolist()])
    with np.errstate(divide="ignore"):
        front = np.exp(p * np.log(y) + q * np.log(other) - betas) / p
    if len(y) <= _FEW:
        fractions = [np.array([_fraction_alone(*one) for one in zip(p.tolist(), q.tolist(), y.tolist(), strict=True)])]
    else:
        fractions = [
            _fraction(p[k : k + _BLOCK], q[k : k + _BLOCK], y[k : k + _BLOCK]) for k in range(0, len(y), _BLOCK)
        ]
    tail = front * np.concatenate([np.zeros(0), *fractions])
    return np.asarray(np.minimum(np.maximum(np.where(swap, 1.0 - tail, tail), 0.0), 1.0))


@cache
def _log_beta(d: float) -> float:
    return math.lgamma(d / 2) + math.lgamma(0.5) - math.lgamma((d + 1) / 2)


def _fraction(a: Floats, b: Floats, x: Floats) -> Floats:
    """Return the continued fraction 1/(1 + d1/(1 + d2/(1 + ...))), worked from its tail back to its head.

    A fixed depth takes few steps over long arrays, and gives an element the same value in any company.
    """
    m = np.arange(_DEPTH // 2)[:, None]
    odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    m = m + 1
    even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    value = np.ones_like(x)
    for step in range(_DEPTH // 2 - 1, -1, -1):
        value = 1.0 + odd[step] / (1.0 + even[step] / value)
    return 1.0 / value


def _fraction_alone(a: float, b: float, x: float) -> float:
    """Return the same for one value: the same operations in the same order, so the same bits."""
    value = 1.0
    for m in range(_DEPTH // 2 - 1, -1, -1):
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        n = m + 1
        even = n * (b - n) * x / ((a + 2 * n - 1) * (a + 2 * n))
        value = 1.0 + odd / (1.0 + even / value)
    return 1.0 / value
