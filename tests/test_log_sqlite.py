"""The log in a file of SQLite: what the database itself refuses, what an open promises, what happens when it cannot."""

import os
import sqlite3
import subprocess
import sys
import threading

import pytest

from events import migrations
from events.errors import BusyError, ConflictError, InvalidValueError, LogError, SchemaError, StorageError
from events.log import EMPTY, Draft
from events.migrations import guards
from events.sqllog import SqlLog
from tests.contracts.samples import BARS, CONTENT, DIGEST, START, draft, drafts


@pytest.fixture
def filled(url):
    """The path of a log with three events, one of them with price columns."""
    with SqlLog.open(url) as log:
        log.append([*drafts(2), Draft(BARS, START)], columns={DIGEST: CONTENT})
    return url.removeprefix("sqlite:///")


def raw(path):
    return sqlite3.connect(path, isolation_level=None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET document = document",
        "UPDATE events SET id = 'x' WHERE position = 2",
        "DELETE FROM events",
        "DELETE FROM events WHERE position = 3",
        "INSERT INTO events SELECT 2, 'x', document, hash FROM events LIMIT 1",
        "INSERT INTO events SELECT 0, 'x', document, hash FROM events LIMIT 1",
        "UPDATE columns SET content = x'00'",
        "DELETE FROM columns",
        "INSERT OR REPLACE INTO columns SELECT digest, x'00' FROM columns",
        "UPDATE head SET position = 2",
        "UPDATE head SET hash = zeroblob(32)",
        "DELETE FROM head",
        "INSERT OR REPLACE INTO head SELECT 1, 99, hash, recorded FROM head",
        "INSERT INTO head SELECT 2, 99, hash, recorded FROM head",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(filled, statement):
    connection = raw(filled)
    before = list(connection.iterdump())
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    assert list(connection.iterdump()) == before


def test_missing_and_changed_guards_are_named(filled):
    with SqlLog.open(f"sqlite:///{filled}") as log:
        assert log.guards() == []
        connection = raw(filled)
        connection.execute("DROP TRIGGER events_no_update")
        connection.execute("DROP TRIGGER head_only_grows")
        connection.execute("CREATE TRIGGER head_only_grows BEFORE UPDATE ON head BEGIN SELECT 1; END")
        assert log.guards() == ["events_no_update", "head_only_grows"]


def test_the_migrated_schema_is_the_one_of_the_sqlmodel_tables(filled):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine, inspect

    from events.tables import LogTable

    with create_engine(f"sqlite:///{filled}").connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, LogTable.metadata) == []
        for table in LogTable.metadata.tables.values():
            checks = {check["name"] for check in inspect(connection).get_check_constraints(table.name)}
            assert checks == {one.name for one in table.constraints if type(one).__name__ == "CheckConstraint"}
            unique = [one["column_names"] for one in inspect(connection).get_unique_constraints(table.name)]
            assert unique == [[column.name] for column in table.columns if column.unique]


def test_rows_can_be_queried_through_the_sqlmodel_tables(filled):
    from sqlmodel import Session, create_engine, select

    from events.tables import ColumnsRow, EventRow, HeadRow

    with Session(create_engine(f"sqlite:///{filled}")) as session, SqlLog.open(f"sqlite:///{filled}") as log:
        found = session.exec(select(EventRow).order_by(EventRow.position)).all()
        assert [(row.position, row.id, row.document, row.hash) for row in found] == list(log.rows())
        assert session.exec(select(HeadRow)).one().hash == log.head().hash
        assert session.exec(select(ColumnsRow)).one().content == CONTENT


def test_the_version_that_the_program_expects_is_the_newest_script():
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(migrations.configuration())
    assert scripts.get_current_head() == migrations.REVISION
    assert sorted(script.revision for script in scripts.walk_revisions()) == sorted(migrations.KNOWN)


def test_tables_that_cannot_all_be_made_are_not_made_at_all(url, monkeypatch):
    monkeypatch.setitem(guards.SQLITE, "head_no_replace", "CREATE TRIGGER broken")
    with pytest.raises(StorageError, match="incomplete input"):
        SqlLog.open(url)
    assert list(raw(url.removeprefix("sqlite:///")).iterdump()) == ["BEGIN TRANSACTION;", "COMMIT;"]
    monkeypatch.undo()
    with SqlLog.open(url) as log:
        assert log.guards() == []


def test_an_open_log_costs_no_heavy_import(filled):
    program = (
        "import sys\nfrom events.sqllog import SqlLog\n"
        f"SqlLog.open({f'sqlite:///{filled}'!r}).verify()\n"
        "print(*({'sqlalchemy', 'sqlmodel', 'alembic', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_log_that_is_opened_again_holds_what_it_held(url):
    with SqlLog.open(url) as log:
        rows = log.append(drafts(5))
        head = log.head()
    with SqlLog.open(url, create=False) as log:
        assert (list(log.rows()), log.head(), log.verify()) == (rows, head, head)


def test_missing_folders_are_made(tmp_path):
    with SqlLog.open(f"sqlite:///{tmp_path}/a/b/log.db") as log:
        assert log.head() == EMPTY


def test_a_log_that_is_not_there_is_not_made_unasked(tmp_path):
    with pytest.raises(SchemaError, match="does not exist"):
        SqlLog.open(f"sqlite:///{tmp_path}/none/log.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_not_made_a_log_unasked(tmp_path):
    (tmp_path / "log.db").touch()
    with pytest.raises(SchemaError, match="it is empty"):
        SqlLog.open(f"sqlite:///{tmp_path}/log.db", create=False)
    assert (tmp_path / "log.db").read_bytes() == b""


def test_a_log_of_an_older_version_is_brought_to_todays_and_keeps_its_events(url):
    from sqlalchemy import create_engine

    path = url.removeprefix("sqlite:///")
    with create_engine(url).begin() as connection:
        migrations.upgrade(connection, "0001")
    with SqlLog.open(url, create=False) as log:
        log.append(drafts(3))
        assert log.verify().position == 3
    assert raw(path).execute("SELECT version_num FROM alembic_version").fetchone() == (migrations.REVISION,)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_bytes(b"date,close\n2025-01-02,1\n" * 90)
    with pytest.raises(SchemaError, match="holds no log"):
        SqlLog.open(f"sqlite:///{path}")
    assert path.read_bytes() == b"date,close\n2025-01-02,1\n" * 90


def test_a_database_of_somebody_else_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "other.db"
    raw(path).execute("CREATE TABLE customers (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(SchemaError, match=r"other tables \(customers\); name another database"):
        SqlLog.open(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_log_of_a_newer_version_is_refused(filled):
    raw(filled).execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaError, match=r"of version 9999, this program knows 0001.*: .* update this program"):
        SqlLog.open(f"sqlite:///{filled}")


def test_a_log_without_its_tables_is_refused(filled):
    connection = raw(filled)
    connection.execute("DROP TRIGGER head_no_delete")
    connection.execute("DROP TABLE head")
    with pytest.raises(SchemaError, match="head are missing"):
        SqlLog.open(f"sqlite:///{filled}")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(StorageError, match="is a folder"):
        SqlLog.open(f"sqlite:///{tmp_path}")


def test_a_path_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot make the folder"):
        SqlLog.open(f"sqlite:///{tmp_path}/file/log.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_without_rights_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="must be there and writable"):
        SqlLog.open(f"sqlite:///{tmp_path}/log.db")


@pytest.mark.parametrize(
    "url", ["", "log.db", "/tmp/log.db", "sqlite://", "sqlite:///", "mysql://x/y", "postgresql://"]
)
def test_a_url_of_another_form_is_refused(url):
    with pytest.raises(InvalidValueError, match=r"the URL of a log: got .*, wanted sqlite:///PATH"):
        SqlLog.open(url)


def test_a_full_disk_stores_nothing_and_says_so(url):
    with SqlLog.open(url) as log:
        log.append(drafts(3))
        with log._connection() as connection:
            connection.execute("PRAGMA max_page_count = 16")
        with pytest.raises(StorageError, match=r"the disk is full .* nothing was appended"):
            log.append(drafts(5_000, start=3))
        assert log.verify().position == 3
        assert len(log.append(drafts(5, start=3))) == 5


def test_a_writer_that_waits_too_long_is_told_why(filled):
    other = raw(filled)
    other.execute("BEGIN IMMEDIATE")
    with SqlLog.open(f"sqlite:///{filled}", timeout=0.05) as log:
        with pytest.raises(BusyError, match="another writer kept the log locked"):
            log.append([draft(9)])
        assert log.verify().position == 3  # readers never wait
        other.execute("ROLLBACK")
        assert len(log.append([draft(9)])) == 1


def test_the_journal_is_a_wal_and_every_commit_reaches_the_disk(filled):
    with SqlLog.open(f"sqlite:///{filled}") as log, log._connection() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_reader_that_stops_half_way_keeps_nothing_locked(url):
    with SqlLog.open(url) as log:
        log.append(drafts(10))
        reading = log.rows()
        next(reading)
        assert raw(url.removeprefix("sqlite:///")).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def test_many_rows_come_in_batches_and_in_order(url, monkeypatch):
    monkeypatch.setattr("events.sqllog.BATCH", 7)
    with SqlLog.open(url) as log:
        rows = log.append(drafts(50))
        assert list(log.rows()) == rows
        assert list(log.rows(after=13)) == rows[13:]


def test_more_known_events_than_one_question_holds_are_found(url):
    with SqlLog.open(url) as log:
        log.append(drafts(1_200))
        assert [row.position for row in log.append(drafts(1_205))] == [1201, 1202, 1203, 1204, 1205]
        log.verify()


def test_a_closed_log_says_so(url):
    log = SqlLog.open(url)
    log.close()
    with pytest.raises(LogError, match="was closed"):
        log.head()


def test_a_writer_that_fails_half_way_leaves_the_log_usable(url):
    with SqlLog.open(url) as log:
        log.append(drafts(2))
        with pytest.raises(ConflictError):
            log.append([draft(9)], expect=0)
        assert len(log.append([draft(9)], expect=2)) == 1


def test_threads_may_share_a_log(url):
    with SqlLog.open(url) as log:
        writers = [threading.Thread(target=log.append, args=(drafts(40, start=40 * n),)) for n in range(8)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert log.verify().position == 320
