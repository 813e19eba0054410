"""Whom a market's name means: 其港股, 中芯国际A股与H股, and the index of the market at home that 大盘 is."""

from __future__ import annotations

import msgspec

from events.reading.clauses import Item
from events.reading.companies import Mention
from events.reading.companies_market import exchanges_of
from events.reading.companies_table import load
from events.reading.scene import Scene, Topic

A_MARKET = "a market by its name"
_AT_HOME = {"TW": "^TWII", "SS": "000001.SS", "SZ": "000001.SS", "HK": "^HSI"}  # the index that 大盘 is there


def of_market(here: Scene, item: Item, measure: str, *, near: bool) -> Topic:
    """Return the topic at a market's name: 其港股 are the shares there of the company spoken of, 港股 is the market."""
    if any(one.kind == "it" and one.end == item.start for one in here.items):
        return Topic(measure, _on_market(here, item.text), at=item.start, near=near, rule=f"{item.text} of it")
    return Topic(measure, (), item.text, item.start, near, A_MARKET)


def _on_market(here: Scene, market: str) -> tuple[Mention, ...]:
    """Return the company spoken of last under its symbol on a market that is named, nothing where it has none there."""
    names = here.memory.last.names[:1] or ((here.memory.main,) if here.memory.main is not None else ())
    held = [load().primary(names[0].company, here.held.day, code) for code in exchanges_of(market)] if names else []
    listing = next((one for one in held if one is not None), None)
    if listing is None:
        return ()
    return (msgspec.structs.replace(names[0], symbol=load().history(listing), listed=listing.symbol),)


def listed_there(here: Scene, names: tuple[Mention, ...], market: str) -> tuple[Mention, ...]:
    """Return companies under their symbols on the market that a word for shares names: 中芯国际A股跌2%，H股跌3%."""
    exchanges = exchanges_of(market)
    held = [
        next((one for code in exchanges if (one := load().primary(name.company, here.held.day, code))), None)
        for name in names
        if name.company
    ]
    if not held or len(held) != len(names) or None in held:
        return names
    return tuple(
        msgspec.structs.replace(name, symbol=load().history(one), listed=one.symbol)
        for name, one in zip(names, held, strict=True)
        if one is not None
    )


def home_index(here: Scene, item: Item, *, near: bool) -> Topic:
    """Return the topic at a word for "the market" in an article that named no index: that of the shares spoken of."""
    names = here.memory.last.names[:1] or ((here.memory.main,) if here.memory.main is not None else ())
    symbol = _AT_HOME.get(names[0].symbol.rpartition(".")[2], "") if names else ""
    listing = load().listing(symbol, here.held.day) if symbol else None
    if listing is None:
        return Topic("price", (), "", -1, near, item.text, True)
    index = Mention(item.span, symbol, listing.company, item.text, "index", symbol)
    return Topic("price", (index,), "", item.start, near, f"{item.text}: the index of the market at home")
