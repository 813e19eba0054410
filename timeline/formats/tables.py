"""The timeline as a table: CSV for a spreadsheet, Parquet for a program, a DataFrame for a notebook.

A row is one claim. The columns are those of `COLUMNS`, in its order, and stay where they are from version to version:
new ones come at the end.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from timeline.entries import Entry
from timeline.formats.jsonfeed import rfc3339
from timeline.verdict import Verdict, stated_of

if TYPE_CHECKING:
    import pandas as pd

# Column -> its type in Parquet. `said` is the day on the source's own calendar, `said_at` the instant where given.
COLUMNS: dict[str, str] = {
    "id": "string",
    "symbol": "string",
    "subject": "string",
    "kind": "string",
    "text": "string",
    "said": "day",
    "said_at": "instant",
    "published": "instant",
    "modified": "instant",
    "stated": "number",
    "stated_high": "number",
    "unit": "string",
    "hedge": "string",
    "verdict": "string",
    "actual": "number",
    "residual": "number",
    "reading": "string",
    "window_start": "day",
    "window_end": "day",
    "missing": "string",
    "explanation": "string",
    "article": "string",
    "source": "string",
    "title": "string",
    "url": "string",
}

# A spreadsheet runs a cell that begins with one of these as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def rows(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Return one mapping for each entry, keys as in COLUMNS; None where there is nothing to say."""
    return [_row(entry) for entry in entries]


def csv_bytes(entries: Iterable[Entry]) -> bytes:
    """Return the entries as CSV (RFC 4180) in UTF-8.

    Text that a spreadsheet would run as a formula gets an apostrophe in front; figures are written as they are.
    """
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(COLUMNS))
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows(entries))
    return out.getvalue().encode()


def parquet_bytes(entries: Iterable[Entry]) -> bytes:
    """Return the entries as Parquet: text, float64, date32, and instants in microseconds with the zone UTC."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        "string": pa.string(),
        "number": pa.float64(),
        "day": pa.date32(),
        "instant": pa.timestamp("us", tz="UTC"),
    }
    schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows(entries), schema=schema), out, compression="zstd")
    return out.getvalue()


def frame(entries: Sequence[Entry]) -> pd.DataFrame:
    """Return the entries as a DataFrame: figures as float64, days and instants as datetime64, NaN or NaT if none."""
    import pandas as pd

    content = pd.DataFrame(rows(entries), columns=list(COLUMNS))
    for name, kind in COLUMNS.items():
        if kind == "number":
            content[name] = content[name].astype("float64")
        elif kind == "day":
            content[name] = pd.to_datetime(content[name])
        elif kind == "instant":
            content[name] = pd.to_datetime(content[name], utc=True)
    return content


def _row(entry: Entry) -> dict[str, Any]:
    claim, said, article, verdict = entry.stated.claim, entry.stated.said, entry.article, entry.verdict
    stated = stated_of(claim)
    return {
        "id": entry.id,
        "symbol": claim.symbol or None,
        "subject": claim.subject or None,
        "kind": entry.kind,
        "text": claim.text or None,
        "said": said.day if said else None,
        "said_at": said.at if said else None,
        "published": entry.published,
        "modified": entry.modified,
        "stated": stated.value if stated else None,
        "stated_high": stated.high if stated else None,
        "unit": stated.unit if stated else None,
        "hedge": (stated.hedge or None) if stated else None,
        "verdict": verdict.verdict,
        **_measured(verdict),
        "missing": verdict.missing or None,
        "explanation": verdict.explanation,
        "article": entry.stated.article or None,
        "source": article.source if article else None,
        "title": (article.title or None) if article else None,
        "url": (article.url or None) if article else None,
    }


def _measured(verdict: Verdict) -> dict[str, Any]:
    best = verdict.best
    return {
        "actual": best.actual if best else None,
        "residual": verdict.residual,
        "reading": best.name if best else None,
        "window_start": best.start if best else None,
        "window_end": best.end if best else None,
    }


def _cell(value: str | float | date | datetime | None) -> str | float:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    if isinstance(value, datetime):
        return rfc3339(value)
    return value.isoformat() if isinstance(value, date) else value
