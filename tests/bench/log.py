"""The log: the whole path of an append beside a bare executemany and SQLModel, and a replay with its chain checked.

Peers run in turn with ours in one run; medians of CPU time, which other work on the machine moves less than the clock.
Ours is durable (synchronous=FULL); the peers are as SPEED.md measured them (NORMAL), with the same unique ids, and with
rows that are ready.
"""

import itertools
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

from events.chain import EMPTY, Draft, chained, prepare
from events.codec import event_id
from events.model import ArticlePublished, ClaimStated, Move, Quantity, Said, Window
from events.sqllog import SqlLog
from jobs.app import replayed
from jobs.checkpoints import resumed

BATCH = 10_000
AT = datetime(2025, 11, 6, 21, tzinfo=UTC)
_TABLE = "CREATE TABLE events (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document BLOB, hash BLOB)"
_INSERT = "INSERT INTO events VALUES (?, ?, ?, ?)"
_SELECT = "SELECT position, id, document, hash FROM events ORDER BY position"


def rows(quick: bool):
    """Return what was measured, one dict a row: what, value, unit, and where there are any ratio, bound and floor."""
    with tempfile.TemporaryDirectory() as folder:
        return [*_appends(Path(folder), quick), *_replays(Path(folder), 100_000 if quick else 1_000_000, quick)]


def drafts(count, start=0):
    """Claims of about 500 bytes, twenty to an article that the log does not hold."""
    for number in range(start, start + count):
        yield claim(number, f"2025{number % 12 + 1:02}{number % 28 + 1:02}-{number // 20:032x}")


def whole(count, start=0):
    """Articles, each with nineteen claims of about 500 bytes."""
    for number in range(start, start + count):
        if number % 20 == 0:
            day = date(2025, number // 20 % 12 + 1, number // 20 % 28 + 1)
            event = ArticlePublished(source=f"paper {number}", language="en", said=Said(day=day))
            article = event_id(event)
            yield Draft(event, AT)
        else:
            yield claim(number, article)


def claim(number, article):
    """A claim of about 500 bytes."""
    return Draft(
        ClaimStated(
            article=article,
            claim=Move(
                symbol="META",
                text="the shares fell nearly 17% over the four sessions that followed the quarterly report " * 2,
                span=(812, 981),
                key=str(number),
                stated=Quantity(value=-17.0, unit="percent", precision=1.0, hedge="nearly"),
                direction="down",
                window=Window(span="sessions", count=4, event=date(2025, 10, 29), timing="after-close"),
            ),
        ),
        AT,
    )


def _appends(folder, quick):
    some = list(drafts(20_000 if quick else 50_000))
    ready, _ = chained(prepare(some), EMPTY)
    size = len(some)
    runs = {
        "ours": lambda at: _ours(at, some),
        "bare": lambda at: _bare(at, ready),
        "bulk": lambda at: _bulk(at, ready),
    }
    spent = _alternate(runs, folder, 3 if quick else 5)
    add_all = statistics.median(_add_all(folder / f"add_all{n}.db", ready[:BATCH]) for n in range(3)) * size / BATCH
    ours, bare, bulk = spent["ours"], spent["bare"], spent["bulk"]
    a_row = 1e6 / size
    return [
        {
            "what": f"append {size:,}: encode, chain, insert, durable",
            "value": ours * a_row,
            "unit": "us each",
            "ratio": bare / ours,
            "floor": 0.5,
        },
        {"what": "  bare sqlite3 executemany, rows ready", "value": bare * a_row, "unit": "us each"},
        {"what": "  SQLModel bulk insert, rows ready", "value": bulk * a_row, "unit": "us each", "ratio": bulk / ours},
        {
            "what": "  SQLModel add_all (one batch, scaled), times ours",
            "value": add_all * a_row,
            "unit": "us each",
            "ratio": add_all / ours,
            "floor": 8.0,
        },
    ]


def _alternate(runs, folder, times):
    spent = {name: [] for name in runs}
    for number, (name, run) in itertools.product(range(times), runs.items()):
        spent[name].append(run(folder / f"{name}{number}.db"))
        for file in folder.glob(f"{name}{number}.db*"):
            file.unlink()
    return {name: statistics.median(times) for name, times in spent.items()}


def _ours(path, some):
    with SqlLog.open(f"sqlite:///{path}") as log:
        began = time.process_time()
        for start in range(0, len(some), BATCH):
            log.append(some[start : start + BATCH])
        return time.process_time() - began


def _plain(path):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(_TABLE)
    return connection


def _bare(path, ready):
    connection = _plain(path)
    began = time.process_time()
    for start in range(0, len(ready), BATCH):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_INSERT, ready[start : start + BATCH])
        connection.execute("COMMIT")
    spent = time.process_time() - began
    connection.close()
    return spent


def _session(path):
    from sqlmodel import Session, create_engine

    _plain(path).close()
    return Session(create_engine(f"sqlite:///{path}"))


def _bulk(path, ready):
    from sqlmodel import insert

    from events.tables import EventRow

    with _session(path) as session:
        began = time.process_time()
        for start in range(0, len(ready), BATCH):
            session.execute(insert(EventRow), [row._asdict() for row in ready[start : start + BATCH]])
            session.commit()
        return time.process_time() - began


def _add_all(path, ready):
    from events.tables import EventRow

    with _session(path) as session:
        began = time.process_time()
        session.add_all([EventRow(**row._asdict()) for row in ready])
        session.commit()
        return time.process_time() - began


def _replays(folder, size, quick):
    path = folder / "replay.db"
    with SqlLog.open(f"sqlite:///{path}") as log:
        for start in range(0, size, BATCH):
            log.append(list(whole(BATCH, start)))
        decode = _pydantic()
        limit, ours, peer = [], [], []
        for _ in range(3 if quick else 4):
            limit.append(_cpu(lambda: _read(path)))
            ours.append(_cpu(lambda: _folded(log)))
            peer.append(_cpu(lambda: _peer(path, decode)))
        verify = _cpu(log.verify)
        first, again = _restarts(log, folder, 3)
    reading, proving, pydantic = (statistics.median(times) / size * 1e6 for times in (limit, ours, peer))
    unit = "us each"
    return [
        {
            "what": f"replay {size:,}: chain checked, decoded, counted",
            "value": proving,
            "unit": unit,
            "ratio": reading / proving,
            "floor": 0.15,
        },
        {"what": "  reading the rows alone", "value": reading, "unit": unit},
        {
            "what": "  pydantic union with chain, times ours",
            "value": pydantic,
            "unit": unit,
            "ratio": pydantic / proving,
            "floor": 2.0,
        },
        {"what": "verify: ids and columns too", "value": verify / size * 1e6, "unit": unit},
        {
            "what": f"restart at {size:,} events from a checkpoint, proved",
            "value": again,
            "unit": "s",
            "bound": 0.5,
            "ratio": first / again,
        },
        {"what": "  the replay that left it", "value": first, "unit": "s"},
        {
            "what": "  memory that walking it takes, beside an open log",
            "value": _grown(path),
            "unit": "MB",
            "bound": 40,
        },
    ]


def _restarts(log, folder, times):
    """Return the CPU seconds of a full replay that leaves a checkpoint, and of one that goes on from it."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(folder)
    try:
        first = _cpu(lambda: replayed(log, full=True))
        assert resumed(log).head == log.head()
        return first, statistics.median(_cpu(lambda: replayed(log)) for _ in range(times))
    finally:
        os.environ.pop("XDG_CACHE_HOME")
        if before is not None:
            os.environ["XDG_CACHE_HOME"] = before


_WALK = """
import re, sys
from pathlib import Path
from events.sqllog import SqlLog

def most():  # getrusage would count what the parent held before this program began
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text()).group(1))

with SqlLog.open(sys.argv[1], create=False) as log:
    before = most()
    for _ in log.proved():
        pass
    print((most() - before) / 1024)
"""


def _grown(path):
    """Return by how many megabytes a process of its own grows while it walks the whole log."""
    command = [sys.executable, "-c", _WALK, f"sqlite:///{path}"]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def _cpu(run):
    began = time.process_time()
    run()
    return time.process_time() - began


def _read(path):
    connection = sqlite3.connect(path)
    for _ in connection.execute(_SELECT):
        pass
    connection.close()


def _folded(log):
    falls = 0
    for record in log.proved():
        event = record.event
        falls += isinstance(event, ClaimStated) and event.claim.direction == "down"
    return falls


def _peer(path, decode):
    connection, previous, falls = sqlite3.connect(path), bytes(32), 0
    for _, _, document, digest in connection.execute(_SELECT):
        previous = sha256(previous + document).digest()
        assert previous == digest
        event = decode(document).event
        falls += event.kind == "claim-stated.v1" and event.claim.direction == "down"
    connection.close()
    return falls


def _pydantic():
    """Return a decoder of the same documents into frozen pydantic models, told apart by their kind."""
    from pydantic import BaseModel, ConfigDict, Field

    class Frozen(BaseModel):
        model_config = ConfigDict(frozen=True, extra="forbid")

    class Figure(Frozen):
        value: float
        unit: str
        precision: float
        hedge: str = ""
        high: float | None = None

    class Span(Frozen):
        span: str = "day"
        count: int = 1
        start: date | None = None
        end: date | None = None
        event: date | None = None
        timing: str = ""

    class Moved(Frozen):
        kind: Literal["move"]
        symbol: str = ""
        text: str = ""
        span: tuple[int, int] | None = None
        key: str = ""
        stated: Figure | None = None
        direction: str = ""
        window: Span = Span()

    class Streaked(Frozen):
        kind: Literal["streak"]
        count: int

    class Stated(Frozen):
        kind: Literal["claim-stated.v1"]
        article: str
        claim: Annotated[Moved | Streaked, Field(discriminator="kind")]

    class Dated(Frozen):
        day: date
        at: datetime | None = None

    class Published(Frozen):
        kind: Literal["article-published.v1"]
        source: str
        language: str = ""
        said: Dated | None = None

    class Withdrawn(Frozen):
        kind: Literal["claim-withdrawn.v1"]
        claim: str
        reason: str

    class Held(Frozen):
        event: Annotated[Stated | Published | Withdrawn, Field(discriminator="kind")]
        id: str
        recorded: datetime

    return Held.model_validate_json
