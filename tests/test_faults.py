"""Faults: many processes, killed writers, cut connections, a server that goes away, a full disk, clocks that disagree.

The long runs are in tests/soak; these are the same in short.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from events import migrations, postgresql
from events.errors import SchemaError, StorageError
from events.log import EMPTY
from events.sqllog import SqlLog
from tests.contracts.samples import START, draft, drafts
from tests.faults import crowd, cutting_proxy, killed_copies, survives
from tests.postgres import Server, new_database, own_server, server

ORACLES = Path(__file__).parent / "oracles"
# The head of the logs in tests/oracles, worked out when they were written down.
OLD_HEAD = "25752869a50ec284ad7de81ed2e863671c2e3b2f55810787bfe52a72046e66bd"


@pytest.mark.slow
def test_sixteen_writers_and_eight_followers_agree(stored_url):
    assert crowd(stored_url, writers=16, followers=8, threads=4, appends=8, size=5) == 640


@pytest.mark.slow
def test_killed_writers_lose_nothing_that_they_acknowledged(stored_url):
    survives(stored_url, kills=8, seed=11)


def test_a_copy_that_is_killed_is_taken_up_again(url, postgres_url):
    with SqlLog.open(url) as log:
        for start in range(0, 6_000, 2_000):
            log.append(drafts(2_000, start=start))
        assert killed_copies(url, postgres_url, kills=2, seed=5) == log.head().position


def test_a_reader_never_misses_an_event_that_commits_late(stored_url, monkeypatch):
    with SqlLog.open(stored_url) as slow, SqlLog.open(stored_url) as quick, SqlLog.open(stored_url) as reader:
        insert = slow._database.insert

        def dawdling(connection, rows):
            insert(connection, rows)
            time.sleep(0.4)

        monkeypatch.setattr(slow._database, "insert", dawdling)
        seen = []

        def read():
            for row in reader.follow(wait=0.02, stop=lambda: len(seen) >= 4):
                seen.append(row)

        threads = [
            threading.Thread(target=read),
            threading.Thread(target=slow.append, args=(drafts(2),)),
            threading.Thread(target=lambda: (time.sleep(0.15), quick.append(drafts(2, start=10)))),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert seen == list(reader.rows())
        assert [row.position for row in seen] == [1, 2, 3, 4]


def test_clocks_that_disagree_by_an_hour_never_turn_the_log_back(stored_url):
    with SqlLog.open(stored_url) as ahead, SqlLog.open(stored_url) as behind:
        for number in range(0, 20, 2):
            ahead.append([draft(number, START + timedelta(hours=1, seconds=number))])
            behind.append([draft(number + 1, START + timedelta(seconds=number))])
        instants = [record.recorded for record in ahead.read()]
        assert instants == sorted(instants)
        assert ahead.verify() == behind.head()


# Connections that are cut.


def test_a_connection_cut_in_the_middle_of_a_copy_stores_nothing(postgres_url, monkeypatch):
    pieces = postgresql._pieces
    with SqlLog.open(postgres_url) as log:
        log.append(drafts(3))
        with log._connection() as connection:
            backend = connection.info.backend_pid

        def cut(rows):
            for piece in pieces(rows):
                half = len(piece) // 2
                yield piece[:half]
                with psycopg.connect(postgres_url, autocommit=True) as other:
                    other.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
                yield piece[half:]

        monkeypatch.setattr(postgresql, "_pieces", cut)
        with pytest.raises(StorageError, match="whole or not at all; append it again"):
            log.append(drafts(5_000, start=10))
        monkeypatch.undo()
        assert log.verify().position == 3
        assert len(log.append(drafts(5_000, start=10))) == 5_000
        assert log.verify().position == 5_003


def test_a_line_that_breaks_while_the_commit_is_on_its_way_stores_nothing_twice(postgres_url, tmp_path_factory):
    base = server()
    if not isinstance(base, Server):
        pytest.skip("the line is cut on a server of our own only")
    folder = tmp_path_factory.mktemp("p")
    SqlLog.open(postgres_url).close()
    with cutting_proxy(os.fspath(base.folder / "data" / ".s.PGSQL.5432"), folder, b"COMMIT\0") as cuts:
        log = SqlLog.open(postgres_url.partition("?")[0] + f"?host={folder}")
        with pytest.raises(StorageError, match="whole or not at all; append it again"):
            log.append(drafts(10))
        log.close()
        assert cuts
    with SqlLog.open(postgres_url) as log:
        assert log.verify().position == 10
        assert log.append(drafts(10)) == []


def test_an_idle_connection_that_the_server_closed_is_replaced_unseen(postgres_url):
    with SqlLog.open(postgres_url) as log:
        log.append(drafts(2))
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        time.sleep(0.05)
        assert log.head().position == 2
        assert len(log.append(drafts(2, start=5))) == 2


# A server that goes away and comes back.


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_server_that_stops_and_starts_keeps_what_it_acknowledged_and_followers_go_on(mode):
    base = own_server(durable=True)
    try:
        with new_database(base) as url, SqlLog.open(url) as log, SqlLog.open(url) as reader:
            acknowledged, refused, seen, stop = [], [], [], threading.Event()

            def write():
                for number in range(100_000):
                    while not stop.is_set():
                        try:
                            acknowledged.extend(row.position for row in log.append([draft(number)]))
                            break
                        except StorageError as error:
                            refused.append(str(error))
                            time.sleep(0.05)
                    if stop.is_set():
                        return

            def follow():
                for row in reader.follow(wait=0.1, stop=lambda: stop.is_set() and len(seen) >= log.head().position):
                    seen.append(row.position)

            threads = [threading.Thread(target=write), threading.Thread(target=follow)]
            for thread in threads:
                thread.start()
            time.sleep(0.5)
            base.stop(mode)
            time.sleep(0.3)
            base.start()
            time.sleep(0.7)
            stop.set()
            for thread in threads:
                thread.join(timeout=60)
            head = log.verify()
            assert refused and len(acknowledged) > 5
            assert set(acknowledged) <= set(range(1, head.position + 1))
            assert acknowledged == sorted(set(acknowledged))
            assert seen == list(range(1, head.position + 1))
            assert acknowledged[-1] > 2 and len(set(seen)) - len(acknowledged) <= 1
    finally:
        base.remove()


def test_a_follower_gives_up_where_the_server_stays_away(postgres_url, monkeypatch):
    with SqlLog.open(postgres_url) as log:

        def away(after=0):
            raise StorageError("away")
            yield

        monkeypatch.setattr(log, "rows", away)
        with pytest.raises(StorageError, match="away"):
            list(log.follow(wait=0.01, patience=0.05))


def test_a_follower_that_hears_nothing_polls(postgres_url, monkeypatch):
    """As behind a pool of connections that passes no NOTIFY on."""
    monkeypatch.setattr(postgresql, "CHANNEL", "where_nobody_speaks")
    with SqlLog.open(postgres_url) as log, SqlLog.open(postgres_url) as writer:
        seen = []
        writer.append([draft(100)])
        for row in log.follow(wait=0.05, stop=lambda: len(seen) >= 6):
            seen.append(row.position)
            if len(seen) < 6:
                threading.Timer(0.1, writer.append, [[draft(100 + row.position)]]).start()  # while it waits
        assert seen == [1, 2, 3, 4, 5, 6]


@pytest.mark.slow
def test_a_standby_is_read_verified_and_followed_refuses_writers_and_goes_on_when_promoted():
    base = own_server()
    try:
        url = base.url("postgres")
        with SqlLog.open(url) as log:
            head = log.append(drafts(5))[-1]
        base.stop()
        signal_file = base.folder / "data" / "standby.signal"
        signal_file.touch()
        if base.system_user:
            shutil.chown(signal_file, base.system_user)
        base.start()
        with SqlLog.open(url, create=False) as log:
            assert log.verify().hash == head.hash
            with pytest.raises(StorageError, match="it is a standby or closed to writers: name the primary"):
                log.append([draft(9)])
            seen = []
            for row in log.follow(wait=0.05, stop=lambda: len(seen) >= 6):
                seen.append(row.position)
                if len(seen) == 5:
                    base.execute("SELECT pg_promote()")
                    with SqlLog.open(url) as writer:
                        writer.append([draft(9)])
            assert seen == [1, 2, 3, 4, 5, 6]
    finally:
        base.remove()


# A disk that is full.

FILLING = """
import resource, signal, sys
from events.errors import StorageError
from events.sqllog import SqlLog
from tests.contracts.samples import drafts
url, most = sys.argv[1], int(sys.argv[2])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with SqlLog.open(url) as log:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    for start in range(0, 10_000_000, 500):
        try:
            log.append(drafts(500, start=start))
        except StorageError as error:
            print(start, log.verify().position, error, sep="|")
            break
"""


def test_a_file_that_may_not_grow_loses_nothing(url):
    SqlLog.open(url).close()
    done = subprocess.run([sys.executable, "-c", FILLING, url, "1000000"], capture_output=True, text=True, check=True)
    acknowledged, held, said = done.stdout.strip().split("|")
    assert int(acknowledged) == int(held) > 0
    assert "log.db" in said and said.count("\n") == 0
    with SqlLog.open(url) as log:
        assert log.verify().position == int(acknowledged)
        assert len(log.append(drafts(500, start=int(acknowledged)))) == 500


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of eight megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m,mode=0777", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this user may not mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(log):
    """Append until the disk is full; return how many events were acknowledged, and what was said then."""
    start = 0
    while True:
        try:
            log.append(drafts(1_000, start=start))
        except StorageError as error:
            return start, str(error)
        start += 1_000


def test_a_full_disk_under_sqlite_loses_nothing(small_disk):
    with SqlLog.open(f"sqlite:///{small_disk}/log.db") as log:
        acknowledged, said = fill(log)
        assert "disk" in said and acknowledged > 0
        assert log.verify().position == acknowledged


def test_a_full_disk_under_postgresql_loses_nothing(small_disk):
    base = server()
    if not isinstance(base, Server):
        pytest.skip("a disk is filled under a server of our own only")
    place = small_disk / "space"
    place.mkdir()
    base.let_in(place)
    base.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
    try:
        with new_database(base, "TABLESPACE small STRATEGY file_copy") as url, SqlLog.open(url) as log:
            acknowledged, said = fill(log)
            assert "the disk is full" in said and "nothing was appended" in said
            assert log.verify().position == acknowledged
    finally:
        base.execute("DROP TABLESPACE small")


# Databases of other versions.


@pytest.mark.parametrize("version", migrations.KNOWN)
def test_a_log_of_every_version_opens_with_all_its_events(version, url):
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.executescript((ORACLES / f"log-{version}.sql").read_text())
    connection.close()
    with SqlLog.open(url, create=False) as log:
        assert log.verify().digest == OLD_HEAD
        assert log.guards() == []
        assert len(log.append(drafts(2, start=50))) == 2


# Upgrades, and dies when the last statement but one has been run.
UPGRADER = """
import os, signal, sys
from events.urls import database_at
from events.migrations import guards
import events.schema
from sqlalchemy import event, Engine
count = 0
@event.listens_for(Engine, "before_cursor_execute")
def die(connection, cursor, statement, *rest):
    global count
    count += "CREATE" in statement
    if count == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
from events.sqllog import SqlLog
SqlLog.open(sys.argv[1]).close()
"""


@pytest.mark.slow
@pytest.mark.parametrize("moment", [1, 4, 9, 14])
def test_a_migration_killed_half_way_is_as_if_it_had_not_begun(stored_url, moment):
    done = subprocess.run([sys.executable, "-c", UPGRADER, stored_url, str(moment)], check=False)
    assert done.returncode == -signal.SIGKILL
    with pytest.raises(SchemaError, match="it is empty"):
        SqlLog.open(stored_url, create=False)
    with SqlLog.open(stored_url) as log:
        assert log.guards() == []
        assert log.head() == EMPTY


def test_a_database_whose_migration_was_half_applied_by_hand_is_refused_and_left_alone(url):
    path = url.removeprefix("sqlite:///")
    connection = sqlite3.connect(path)
    connection.executescript((ORACLES / "log-0001.sql").read_text())
    connection.execute("CREATE TABLE attempts (symbol TEXT)")
    before = list(connection.iterdump())
    with pytest.raises(StorageError, match=r"attempts already exists; its tables could not be brought to version"):
        SqlLog.open(url)
    assert list(connection.iterdump()) == before
