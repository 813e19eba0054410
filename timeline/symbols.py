"""What a symbol's name tells: its exchange, and which name its history is kept under.

Data, not logic: extend the tables. Codes are those of exchange_calendars (market identifier codes); "" means that no
calendar is known, and that sessions are the days observed in the data.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

OBSERVED = ""
DEFAULT = "XNYS"

# The suffixes that Yahoo and Stooq write. Vietnam has no calendar in exchange_calendars.
SUFFIXES = {
    "US": "XNYS", "HK": "XHKG", "SS": "XSHG", "SZ": "XSHG", "SH": "XSHG", "T": "XTKS", "JP": "XTKS", "L": "XLON",
    "UK": "XLON", "PA": "XPAR", "AS": "XAMS", "BR": "XBRU", "LS": "XLIS", "DE": "XETR", "F": "XFRA", "MI": "XMIL",
    "MC": "XMAD", "SW": "XSWX", "ST": "XSTO", "HE": "XHEL", "CO": "XCSE", "OL": "XOSL", "VI": "XWBO", "IR": "XDUB",
    "TO": "XTSE", "AX": "XASX", "NZ": "XNZE", "KS": "XKRX", "KQ": "XKRX", "TW": "XTAI", "TWO": "XTAI", "SI": "XSES",
    "BO": "XBOM", "NS": "XBOM", "SA": "BVMF", "MX": "XMEX", "JK": "XIDX", "BK": "XBKK", "KL": "XKLS", "IS": "XIST",
    "JO": "XJSE", "TA": "XTAE", "WA": "XWAR", "SR": "XSAU", "VN": OBSERVED, "HM": OBSERVED, "HN": OBSERVED,
}  # fmt: skip

# Names without a suffix that are not plain tickers of New York. VNM is Vinamilk in Hanoi and a fund in New York.
NAMES = {
    "^GSPC": "XNYS", "^SPX": "XNYS", "^IXIC": "XNYS", "^NDX": "XNYS", "^DJI": "XNYS", "^RUT": "XNYS", "^VIX": "XNYS",
    "^HSI": "XHKG", "^HSCE": "XHKG", "^HSTECH": "XHKG", "^N225": "XTKS", "^FTSE": "XLON", "^GDAXI": "XETR",
    "^FCHI": "XPAR", "^KS11": "XKRX", "^TWII": "XTAI", "^AXJO": "XASX", "^BSESN": "XBOM", "^NSEI": "XBOM",
    "^VNINDEX": OBSERVED, "VNINDEX": OBSERVED, "VN30": OBSERVED, "HNXINDEX": OBSERVED, "VNM": OBSERVED,
}  # fmt: skip

# Seconds of the day, in universal time, at which sessions open and close where no calendar says so. Ho Chi Minh City
# and Hanoi trade from 9:00 to 15:00, seven hours ahead, all year.
_HANOI = (2 * 3600, 8 * 3600)
_HOURS = {
    "VN": _HANOI,
    "HM": _HANOI,
    "HN": _HANOI,
    "^VNINDEX": _HANOI,
    "VNINDEX": _HANOI,
    "VN30": _HANOI,
    "HNXINDEX": _HANOI,
}

CURRENCIES = frozenset({
    "AED", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNH", "CNY", "COP", "CZK", "DKK", "EGP", "EUR",
    "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "KWD", "MOP", "MXN", "MYR",
    "NGN", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RUB", "SAR", "SEK", "SGD", "THB",
    "TRY", "TWD", "UAH", "USD", "VND", "XAG", "XAU", "ZAR",
})  # fmt: skip

# What shares trade in, by exchange. London quotes in pence; its claims are told in pounds or pence, so it is left out.
TRADES_IN = {
    "XNYS": "USD", "XHKG": "HKD", "XSHG": "CNY", "XTKS": "JPY", "XKRX": "KRW", "XTAI": "TWD", "XPAR": "EUR",
    "XAMS": "EUR", "XETR": "EUR", "XMIL": "EUR", "XMAD": "EUR", "XSWX": "CHF", "XTSE": "CAD", "XASX": "AUD",
    "XBOM": "INR", "XSES": "SGD",
}  # fmt: skip

# One index under several names: as the exchange, Stooq and Yahoo write it. The last is the one of companies.csv.
ALIASES = {
    "VNINDEX": "^VNINDEX.VN", "^VNINDEX": "^VNINDEX.VN", "VN30": "^VN30.VN", "^VN30": "^VN30.VN",
    "HNXINDEX": "^HNXINDEX.VN", "^HNXINDEX": "^HNXINDEX.VN", "^SPX": "^GSPC",
}  # fmt: skip

_PLAIN = re.compile(r"[A-Z]{1,5}([.-][A-Z]{1,2})?")
_HONG_KONG = re.compile(r"0*(\d+)\.HK")


class Renaming(NamedTuple):
    """From the session `on`, what was called `old` is called `new`."""

    old: str
    new: str
    on: date


# A name that later went to somebody else is why days matter.
RENAMINGS = (
    Renaming("FB", "META", date(2022, 6, 9)),
    Renaming("ANTM", "ELV", date(2022, 6, 28)),
    Renaming("SQ", "XYZ", date(2025, 1, 21)),
)


def canonical(symbol: str) -> str:
    """Return a symbol in the one form in which prices are kept: upper case, Hong Kong codes with four digits."""
    symbol = symbol.strip()
    symbol = symbol.upper() if symbol.isascii() else symbol  # a letter that only looks like one of ours stays another
    if found := _HONG_KONG.fullmatch(symbol):
        return f"{found[1]:0>4}.HK"
    symbol = symbol.removesuffix(".US")
    return ALIASES.get(symbol, symbol)


def is_currency_pair(symbol: str) -> bool:
    """Tell whether a symbol is two currencies (USDCNY, USDCNY=X, CNY=X); six letters alone do not make a pair."""
    if symbol.endswith("=X"):
        return True
    return len(symbol) == 6 and symbol[:3] in CURRENCIES and symbol[3:] in CURRENCIES and symbol[:3] != symbol[3:]


def calendar_for(symbol: str) -> str:
    """Return the exchange whose sessions a symbol keeps ("XNYS", "XHKG" ...), "" for sessions as observed."""
    symbol = symbol.strip().upper()
    if symbol in NAMES:
        return NAMES[symbol]
    if symbol.startswith("^") or is_currency_pair(symbol):
        return OBSERVED
    _, dot, suffix = symbol.rpartition(".")
    if dot and suffix in SUFFIXES:
        return SUFFIXES[suffix]
    return DEFAULT if _PLAIN.fullmatch(symbol) else OBSERVED


def observed_hours(symbol: str) -> tuple[int, int]:
    """Return when the sessions of a symbol without a calendar open and close: seconds of the day in universal time."""
    symbol = canonical(symbol)
    return _HOURS.get(symbol) or _HOURS.get(symbol.rpartition(".")[2]) or (0, 86_399)


def currency_of(symbol: str) -> str:
    """Return the currency in which a symbol trades, "" where no rule says (indices, currency pairs, London)."""
    symbol = canonical(symbol)
    if symbol.startswith("^") or is_currency_pair(symbol):
        return ""
    if symbol.endswith((".VN", ".HM", ".HN")):
        return "VND"
    return TRADES_IN.get(calendar_for(symbol), "")


def resolve(symbol: str, day: date | None = None) -> str:
    """Return the name under which the history of a symbol, as it was called on `day`, is kept.

    FB on 2021-05-03 is META, FB on 2024-05-03 is not. Without a day a renamed symbol is taken in its old sense.
    """
    symbol = canonical(symbol)
    for old, new, on in RENAMINGS:
        if symbol == old and (day is None or day < on):
            return resolve(new, on)
    return symbol
