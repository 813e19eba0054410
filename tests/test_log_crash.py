"""Many writers, and writers that are killed: nothing that was acknowledged is lost, and no position is skipped."""

import random
import signal
import subprocess
import sys
import time

import pytest

from events.log import EMPTY
from events.sqllog import SqlLog
from tests.contracts.samples import drafts

# Appends claims one batch after the other, and tells the ids of each only when `append` has returned.
WRITER = """
import sys
from events.sqllog import SqlLog
from tests.contracts.samples import drafts
url, start, batches, size = sys.argv[1], *map(int, sys.argv[2:])
with SqlLog.open(url) as log:
    for batch in range(batches):
        rows = log.append(drafts(size, start=start + batch * size))
        for row in rows:
            print(row.id)
        sys.stdout.flush()
"""

# Each takes turns at the one place behind the head that it has seen, and counts who was there first.
RIVAL = """
import sys
from events.errors import ConflictError
from events.sqllog import SqlLog
from tests.contracts.samples import draft
url, start, wins = sys.argv[1], *map(int, sys.argv[2:])
with SqlLog.open(url) as log:
    won = 0
    while won < wins:
        try:
            log.append([draft(start + won)], expect=log.head().position)
        except ConflictError:
            continue
        won += 1
"""


def started(program, *arguments):
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished(processes):
    told = []
    for process in processes:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        told += out.split()
    return told


def test_eight_processes_make_the_log_and_append_and_nothing_is_lost(url):
    told = finished([started(WRITER, url, 1000 * number, 10, 7) for number in range(8)])
    with SqlLog.open(url, create=False) as log:
        rows = list(log.rows())
        assert [row.position for row in rows] == list(range(1, 8 * 70 + 1))
        assert sorted(told) == sorted(row.id for row in rows)
        assert log.verify() == log.head()


def test_eight_processes_that_append_the_same_store_it_once(url):
    told = finished([started(WRITER, url, 0, 5, 20) for _ in range(8)])
    with SqlLog.open(url, create=False) as log:
        assert sorted(told) == sorted(row.id for row in log.rows())
        assert log.verify().position == 100


def test_of_rivals_for_one_position_exactly_one_wins(url):
    SqlLog.open(url).close()
    finished([started(RIVAL, url, 1000 * number, 15) for number in range(4)])
    with SqlLog.open(url, create=False) as log:
        assert log.verify().position == 60


def test_a_reader_beside_writers_never_misses_an_event(url):
    SqlLog.open(url).close()
    writers = [started(WRITER, url, 1000 * number, 20, 5) for number in range(3)]
    seen = []
    with SqlLog.open(url, create=False) as log:
        while any(writer.poll() is None for writer in writers):
            seen += log.rows(after=seen[-1].position if seen else 0)
        seen += log.rows(after=seen[-1].position if seen else 0)
        assert seen == list(log.rows())
        assert len(seen) == 300
    finished(writers)


def killed(url, start, seconds):
    """Start a writer, kill it `seconds` after its first word, and return what it had acknowledged."""
    with started(WRITER, url, start, 100_000, 3) as writer:
        first = writer.stdout.readline()
        time.sleep(seconds)
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read()  # not communicate, which forgets what readline has taken
    lines = (first + rest).splitlines(keepends=True)
    return [line.strip() for line in lines if line.endswith("\n")]


def survives(url, kills, seed):
    moments = random.Random(seed)
    acknowledged, head = [], EMPTY
    for number in range(kills):
        acknowledged += killed(url, 1_000_000 * number, moments.uniform(0, 0.08))
        with SqlLog.open(url, create=False) as log:
            proven = log.verify()
            held = {row.id for row in log.rows()}
        assert set(acknowledged) <= held, f"lost after kill {number + 1}"
        assert proven.position >= head.position
        head = proven
    assert len(acknowledged) == len(set(acknowledged)) > kills


def test_a_writer_killed_at_any_moment_loses_nothing_that_it_acknowledged(url):
    survives(url, kills=6, seed=1)


@pytest.mark.slow
def test_fifty_killed_writers_lose_nothing_that_they_acknowledged(url):
    survives(url, kills=50, seed=2)


def test_a_writer_killed_while_it_makes_the_log_leaves_one_that_can_be_made(url):
    moments = random.Random(3)
    for _ in range(5):
        with started(WRITER, url, 0, 1, 1) as writer:
            time.sleep(moments.uniform(0.2, 1.2))
            writer.kill()
    with SqlLog.open(url) as log:
        log.append(drafts(3))
        assert log.verify().position == 3
