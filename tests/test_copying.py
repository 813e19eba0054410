"""A log goes into another database byte for byte, and comes back; nothing else is written over."""

import sqlite3

import pytest

from events.copying import copy_log
from events.errors import ConflictError, DamagedLogError, DivergedError, NotHeldError
from events.log import Draft, MemoryLog
from events.sqllog import SqlLog
from tests.contracts.samples import BARS, CONTENT, DIGEST, START, TEXT, TEXT_DIGEST, article, draft, drafts

OTHER = b"another text"


@pytest.fixture
def source(tmp_path):
    """A log with claims, price columns, a text and one that was erased."""
    with SqlLog.open(f"sqlite:///{tmp_path}/source.db") as log:
        log.append([article(), *drafts(20)], texts={TEXT_DIGEST: TEXT})
        log.append([Draft(BARS, START.replace(year=2026))], columns={DIGEST: CONTENT})
        yield log


def contents(log):
    return [tuple(row) for row in log.rows()]


def test_a_copy_is_byte_for_byte_the_same_and_comes_back_the_same(source, stored_url, tmp_path):
    with SqlLog.open(stored_url) as target, SqlLog.open(f"sqlite:///{tmp_path}/back.db") as back:
        assert copy_log(source, target) == source.head() == target.head()
        assert copy_log(target, back) == source.head()
        for log in (target, back):
            assert contents(log) == contents(source)
            assert (log.columns(DIGEST), log.text(TEXT_DIGEST)) == (CONTENT, TEXT)
            assert log.verify() == source.head()


def test_a_copy_goes_on_where_it_stopped(source, stored_url, monkeypatch):
    monkeypatch.setattr("events.copying.BATCH", 4)
    with SqlLog.open(stored_url) as target:

        def cut(position):
            if position == 14:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            copy_log(source, target, cut)
        assert 0 < target.verify().position < source.head().position
        assert copy_log(source, target) == source.head()
        source.append(drafts(5, start=100))
        assert copy_log(source, target) == source.head() == target.verify()
        assert contents(target) == contents(source)


def test_a_copy_of_everything_writes_nothing(source, stored_url):
    with SqlLog.open(stored_url) as target:
        copy_log(source, target)
        target.extend = None
        assert copy_log(source, target) == source.head()


def test_what_was_erased_is_not_copied_and_goes_from_the_copy_too(source, stored_url):
    with SqlLog.open(stored_url) as target:
        copy_log(source, target)
        assert target.text(TEXT_DIGEST) == TEXT
        (row,) = source.erase(TEXT_DIGEST, "a takedown", START.replace(year=2027))
        assert copy_log(source, target) == source.head()
        assert target.erased(TEXT_DIGEST) == row.id
        with pytest.raises(NotHeldError):
            target.text(TEXT_DIGEST)


def test_a_text_that_came_later_is_copied_later(stored_url):
    source = MemoryLog()
    source.append([article()])
    with SqlLog.open(stored_url) as target:
        copy_log(source, target)
        source.append([], texts={TEXT_DIGEST: TEXT})
        copy_log(source, target)
        assert target.text(TEXT_DIGEST) == TEXT


def test_a_target_that_holds_something_else_is_refused_and_left_alone(source, stored_url):
    with SqlLog.open(stored_url) as target:
        target.append([article(), *drafts(3), draft(999)], texts={TEXT_DIGEST: TEXT})
        before = contents(target)
        with pytest.raises(DivergedError, match="differ from position 5 on; nothing was written"):
            copy_log(source, target)
        assert contents(target) == before


def test_a_target_that_is_longer_is_refused(source, stored_url):
    with SqlLog.open(stored_url) as target:
        copy_log(source, target)
        target.append(drafts(1, start=500))
        with pytest.raises(DivergedError, match="differ from position 23 on"):
            copy_log(source, target)


def test_a_source_that_was_changed_is_not_copied_beyond_the_change(source, stored_url, tmp_path):
    connection = sqlite3.connect(tmp_path / "source.db")
    connection.execute("DROP TRIGGER events_no_update")
    connection.execute("UPDATE events SET document = replace(document, '-17', '-18') WHERE position = 9")
    connection.commit()
    with SqlLog.open(stored_url) as target:
        with pytest.raises(DamagedLogError, match="at position 9"):
            copy_log(source, target)
        assert target.verify().position < 9


def test_another_writer_of_the_target_is_noticed(source, stored_url, monkeypatch):
    monkeypatch.setattr("events.copying.BATCH", 5)
    with SqlLog.open(stored_url) as target, SqlLog.open(stored_url) as rival:

        def meddle(position):
            if position == 7:
                rival.append([draft(777)])

        with pytest.raises(ConflictError):
            copy_log(source, target, meddle)
