"""A DataFrame of prices -> bars by symbol, for notebooks; pandas comes in only with the frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from events.bars import COLUMNS, Bars, bars_of
from events.errors import InvalidValueError

if TYPE_CHECKING:
    import pandas

SHAPES = "an index of dates with a column of closes for each symbol, or columns date, symbol and close"


def bars_from_frame(frame: pandas.DataFrame, symbol: str = "") -> dict[str, Bars]:
    """Return the bars of each symbol of a DataFrame, in one of the shapes of PriceHistory.from_frame.

    Rows may stand in any order; rows without a close are gaps. Raises InvalidValueError, naming the symbol.
    """
    names = {str(name).strip().lower(): name for name in frame.columns}
    days = _days(frame[names["date"]] if "date" in names else frame.index)
    if "symbol" in names and "close" in names:
        held = frame[names["symbol"]].astype(str).to_numpy(dtype=object)
        return {
            one: _bars(one, days[rows], _columns(frame, names, rows))
            for one in sorted(set(held))
            if len(rows := np.flatnonzero(held == one))
        }
    if symbol:
        if "close" not in names:
            raise InvalidValueError(f"the prices of {symbol}", f"the columns {list(frame.columns)}", "a column close")
        return {symbol: _bars(symbol, days, _columns(frame, names, slice(None)))}
    return {
        str(column): _bars(str(column), days, {"close": _numbers(frame[column], str(column))})
        for column in frame.columns
        if column != names.get("date")
    }


def _columns(frame: pandas.DataFrame, names: dict[str, Any], rows: Any) -> dict[str, npt.NDArray[np.float64]]:
    return {name: _numbers(frame[names[name]], name)[rows] for name in COLUMNS if name in names}


def _bars(symbol: str, days: npt.NDArray[Any], columns: dict[str, npt.NDArray[np.float64]]) -> Bars:
    rows = np.flatnonzero(~np.isnan(columns["close"]))
    rows = rows[np.argsort(days[rows], kind="stable")]
    try:
        return bars_of(days[rows], **{name: column[rows] for name, column in columns.items()})
    except InvalidValueError as error:
        raise InvalidValueError(f"{symbol}: {error.what}", error.came, error.wanted) from error


def _days(dates: Any) -> npt.NDArray[Any]:
    """Return datetime64[D] for dates, timestamps (the day that they show in their own zone) or text (ISO 8601)."""
    import pandas

    numeric = getattr(dates, "dtype", np.dtype(object)).kind in "iufb"
    try:
        found = None if numeric else pandas.DatetimeIndex(pandas.to_datetime(list(dates)))
    except (ValueError, TypeError) as error:
        raise InvalidValueError("a frame of prices", str(error), SHAPES) from error
    if found is None or found.isna().any():
        came = f"an index of {dates.dtype}" if numeric else "a missing date"
        raise InvalidValueError("a frame of prices", came, SHAPES)
    return found.tz_localize(None).to_numpy().astype("datetime64[D]")


def _numbers(column: Any, name: str) -> npt.NDArray[np.float64]:
    try:
        return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
    except (ValueError, TypeError) as error:
        raise InvalidValueError(f"the column {name}", str(error), "numbers") from error
