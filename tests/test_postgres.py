"""The log on PostgreSQL: what the server itself refuses, who may do what, what an open promises, what is said."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

import events
from events import migrations
from events.errors import BusyError, InvalidValueError, LogError, NotHeldError, SchemaError, StorageError
from events.log import EMPTY, Draft
from events.migrations import guards
from events.sqllog import SqlLog
from events.urls import database_at
from tests.contracts.samples import BARS, CONTENT, DIGEST, START, TEXT, TEXT_DIGEST, article, draft, drafts
from tests.postgres import Server, server

ROLES = (Path(events.__file__).parent / "roles.sql").read_text()


@pytest.fixture
def filled(postgres_url):
    """The URL of a log with four events, price columns and a text."""
    with SqlLog.open(postgres_url) as log:
        log.append([*drafts(2), Draft(BARS, START), article()], columns={DIGEST: CONTENT}, texts={TEXT_DIGEST: TEXT})
    return postgres_url


def raw(url):
    return psycopg.connect(url, autocommit=True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET document = document",
        "UPDATE events SET id = 'x' WHERE position = 2",
        "DELETE FROM events WHERE position = 3",
        "TRUNCATE events",
        "INSERT INTO events SELECT 0, 'x', document, hash FROM events LIMIT 1",
        "INSERT INTO events SELECT 2, 'x', document, hash FROM events LIMIT 1",
        "INSERT INTO events SELECT * FROM events LIMIT 1 ON CONFLICT (position) DO UPDATE SET id = 'x'",
        "MERGE INTO events USING head ON true WHEN MATCHED THEN DELETE",
        "UPDATE columns SET content = ''",
        "DELETE FROM columns",
        "TRUNCATE columns",
        "UPDATE head SET position = 2",
        "UPDATE head SET hash = ''",
        "DELETE FROM head",
        "TRUNCATE head",
        "INSERT INTO head SELECT 2, 99, hash, recorded FROM head",
        "UPDATE texts SET content = ''",
        "DELETE FROM texts",
        "TRUNCATE texts",
        "TRUNCATE events, columns, head, texts, erasures CASCADE",
        "SELECT log_move_head(99, hash, recorded) FROM head",
        "SELECT log_move_head(3, hash, 'x') FROM events WHERE position = 3",
    ],
)
def test_the_server_itself_refuses_to_change_the_log(filled, statement):
    with SqlLog.open(filled) as log, raw(filled) as connection:
        before = (list(log.rows()), log.head(), log.columns(DIGEST), log.text(TEXT_DIGEST))
        with pytest.raises(psycopg.Error):
            connection.execute(statement)
        assert (list(log.rows()), log.head(), log.columns(DIGEST), log.text(TEXT_DIGEST)) == before
        log.verify()


def test_an_erasure_cannot_be_taken_back_and_the_text_cannot_return(filled):
    with SqlLog.open(filled) as log, raw(filled) as connection:
        log.erase(TEXT_DIGEST, "a takedown", START)
        for statement in ("DELETE FROM erasures", "UPDATE erasures SET event = ''", "TRUNCATE erasures"):
            with pytest.raises(psycopg.Error):
                connection.execute(statement)
        with pytest.raises(psycopg.Error, match="this text was erased"):
            connection.execute("INSERT INTO texts VALUES (%s, %s)", (TEXT_DIGEST, TEXT))


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("DROP TRIGGER events_append_only ON events", "events_append_only"),
        ("ALTER TABLE head DISABLE TRIGGER head_only_grows", "head_only_grows"),
        ("ALTER TABLE columns ENABLE REPLICA TRIGGER columns_append_only", "columns_append_only"),
        (
            "CREATE OR REPLACE FUNCTION log_head_grows() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NEW; END $$",
            "head_only_grows",
        ),
    ],
)
def test_missing_disabled_and_changed_guards_are_named(filled, statement, missing):
    with SqlLog.open(filled) as log, raw(filled) as connection:
        assert log.guards() == []
        connection.execute(statement)
        assert log.guards() == [missing]


def test_the_migrated_schema_is_the_one_of_the_sqlmodel_tables(filled):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from events.tables import LogTable

    database = database_at(filled, False)
    with database.engine(database.connect(5)).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, LogTable.metadata) == []


def test_every_earlier_version_is_brought_to_todays_and_keeps_its_events(postgres_url):
    for number, version in enumerate(migrations.KNOWN):
        with raw(postgres_url) as connection:
            connection.execute(f"CREATE SCHEMA v{version}")
        mark = "&" if "?" in postgres_url else "?"
        url = f"{postgres_url}{mark}options=-csearch_path%3Dv{version}"
        database = database_at(url, True)
        with database.engine(database.connect(5)).connect() as connection:
            migrations.upgrade(connection, version)
            connection.commit()
        with SqlLog.open(url, create=False) as log:
            log.append(drafts(3 + number))
            assert log.verify().position == 3 + number
            assert log.guards() == []


def test_tables_that_cannot_all_be_made_are_not_made_at_all(postgres_url, monkeypatch):
    monkeypatch.setitem(guards.POSTGRESQL_TEXTS, "erasures_append_only", "CREATE TRIGGER broken")
    with pytest.raises(StorageError, match=r"syntax error.*they are as they were"):
        SqlLog.open(postgres_url)
    with raw(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    monkeypatch.undo()
    with SqlLog.open(postgres_url) as log:
        assert log.guards() == []


def test_a_log_of_a_newer_version_is_refused(filled):
    with raw(filled) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaError, match=r"of version 9999, this program knows 0001.*: .* update this program"):
        SqlLog.open(filled)


def test_a_database_of_somebody_else_is_refused_and_left_alone(postgres_url):
    with raw(postgres_url) as connection:
        connection.execute("CREATE TABLE customers (name TEXT)")
    with pytest.raises(SchemaError, match=r"other tables \(customers\); name another database"):
        SqlLog.open(postgres_url)


def test_an_empty_database_is_not_made_a_log_unasked(postgres_url):
    with pytest.raises(SchemaError, match="it is empty"):
        SqlLog.open(postgres_url, create=False)


@pytest.fixture
def users(filled):
    """A function that gives the URL of a user who is in one of the roles, and in no other."""
    base = server()
    if not isinstance(base, Server):
        pytest.skip("roles are made on a server of our own only")
    made = []

    def user(role):
        name = f"user_of_{role}"
        with raw(filled) as connection:
            connection.execute(f"CREATE ROLE {name} LOGIN IN ROLE {role}")
        made.append(name)
        return filled.replace("postgres@", f"{name}@")

    with raw(filled) as connection:
        connection.execute(ROLES)
    yield user
    with raw(filled) as connection:
        for name in (*made, "timeline_eraser", "timeline_worker", "timeline_writer", "timeline_reader"):
            connection.execute(f"DROP OWNED BY {name}")
            connection.execute(f"DROP ROLE {name}")


def test_a_writer_may_insert_and_select_and_nothing_else(filled, users):
    url = users("timeline_writer")
    with SqlLog.open(url) as log:
        assert [row.position for row in log.append(drafts(3, start=10), expect=4)] == [5, 6, 7]
        assert log.append(drafts(3, start=10)) == []
        assert log.verify().position == 7
        log.append([article("")], columns={}, texts={})
        with pytest.raises(StorageError, match="has not the rights for that, the tables' owner has"):
            log.erase(TEXT_DIGEST, "a takedown", START)
        assert log.text(TEXT_DIGEST) == TEXT
    with raw(url) as connection:
        for statement in (
            "UPDATE events SET id = 'x'",
            "DELETE FROM events",
            "TRUNCATE events",
            "UPDATE head SET position = 99",
            "INSERT INTO head SELECT 2, 99, hash, recorded FROM head",
            "DELETE FROM texts",
            "DELETE FROM columns",
            "DELETE FROM leases",
            "INSERT INTO erasures VALUES ('a', 'b')",
            "ALTER TABLE events DISABLE TRIGGER ALL",
            "DROP TRIGGER events_append_only ON events",
            "CREATE OR REPLACE FUNCTION log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
            "DROP TABLE events",
            "UPDATE alembic_version SET version_num = '9999'",
            "SET session_replication_role = replica",
        ):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException)):
                connection.execute(statement)


def test_a_reader_may_only_read(filled, users):
    with SqlLog.open(users("timeline_reader"), create=False) as log:
        assert log.verify().position == 4
        with pytest.raises(StorageError, match="has not the rights"):
            log.append(drafts(1, start=50))
        assert [row.position for row in log.follow(2, wait=0.01, stop=iter([False, True]).__next__)] == [3, 4]


def test_an_eraser_may_erase_what_the_log_says_and_no_more(filled, users):
    url = users("timeline_eraser")
    with raw(url) as connection, pytest.raises(psycopg.errors.RaiseException, match="by an erasure alone"):
        connection.execute("DELETE FROM texts")
    with SqlLog.open(url) as log:
        log.erase(TEXT_DIGEST, "a takedown", START)
        with pytest.raises(NotHeldError, match="was erased"):
            log.text(TEXT_DIGEST)


def test_a_scheduler_may_keep_its_notes(filled, users):
    from jobs.operations import Operations

    with Operations.open(users("timeline_worker")) as notes:
        notes.watch("META", "added", START)
        notes.watch("META", "", START)
        notes.spend("yahoo", START)
        assert notes.spent("yahoo", START) == 1


# What is said where it cannot be opened.


def test_a_wrong_password_is_refused_and_never_shown(filled):
    base = server()
    if not isinstance(base, Server):
        pytest.skip("passwords are asked for on a server of our own only")
    rules = base.folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    base.execute("CREATE ROLE locked LOGIN PASSWORD 'the right one'")
    try:
        rules.write_text("local all locked scram-sha-256\n" + before)
        base.execute("SELECT pg_reload_conf()")
        database = filled.partition("@/")[2].partition("?")[0]
        for wrong in ("hunter2-secret", "p@ss/w:rd%"):
            with pytest.raises(StorageError, match="check the user and the password") as refused:
                SqlLog.open(base.url(database, "locked", wrong))
            assert wrong not in str(refused.value) and "\n" not in str(refused.value)
            assert wrong not in "".join(map(str, (refused.value.__cause__,)))
    finally:
        rules.write_text(before)
        base.execute("SELECT pg_reload_conf()")
        base.execute("DROP ROLE locked")


def test_a_server_that_is_not_there_is_named(timeline):
    said = timeline("verify", "--database", "postgresql://me:hunter2@127.0.0.1:1/timeline")
    assert said.code == 2 and said.err.count("\n") == 1
    assert "127.0.0.1:1/timeline: no connection" in said.err and "hunter2" not in said.err


def test_a_host_that_is_not_there_is_named():
    with pytest.raises(StorageError, match="no connection: failed to resolve host"):
        SqlLog.open("postgresql://me:hunter2@no-such-host.invalid/timeline")


def test_a_database_that_is_not_there_is_named():
    base = server().url("no_such_database")
    with pytest.raises(StorageError, match=r'"no_such_database" does not exist; create the database first'):
        SqlLog.open(base)


@pytest.mark.parametrize(
    "url",
    ["postgresql://me:hunter2@host/x%zz", "postgresql://host/db?nonsense=hunter2", "postgresql://[::1:hunter2/db"],
)
def test_a_url_that_the_driver_cannot_read_is_refused_without_being_quoted(url):
    with pytest.raises(InvalidValueError, match="the URL of a log") as refused:
        SqlLog.open(url)
    assert "hunter2" not in str(refused.value)


def test_without_the_driver_it_is_said_which_one_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StorageError, match=r"needs the driver psycopg .* pip install"):
        SqlLog.open("postgresql://host/db")


def test_sqlite_needs_no_driver(tmp_path):
    program = (
        f"import sys; from events.sqllog import SqlLog; SqlLog.open('sqlite:///{tmp_path}/log.db').verify(); "
        "print('psycopg' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# What the server's defaults cannot change.


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_a_log_is_the_same_under_every_default_isolation(filled, isolation):
    database = filled.partition("@/")[2].partition("?")[0] or filled.rpartition("/")[2]
    with raw(filled) as connection:
        connection.execute(f"ALTER DATABASE \"{database}\" SET default_transaction_isolation = '{isolation}'")
        connection.execute(f'ALTER DATABASE "{database}" SET synchronous_commit = off')
    with SqlLog.open(filled) as one, SqlLog.open(filled) as other:
        for number in range(20, 40, 2):
            one.append([draft(number)])
            other.append([draft(number + 1)])
        assert one.verify().position == 24
        with one._connection() as connection:
            assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_a_writer_that_waits_too_long_is_told_why(filled):
    with raw(filled) as other, SqlLog.open(filled, timeout=0.05) as log:
        other.execute("BEGIN")
        other.execute("SELECT pg_advisory_xact_lock(7305808869229538423)")
        with pytest.raises(BusyError, match="another writer kept the log locked"):
            log.append([draft(9)])
        assert log.verify().position == 4  # readers never wait
        other.execute("ROLLBACK")
        assert len(log.append([draft(9)])) == 1


def test_a_closed_log_says_so(filled):
    log = SqlLog.open(filled)
    log.close()
    with pytest.raises(LogError, match="was closed"):
        log.head()


@pytest.mark.slow
def test_a_follower_is_told_at_once_and_need_not_poll(filled):
    import threading
    import time

    seen, late = [], []
    with SqlLog.open(filled) as log, SqlLog.open(filled) as other:

        def follow():
            for row in log.follow(wait=30, stop=lambda: len(seen) >= 7):
                seen.append(row.position)
                late.append(time.monotonic())

        follower = threading.Thread(target=follow)
        follower.start()
        sent = []
        for number in range(3):
            time.sleep(0.3)
            sent.append(time.monotonic())
            other.append([draft(70 + number)])
        follower.join(timeout=20)
        assert seen == [1, 2, 3, 4, 5, 6, 7]
        assert all(got - told < 5 for got, told in zip(late[4:], sent, strict=True))


def test_events_larger_than_a_page_and_many_at_once_arrive_whole(postgres_url):
    with SqlLog.open(postgres_url) as log:
        large = [draft("x" * 100_000 + str(number)) for number in range(30)]
        rows = log.append([*large, *drafts(5_000)])
        assert list(log.rows()) == rows
        assert log.verify().position == 5_030


def test_an_empty_log_is_the_empty_head(postgres_url):
    with SqlLog.open(postgres_url) as log:
        assert log.head() == EMPTY
