"""PostgreSQL: rows that are ready, ours beside psycopg's own ways in, and the whole path of an append.

The server is the one of the tests (tests/postgres.py), durable. The clock is the measure: the server works too.
"""

import itertools
import statistics
import time

import psycopg

from events.chain import EMPTY, chained, prepare
from events.sqllog import SqlLog
from tests.bench.log import drafts
from tests.postgres import Server, new_database

BATCH = 10_000
_INSERT = "INSERT INTO events (position, id, document, hash) VALUES (%s, %s, %s, %s)"
_COPY = "COPY events (position, id, document, hash) FROM STDIN"


def rows(quick: bool):
    """Return what was measured, one dict a row."""
    server = Server(durable=True)
    try:
        return list(_rows(server, 20_000 if quick else 50_000, 3 if quick else 5))
    finally:
        server.remove()


def _rows(server, size, times):
    some = list(drafts(size))
    ready, _ = chained(prepare(some), EMPTY)
    runs = {"ours": _ours, "binary": _binary, "text": _text, "many": _many}
    spent = {name: [] for name in [*runs, "whole"]}
    for _, (name, run) in itertools.product(range(times), runs.items()):
        with new_database(server) as url, SqlLog.open(url) as log:
            spent[name].append(_timed(lambda run=run, log=log, url=url: run(log, url, ready)))
    for _ in range(times):
        with new_database(server) as url, SqlLog.open(url) as log:
            spent["whole"].append(_timed(lambda log=log: _whole(log, some)))
    each = {name: statistics.median(found) / size * 1e6 for name, found in spent.items()}
    unit = "us each"
    what = f"PostgreSQL, {size:,} rows ready, by our COPY"
    yield {"what": what, "value": each["ours"], "unit": unit, "ratio": each["binary"] / each["ours"], "floor": 0.9}
    yield {"what": "  psycopg's COPY, binary", "value": each["binary"], "unit": unit}
    for name, way in (("text", "COPY, text"), ("many", "executemany")):
        yield {"what": f"  psycopg's {way}", "value": each[name], "unit": unit, "ratio": each[name] / each["ours"]}
    yield {"what": "PostgreSQL, the whole append: encode, chain, COPY", "value": each["whole"], "unit": unit}


def _timed(run):
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _batches(ready):
    return (ready[start : start + BATCH] for start in range(0, len(ready), BATCH))


def _ours(log, url, ready):
    with log._connection() as connection:
        for batch in _batches(ready):
            connection.execute("BEGIN")
            log._database.insert(connection, batch)
            connection.execute("COMMIT")


def _whole(log, some):
    for batch in _batches(some):
        log.append(batch)


def _binary(log, url, ready):
    _copied(url, ready, f"{_COPY} (FORMAT BINARY)", ["int8", "text", "bytea", "bytea"])


def _text(log, url, ready):
    _copied(url, ready, _COPY, None)


def _copied(url, ready, statement, types):
    with psycopg.connect(url, autocommit=True) as connection:
        for batch in _batches(ready):
            with connection.transaction(), connection.cursor().copy(statement) as copy:
                if types:
                    copy.set_types(types)
                for row in batch:
                    copy.write_row(row)


def _many(log, url, ready):
    with psycopg.connect(url, autocommit=True) as connection:
        for batch in _batches(ready):
            with connection.transaction():
                connection.cursor().executemany(_INSERT, batch)
