"""The tails of Student's t and of the normal distribution, for arrays (SciPy would be a heavy guest)."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEPS = 300
_TINY = 1e-300


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
    kinds, index = np.unique(d, return_inverse=True)
    betas = np.array([math.lgamma(n / 2) + math.lgamma(0.5) - math.lgamma((n + 1) / 2) for n in kinds.tolist()])
    with np.errstate(divide="ignore"):
        front = np.exp(p * np.log(y) + q * np.log(other) - betas[index]) / p
    tail = front * _fraction(p, q, y) if len(kinds) else front
    return np.asarray(np.clip(np.where(swap, 1.0 - tail, tail), 0.0, 1.0))


def _fraction(a: Floats, b: Floats, x: Floats) -> Floats:
    """Return the continued fraction by Lentz's method (Thompson and Barnett 1986): two coefficients a step.

    Each element stops by itself, so that its value does not depend on its company.
    """
    found = np.empty_like(x)
    going = np.arange(len(x))
    c = np.ones_like(x)
    d = 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    value = d.copy()
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1.0 / _away_from_zero(1.0 + even * d), _away_from_zero(1.0 + even / c)
        value = value * (d * c)
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1.0 / _away_from_zero(1.0 + odd * d), _away_from_zero(1.0 + odd / c)
        value = value * (d * c)
        more = np.abs(d * c - 1.0) >= 1e-15
        found[going[~more]] = value[~more]
        if not more.any():
            return found
        going = going[more]
        a, b, x, c, d, value = (column[more] for column in (a, b, x, c, d, value))
    found[going] = value
    return found


def _away_from_zero(value: Floats) -> Floats:
    return np.asarray(np.where(np.abs(value) < _TINY, _TINY, value))
