"""Price files -> bars: one CSV file at a time, taken whole or refused with one message.

Wanted: UTF-8, commas, a header line with at least date and close, dates as YYYY-MM-DD in ascending order. Headers in
the manner of Yahoo and Stooq are understood. The symbol comes from a column `symbol`, else from the file's name.
Nothing is repaired: a file that needs guessing is refused, with the line and what would help.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from events.bars import COLUMNS, Bars, day_of, first_fault, number_of
from events.errors import NotHeldError, Problem
from jobs.sources.encoding import text_of
from jobs.sources.tables import Table, table_of
from timeline.sessions import Calendar, exchange_calendar
from timeline.symbols import calendar_for, canonical

# Names that people give to files of many symbols; they are no tickers here.
COLLECTIONS = frozenset(
    {"all", "bars", "closes", "daily", "data", "download", "eod", "export", "history", "ohlcv", "prices", "quotes"}
)

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_COMMA = re.compile(r"[+-]?\d[\d.]*,\d+", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_DATE = re.compile(r"(\d{4})(-?)(\d\d)\2(\d\d)(?:[ T]00:00(?::00(?:\.0{1,9})?)?\s?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_SYMBOL = re.compile(r"\^?[A-Z0-9][A-Z0-9.=-]{0,14}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PriceFile:
    """What a file gave: bars by symbol and notes; or, with `problems`, no bars at all."""

    path: Path
    bars: Mapping[str, Bars]
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


class Fault(NamedTuple):
    """Why a line is refused."""

    line: int
    message: str


@dataclass(slots=True)
class _Rows:
    """The rows of one symbol while a file is read; NaN where an optional value is missing."""

    lines: list[int] = field(default_factory=list)
    zones: dict[str, int] = field(default_factory=dict)
    days: list[int] = field(default_factory=list)
    values: dict[str, list[float]] = field(default_factory=dict)


def read_price_file(path: Path, *, today: date) -> PriceFile:
    """Return the bars of a CSV file, or the one problem for which it is refused; no date may lie after `today`."""
    text = text_of(path)
    if isinstance(text, Problem):
        return PriceFile(path, {}, (text,))
    table = table_of(text, path)
    if isinstance(table, Problem):
        return PriceFile(path, {}, (table,))
    named = _name_of(path)
    if "symbol" not in table.columns and not named:
        return PriceFile(path, {}, (_no_symbol(path),))
    rows, faults = _rows(table, named)
    for symbol, held in rows.items():
        faults += _faults(symbol, held, today)
        faults += _mixed(held.zones)
    if "symbol" in table.columns and named:
        faults += _mismatches(path, named, rows)
    if faults:
        return PriceFile(path, {}, (_as_problem(path, faults),))
    return PriceFile(path, {symbol: _bars(rows[symbol]) for symbol in sorted(rows)}, notes=table.notes)


def is_symbol(text: str) -> bool:
    """Tell whether a text can be a ticker: META, 0700.HK, ^GSPC, USDCNY=X."""
    return bool(_SYMBOL.fullmatch(text))


def _name_of(path: Path) -> str:
    """Return the symbol that a file's name gives, "" where it is no symbol."""
    stem = path.stem if path.suffix.lower() in (".csv", ".txt") else path.name
    symbol = canonical(stem)
    return symbol if _SYMBOL.fullmatch(symbol) and stem.lower() not in COLLECTIONS else ""


def _no_symbol(path: Path) -> Problem:
    message = f"the file's name, {path.name}, is no symbol; wanted one such as META.csv, or a column symbol"
    return Problem(message, str(path))


def _rows(table: Table, named: str) -> tuple[dict[str, _Rows], list[Fault]]:
    """Return the rows of each symbol, and the lines that are not what their columns promise."""
    rows: dict[str, _Rows] = {}
    faults: list[Fault] = []
    optional = [name for name in COLUMNS if name in table.columns]
    for line, fields in table.records:
        if len(fields) != table.width:
            counted = f"{len(fields)} field{'s' * (len(fields) != 1)}"
            faults.append(Fault(line, f"{counted}, wanted {table.width} as in the header"))
            continue
        values = {name: fields[place].strip() for name, place in table.columns.items()}
        symbol = canonical(values.get("symbol", named))
        day = _day(values["date"])
        figures = [_figure(name, values[name]) for name in optional]
        wrong = [found for found in (_symbol_fault(symbol), day, *figures) if isinstance(found, str)]
        if wrong or not isinstance(day, int):
            faults.append(Fault(line, wrong[0]))
            continue
        held = rows.setdefault(symbol, _Rows(values={name: [] for name in optional}))
        held.lines.append(line)
        held.zones.setdefault(_zone(values["date"]), line)
        held.days.append(day)
        for name, figure in zip(optional, figures, strict=True):
            held.values[name].append(float(figure))
    return rows, faults


def _symbol_fault(symbol: str) -> str | None:
    return None if _SYMBOL.fullmatch(symbol) else f"the symbol is {symbol!r}, wanted a ticker such as META or 0700.HK"


def _day(text: str) -> int | str:
    """Return the days since 1970-01-01 that a text says, or why it cannot."""
    if not (found := _DATE.fullmatch(text)):
        return f"the date is {text!r}, wanted YYYY-MM-DD"
    try:
        return number_of(date(int(found[1]), int(found[3]), int(found[4])))
    except ValueError:
        return f"the date {text} does not exist"


def _zone(text: str) -> str:
    """Return the zone that a date was written with, "" for a plain day."""
    found = _DATE.fullmatch(text) if len(text) > len("2025-01-08") else None
    return (found[5] or "") if found else ""


def _mixed(zones: Mapping[str, int]) -> Iterator[Fault]:
    """Yield the line from which on dates are in another zone: summer time moves one by an hour, more is another file.

    Midnight in one zone is another day in the next, so nobody knows which sessions were meant.
    """
    hours = {zone: _offset(zone) for zone in zones if zone}
    if len(zones) > 1 and ("" in zones or max(hours.values()) - min(hours.values()) > 1):
        told = ", ".join(zone or "none" for zone in zones)
        yield Fault(max(zones.values()), f"the dates are in different zones ({told}); wanted one zone, or plain days")


def _offset(zone: str) -> float:
    """Return the hours that a zone is ahead of UTC."""
    if zone == "Z":
        return 0.0
    size = int(zone[1:3]) + int(zone[-2:]) / 60
    return -size if zone[0] == "-" else size


def _figure(name: str, text: str) -> float | str:
    """Return the number that a text says (NaN for an empty optional field), or why it cannot."""
    if _NUMBER.fullmatch(text):
        return float(text)
    if not text:
        return np.nan if name != "close" else "the close is empty, wanted a number"
    if _THOUSANDS.fullmatch(text) and text.count(",") + text.count(".") > 1:
        return f"the {name} is {text!r}: a thousands separator; wanted plain digits such as 1234.5"
    if _COMMA.fullmatch(text):
        return f"the {name} is {text!r}: a decimal comma; wanted a decimal point"
    if text.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        return f"the {name} is {text!r}, wanted a finite number"
    return f"the {name} is {text!r}, wanted a number"


def _bars(held: _Rows) -> Bars:
    columns = {name: np.array(values) for name, values in held.values.items()}
    kept = {name: column for name, column in columns.items() if name == "close" or not np.isnan(column).all()}
    return Bars(np.array(held.days, dtype=np.int32), **kept).at(slice(None))


def _faults(symbol: str, held: _Rows, today: date) -> Iterator[Fault]:
    """Yield what is wrong with the bars of a symbol: values, order, and days on which nothing was traded."""
    bars = _bars(held)
    if (fault := first_fault(bars)) is not None:
        row, what, came, wanted = fault
        yield Fault(held.lines[row], f"{what}: got {came}, wanted {wanted}")
    for row in np.flatnonzero(bars.dates > number_of(today))[:1].tolist():
        yield Fault(held.lines[row], f"the date {day_of(bars.dates[row])} lies in the future; today is {today}")
    if (calendar := _calendar(symbol)) is None:
        return
    known = (bars.dates >= calendar.days[0]) & (bars.dates <= calendar.days[-1])
    for row in np.flatnonzero(known & (calendar.index_many(bars.dates) < 0)).tolist():
        day = day_of(bars.dates[row])
        kind = ("a Saturday", "a Sunday")[day.weekday() - 5] if day.weekday() >= 5 else "a holiday or closure"
        yield Fault(held.lines[row], f"{day} is no session of {calendar.name} ({kind}), the exchange of {symbol}")


def _calendar(symbol: str) -> Calendar | None:
    """Return the exchange calendar of a symbol, None where sessions are as observed."""
    name = calendar_for(symbol)
    try:
        return exchange_calendar(name) if name else None
    except NotHeldError:
        return None


def _mismatches(path: Path, named: str, rows: Mapping[str, _Rows]) -> Iterator[Fault]:
    """Yield the first line of a symbol that is not the one that the file's name gives.

    A name that no row has, over rows of several symbols, is the name of a collection.
    """
    if named not in rows and (len(rows) > 1 or not calendar_for(named)):
        return
    for symbol, held in rows.items():
        if symbol != named:
            yield Fault(held.lines[0], f"the symbol is {symbol}, but the file's name, {path.name}, says {named}")


def _as_problem(path: Path, faults: list[Fault]) -> Problem:
    """Return the first fault as the file's one problem, with how many more lines are at fault."""
    line, message = min(faults)
    more = len({fault.line for fault in faults} - {line})
    return Problem(f"{message} (and {more} more line{'s' * (more != 1)})" if more else message, str(path), line)
