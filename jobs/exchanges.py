"""The calendar that a symbol keeps, and the clock of its exchange.

The zones are those of exchange_calendars, written down because asking that package takes seconds; a test compares them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from events.errors import NotHeldError
from timeline.sessions import Calendar, exchange_calendar
from timeline.symbols import calendar_for

ZONES = {
    "BVMF": "America/Sao_Paulo", "XAMS": "Europe/Amsterdam", "XASX": "Australia/Sydney", "XBKK": "Asia/Bangkok",
    "XBOM": "Asia/Kolkata", "XBRU": "Europe/Brussels", "XCSE": "Europe/Copenhagen", "XDUB": "Europe/Dublin",
    "XETR": "Europe/Berlin", "XFRA": "Europe/Berlin", "XHEL": "Europe/Helsinki", "XHKG": "Asia/Hong_Kong",
    "XIDX": "Asia/Jakarta", "XIST": "Europe/Istanbul", "XJSE": "Africa/Johannesburg", "XKLS": "Asia/Kuala_Lumpur",
    "XKRX": "Asia/Seoul", "XLIS": "Europe/Lisbon", "XLON": "Europe/London", "XMAD": "Europe/Madrid",
    "XMEX": "America/Mexico_City", "XMIL": "Europe/Rome", "XNYS": "America/New_York", "XNZE": "Pacific/Auckland",
    "XOSL": "Europe/Oslo", "XPAR": "Europe/Paris", "XSAU": "Asia/Riyadh", "XSES": "Asia/Singapore",
    "XSHG": "Asia/Shanghai", "XSTO": "Europe/Stockholm", "XSWX": "Europe/Zurich", "XTAE": "Asia/Tel_Aviv",
    "XTAI": "Asia/Taipei", "XTKS": "Asia/Tokyo", "XTSE": "America/Toronto", "XWAR": "Europe/Warsaw",
    "XWBO": "Europe/Vienna",
}  # fmt: skip

ALARM = timedelta(days=90)


def zone_of(exchange: str) -> str | None:
    """Return the time zone of an exchange ("XNYS"), None for one that is not in the table."""
    return ZONES.get(exchange)


def calendar_of(symbol: str) -> Calendar | None:
    """Return the calendar of a symbol's exchange, None where sessions are as observed."""
    name = calendar_for(symbol)
    try:
        return exchange_calendar(name) if name else None
    except (NotHeldError, ValueError):  # ValueError: some calendars of the package refuse the bounds that we want
        return None


def runs_out(calendar: Calendar, now: datetime) -> date | None:
    """Return the last session that a calendar knows, where that is less than 90 days ahead; else None."""
    last = calendar.day(len(calendar) - 1)
    return last if last < (now + ALARM).date() else None
