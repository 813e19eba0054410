"""Checkpoints in the cache folder: made by long replays, used by the next, and no trouble whatever happens to them."""

import errno
import os
from pathlib import Path

import pytest

from events.sqllog import SqlLog
from jobs import checkpoints
from jobs.app import instant, replayed
from jobs.checkpoints import resumed
from tests.contracts.samples import drafts


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder, in which logs of 100 events are long."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(checkpoints, "LEAST", 100)
    return tmp_path / "cache" / "market-timeline" / "checkpoints"


@pytest.fixture
def log(url):
    with SqlLog.open(url) as opened:
        opened.append(drafts(150))
        yield opened


def test_a_long_replay_leaves_a_checkpoint_from_which_the_next_goes_on(cache, log):
    full = replayed(log)
    assert [file.suffix for file in cache.iterdir()] == [".state"]
    assert resumed(log).head == full.head
    log.append(drafts(160))
    again = replayed(log)
    assert again.head == log.head()
    assert again.claims == replayed(log, full=True).claims
    assert resumed(log).head == again.head  # the full replay wrote it anew


def test_a_short_log_leaves_none(cache, url):
    with SqlLog.open(url) as log:
        log.append(drafts(99))
        replayed(log)
    assert not cache.exists()


def test_few_new_events_leave_the_checkpoint_as_it_is(cache, log):
    replayed(log)
    log.append(drafts(200))
    replayed(log)
    assert resumed(log).head.position == 150


def test_a_past_before_the_checkpoint_is_replayed_from_the_start(cache, log):
    replayed(log)
    records = list(log.read())
    for at in (records[20].recorded, records[-1].recorded, instant("2100-01-01")):
        asked = replayed(log, at)
        expected = [record for record in records if record.recorded <= at]
        assert asked.head.position == len(expected)
    assert resumed(log, records[20].recorded).last is None


@pytest.mark.parametrize("damage", ["cut", "changed", "emptied", "a folder", "another log's"])
def test_a_checkpoint_that_cannot_be_believed_is_made_anew(cache, log, tmp_path, damage):
    whole = replayed(log)
    [file] = cache.iterdir()
    content = file.read_bytes()
    if damage == "a folder":
        file.unlink()
        file.mkdir()
    elif damage == "another log's":
        with SqlLog.open(f"sqlite:///{tmp_path}/other.db") as other:
            other.append(drafts(160)[5:])
            replayed(other)
        [theirs] = set(cache.iterdir()) - {file}
        theirs.replace(file)
    else:
        file.write_bytes({"cut": content[:-40], "changed": b"x" + content[1:], "emptied": b""}[damage])
    assert resumed(log).last is None
    assert replayed(log).claims == whole.claims
    if damage != "a folder":
        assert resumed(log).head == whole.head


def test_a_log_that_was_changed_at_the_checkpoints_end_is_replayed_and_found_out(cache, log, url):
    replayed(log)
    with log._connection() as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE events SET document = x'7b7d' WHERE position = 150")
    assert resumed(log).last is None


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_writer_that_is_stopped_half_way_leaves_nothing_and_the_old_one_stays(cache, log, monkeypatch, error):
    replayed(log)
    [file] = cache.iterdir()
    before = file.read_bytes()
    log.append(drafts(300))

    def half(path, target):
        assert path.read_bytes()[:8] == before[:8]
        path.write_bytes(b"half of it")
        raise error

    monkeypatch.setattr(Path, "replace", half)
    if isinstance(error, OSError):
        assert replayed(log).head == log.head()  # a full disk is no failure of the replay
    else:
        with pytest.raises(KeyboardInterrupt):
            replayed(log)
    assert list(cache.iterdir()) == [file] and file.read_bytes() == before
    assert resumed(log).head.position == 150


def test_what_killed_writers_left_and_checkpoints_of_old_logs_are_taken_away(cache, log, tmp_path):
    cache.mkdir(parents=True)
    for number, name in enumerate(["a.state", "b.state", "c.state", "d.state", ".x.part"]):
        (cache / name).write_bytes(b"old")
        os.utime(cache / name, (1e9 + number, 1e9 + number))
    (cache / ".running.part").write_bytes(b"another process writes it")
    replayed(log)
    left = sorted(file.name for file in cache.iterdir() if len(file.name) < 20)
    assert left == [".running.part", "b.state", "c.state", "d.state"]


def test_a_cache_folder_that_cannot_be_made_is_no_trouble(cache, log, tmp_path):
    (tmp_path / "cache").write_text("a file stands in the way", encoding="utf-8")
    assert replayed(log).head == log.head()


def test_the_command_says_the_same_from_a_checkpoint_and_in_full(cache, own_url, timeline):
    first = timeline("replay", "--json", "--database", own_url)
    assert len(list(cache.iterdir())) == 1
    assert timeline("replay", "--json", "--database", own_url) == first._replace(err="")
    assert timeline("replay", "--json", "--full", "--database", own_url) == first._replace(err="")
