"""`timeline prices show`: the prices that are held of a symbol, with their dividends, splits and sources."""

from __future__ import annotations

import argparse
from typing import Any

from jobs.commands.order import Order, a_day, takes_as_of, takes_database, takes_json
from jobs.out import plain, print_json, print_raw, warn

RECENT = 20  # sessions, where no day is named


def add(actions: Any) -> None:
    """Add the command below `prices`."""
    command: argparse.ArgumentParser = actions.add_parser(
        "show",
        help="show the prices that are held, with dividends, splits and sources",
        description="Show the daily bars that are held of some symbols, as known now or at an instant: split-adjusted, "
        "not dividend-adjusted, with the dividends (by ex-dividend day) and splits that a source told, and which "
        f"source told each bar. The last {RECENT} sessions, or those from --from to --to; with --csv or --json all.",
    )
    command.add_argument("symbols", nargs="+", metavar="SYMBOL", help="such as META or 0700.HK")
    command.add_argument("--from", dest="start", metavar="D", help="from this day on, such as 2025-02-03")
    command.add_argument("--to", dest="end", metavar="D", help="up to this day")
    command.add_argument("--csv", action="store_true", help="print CSV, as `timeline prices import` reads it")
    takes_as_of(command)
    takes_database(command)
    takes_json(command)
    command.set_defaults(run=run)


def run(order: Order) -> int:
    """Print the prices; raises NotHeldError for a symbol of which nothing is held."""
    from events.errors import NotHeldError
    from jobs.app import instant, open_log, replayed
    from timeline.formats.pricesheet import csv_text, price_rows

    given = order.given
    start, end = a_day("--from", given.start), a_day("--to", given.end)
    found = []
    with open_log(order.database) as log:
        state = replayed(log, instant(given.as_of) if given.as_of else None)
        prices = state.prices(log.proved_columns)
        for symbol in dict.fromkeys(given.symbols):
            if prices.where(symbol) is None:
                raise NotHeldError(f"no prices of {symbol} are held: `timeline prices refresh {symbol}` fetches them")
            found.append((symbol, price_rows(state, prices, symbol, log.proved_columns, start, end)))
    rows = [row for _, of in found for row in of]
    if given.json:
        print_json(rows)
    elif given.csv:
        print_raw(csv_text(rows).rstrip("\n"))
    else:
        for symbol, of in found:
            _print(of if start or end else of[-RECENT:])
            if len(of) > RECENT and not (start or end):
                warn(f"{symbol}: the last {RECENT} of {len(of):,} sessions; --from names the first to show")
            elif not of:
                warn(f"{symbol}: no session between these days is held")
    return 0


def _print(rows: list[dict[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    from jobs.show import console

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("Symbol", "Session", "Open", "High", "Low", "Close", "Volume", "Dividend", "Split", "Source"):
        table.add_column(name, justify="left" if name in ("Symbol", "Session", "Source") else "right")
    for row in rows:
        prices = ["" if row[name] is None else f"{row[name]:,.10g}" for name in ("open", "high", "low", "close")]
        volume = "" if row["volume"] is None else f"{row['volume']:,.0f}"
        dividend = "" if row["dividend"] is None else f"{row['dividend']:.6g}"
        split = "" if row["split"] is None else f"{row['split']:g} for 1"
        table.add_row(
            plain(row["symbol"]), row["date"].isoformat(), *prices, volume, dividend, split, plain(row["source"])
        )
    console().print(table)
