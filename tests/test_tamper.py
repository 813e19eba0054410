"""Whoever changes the log behind our back is found, and the first bad position named."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.errors import DamagedLogError
from events.log import Draft
from events.sqllog import SqlLog
from tests.contracts.samples import BARS, CONTENT, DIGEST, START, drafts

COUNT = 7  # rows in the log; the last one speaks of price columns


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """The file of a clean log of seven events, its WAL folded in."""
    path = tmp_path_factory.mktemp("original") / "log.db"
    with SqlLog.open(f"sqlite:///{path}") as log:
        log.append(drafts(COUNT - 1))
        log.append([Draft(BARS, START.replace(year=2026))], columns={DIGEST: CONTENT})
        assert log.verify().position == COUNT
    return path


@pytest.fixture(scope="module")
def tampered(original, tmp_path_factory):
    """A function that runs statements on a copy without its triggers, and returns what verify says."""
    folder = tmp_path_factory.mktemp("copies")

    def run(*statements):
        path = folder / "copy.db"
        for leftover in folder.iterdir():
            leftover.unlink()
        path.write_bytes(original.read_bytes())
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA ignore_check_constraints=ON")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement, *values in statements:
            connection.execute(statement, values)
        connection.commit()
        connection.close()
        with SqlLog.open(f"sqlite:///{path}", create=False) as log, pytest.raises(DamagedLogError) as found:
            log.verify()
        return found.value

    return run


def changed(content, where, flip):
    """The same bytes (or text) with one byte changed."""
    data = bytearray(content if isinstance(content, bytes) else content.encode())
    data[where % len(data)] ^= flip
    return bytes(data)


@settings(max_examples=120, deadline=None)
@given(
    position=st.integers(1, COUNT),
    column=st.sampled_from(["id", "document", "hash"]),
    where=st.integers(0, 10_000),
    flip=st.integers(1, 255),
    as_text=st.booleans(),
)
def test_one_changed_byte_anywhere_is_found(
    original, tampered, tmp_path_factory, position, column, where, flip, as_text
):
    before = value_of(original, tmp_path_factory, f"SELECT {column} FROM events WHERE position = {position}")
    kind = "TEXT" if as_text or column == "id" else "BLOB"
    statement = f"UPDATE events SET {column} = CAST(? AS {kind}) WHERE position = ?"
    assert tampered((statement, changed(before, where, flip), position)).position == position


@settings(max_examples=30, deadline=None)
@given(position=st.integers(1, COUNT), other=st.integers(-3, COUNT + 5))
def test_a_changed_position_is_found(tampered, position, other):
    if 1 <= other <= COUNT:
        return
    assert tampered(("UPDATE events SET position = ? WHERE position = ?", other, position)).position == position


@pytest.mark.parametrize("position", range(1, COUNT + 1))
def test_a_deleted_row_is_found(tampered, position):
    assert tampered(("DELETE FROM events WHERE position = ?", position)).position == position


@pytest.mark.parametrize("kept", range(COUNT))
def test_a_tail_that_was_cut_off_is_found(tampered, kept):
    assert tampered(("DELETE FROM events WHERE position > ?", kept)).position == kept + 1


@settings(max_examples=30, deadline=None)
@given(pair=st.lists(st.integers(1, COUNT), min_size=2, max_size=2, unique=True).map(sorted))
def test_swapped_rows_are_found(tampered, pair):
    first, second = pair
    away = "UPDATE events SET position = ? WHERE position = ?"
    assert tampered((away, 99, first), (away, first, second), (away, second, 99)).position == first


@settings(max_examples=30, deadline=None)
@given(pair=st.lists(st.integers(1, COUNT), min_size=2, max_size=2, unique=True).map(sorted))
def test_swapped_documents_are_found(tampered, pair):
    first, second = pair
    swap = "UPDATE events SET document = (SELECT document FROM events WHERE position = ?) WHERE position = ?"
    keep = "CREATE TEMP TABLE kept AS SELECT document FROM events WHERE position = ?"
    back = "UPDATE events SET document = (SELECT document FROM kept) WHERE position = ?"
    assert tampered((keep, first), (swap, second, first), (back, second)).position == first


@pytest.mark.parametrize("position", range(1, COUNT + 2))
def test_an_inserted_row_is_found(tampered, position):
    moved = [
        ("UPDATE events SET position = position + 1 WHERE position = ?", at) for at in range(COUNT, position - 1, -1)
    ]
    forged = "INSERT INTO events SELECT ?, 'forged', document, hash FROM events WHERE position <> ? LIMIT 1"
    assert tampered(*moved, (forged, position, position)).position == position


def test_a_row_before_the_first_is_found(tampered):
    forged = "INSERT INTO events SELECT ?, 'forged', document, hash FROM events LIMIT 1"
    assert tampered((forged, -1)).position == 0
    assert tampered((forged, 0)).position == 0


def test_a_row_replaced_past_the_triggers_is_found(tampered):
    replaced = "INSERT OR REPLACE INTO events SELECT 3, id, CAST('{}' AS BLOB), hash FROM events WHERE position = 3"
    assert tampered((replaced,)).position == 3


@settings(max_examples=40, deadline=None)
@given(column=st.sampled_from(["hash", "recorded"]), where=st.integers(0, 100), flip=st.integers(1, 255))
def test_one_changed_byte_of_the_head_is_found(original, tampered, tmp_path_factory, column, where, flip):
    before = value_of(original, tmp_path_factory, f"SELECT {column} FROM head")
    kind = "TEXT" if column == "recorded" else "BLOB"
    error = tampered((f"UPDATE head SET {column} = CAST(? AS {kind})", changed(before, where, flip)))
    assert error.position in (0, COUNT)


@pytest.mark.parametrize(
    ("position", "named"), [(0, 1), (3, 4), (COUNT - 1, COUNT), (COUNT + 1, COUNT + 1), (99, COUNT + 1)]
)
def test_a_head_at_another_position_is_found(tampered, position, named):
    assert tampered(("UPDATE head SET position = ?", position)).position == named


def test_a_head_that_was_taken_away_is_found(tampered):
    assert tampered(("DELETE FROM head",)).position == 0


@settings(max_examples=20, deadline=None)
@given(where=st.integers(0, 100), flip=st.integers(1, 255))
def test_one_changed_byte_of_price_columns_is_found(tampered, where, flip):
    error = tampered(("UPDATE columns SET content = ?", changed(CONTENT, where, flip)))
    assert (error.position, "were changed" in error.reason) == (COUNT, True)


def test_price_columns_that_were_taken_away_are_found(tampered):
    assert tampered(("DELETE FROM columns",)).position == COUNT


def test_a_chain_computed_anew_over_a_changed_event_still_has_the_wrong_id(original, tmp_path):
    from events.chain import link
    from events.codec import utc_text

    path = tmp_path / "log.db"
    path.write_bytes(original.read_bytes())
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    previous = bytes(32)
    for position, held in connection.execute("SELECT position, document FROM events ORDER BY position").fetchall():
        document = held.replace(b"-17.0", b"-18.0") if position == 3 else held
        previous = link(previous, document)
        connection.execute(
            "UPDATE events SET document = ?, hash = ? WHERE position = ?", (document, previous, position)
        )
    connection.execute("UPDATE head SET hash = ?, recorded = ?", (previous, utc_text(START.replace(year=2026))))
    connection.commit()
    connection.close()
    with SqlLog.open(f"sqlite:///{path}") as log, pytest.raises(DamagedLogError, match="does not stand for") as found:
        log.verify()
    assert found.value.position == 3


@settings(max_examples=60, deadline=None)
@given(where=st.integers(0, 10**9), flip=st.integers(1, 255))
def test_a_byte_of_the_file_itself_never_passes_as_another_event(original, tmp_path_factory, where, flip):
    from events.errors import LogError

    with clean_copy(original, tmp_path_factory) as log:
        wanted = list(log.read())
    path = tmp_path_factory.mktemp("file") / "log.db"
    path.write_bytes(changed(original.read_bytes(), where, flip))
    try:
        with SqlLog.open(f"sqlite:///{path}", create=False) as log:
            log.verify()
            assert list(log.proved()) == wanted
    except LogError:
        pass


def clean_copy(original, factory):
    path = factory.mktemp("clean") / "log.db"
    path.write_bytes(original.read_bytes())
    return SqlLog.open(f"sqlite:///{path}", create=False)


def value_of(original, factory, query):
    path = factory.mktemp("read") / "log.db"
    path.write_bytes(original.read_bytes())
    connection = sqlite3.connect(path)
    (value,) = connection.execute(query).fetchone()
    connection.close()
    return value
