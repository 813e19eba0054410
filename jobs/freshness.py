"""How fresh the prices are and how the refreshing goes: for `timeline status`, a page, and /metrics.

Everything in plain values, so that it prints as JSON. Instants are RFC 3339 in UTC, None where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from jobs.exchanges import calendar_of, runs_out
from jobs.lease import Lease
from jobs.operations import Attempt, Operations
from jobs.watch import held_until, next_run, watched
from timeline.formats.jsonfeed import rfc3339
from timeline.replay import State


def freshness(state: State, operations: Operations, now: datetime) -> dict[str, Any]:
    """Return each symbol with its last bar, attempt, error and next run; the alarms; counters; sources; the leader."""
    held, attempts, chosen = held_until(state), operations.attempts(), operations.watches()
    listed = {one.symbol: one.why for one in watched(state.stated(), chosen)}
    symbols = sorted({*listed, *held, *chosen})
    leader = Lease(operations).leader()
    return {
        "symbols": [
            _symbol(symbol, listed.get(symbol), held, attempts.get(symbol), chosen.get(symbol), now)
            for symbol in symbols
        ],
        "calendars": calendars(symbols, now),
        "leader": {"holder": leader[0], "until": rfc3339(leader[1]), "leads": leader[1] > now} if leader else None,
        "sources": _sources(operations, now),
        "counters": {
            name: {"times": one.times, "latest": _shown(one.latest)} for name, one in operations.counters().items()
        },
    }


def calendars(symbols: Iterable[str], now: datetime) -> list[dict[str, Any]]:
    """Return the exchange calendars of some symbols: the last session known, and whether that is an alarm."""
    found = {calendar.name: calendar for symbol in symbols if (calendar := calendar_of(symbol))}
    return [
        {
            "name": name,
            "last": found[name].day(len(found[name]) - 1).isoformat(),
            "runs_out": runs_out(found[name], now) is not None,
        }
        for name in sorted(found)
    ]


def _symbol(
    symbol: str, why: str | None, held: dict[str, Any], attempt: Attempt | None, choice: str | None, now: datetime
) -> dict[str, Any]:
    calendar, last = calendar_of(symbol), held.get(symbol)
    age = None
    if calendar is not None and last is not None:
        age = max(0, calendar.last_closed(now) - calendar.at_or_before(last))
    following = next_run(symbol, last, attempt, now) if why else None
    return {
        "symbol": symbol,
        "why": why or choice or "prices only",
        "exchange": calendar.name if calendar else None,
        "last": last.isoformat() if last else None,
        "sessions_old": age,
        "source": attempt.source or None if attempt else None,
        "attempted": _shown(attempt.attempted) if attempt else None,
        "succeeded": _shown(attempt.succeeded) if attempt else None,
        "error": attempt.error or None if attempt else None,
        "failures": attempt.failures if attempt else 0,
        "next": _shown(following),
    }


def _sources(operations: Operations, now: datetime) -> dict[str, Any]:
    found = {}
    names = {row[0] for row in operations.select("SELECT DISTINCT source FROM requests")}
    circuits = operations.circuits()
    for name in sorted(names | set(circuits)):
        circuit = circuits.get(name)
        until = circuit.open_until if circuit else None
        found[name] = {
            "requests_last_hour": operations.spent(name, now),
            "failures": circuit.failures if circuit else 0,
            "left_alone": bool(until and until > now),
            "left_alone_until": _shown(until) if until and until > now else None,
            "reason": circuit.reason or None if circuit else None,
        }
    return found


def _shown(instant: datetime | None) -> str | None:
    return rfc3339(instant) if instant else None
