"""What the application is handed: doors to the log and the check, and its settings. It opens nothing by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from events.errors import Problem
from events.log import Head, Row

if TYPE_CHECKING:
    from timeline.agreement import Agreement
    from timeline.entries import Entry
    from timeline.prices import PriceHistory
    from timeline.replay import State


class Picture(Protocol):
    """What a log adds up to: the state, the prices, the agreements and the entries of the timeline."""

    @property
    def state(self) -> State:
        """The fold of the log; it may go on after the picture was handed out."""

    @property
    def prices(self) -> PriceHistory:
        """The prices that the verdicts were reached with."""

    @property
    def agreements(self) -> Sequence[Agreement]:
        """How the claims stand to one another."""

    @property
    def entries(self) -> Sequence[Entry]:
        """The timeline, in its order."""


class Submission(NamedTuple):
    """What somebody sent: a text or a file (`name` is its name, "" for a text), and what they say of it."""

    content: bytes
    name: str = ""
    published: str = ""
    symbol: str = ""


class Checked(NamedTuple):
    """What a submission holds, judged and not stored, and what of it could not be read."""

    seen: Picture
    problems: tuple[Problem, ...]


class Appended(NamedTuple):
    """What became of a submission: events that are new, events that were held, and the end of the log."""

    added: int
    held: int
    head: Head


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways out of the application.

    `latest` judges the log as it is now and is called by one thread at a time; `past` judges it as of an instant or as
    of a position; `warm` loads what the first check would wait for; `note` gives a head as a signed note, "" without a
    key; `freshness` tells how fresh the prices are, nothing where nobody refreshes them. `check` and `append` raise
    InvalidValueError or DataError for what cannot be used.
    """

    head: Callable[[], Head]
    latest: Callable[[], Picture]
    past: Callable[[datetime | None, int | None], Picture]
    rows: Callable[[int], Iterator[Row]]
    check: Callable[[Submission], Checked]
    append: Callable[[Submission], Appended]
    instant: Callable[[str], datetime]
    warm: Callable[[], None] = lambda: None
    note: Callable[[Head], str] = lambda head: ""
    freshness: Callable[[], Mapping[str, Any]] = dict


@dataclass(frozen=True, slots=True)
class Settings:
    """How the application behaves.

    `address` is where the world finds it (no slash at the end); `hosts` are the names under which it answers, none for
    any. Without a `token` nothing is appended. `cache` is a folder for what is costly to make, None for none. Times are
    in seconds, sizes in bytes.
    """

    address: str = "http://127.0.0.1:8000"
    hosts: tuple[str, ...] = ()
    token: str = ""
    cache: Path | None = None
    poll: float = 0.5
    body_limit: int = 1_000_000
    body_time: float = 15.0
    work_time: float = 30.0
    checks_at_once: int = 2
    check_burst: int = 20
    check_every: float = 1.0
    streams: int = 200
    heartbeat: float = 15.0
