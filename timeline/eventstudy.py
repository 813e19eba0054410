"""The event study beside a verdict: how unusual was a move, given what the market did?

Market model by ordinary least squares: r = alpha + beta * m + e over an estimation window that ends before the event
window, with a gap between them, so that neither the parameters nor the variance have seen the event (MacKinlay 1997,
"Event Studies in Economics and Finance", Journal of Economic Literature 35(1); Campbell, Lo and MacKinlay 1997, "The
Econometrics of Financial Markets", chapter 4). Returns are simple, close to close, as fractions.

Every event is one row of a matrix and all rows are fitted at once. The windows are gathered, not read off prefix sums
over whole columns: that costs the same for one symbol and for five thousand, and the sums of squares are taken around
the mean of the window itself, so nothing cancels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from events.errors import InvalidValueError
from timeline.student import normal_two_sided, student_two_sided

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ESTIMATION, GAP, MINIMUM_PAIRS = 120, 10, 30
_BLOCK = 256  # rows fitted at a time: two windows of 120 returns for each of them stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Fit:
    """The market model of many events, float64[events] each; NaN where fewer than `minimum` pairs are usable.

    `variance` is that of the residuals, SSR / (pairs - 2): unbiased, over the estimation window alone. `mean` and
    `spread` are the mean of the market's returns and their sum of squares around it, which the prediction error needs.
    """

    alpha: Floats
    beta: Floats
    variance: Floats
    pairs: Ints
    mean: Floats
    spread: Floats

    @property
    def degrees_of_freedom(self) -> Ints:
        """Return pairs less the two estimated parameters, at least 0."""
        return np.maximum(self.pairs - 2, 0)


@dataclass(frozen=True, slots=True)
class Study:
    """What an event study answers, one row an event; NaN (and p NaN) where the model could not be fitted.

    `abnormal` float64[events, sessions of the event window]; `cumulative` its sum, the CAR, as a fraction.
    `cumulative_variance` is that of the CAR: the variance of the residuals times L + L^2/n + (sum of m - mean)^2 / Sxx,
    where the last two terms are the prediction error of the estimated parameters (Campbell, Lo and MacKinlay 4.4.9 and
    4.4.12; MacKinlay's equation 8 is its diagonal). `t` is CAR over its standard error: under no abnormal return and
    normal residuals a Student t with n - 2 `degrees_of_freedom`. `p` is two-sided.
    """

    fit: Fit
    abnormal: Floats
    cumulative: Floats
    cumulative_variance: Floats
    t: Floats
    p: Floats
    degrees_of_freedom: Ints


@dataclass(frozen=True, slots=True)
class Patell:
    """The standardised statistic over many events: `z` is standard normal for many independent ones, `p` two-sided."""

    z: float
    p: float
    events: int


def study(
    returns: Floats,
    market: Floats,
    rows: npt.ArrayLike,
    sessions: npt.ArrayLike,
    *,
    window: tuple[int, int] = (0, 0),
    estimation: int = ESTIMATION,
    gap: int = GAP,
    minimum: int = MINIMUM_PAIRS,
) -> Study:
    """Study events on a matrix of returns.

    `returns` float64[symbols, sessions] and `market` float64[sessions], as fractions, NaN for gaps; event i is the row
    `rows[i]` at the session `sessions[i]`. `window` counts sessions from the event, both ends included. The estimation
    window holds the `estimation` sessions that end `gap` sessions before the event window begins; sessions before the
    matrix count as gaps. An event window that is not wholly held gives NaN. Raises InvalidValueError for a window whose
    end is before its start, a negative gap and fewer than 3 pairs.
    """
    first, last = window
    if first > last or gap < 0 or minimum < 3 or estimation < minimum:
        raise InvalidValueError(
            "an event study",
            f"window {window}, gap {gap}, estimation {estimation}, at least {minimum} pairs",
            "a window (first, last), a gap of 0 or more, 3 or more pairs inside the estimation window",
        )
    table = np.ascontiguousarray(returns, dtype=np.float64)
    market = np.ascontiguousarray(market, dtype=np.float64)
    row, at = np.asarray(rows, dtype=np.int64), np.asarray(sessions, dtype=np.int64)
    begin = at + (first - gap - estimation)
    parts = []
    for rowed, start in _blocks(row, begin):
        span = start[:, None] + np.arange(estimation)
        parts.append(fit(_at(table, span, rowed), _at(market[None, :], span), minimum=minimum))
    model = joined(parts)
    span = at[:, None] + np.arange(first, last + 1)
    asset, index = _at(table, span, row), _at(market[None, :], span)
    abnormal = asset - (model.alpha[:, None] + model.beta[:, None] * index)
    cumulative = np.asarray(abnormal.sum(axis=1))
    variance, t, p = significance(model, cumulative, np.asarray(index.sum(axis=1)), last - first + 1)
    return Study(model, abnormal, cumulative, variance, t, p, model.degrees_of_freedom)


def fit(asset: Floats, market: Floats, *, minimum: int = MINIMUM_PAIRS) -> Fit:
    """Fit the market model to each row.

    `asset` and `market` float64[events, sessions], returns as fractions; a session where either is not finite is left
    out. Rows with fewer than `minimum` pairs, or with a market that never moved, come out as NaN. Source: MacKinlay
    1997, section 4.B; the closed form of least squares with one regressor, around the means.
    """
    usable = np.isfinite(asset + market)
    pairs = np.count_nonzero(usable, axis=1)
    whole = bool(usable.all())
    if not whole:
        asset, market = np.where(usable, asset, 0.0), np.where(usable, market, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_asset, mean = asset.sum(axis=1) / pairs, market.sum(axis=1) / pairs
        dy, dx = asset - mean_asset[:, None], market - mean[:, None]
        if not whole:
            dy, dx = dy * usable, dx * usable
        spread = np.einsum("ij,ij->i", dx, dx)
        spread[(pairs < minimum) | (spread <= 1e-30)] = np.nan
        beta = np.einsum("ij,ij->i", dx, dy) / spread
        dy -= beta[:, None] * dx
        variance = np.einsum("ij,ij->i", dy, dy) / (pairs - 2)
    return Fit(mean_asset - beta * mean, beta, variance, pairs.astype(np.int64), mean, spread)


def joined(parts: list[Fit]) -> Fit:
    """Return the fits of several runs of events as one."""
    if len(parts) == 1:
        return parts[0]
    return Fit(**{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Fit)})


def significance(model: Fit, cumulative: Floats, market: Floats, length: Ints | int) -> tuple[Floats, Floats, Floats]:
    """Return the variance of each CAR, its t statistic and its two-sided p value (see `Study`).

    `market` is the sum of the market's returns over the event window, `length` its sessions.
    """
    pairs = np.maximum(model.pairs, 1)
    off = market - length * model.mean
    variance = model.variance * (length + np.square(length) / pairs + off * off / model.spread)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = cumulative / np.sqrt(variance)
    return variance, t, student_two_sided(t, model.degrees_of_freedom)


def patell(found: Study, *, prediction_error: bool = True) -> Patell:
    """Return Patell's statistic: the sum of the standardised CARs over the root of the sum of their variances.

    A standardised CAR is a Student t with d degrees of freedom and so has the variance d / (d - 2) (Patell 1976,
    Journal of Accounting Research 14(2); MacKinlay's J2, equation 20). `prediction_error=False` standardises by
    L times the residual variance alone and takes every variance as 1, as simpler packages do. Events without a
    result are left out, and so are those with fewer than 3 degrees of freedom.
    """
    freedom = found.degrees_of_freedom.astype(np.float64)
    if prediction_error:
        scores, variances = found.t, freedom / np.maximum(freedom - 2.0, 1.0)
    else:
        scores = found.cumulative / np.sqrt(found.abnormal.shape[1] * found.fit.variance)
        variances = np.ones_like(freedom)
    held = np.isfinite(scores) & (freedom > 2)
    if not held.any():
        return Patell(float("nan"), float("nan"), 0)
    z = float(scores[held].sum() / np.sqrt(variances[held].sum()))
    return Patell(z, normal_two_sided(z), int(held.sum()))


def _at(table: Floats, span: Ints, row: Ints | None = None) -> Floats:
    """Return the cells of a table at the sessions of each row, NaN before its first and after its last column."""
    width = table.shape[1]
    low, high = (int(span.min()), int(span.max())) if span.size else (0, 0)
    outside = low < 0 or high >= width
    cells = np.clip(span, 0, width - 1) if outside else span
    if row is not None:
        cells = cells + (row * width)[:, None]
    values = table.ravel().take(cells)
    if outside:
        values[(span < 0) | (span >= width)] = np.nan
    return values


def _blocks(*columns: Ints) -> Iterator[tuple[Ints, ...]]:
    for start in range(0, max(len(columns[0]), 1), _BLOCK):
        yield tuple(column[start : start + _BLOCK] for column in columns)
