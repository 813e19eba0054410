"""A server on 127.0.0.1 that speaks Yahoo's chart protocol, with faults to order, and a clock of its own.

What it serves is drawn from a small market: for each symbol a close a session. `fault` makes the next answers bad;
`requests` says what was asked for.
"""

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import numpy as np

from timeline.sessions import exchange_calendar


@dataclass
class Listing:
    """What Yahoo knows of a symbol: (day, open, high, low, close, volume) rows, and its facts."""

    rows: dict[date, tuple[float, float, float, float, int]]
    currency: str = "USD"
    zone: str = "America/New_York"
    symbol: str = ""
    splits: dict[date, tuple[float, float]] = field(default_factory=dict)
    dividends: dict[date, float] = field(default_factory=dict)
    paid_in: str = ""
    kind: str = "EQUITY"
    opens: tuple[int, int] = (9, 30)


def listing(first: date, last: date, *, start=100.0, exchange="XNYS", seed=1, **facts) -> Listing:
    """A listing with a bar for each session of an exchange, closes to the cent."""
    calendar = exchange_calendar(exchange)
    days = [
        calendar.day(i)
        for i in range(calendar.at_or_before(first - timedelta(days=1)) + 1, calendar.at_or_before(last) + 1)
    ]
    moves = np.random.default_rng(seed).normal(0, 0.01, len(days))
    closes = np.round(start * np.exp(np.cumsum(moves)), 2)
    rows = {}
    for i, (day, close) in enumerate(zip(days, closes, strict=True)):
        opened = float(closes[max(i - 1, 0)])
        high, low = round(max(opened, float(close)) + 1, 2), round(min(opened, float(close)) - 1, 2)
        rows[day] = (opened, high, low, float(close), 1000 + i)
    return Listing(rows, **facts)


class Market:
    """The server: `listings` by Yahoo's symbol, `now` as its clock, and the faults of its next answers."""

    def __init__(self):
        self.listings: dict[str, Listing] = {}
        self.now = lambda: datetime.now(UTC)
        self.requests: list[tuple[str, str]] = []  # symbol, "zone", "history" or what else was asked
        self.shares: dict[str, int] = {}
        self._faults: list[tuple[str, object]] = []
        self._forever: tuple[str, object] | None = None
        self._lock = threading.Lock()
        self.slow = threading.Event()

    def fault(self, kind: str, detail=None, times: int | None = 1):
        """Make the next answers about prices bad (None: until told otherwise)."""
        if times is None:
            self._forever = (kind, detail)
        else:
            self._faults += [(kind, detail)] * times

    def heal(self):
        self._faults, self._forever = [], None

    def histories(self, symbol=None) -> list[str]:
        return [name for name, what in self.requests if what == "history" and symbol in (None, name)]

    def next_fault(self):
        with self._lock:
            return self._faults.pop(0) if self._faults else self._forever

    def chart(self, symbol: str, query: dict) -> tuple[int, bytes]:
        """Answer as /v8/finance/chart does, up to the server's now: the session that runs has a bar already."""
        told = self.listings.get(symbol)
        if told is None:
            error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
            return 404, json.dumps({"chart": {"result": None, "error": error}}).encode()
        zone, now = ZoneInfo(told.zone), self.now()
        start = int(query.get("period1", ["-99999999999"])[0])
        stamp = {
            day: int(datetime(day.year, day.month, day.day, *told.opens, tzinfo=zone).timestamp()) for day in told.rows
        }
        days = [day for day in sorted(told.rows) if start <= stamp[day] <= now.timestamp()]
        if query.get("range") == ["1d"]:
            days = days[-1:]
        quote = {name: [told.rows[day][i] for day in days] for i, name in enumerate(("open", "high", "low", "close"))}
        narrow = {name: [None if x is None else float(np.float32(x)) for x in column] for name, column in quote.items()}
        events = {
            "splits": {
                str(stamp.get(day, 0)): {
                    "date": stamp[day],
                    "numerator": new,
                    "denominator": old,
                    "splitRatio": f"{new}:{old}",
                }
                for day, (new, old) in told.splits.items()
                if day in days
            },
            "dividends": {
                str(stamp[day]): {
                    "date": stamp[day],
                    "amount": paid,
                    **({"currency": told.paid_in} if told.paid_in else {}),
                }
                for day, paid in told.dividends.items()
                if day in days
            },
        }
        meta = {
            "currency": told.currency, "symbol": told.symbol or symbol, "exchangeName": "NMS",
            "instrumentType": told.kind, "exchangeTimezoneName": told.zone, "timezone": "EST", "gmtoffset": -18000,
            "priceHint": 2,
            "regularMarketTime": int(now.timestamp()), "firstTradeDate": min(stamp.values()), "dataGranularity": "1d",
            "range": "", "validRanges": ["1d", "5d", "1mo", "max"],
        }  # fmt: skip
        indicators = {
            "quote": [{**narrow, "volume": [told.rows[day][4] for day in days]}],
            "adjclose": [{"adjclose": narrow["close"]}],
        }
        if not days:
            indicators = {"quote": [{}], "adjclose": [{}]}
        result = {"meta": meta, "timestamp": [stamp[day] for day in days], "indicators": indicators, "events": events}
        return 200, json.dumps({"chart": {"result": [result], "error": None}}).encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    market: Market

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.do_GET()

    def do_GET(self):
        parts, market = urlsplit(self.path), self.market
        query = parse_qs(parts.query)
        if parts.path.startswith("/v8/finance/chart/"):
            symbol = parts.path.rpartition("/")[2].replace("%3D", "=").replace("%5E", "^")
            market.requests.append((symbol, "zone" if query.get("range") == ["1d"] else "history"))
            fault = market.next_fault()
            if fault and self._faulty(*fault):
                return
            self._answer(*market.chart(symbol, query))
        elif parts.path.startswith("/ws/fundamentals-timeseries/"):
            symbol = parts.path.rpartition("/")[2]
            market.requests.append((symbol, "shares"))
            told = (
                {"shares_out": [market.shares[symbol]], "timestamp": [int(market.now().timestamp())]}
                if symbol in market.shares
                else {}
            )
            self._answer(200, json.dumps({"timeseries": {"result": [told], "error": None}}).encode())
        elif parts.path.endswith("/getcrumb"):
            self._answer(200, b"a-crumb")
        else:  # the page that sets a cookie, and those that ask for consent
            self._answer(404, b"<html></html>", "text/html")

    def _faulty(self, kind: str, detail) -> bool:
        if kind == "status":
            self._answer(detail, b"Too Many Requests" if detail == 429 else b"<html>Bad Gateway</html>", "text/html")
        elif kind == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b'{"chart": {"result": [{"meta"')
            self.close_connection = True
        elif kind == "slow":
            self.market.slow.set()
            time.sleep(detail)
            return False
        elif kind == "body":
            self._answer(200, detail)
        return True

    def _answer(self, status: int, body: bytes, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Clients that were killed or lost patience are part of the tests."""


@contextmanager
def serving():
    """A market on a free port of 127.0.0.1; its address is `market.url`."""
    market = Market()
    handler = type("Bound", (Handler,), {"market": market})
    server = Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    market.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield market
    finally:
        server.shutdown()
        server.server_close()


def redirected(monkeypatch, url: str):
    """Send all that yfinance asks of Yahoo, whichever of its hosts, to a local server."""
    import yfinance.base
    import yfinance.cache
    import yfinance.data
    import yfinance.scrapers.history

    session = type(yfinance.data.new_session())
    through = session.request

    def request(self, *words, **named):
        parts = urlsplit(named["url"])
        assert parts.hostname == "127.0.0.1" or parts.hostname.endswith("yahoo.com"), named["url"]
        named["url"] = url + parts.path + (f"?{parts.query}" if parts.query else "")
        return through(self, *words, **named)

    monkeypatch.setattr(session, "request", request)
    monkeypatch.setattr(yfinance.scrapers.history, "_BASE_URL_", url)
    monkeypatch.setattr(yfinance.base, "_BASE_URL_", url)
    monkeypatch.setattr(yfinance.base, "_tz_info_fetch_ctr", 0)
    monkeypatch.setattr(yfinance.data.SingletonMeta, "_instances", {})
    for kept in vars(yfinance.cache).values():  # what it remembers is one for a process; a test has its own
        for name in ("_tz_cache", "_Cookie_cache", "_isin_cache", "_db"):
            if isinstance(kept, type) and name in vars(kept):
                monkeypatch.setattr(kept, name, None)
