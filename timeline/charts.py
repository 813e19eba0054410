"""One Vega-Lite spec for a claim: the closes around its window, the bars of its evidence, the benchmark beside it.

The same spec is drawn twice: as an SVG by vl-convert, so that a page needs no script, and interactively in the page.
The benchmark is rebased to the symbol's close at the start of the window, so that both begin at one point.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal

import msgspec

from timeline.context import BENCHMARKS
from timeline.entries import Entry
from timeline.prices import PriceHistory

Theme = Literal["light", "dark"]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH, HEIGHT = 660, 300
MOST_BARS = 700  # about a bar a pixel: more of them only make the file larger
LEAST_ROOM = 12  # days shown before and after a short window
PRICES = ("close", "open", "high", "low", "rate")
KEPT = 256  # drawn charts in memory

_FONT = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Noto Sans CJK SC, sans-serif"
# A day while a chart spans months, the month once it spans years: vega's own labels mix weekdays and months.
_DAY = "utcFormat(datum.value, span(domain('x')) < 250 * 864e5 ? '%-d %b' : '%b %Y')"
_COLOURS: dict[Theme, dict[str, str]] = {
    "light": {"ink": "#22262b", "soft": "#636a73", "rule": "#dfe2e5", "line": "#1d4f91", "band": "#1d4f91"},
    "dark": {"ink": "#e8eaec", "soft": "#a0a8b1", "rule": "#363c43", "line": "#8ab8f5", "band": "#8ab8f5"},
}


def spec(entry: Entry, prices: PriceHistory, theme: Theme = "light") -> dict[str, Any] | None:
    """Return the Vega-Lite spec of an entry, None where its prices or its window are not held.

    Prices are split-adjusted closes, dates are sessions of the listing's exchange.
    """
    claim, best = entry.stated.claim, entry.verdict.best
    if best is None or best.start is None or best.end is None or not claim.symbol:
        return None
    bars = _around(prices, claim.symbol, best.start, best.end)
    if len(bars) < 2:
        return None
    name = _benchmark(entry, prices)
    beside = _rebased(bars, _around(prices, name, best.start, best.end), best.start) if name else []
    told = f"{name}, rebased"
    values = [{**bar, "series": claim.symbol} for bar in bars] + [{**bar, "series": told} for bar in beside]
    colours = _COLOURS[theme]
    names = [claim.symbol, *([told] if beside else [])]
    ranges = [colours["line"], colours["soft"]][: len(names)]
    return {
        "$schema": SCHEMA,
        "description": f"{claim.symbol} from {bars[0]['date']} to {bars[-1]['date']}; the window of the claim, "
        f"{best.start} to {best.end}, is marked. {entry.verdict.explanation}",
        "width": WIDTH,
        "height": HEIGHT,
        "background": "transparent",
        "autosize": {"type": "fit", "contains": "padding"},
        "layer": [
            _band(best.start, best.end, colours),
            _lines(values, names, ranges),
            *_evidence(best.evidence, colours),
            _pointer(bars, claim.symbol, colours),
        ],
        "config": _config(colours),
    }


def svg(chart: Mapping[str, Any]) -> bytes:
    """Return a spec drawn as SVG, without what only answers a pointer; drawings are kept in memory by content."""
    still = {**chart, "layer": [layer for layer in chart["layer"] if "params" not in layer]}
    return _drawn(msgspec.json.encode(still))


def digest(chart: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a spec in hexadecimal: the same spec gives the same drawing."""
    return hashlib.sha256(msgspec.json.encode(chart)).hexdigest()


@lru_cache(maxsize=KEPT)
def _drawn(content: bytes) -> bytes:
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(content.decode())
    return drawn.encode()


def _benchmark(entry: Entry, prices: PriceHistory) -> str:
    """Return the benchmark's symbol: the verdict's own, else that of the exchange, "" for none."""
    symbol = entry.stated.claim.symbol
    if entry.verdict.context:
        return entry.verdict.context.benchmark
    place = prices.where(symbol)
    name = BENCHMARKS.get(place[0].calendar.name, "") if place else ""
    return name if name != symbol and name and prices.where(name) else ""


def _around(prices: PriceHistory, symbol: str, start: date, end: date) -> list[dict[str, Any]]:
    """Return the closes from before a window to after it, thinned where there are more than a chart can show."""
    room = timedelta(days=max(LEAST_ROOM, (end - start).days // 4))
    low = start - room if start - date.min > room else date.min
    high = end + room if date.max - end > room else date.max
    bars: list[dict[str, Any]] = list(prices.bars(symbol, low, high))
    step = -(-len(bars) // MOST_BARS) or 1
    ends = {start.isoformat(), end.isoformat()}
    return [bar for place, bar in enumerate(bars) if place % step == 0 or bar["date"] in ends]


def _rebased(bars: list[dict[str, Any]], others: list[dict[str, Any]], start: date) -> list[dict[str, Any]]:
    """Return the other series scaled so that both stand at one price at the start (or the first day that both have)."""
    closes = {bar["date"]: float(bar["close"]) for bar in bars}
    shared = [bar for bar in others if bar["date"] in closes]
    after = [bar for bar in shared if bar["date"] >= start.isoformat()]
    if not shared:
        return []
    anchor = (after or shared)[0]
    factor = closes[anchor["date"]] / float(anchor["close"])
    return [{"date": bar["date"], "close": round(float(bar["close"]) * factor, 4)} for bar in others]


def _x(field: str = "date") -> dict[str, Any]:
    axis = {"labelFlush": True, "tickCount": 6, "grid": False, "labelOverlap": "greedy", "labelSeparation": 10}
    axis["labelExpr"] = _DAY
    return {"field": field, "type": "temporal", "scale": {"type": "utc"}, "title": None, "axis": axis}


def _y() -> dict[str, Any]:
    return {
        "field": "close",
        "type": "quantitative",
        "scale": {"zero": False, "nice": False, "padding": 18},
        "title": None,
    }


def _dated(values: list[dict[str, Any]], *fields: str) -> dict[str, Any]:
    return {"values": values, "format": {"parse": dict.fromkeys(fields or ("date",), "utc:'%Y-%m-%d'")}}


def _band(start: date, end: date, colours: Mapping[str, str]) -> dict[str, Any]:
    one_day = start == end
    return {
        "data": _dated([{"start": start.isoformat(), "end": end.isoformat()}], "start", "end"),
        "mark": {"type": "rule", "color": colours["band"], "opacity": 0.5, "strokeWidth": 2}
        if one_day
        else {"type": "rect", "color": colours["band"], "opacity": 0.12},
        "encoding": {"x": _x("start")} if one_day else {"x": _x("start"), "x2": {"field": "end"}},
    }


def _lines(values: list[dict[str, Any]], names: list[str], ranges: list[str]) -> dict[str, Any]:
    scale = {"domain": names, "range": ranges}
    dashes = {"domain": names, "range": [[1, 0], [4, 3]][: len(names)]}
    legend = {"orient": "top", "direction": "horizontal", "title": None, "symbolType": "stroke", "labelLimit": 300}
    return {
        "data": _dated(values),
        "mark": {"type": "line", "strokeWidth": 2, "strokeJoin": "round"},
        "encoding": {
            "x": _x(),
            "y": _y(),
            "color": {"field": "series", "type": "nominal", "scale": scale, "legend": legend},
            "strokeDash": {"field": "series", "type": "nominal", "scale": dashes, "legend": legend},
        },
    }


def _evidence(evidence: tuple[Mapping[str, Any], ...], colours: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the layers of the bars that the verdict rests on: a ring and its price for each."""
    points = []
    for bar in evidence:
        column = next((name for name in PRICES if isinstance(bar.get(name), int | float)), None)
        if column and "date" in bar:
            points.append({"date": str(bar["date"]), "close": bar[column], "told": f"{bar[column]:,.2f}"})
    if not points:
        return []
    encoding = {"x": _x(), "y": _y()}
    ring = {"type": "point", "filled": False, "size": 90, "strokeWidth": 2, "color": colours["ink"]}
    layers: list[dict[str, Any]] = [{"data": _dated(points), "mark": ring, "encoding": encoding}]
    shown = points if len(points) <= 2 else [points[0], points[-1]]
    highest = max(point["close"] for point in shown)
    for place, point in enumerate(shown):
        above = point["close"] == highest
        text = {
            "type": "text", "dy": -14 if above else 16, "fontSize": 12, "fontWeight": 600, "color": colours["ink"],
            "align": "left" if place else "right", "dx": 4 if place else -4,
        }  # fmt: skip
        told = {**encoding, "text": {"field": "told"}}
        layers.append({"data": _dated([point]), "mark": text, "encoding": told})
    return layers


def _pointer(bars: list[dict[str, Any]], symbol: str, colours: Mapping[str, str]) -> dict[str, Any]:
    """Return the layer that follows the pointer: the nearest session, with its date and close."""
    hover = {"type": "point", "nearest": True, "on": "pointermove", "clear": "pointerout", "encodings": ["x"]}
    shown = {"condition": {"param": "nearest", "empty": False, "value": 1}, "value": 0}
    return {
        "data": _dated(bars),
        "params": [{"name": "nearest", "select": hover}],
        "mark": {"type": "point", "filled": True, "size": 60, "color": colours["line"]},
        "encoding": {
            "x": _x(),
            "y": _y(),
            "opacity": shown,
            "tooltip": [
                {"field": "date", "type": "temporal", "timeUnit": "utcyearmonthdate", "title": "session"},
                {"field": "close", "type": "quantitative", "format": ",.2f", "title": f"{symbol} close"},
            ],
        },
    }


def _config(colours: Mapping[str, str]) -> dict[str, Any]:
    axis = {
        "labelColor": colours["soft"], "gridColor": colours["rule"], "domainColor": colours["rule"],
        "tickColor": colours["rule"], "labelFontSize": 12, "ticks": False, "labelPadding": 8,
    }  # fmt: skip
    return {
        "font": _FONT,
        "view": {"stroke": None},
        "axis": axis,
        "axisY": {"domain": False},
        "legend": {"labelColor": colours["ink"], "labelFontSize": 12, "padding": 0, "offset": 8},
    }
