"""Checkpoints of long logs in the user's cache folder: where the last replay ended, and nothing that is missed.

A log has one, under the hash of its first event. It is believed only where its own hash, the code that wrote it and the
log's row at its end agree; otherwise, and wherever a file cannot be read or written, the replay starts at the first
event, as if there were none.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from events.errors import LogError, TimelineError
from events.log import EventLog
from jobs.settings import cache_folder

if TYPE_CHECKING:
    from timeline.replay import State

LEAST = 20_000  # events: what comes after the last checkpoint, or the whole log, is replayed in a moment below that
_SHARE = 4  # and so it is below this part of what the last one holds: each rewrites all
_LONG = 3600  # seconds in which the slowest writer is done
_KEPT = 4  # logs whose checkpoints stay; those of the others go, the oldest first


def resumed(log: EventLog, until: datetime | None = None, *, full: bool = False) -> State:
    """Return the state at the log's checkpoint; an empty one where none is to be believed, or `full`, or by `until`."""
    from timeline.replay import State
    from timeline.stored import StoredClaims

    if (file := _file(log)) is None:
        return State()
    from timeline.checkpoint import belongs, load

    try:
        if not full:
            state = load(file.read_bytes(), log)
            if belongs(state, log) and (until is None or state.head.recorded <= until):
                return state
    except (OSError, TimelineError):  # none yet, or none to be believed
        pass
    return State(StoredClaims(log))


def kept(log: EventLog, state: State, since: int = 0) -> None:
    """Keep a state for the next time, where enough came in since the checkpoint at position `since` (0: none)."""
    file = _file(log) if state.head.position - since >= max(LEAST, since // _SHARE) else None
    if file is None or state.stored is None:
        return
    from timeline.checkpoint import save

    with suppress(OSError):  # a full disk, a folder that is not ours: the next replay takes longer, no more
        content = save(state)
        put_in_place(file, lambda put: put(content))
        tidied(file, _KEPT)


def put_in_place(file: Path, write: Callable[[Callable[[Any], object]], object]) -> None:
    """Make a file, and its folder, under another name and put it in place whole; `write` hands it to what it is given.

    Raises OSError, and then there is nothing new.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as opened:
            write(opened.write)
        Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)


def tidied(newest: Path, kept: int) -> None:
    """Remove what writers that were killed left in a file's folder, and all but the newest files of its kind."""
    now = newest.stat().st_mtime
    parts = [part for part in newest.parent.glob(".*.part") if part.stat().st_mtime < now - _LONG]
    alike = sorted(newest.parent.glob(f"*{newest.suffix}"), key=lambda one: one.stat().st_mtime)
    for old in (*parts, *alike[:-kept]):
        old.unlink(missing_ok=True)


def _file(log: EventLog) -> Path | None:
    """Return where the checkpoint of a log is kept, None for a log that is too short to need one."""
    try:
        if log.head().position < LEAST:
            return None
        first = next(log.rows()).hash.hex()
    except (LogError, StopIteration):  # it is damaged: the replay says where
        return None
    return cache_folder() / "checkpoints" / f"{first}.state"
