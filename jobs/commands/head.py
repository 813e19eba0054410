"""`timeline head`: where the log ends, to be noted elsewhere; signed where a key is configured."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from jobs.commands.order import Order, takes_database, takes_json
from jobs.out import print_json, say

KEY = "TIMELINE_SIGNING_KEY"


def add(commands: Any) -> None:
    """Add the command."""
    command: argparse.ArgumentParser = commands.add_parser(
        "head",
        help="print where the log ends, to be noted elsewhere",
        description="Print where the log ends, as POSITION:HASH, or as a signed note (C2SP, Ed25519) where a key is "
        f"given. `timeline verify --against` proves later that the log extends it. The key's file may also stand in "
        f"{KEY}.",
    )
    command.add_argument("--key", metavar="FILE", help="sign with the key in this file")
    command.add_argument("--new-key", metavar="NAME", help="make a key of this name in the file of --key first")
    takes_database(command)
    takes_json(command)
    command.set_defaults(run=run)


def run(order: Order) -> int:
    """Print the head; with --new-key make a key, and print the one that verifies."""
    from jobs.app import open_log

    file = order.given.key or order.environment.get(KEY)
    if order.given.new_key:
        return _make(order.given.new_key, file)
    with open_log(order.database) as log:
        head = log.head()
    note = signed_note(head, file)
    if order.given.json:
        print_json({"events": head.position, "digest": head.digest, "note": note or None})
    else:
        say(note.rstrip("\n") if note else f"{head.position}:{head.digest}")
    return 0


def signed_note(head: Any, file: str | None) -> str:
    """Return a head as a note signed with the key in a file, "" without one."""
    if not file:
        return ""
    from events.errors import InvalidValueError
    from events.notes import signed

    try:
        key = Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "no text"
        raise InvalidValueError(
            f"the signing key's file (--key or {KEY})", f"{file!r}: {reason}", "a file that can be read"
        ) from error
    return signed(head, key)


def _make(name: str, file: str | None) -> int:
    from events.errors import InvalidValueError
    from events.notes import new_key

    if not file:
        raise InvalidValueError("--new-key", "no file", f"--key FILE, or {KEY}, to keep the key in")
    secret, told = new_key(name)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(f"{secret}\n")
    say(told)
    return 0
