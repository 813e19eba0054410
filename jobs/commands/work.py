"""`timeline work`: keep every watched symbol fresh until told to stop."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from jobs.commands.order import Order, takes_database
from jobs.commands.refresh import takes_source
from jobs.out import say

if TYPE_CHECKING:
    from jobs.schedule import Schedule
    from jobs.work import Worker

PATIENCE = 3.0  # seconds that a turn has to end by itself, of the five in which a stop must be done
LEASE = 30.0


def add(commands: Any) -> None:
    """Add the command."""
    command: argparse.ArgumentParser = commands.add_parser(
        "work",
        help="keep prices fresh: fetch after every close, until stopped",
        description="Fetch the prices of every watched symbol after each close of its exchange, re-check the claims "
        "that they touch, and try again after failures. Any number of these may run on one database: one leads, and "
        "another takes over when it is gone. Ctrl-C or SIGTERM ends it.",
    )
    takes_source(command)
    command.add_argument(
        "--lease", type=_seconds, default=LEASE, metavar="S", help="seconds after which a dead leader is replaced (30)"
    )
    takes_database(command)
    command.set_defaults(run=run)


def run(order: Order) -> int:
    """Work until a signal says stop."""
    from jobs.app import open_log
    from jobs.desk import sources
    from jobs.lease import Lease
    from jobs.operations import Operations
    from jobs.schedule import Schedule
    from jobs.settings import shown
    from jobs.work import Worker

    def tell(line: str) -> None:
        say(f"{order.clock():%Y-%m-%d %H:%M:%S}  {line}")
        sys.stdout.flush()

    found = sources(order.given.source, order.environment)
    with open_log(order.database, create=True) as log, Operations.open(order.database) as operations:
        lease = Lease(operations, order.given.lease)
        worker = Worker(log, operations, found, order.clock, lease=lease, tell=tell)

        def count(name: str, error: BaseException | None) -> None:
            operations.count(name, order.clock())
            tell(f"{name}: {error or 'it is made up for by the next'}")

        schedule = Schedule(lambda: worker.turn(schedule.follow), count)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stopped.set())
        leads = worker.lead()
        tell(f"working on {shown(order.database)}; {'this process leads' if leads else 'another process leads'}")
        schedule.start(worker.symbols())
        worker.keep_leading(schedule.now)
        while not worker.stopped.wait(1):  # a wait without an end would keep signals from being seen on some systems
            pass
        _end(worker, schedule, order)
        tell("stopped")
    return 0


def _end(worker: Worker, schedule: Schedule, order: Order) -> None:
    """Let a turn end between two symbols; one that hangs in a slow answer is cut off: nothing of it is stored."""
    schedule.stop()
    idle = worker.idle(PATIENCE)
    worker.lease.release(order.clock())
    if not idle:
        say("stopped in the middle of a run; what came before is stored")
        sys.stdout.flush()
        os._exit(0)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.2 <= seconds <= 60:
        raise argparse.ArgumentTypeError(f"got {text}, wanted seconds from 0.2 to 60")
    return seconds
