"""What a source gave for a symbol -> the bars that may be stored, or the reason for which nothing of it is.

A pure look at one answer beside what the log holds and the exchange's calendar. Sessions that have not ended, and days
that are no session, are left out. What looks like another listing, an answer with holes, or prices of another scale is
held back whole: better no bar than a wrong one, since nothing that was stored is ever taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from events.bars import Bars, Days, day_of, number_of
from jobs.exchanges import zone_of
from jobs.importing import Known
from jobs.sources.contract import Fetched
from timeline.panels import Split
from timeline.sessions import Calendar
from timeline.symbols import currency_of, is_currency_pair

DELAY = timedelta(minutes=30)  # vendors' bars of a session are final some time after its close
FACTOR, FACTOR_SLACK = 1.94, 0.03  # a price moves by itself on the day of a split, so 2 for 1 may look like 1.94
SCALE = 1.2  # the same sessions told so many times higher or lower are another scale, not a revision
FEW, SHARE = 2, 0.01  # so many days that are no session may be a vendor's slip


@dataclass(frozen=True, slots=True)
class Asked:
    """What a source was asked for: a symbol from a day on (None: all), with the exchange's calendar (None: unknown).

    With `accept` a user has looked: a hole, another scale or a jump is stored all the same.
    """

    symbol: str
    start: date | None
    calendar: Calendar | None
    now: datetime
    accept: bool = False


@dataclass(frozen=True, slots=True)
class Screened:
    """What may be stored. With `held_back` nothing of it; `notes` say what was left out and why.

    `splits` are those that the log does not hold; with `anew` the history must be asked for from its first day, because
    what is held is not adjusted for them. `missing` are the sessions that have ended and that the source lacks.
    """

    bars: Bars
    splits: tuple[Split, ...] = ()
    anew: bool = False
    missing: int = 0
    notes: tuple[str, ...] = ()
    held_back: str = ""


def last_final(calendar: Calendar | None, now: datetime) -> date | None:
    """Return the last session whose bar is final: it closed, and DELAY ago; else the last weekday that ended (UTC)."""
    if calendar is not None:
        found = calendar.last_closed(now - DELAY)
        return calendar.day(found) if found >= 0 else None
    day = (now - DELAY).astimezone(UTC).date() - timedelta(days=1)
    return day - timedelta(days=max(0, day.weekday() - 4))


def screened(asked: Asked, fetched: Fetched, known: Known) -> Screened:
    """Return what of an answer may be stored beside what is known."""
    found = _finished(asked, fetched.bars)
    found = replace(found, notes=(*fetched.notes, *found.notes))
    if held := _another_listing(asked, fetched, known):
        return replace(found, held_back=held)
    if found.held_back:
        return found
    splits = _new_splits(asked, fetched, known)
    anew = known.through is not None and any(split.on > known.through for split in splits)
    found = replace(found, splits=splits, anew=anew)
    if anew:
        return found  # looked at again from the first day that is held, beside what is known restated for the splits
    for reason in (_holes(asked, found.bars, known), _scale(found, known), _jump(found, known)):
        if reason and not asked.accept:
            return replace(found, held_back=reason)
    return replace(found, missing=_not_there_yet(asked, found.bars))


def _finished(asked: Asked, bars: Bars) -> Screened:
    """Leave out what has not ended and what is no session."""
    notes: list[str] = []
    final = last_final(asked.calendar, asked.now)
    ended = bars.dates <= (number_of(final) if final else -1)
    if (count := int(np.count_nonzero(~ended))) > 0:
        notes.append(f"{_sessions(count)} not over yet, left out")
    bars = bars.at(np.flatnonzero(ended))
    off = _no_sessions(asked, bars.dates)
    if (count := int(np.count_nonzero(off))) > 0:
        name = asked.calendar.name if asked.calendar else "the market"
        first = day_of(bars.dates[off][0])
        if count > max(FEW, SHARE * len(bars)):
            return Screened(
                bars, held_back=f"{count} of its {len(bars)} days are no sessions of {name} (first {first})"
            )
        notes.append(
            f"{first} is no session of {name}, left out" if count == 1 else f"{count} days of no session left out"
        )
        bars = bars.at(np.flatnonzero(~off))
    if not len(bars):
        return Screened(bars, notes=tuple(notes), held_back="the answer holds no session that is over")
    return Screened(bars, notes=tuple(notes))


def _no_sessions(asked: Asked, days: Days) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if asked.calendar is not None:
        inside = (days >= asked.calendar.days[0]) & (days <= asked.calendar.days[-1])
        return np.asarray(inside & (asked.calendar.index_many(days) < 0))
    if is_currency_pair(asked.symbol):
        return np.asarray((days + 3) % 7 >= 5)  # 1970-01-01 was a Thursday
    return np.zeros(len(days), dtype=np.bool_)


def _another_listing(asked: Asked, fetched: Fetched, known: Known) -> str:
    if fetched.asked and fetched.symbol and fetched.symbol != fetched.asked and not is_currency_pair(asked.symbol):
        return f"asked for {fetched.asked}, the answer is about {fetched.symbol}: was the symbol changed?"
    expected = known.currency or currency_of(asked.symbol)
    seen = asked.accept and not known.currency  # a listing in another currency than is usual on its exchange
    if fetched.currency and expected and fetched.currency != expected and not seen:
        return f"the prices are in {fetched.currency}, wanted {expected}"
    zone = zone_of(asked.calendar.name) if asked.calendar else None
    if fetched.zone and zone and not _same_clock(fetched.zone, zone, asked.now):
        return f"it trades in the zone {fetched.zone}, wanted {zone}: is this another listing?"
    return ""


def _same_clock(one: str, other: str, now: datetime) -> bool:
    try:
        return now.astimezone(ZoneInfo(one)).utcoffset() == now.astimezone(ZoneInfo(other)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return False


def _new_splits(asked: Asked, fetched: Fetched, known: Known) -> tuple[Split, ...]:
    today, held = number_of(asked.now.astimezone(UTC).date()), {split.on for split in known.splits}
    told = (Split(number_of(split.on), split.new / split.old) for split in fetched.splits)
    return tuple(split for split in told if split.on <= today and split.on not in held and split.ratio != 1)


def _holes(asked: Asked, bars: Bars, known: Known) -> str:
    """Find sessions that the answer passes over: those that are held, and those that nobody has."""
    held: Days = known.today.dates if known.today is not None else np.zeros(0, dtype=np.int32)
    first = number_of(asked.start) if asked.start else int(bars.dates[0])
    wanted = held[(held >= first) & (held <= bars.dates[-1])]
    partial = np.setdiff1d(wanted, bars.dates, assume_unique=True)
    if len(partial) or (asked.start and len(held) and bars.dates[-1] < held[-1]):
        day = day_of(partial[0]) if len(partial) else day_of(held[-1])
        return f"a partial answer: {_sessions(max(len(partial), 1))} that the log holds missing, the first {day}"
    if asked.calendar is None:
        return ""
    sessions = asked.calendar.days
    sessions = sessions[(sessions >= first) & (sessions <= bars.dates[-1])]
    missing = np.setdiff1d(np.setdiff1d(sessions, bars.dates, assume_unique=True), held, assume_unique=True)
    if len(held):  # a gap in the middle of what is held was there before, and this answer makes it no worse
        missing = missing[(missing < held[0]) | (missing > held[-1])]
    if len(missing):
        return f"a hole: {_sessions(len(missing))} of {asked.calendar.name} missing, the first {day_of(missing[0])}"
    return ""


def _scale(found: Screened, known: Known) -> str:
    """Compare the sessions that both have: a factor between them is a split that nobody told, or one not applied."""
    if known.today is None:
        return ""
    days = np.intersect1d(known.today.dates, found.bars.dates, assume_unique=True)
    if not len(days):
        return ""
    ours = known.today.close[np.isin(known.today.dates, days)]
    theirs = found.bars.close[np.isin(found.bars.dates, days)]
    ratio = float(np.median(ours / theirs))
    if 1 / SCALE < ratio < SCALE:
        return ""
    told = f"after a split told for {day_of(found.splits[-1].on)}" if found.splits else "and no split is told"
    span = f"{day_of(days[0])} to {day_of(days[-1])}"
    times = f"{ratio:.4g} times lower" if ratio > 1 else f"{1 / ratio:.4g} times higher"
    return f"the closes of {span} are {times} than those held, {told}"


def _jump(found: Screened, known: Known) -> str:
    """Find a move by a whole factor from one session to the next, into or out of a bar that is new."""
    splits = (*known.splits, *found.splits)
    bars = found.bars
    before = known.today.at(np.flatnonzero(known.today.dates < bars.dates[0])[-1:]) if known.today is not None else None
    days = np.concatenate([before.dates, bars.dates]) if before is not None else bars.dates
    closes = np.concatenate([before.close, bars.close]) if before is not None else bars.close
    held: Sequence[int] | Days = known.today.dates if known.today is not None else []
    new = ~np.isin(days, held)
    with np.errstate(over="ignore", divide="ignore"):
        ratio = closes[:-1] / closes[1:]
        size = np.maximum(ratio, 1 / ratio)
    times = np.round(size)
    whole = (size >= FACTOR) & (np.abs(size / np.maximum(times, 1) - 1) <= FACTOR_SLACK)
    for row in np.flatnonzero(whole & (new[:-1] | new[1:]))[:1].tolist():
        day = int(days[row + 1])
        kind = f"{times[row]:.0f} for 1" if ratio[row] > 1 else f"1 for {times[row]:.0f}"
        told = "that split is told, but the closes before it are not adjusted for it"
        why = told if any(split.on == day for split in splits) else "no split is told"
        moved = f"from {closes[row]:.10g} to {closes[row + 1]:.10g} on {day_of(day)}"
        return f"a jump {moved}, as after a split of {kind}: {why}"
    return ""


def _not_there_yet(asked: Asked, bars: Bars) -> int:
    """Count the sessions that are over and come after the last of the answer."""
    final = last_final(asked.calendar, asked.now)
    if final is None:
        return 0
    if asked.calendar is None:
        return int(bars.last < final)
    return asked.calendar.at_or_before(final) - asked.calendar.at_or_before(bars.last)


def _sessions(count: int) -> str:
    return "1 session" if count == 1 else f"{count} sessions"
