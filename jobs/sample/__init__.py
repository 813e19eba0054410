"""The sample timeline: the claims of five articles in our own words, and the prices that answer them.

Data stands beside this file: a claim file an article (`jobs.claimfile`, as anybody writes it), the hours of releases,
share counts, and price figures with their sources. Every event carries a recorded instant of its own, so that the log
tells a story: an article at its publication, a bar on the evening of its session.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from events.bars import Bars, bars_of, digest, number_of, to_bytes
from events.codec import event_id
from events.errors import DataError
from events.log import Draft
from events.model import BarsObserved, ClaimStated, Happening, SharesObserved
from jobs.claimfile import read_claims

RELEASES = "releases.toml"
BACKFILL = date(2024, 12, 31)  # what is older came in one fetch a symbol, on this evening
EVENING = time(22, tzinfo=UTC)  # New York has closed, in summer and in winter

_FOLDER = Path(__file__).parent


def sample() -> tuple[list[Draft], dict[str, bytes]]:
    """Return the events of the sample in the order in which they were recorded, and price columns by their SHA-256.

    The same every time: nothing is read but the files of the package.
    """
    columns: dict[str, bytes] = {}
    listed = _tables("recorded.toml")["article"]
    drafts = [draft for one in listed for draft in _article(one["file"], one["recorded"])]
    drafts += _shares(_tables("shares.toml"))
    for series in _tables("prices/series.toml")["series"]:
        drafts += _observed(series, columns)
    drafts.sort(key=lambda draft: draft.recorded)
    return drafts, columns


def _tables(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


def _article(file: str, recorded: datetime) -> Iterator[Draft]:
    """Yield an article and its claims, recorded together; news in `releases.toml` on the evening of its day."""
    drafts, problems = read_claims(_FOLDER / file, recorded)
    if problems:
        raise DataError(*problems)
    for event, at in drafts:
        match event:
            case ClaimStated(claim=Happening(on=day)) if file == RELEASES:
                yield Draft(event, datetime.combine(date.fromisoformat(day), EVENING))
            case _:
                yield Draft(event, at)


def _shares(tables: dict[str, Any]) -> Iterator[Draft]:
    for table in tables["shares"]:
        recorded = table.pop("recorded")
        yield Draft(msgspec.convert(table, SharesObserved), recorded)


def _observed(series: dict[str, str], columns: dict[str, bytes]) -> Iterator[Draft]:
    """Yield a symbol's bars: the sessions up to BACKFILL in one event, then each session in its own."""
    bars = _bars(_FOLDER / "prices" / f"{series['symbol']}.csv")
    first_alone = int(np.searchsorted(bars.dates, number_of(BACKFILL), side="right"))
    previous = ""
    starts = [0, *range(first_alone, len(bars) + 1)]
    for start, end in pairwise(starts):
        part = bars.at(slice(start, end))
        content = to_bytes(part)
        columns[(key := digest(content))] = content
        event = BarsObserved(
            symbol=series["symbol"],
            source=series["source"],
            currency=series["currency"],
            columns=key,
            first=part.first,
            last=part.last,
            count=len(part),
            adjusted_through=part.last,
            previous=previous,
        )
        previous = event_id(event)
        yield Draft(event, datetime.combine(part.last, EVENING))


def _bars(path: Path) -> Bars:
    names, *rows = (line.split(",") for line in path.read_text(encoding="ascii").splitlines())
    held = dict(zip(names, zip(*rows, strict=True), strict=True))
    days = np.array(held.pop("date"), dtype="datetime64[D]")
    return bars_of(days, **{name: np.array(column, dtype=np.float64) for name, column in held.items()})
