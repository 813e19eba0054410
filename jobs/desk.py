"""The refreshing of prices, wired: sources by their words, each behind its gate, the refresher, and the two clocks.

Sources are told as "yahoo" or "files:FOLDER", the preferred one first: by `--source`, else by TIMELINE_SOURCES (with
commas between), else Yahoo alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from events.errors import InvalidValueError
from events.log import EventLog
from jobs.gate import Gate, Limits
from jobs.operations import Operations
from jobs.refresh import Refresher
from jobs.settings import PROJECT
from jobs.sources.contract import Source

VARIABLE = "TIMELINE_SOURCES"
WANTED = "yahoo or files:FOLDER"


def sources(given: Sequence[str] | None, environment: Mapping[str, str]) -> list[Source]:
    """Return the sources that a user means, the preferred one first. Raises InvalidValueError for other words."""
    words = list(given or environment.get(VARIABLE, "").split(","))
    return [_source(word.strip()) for word in words if word.strip()] or [_source("yahoo")]


def refresher(
    log: EventLog,
    operations: Operations,
    found: Sequence[Source],
    now: Callable[[], datetime],
    *,
    pause: Callable[[float], None] = time.sleep,
    check: Callable[[], None] = lambda: None,
    limits: Limits = Limits(),  # noqa: B008  # a tuple of constants
) -> Refresher:
    """Return the refresher of a log; `pause` waits so many seconds, `check` raises where it must not go on."""
    gates = [Gate(source, operations, now, pause, limits) for source in found]
    return Refresher(log, operations, gates, now, check)


def _source(word: str) -> Source:
    kind, _, rest = word.partition(":")
    if word == "yahoo":
        from platformdirs import user_cache_path

        from jobs.sources.yahoo import Yahoo

        return Yahoo(user_cache_path(PROJECT, appauthor=False) / "yfinance")
    if kind == "files" and rest:
        from jobs.sources.folder import Folder

        return Folder(Path(rest))
    raise InvalidValueError("a source of prices", repr(word), WANTED)
