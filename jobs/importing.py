"""Prices on their way into the log: what is new or changed against what the log holds, all files or none.

A changed bar is a new observation; what was observed before stays. A session counts as unchanged when it equals what is
known in today's terms (restated for every split) or the very figures observed last: so the same file imported again
adds nothing, also after a split was observed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import numpy as np

from events.bars import Bars, Days, day_of, diff, digest, from_bytes, merge, number_of, to_bytes
from events.codec import decode, event_id
from events.errors import ConflictError, DataError, InvalidValueError, NotHeldError, Problem
from events.log import Draft, EventLog
from events.model import BarsObserved, DividendObserved, SplitObserved
from jobs.sources.files import PriceFile, read_price_file
from timeline.dividends import in_todays_terms
from timeline.panels import Split, restated
from timeline.prices import splits_by_symbol
from timeline.sessions import exchange_calendar
from timeline.symbols import calendar_for, resolve

ATTEMPTS = 5
SPLIT_RATIOS = (2, 3, 4, 5, 10, 20)
ROUNDING = 2e-6  # prices restated for a split are rounded by whoever hands them out
SPLIT_SLACK = 0.03  # how far a price moves on its own on the day of a split


@dataclass(frozen=True, slots=True)
class SymbolImport:
    """What an import brought for one symbol: sessions new, revised and unchanged, and the days of its bars."""

    symbol: str
    source: str
    new: int
    revised: int
    unchanged: int
    first: date
    last: date
    event: str = ""


@dataclass(frozen=True, slots=True)
class Import:
    """What an import brought, and what a reader should know about the files (none of it a refusal)."""

    symbols: tuple[SymbolImport, ...]
    warnings: tuple[Problem, ...]
    appended: int


@dataclass(slots=True)
class Known:
    """What a log holds of one symbol: as last observed, the same in today's terms, and its last bars event.

    `currency` is the last that a source told; the oldest part is adjusted for splits up to the day `through`;
    `dividends` are amounts by day, in the terms of today.
    """

    observed: Bars | None = None
    today: Bars | None = None
    previous: str = ""
    splits: tuple[Split, ...] = ()
    currency: str = ""
    through: int | None = None
    dividends: dict[int, float] = field(default_factory=dict)
    parts: list[tuple[Bars, int]] = field(default_factory=list)


def import_prices(
    log: EventLog,
    files: Iterable[Path],
    *,
    recorded: datetime,
    adjusted_through: date | None = None,
    currency: str = "",
    progress: Callable[[Path], None] | None = None,
) -> Import:
    """Import price files in one transaction, recorded at an instant, and return what they brought.

    The prices are split-adjusted for every split up to `adjusted_through` (the day of `recorded` if not given). Raises
    DataError with a problem for each file that is refused; then nothing of any file is in the log.
    """
    today = _utc_day(recorded)
    read: list[PriceFile] = []
    for path in files:
        read.append(read_price_file(path, today=today))
        if progress:
            progress(path)
    if problems := [problem for file in read for problem in file.problems]:
        raise DataError(*problems)
    bars = [(symbol, held, file.path.name) for file in read for symbol, held in file.bars.items()]
    notes = tuple(note for file in read for note in file.notes)
    brought = observe(log, bars, recorded=recorded, adjusted_through=adjusted_through, currency=currency)
    return Import(brought.symbols, notes + brought.warnings, brought.appended)


def observe(
    log: EventLog,
    bars: Iterable[tuple[str, Bars, str]],
    *,
    recorded: datetime,
    adjusted_through: date | None = None,
    currency: str = "",
) -> Import:
    """Append what is new or changed in some bars, given as (symbol, bars, source), in one transaction.

    Bars that are known add nothing. Where another writer is faster, what is new is worked out again against what he
    wrote; raises ConflictError if that happens too often.
    """
    given = [(resolve(symbol, held.last), held, source) for symbol, held, source in bars if len(held)]
    through = number_of(adjusted_through or _utc_day(recorded))
    for attempt in count(1):
        head = log.head()
        known = known_bars(log, {symbol for symbol, _, _ in given}, until=head.position)
        drafts = Drafts(known, recorded, through, currency)
        for symbol, held, source in given:
            drafts.add(symbol, held, source)
        try:
            rows = log.append(drafts.events, expect=head.position, columns=drafts.columns) if drafts.events else []
        except ConflictError:
            if attempt == ATTEMPTS:
                raise
        else:
            break
    return Import(tuple(drafts.brought), tuple(drafts.warnings), len(rows))


def known_bars(
    log: EventLog,
    symbols: Iterable[str],
    *,
    until: int | None = None,
    more: Mapping[str, Iterable[Split]] | None = None,
) -> dict[str, Known]:
    """Return what the log holds of some symbols up to a position, restated for `more` splits than it holds too."""
    known = {symbol: Known() for symbol in symbols}
    splits: list[tuple[SplitObserved, datetime]] = []
    paid: list[tuple[str, DividendObserved]] = []
    for row in log.rows():
        if until is not None and row.position > until:
            break
        if b"-observed.v" not in row.document:  # decoding a million claims to find the prices would take long
            continue
        held = decode(row.document)
        if isinstance(held.event, SplitObserved):
            splits.append((held.event, held.recorded))
        elif isinstance(held.event, DividendObserved) and (of := resolve(held.event.symbol, held.event.on)) in known:
            paid.append((of, held.event))
        elif isinstance(held.event, BarsObserved) and (of := resolve(held.event.symbol, held.event.last)) in known:
            known[of].parts.append(
                (from_bytes(log.columns(held.event.columns)), number_of(held.event.adjusted_through))
            )
            known[of].previous = row.id
            known[of].currency = held.event.currency or known[of].currency
    by_symbol = splits_by_symbol(splits)
    for symbol, one in known.items():
        one.splits = tuple(sorted((*by_symbol.get(symbol, ()), *(more or {}).get(symbol, ()))))
        for part, through in one.parts:
            _take(one, part, through)
        one.parts.clear()
    for symbol, event in paid:
        known[symbol].dividends[number_of(event.on)] = in_todays_terms(event, known[symbol].splits)
    return known


def _utc_day(recorded: datetime) -> date:
    if recorded.tzinfo is None:
        raise InvalidValueError("the instant of an import", recorded.isoformat(), "one with a zone")
    return recorded.astimezone(UTC).date()


def _take(known: Known, bars: Bars, through: int) -> None:
    known.through = through if known.through is None else min(known.through, through)
    now = restated(bars, known.splits, through)
    known.observed = merge(known.observed, bars) if known.observed else bars
    known.today = merge(known.today, now) if known.today else now


class Drafts:
    """Collects the events and columns of one import; a symbol that comes twice is compared with its first part."""

    def __init__(self, known: Mapping[str, Known], recorded: datetime, through: int, currency: str) -> None:
        self.events: list[Draft] = []
        self.columns: dict[str, bytes] = {}
        self.brought: list[SymbolImport] = []
        self.warnings: list[Problem] = []
        self._known, self._recorded, self._through, self._currency = known, recorded, through, currency

    def add(self, symbol: str, bars: Bars, source: str, *, anew: bool = False) -> None:
        """Add what is new or changed in the bars of a symbol, or with `anew` all of them, as after a split."""
        known = self._known[symbol]
        changed, revised = _changed(known, bars, restated(bars, known.splits, self._through))
        changed = bars if anew else changed
        new = len(changed) if known.observed is None else len(np.setdiff1d(changed.dates, known.observed.dates))
        event = self._draft(symbol, changed, revised, source) if len(changed) else ""
        same = len(bars) - new - revised
        self.brought.append(SymbolImport(symbol, source, new, revised, same, bars.first, bars.last, event))
        _take(known, changed, self._through)
        if event:
            self.warnings += _holes(symbol, bars, known, source)
            self.warnings += _jumps(symbol, changed, known, source)

    def _draft(self, symbol: str, changed: Bars, revised: int, source: str) -> str:
        known, content = self._known[symbol], to_bytes(changed)
        event = BarsObserved(
            symbol=symbol,
            source=source,
            columns=digest(content),
            first=changed.first,
            last=changed.last,
            count=len(changed),
            adjusted_through=day_of(self._through),
            currency=self._currency,
            revised=revised,
            previous=known.previous,
        )
        self.events.append(Draft(event, self._recorded))
        self.columns[event.columns] = content
        known.previous = event_id(event)
        return known.previous


def _changed(known: Known, bars: Bars, now: Bars) -> tuple[Bars, int]:
    """Return the sessions that are new, other or more than known, as they came, and how many are other than known."""
    if known.observed is None or known.today is None:
        return bars, 0
    other = np.intersect1d(diff(known.today, now).dates, diff(known.observed, bars).dates, assume_unique=True)
    changed = bars.at(np.isin(bars.dates, other))
    return changed, len(_differing(known.today, now.at(np.isin(now.dates, other))))


def _differing(known: Bars, changed: Bars) -> Days:
    """Return the sessions of which both hold a value and not the same; an open where none was held is no revision."""
    days = np.intersect1d(known.dates, changed.dates, assume_unique=True)
    ours, theirs = known.at(np.isin(known.dates, days)), changed.at(np.isin(changed.dates, days))
    differs = np.zeros(len(days), dtype=np.bool_)
    for name, column in theirs.columns():
        if (before := getattr(ours, name)) is not None:
            differs |= ~np.isnan(column) & ~np.isnan(before) & ~np.isclose(column, before, rtol=ROUNDING, atol=0)
    return np.asarray(days[differs], dtype=np.int32)


def _holes(symbol: str, bars: Bars, known: Known, source: str) -> Iterator[Problem]:
    """Warn of sessions of the exchange, between the first and last of a file, of which no bar is known."""
    try:
        calendar = exchange_calendar(calendar_for(symbol)) if calendar_for(symbol) else None
    except NotHeldError:
        calendar = None
    if calendar is None or known.today is None:
        return
    span = (calendar.days >= bars.dates[0]) & (calendar.days <= bars.dates[-1])
    missing: Days = np.setdiff1d(calendar.days[span], known.today.dates, assume_unique=True)
    if len(missing):
        counted = "1 session is" if len(missing) == 1 else f"{len(missing)} sessions are"
        yield Problem(
            f"{symbol}: {counted} missing between {bars.first} and {bars.last}, the first {day_of(missing[0])}; "
            "moves over them are unchecked",
            source,
        )


def _jumps(symbol: str, changed: Bars, known: Known, source: str) -> Iterator[Problem]:
    """Warn of neighbouring closes that look like a split for which the prices are not adjusted."""
    if known.today is None:
        return
    days, closes = known.today.dates, known.today.close
    touched = np.isin(days, changed.dates, assume_unique=True)
    with np.errstate(over="ignore", divide="ignore"):  # from a sliver to a fortune is no split either
        ratio = closes[:-1] / closes[1:]
        size = np.maximum(ratio, 1 / ratio)
    large = size > min(SPLIT_RATIOS) * (1 - SPLIT_SLACK)
    for row in np.flatnonzero(large & (touched[:-1] | touched[1:])).tolist():
        times = next((times for times in SPLIT_RATIOS if abs(size[row] / times - 1) <= SPLIT_SLACK), 0)
        if not times:
            continue
        day, told = day_of(days[row + 1]), f"{times} for 1" if ratio[row] > 1 else f"1 for {times}"
        seen = any(split.on == days[row + 1] for split in known.splits)
        advice = (
            "that split is observed, yet the prices are not adjusted for it: say through which day they are adjusted"
            if seen
            else "no split is observed"
        )
        moved = f"from {closes[row]:.10g} to {closes[row + 1]:.10g} on {day}"
        yield Problem(f"{symbol}: {moved}, as after a split of {told}; {advice}", source)
