"""The text of a price file -> named columns and its lines, or the Problem with its shape."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from events.bars import COLUMNS
from events.errors import Problem

WANTED = "wanted a header line with date, close and optionally open, high, low, volume, symbol"
NAMES = {"ticker": "symbol", "vol": "volume", "vol.": "volume"}
# Dividend-adjusted closes would make every move since a dividend look other than it was traded.
ADJUSTED = frozenset({"adj close", "adj_close", "adjclose", "adj. close", "adjusted close", "adjusted_close"})


class Table(NamedTuple):
    """`columns` by name (date, close ...) with their places among `width` fields; `records` as (line, fields)."""

    columns: dict[str, int]
    width: int
    records: list[tuple[int, list[str]]]
    notes: tuple[Problem, ...]


def table_of(text: str, path: Path) -> Table | Problem:
    """Return the table that a CSV text holds; empty lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[tuple[int, list[str]]] = []
    line = 1  # a record begins on the line after the one before it ended
    try:
        for fields in reader:
            if any(field.strip() for field in fields):
                records.append((line, fields))
            line = reader.line_num + 1
    except csv.Error as error:
        return Problem(f"not CSV from here on ({error})", str(path), line)
    if not records:
        return Problem("the file holds blanks alone; wanted a header line and a line for each session", str(path))
    (first, header), *rest = records
    shape = _shape(header) or _columns(header)
    if isinstance(shape, str):
        return Problem(shape, str(path), first)
    if not rest:
        return Problem("a header line and no bars; wanted a line for each session below it", str(path), first)
    return Table(shape, len(header), rest, _notes(header, shape, path, first))


def _shape(header: Sequence[str]) -> str | None:
    """Say what a header line is separated by, where it is not commas."""
    for separator, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and separator in header[0]:
            return f"the columns are separated by {name}; wanted commas, and a decimal point"
    return None


def _columns(header: Sequence[str]) -> dict[str, int] | str:
    """Return the places of the columns that are understood, or what is wrong with the header."""
    names = [_name(field) for field in header]
    wanted = ("date", "symbol", *COLUMNS)
    for name in wanted:
        if names.count(name) > 1:
            return f"the column {name} stands {names.count(name)} times in the header; wanted it once"
    for name in ("date", "close"):
        if name not in names:
            shown = ", ".join(field.strip() or "(no name)" for field in header)
            return f"the column {name} is missing, the header has: {shown}; {WANTED}"
    return {name: names.index(name) for name in wanted if name in names}


def _name(header: str) -> str:
    """Return the one name of a column: Stooq writes <CLOSE> and <VOL>, Yahoo writes Close."""
    name = header.strip().strip("<>").strip().lower()
    return NAMES.get(name, name)


def _notes(header: Sequence[str], columns: dict[str, int], path: Path, line: int) -> tuple[Problem, ...]:
    notes = []
    for place, name in enumerate(header):
        if place in columns.values():
            continue
        reason = "it is adjusted for dividends; closes as traded are checked" if _name(name) in ADJUSTED else "no use"
        notes.append(Problem(f"the column {name.strip() or place + 1} is left out: {reason}", str(path), line))
    return tuple(notes)
