"""The `timeline` command: it parses, hands over to one room of `jobs.commands`, and turns refusals into one line.

Exit codes: 0 done, 1 something was contradicted, damaged or faulty where that was the question, 2 wrong use, 130
stopped by Ctrl-C. Nothing heavy is imported before a command runs.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from jobs.commands import claims, copy, erase, export, head, power, prices, replay, serve, status, verify, watch, work
from jobs.commands.order import Order

# In the order in which --help lists them.
COMMANDS = (replay, claims, prices, serve, watch, work, verify, head, copy, erase, status, export, power)

DONE, FAULT, WRONG_USE, INTERRUPTED = 0, 1, 2, 128 + signal.SIGINT


class Parser(argparse.ArgumentParser):
    """An argument parser whose refusals are one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is, and leave with 2."""
        self.exit(WRONG_USE, f"{self.prog}: {message}; see {self.prog} --help\n")


class Version(argparse.Action):
    """--version, looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        """Print the version and leave."""
        from importlib.metadata import version

        print(f"timeline {version('market-timeline')}")  # noqa: T201  # an answer, so it goes to stdout
        parser.exit(DONE)


def parser() -> Parser:
    """Return the parser of the whole command line."""
    top = Parser(
        prog="timeline", description="Checks dated claims about listed companies against public price history."
    )
    top.add_argument("--version", action=Version, nargs=0, help="print the version and leave")
    top.add_argument("--database", metavar="URL", help="the log, such as sqlite:///var/timeline.db")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    for room in COMMANDS:
        room.add(commands)
    return top


def main(argv: Sequence[str] | None = None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> int:
    """Run one command and return its exit code."""
    _any_text_prints()
    try:
        given = parser().parse_args(argv)
    except SystemExit as leave:
        return int(leave.code or 0)
    try:
        code = _run(given, clock)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read us has had enough; the interpreter must not complain at its exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    return code


def _run(given: argparse.Namespace, clock: Callable[[], datetime]) -> int:
    from events.errors import ConflictError, DamagedLogError, DataError, TimelineError, UnknownEventError

    try:
        return int(given.run(Order(given, clock, os.environ, Path.cwd())))
    except DataError as error:
        _say(str(error))
        return FAULT
    except (DamagedLogError, UnknownEventError, ConflictError) as error:
        _say(f"timeline: {error}")
        return FAULT
    except TimelineError as error:
        _say(f"timeline: {error}")
        return WRONG_USE
    except BrokenPipeError:
        raise
    except OSError as error:
        _say(f"timeline: {error.filename or 'input'}: {error.strerror or error}")
        return WRONG_USE


def _say(message: str) -> None:
    from jobs.out import warn

    warn(message)


def _any_text_prints() -> None:
    """Let a terminal that knows no Chinese show escapes instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
