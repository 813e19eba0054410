"""`timeline prices import`: price files into the log, what is new and what changed, or nothing at all."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.commands import refresh, sheet
from jobs.commands.order import Order, a_day, takes_database, takes_json
from jobs.out import plain, print_json, say, warn

if TYPE_CHECKING:
    from jobs.importing import Import, SymbolImport

WORTH_A_BAR = 5  # files


def add(commands: Any) -> None:
    """Add the command and its subcommands."""
    prices: argparse.ArgumentParser = commands.add_parser("prices", help="bring prices into the log")
    actions = prices.add_subparsers(title="commands", metavar="COMMAND", required=True)
    command: argparse.ArgumentParser = actions.add_parser(
        "import",
        help="import CSV files of daily prices",
        description="Import CSV files of daily prices: date,open,high,low,close,volume, of which only date and close "
        "are required. The symbol comes from a column `symbol`, else from the file's name. Closes are split-adjusted "
        "and not dividend-adjusted. A file with a fault imports nothing of any file.",
    )
    command.add_argument("files", nargs="+", metavar="FILE", help="a CSV file, such as META.csv")
    command.add_argument("--adjusted-through", metavar="D", help="adjusted for every split up to this day (today)")
    command.add_argument("--currency", metavar="C", default="", help="the currency of the prices, such as USD")
    takes_database(command)
    takes_json(command)
    command.set_defaults(run=run_import)
    refresh.add(actions)
    sheet.add(actions)


def run_import(order: Order) -> int:
    """Import, and say what came in for each symbol."""
    from jobs.app import open_log
    from jobs.importing import import_prices
    from jobs.progress import progress

    given = order.given
    files = [Path(name) for name in given.files]
    with (
        open_log(order.database, create=True) as log,
        progress("Reading price files", len(files), worth=WORTH_A_BAR, step=1) as tick,
    ):
        done = iter(range(1, len(files) + 1))
        brought = import_prices(
            log,
            files,
            recorded=order.clock(),
            adjusted_through=a_day("--adjusted-through", given.adjusted_through),
            currency=given.currency.upper(),
            progress=lambda _: tick(next(done)),
        )
        head = log.head()
    if given.json:
        print_json(
            {
                "symbols": [_answer(one) for one in brought.symbols],
                "warnings": [str(one) for one in brought.warnings],
                "appended": brought.appended,
                "log": {"events": head.position, "digest": head.digest},
            }
        )
        return 0
    _print(brought)
    for one in brought.warnings:
        warn(f"note: {one}")
    say(f"{brought.appended} events added; the log ends at {head.position}, digest {head.digest}")
    return 0


def _print(brought: Import) -> None:
    from rich import box
    from rich.table import Table

    from jobs.show import console

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("Symbol", "From", "To", "New", "Revised", "Unchanged", "File"):
        table.add_column(name, justify="right" if name in ("New", "Revised", "Unchanged") else "left")
    for one in brought.symbols:
        counts = [f"{count:,}" for count in (one.new, one.revised, one.unchanged)]
        table.add_row(one.symbol, one.first.isoformat(), one.last.isoformat(), *counts, plain(one.source))
    console().print(table)


def _answer(one: SymbolImport) -> dict[str, Any]:
    return {
        "symbol": one.symbol,
        "source": one.source,
        "first": one.first,
        "last": one.last,
        "new": one.new,
        "revised": one.revised,
        "unchanged": one.unchanged,
    }
