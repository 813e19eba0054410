"""Faults for the tests: writers that are killed, connections that are cut, and followers that watch meanwhile.

A writer tells an event's id only when its append has returned: what was told is acknowledged, and must be there.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

from events.log import EMPTY
from events.sqllog import SqlLog
from tests.house import HOUSE

# Appends batches of every size, and tells the ids of each only when `append` has returned.
WRITER = """
import random, sys
from events.sqllog import SqlLog
from tests.contracts.samples import drafts
url, start, batches = sys.argv[1], *map(int, sys.argv[2:])
sizes = random.Random(start)
with SqlLog.open(url) as log:
    for _ in range(batches):
        size = sizes.choice((1, 3, 20, 300))
        rows = log.append(drafts(size, start=start))
        start += size
        sys.stdout.write("".join(row.id + "\\n" for row in rows))
        sys.stdout.flush()
"""

# Several writers in one process; every second append expects a position, and goes again where another was first.
RIVALS = """
import sys, threading
from events.errors import ConflictError
from events.sqllog import SqlLog
from tests.contracts.samples import drafts
url, first, threads, appends, size = sys.argv[1], *map(int, sys.argv[2:])
told, conflicts, wrong = [], [], []
def write(log, start):
    try:
        for number in range(appends):
            some = drafts(size, start=start + number * size)
            while True:
                try:
                    expect = log.head().position if number % 2 else None
                    told.extend(row.id for row in log.append(some, expect=expect))
                    break
                except ConflictError as error:
                    conflicts.append(error.found - error.expected)
    except BaseException as error:
        wrong.append(repr(error))
with SqlLog.open(url, timeout=120) as log:
    workers = [threading.Thread(target=write, args=(log, (first + n) * 1_000_000)) for n in range(threads)]
    for worker in workers: worker.start()
    for worker in workers: worker.join()
assert not wrong, wrong
assert all(ahead > 0 for ahead in conflicts), conflicts
print(*told, sep="\\n")
"""

# Several followers in one process; each must see every event once and in order, until there are so many.
FOLLOWERS = """
import sys, threading
from hashlib import sha256
from events.sqllog import SqlLog
url, threads, count = sys.argv[1], *map(int, sys.argv[2:])
seen = []
def follow(log):
    chain, last = bytes(32), 0
    for row in log.follow(wait=0.2, stop=lambda: last >= count):
        assert row.position == last + 1, (row.position, last)
        chain, last = sha256(chain + row.document).digest(), row.position
        assert chain == row.hash
    seen.append((last, chain.hex()))
with SqlLog.open(url, create=False) as log:
    workers = [threading.Thread(target=follow, args=(log,)) for _ in range(threads)]
    for worker in workers: worker.start()
    for worker in workers: worker.join()
assert len(seen) == threads
for last, chain in seen: print(last, chain)
"""


def started(program, *arguments):
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=HOUSE)


def finished(processes, seconds=300):
    told = []
    for process in processes:
        out, err = process.communicate(timeout=seconds)
        assert process.returncode == 0, err
        told += out.splitlines()
    return told


def crowd(url, *, writers, followers, threads, appends, size):
    """Run writers and followers, `threads` to a process, and return how many events there were in the end."""
    SqlLog.open(url).close()
    count = writers * appends * size
    watching = [started(FOLLOWERS, url, threads, count) for _ in range(followers // threads)]
    writing = [started(RIVALS, url, n * threads, threads, appends, size) for n in range(writers // threads)]
    told = finished(writing)
    seen = finished(watching)
    with SqlLog.open(url, create=False) as log:
        head = log.verify()
        assert head.position == count == len(told) == len(set(told))
        assert {row.id for row in log.rows()} == set(told)
    assert seen == [f"{count} {head.digest}"] * followers
    return count


def survives(url, *, kills, seed, at_once=4, seconds=0.25):
    """Kill writers, some at a time and each at a moment of its own; return how many events were acknowledged."""
    moments, acknowledged, head, killed = random.Random(seed), set(), EMPTY, 0
    SqlLog.open(url).close()
    while killed < kills:
        writers = [started(WRITER, url, 1_000_000 * (killed + n), 100_000) for n in range(min(at_once, kills - killed))]
        threads = [
            threading.Thread(target=_killed, args=(writer, moments.uniform(0, seconds), acknowledged))
            for writer in writers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        killed += len(writers)
        with SqlLog.open(url, create=False) as log:
            proven = log.verify()
            held = {row.id for row in log.rows()}
        assert acknowledged <= held, f"{len(acknowledged - held)} lost after kill {killed}"
        assert proven.position >= head.position
        head = proven
    assert len(acknowledged) > kills
    return len(acknowledged)


def _killed(writer, seconds, acknowledged):
    """Kill a writer some time after its first word, and keep what it had told in whole lines."""
    with writer:
        first = writer.stdout.readline()
        time.sleep(seconds)
        writer.send_signal(signal.SIGKILL)
        lines = (first + writer.stdout.read()).splitlines(keepends=True)
    acknowledged |= {line.strip() for line in lines if line.endswith("\n")}


# Copies a log, slowly enough to be killed.
COPIER = """
import sys, time
import events.copying
from events.copying import copy_log
from events.sqllog import SqlLog
events.copying.BATCH = 200
with SqlLog.open(sys.argv[1], create=False) as source, SqlLog.open(sys.argv[2]) as target:
    print("ready", flush=True)
    copy_log(source, target, lambda position: position % 200 or time.sleep(0.02))
"""


def killed_copies(source_url, target_url, *, kills, seed):
    """Kill a copy some times, then let it end; return where the copy, which is the same, ends."""
    moments = random.Random(seed)
    for _ in range(kills):
        with started(COPIER, source_url, target_url) as copier:
            copier.stdout.readline()
            time.sleep(moments.uniform(0.05, 0.4))
            copier.kill()
    finished([started(COPIER, source_url, target_url)])
    with SqlLog.open(source_url, create=False) as source, SqlLog.open(target_url, create=False) as target:
        assert list(source.rows()) == list(target.rows())
        return target.verify().position


@contextmanager
def cutting_proxy(target, folder, word):
    """Stand between a client and a server's socket, and cut both off when the client has said a word."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(os.fspath(folder / ".s.PGSQL.5432"))
    listening.listen()
    cuts = []

    def passes(come, go, watch):
        try:
            while data := come.recv(65536):
                go.sendall(data)
                if watch and word in data:
                    cuts.append(word)
                    time.sleep(0.3)  # the server has done it, and nobody hears of it
                    break
                if cuts and not watch:
                    break
        except OSError:
            return
        finally:
            for one in (come, go):
                one.close()

    def accept():
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(target)
            threading.Thread(target=passes, args=(client, server, True), daemon=True).start()
            threading.Thread(target=_swallows, args=(server, client, cuts), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield cuts
    finally:
        listening.close()


def _swallows(come, go, cuts):
    """Pass on what a server says, until the line is cut."""
    try:
        while data := come.recv(65536):
            if cuts:
                break
            go.sendall(data)
    except OSError:
        return
