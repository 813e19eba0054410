"""The long runs: `make soak`. What they found stands in var/soak.json, and its last figures in the README.

TIMELINE_SOAK=short runs the same with fewer kills and events.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from events.sqllog import SqlLog
from tests.contracts.samples import drafts
from tests.faults import crowd, killed_copies, survives
from tests.house import HOUSE
from tests.soak.fuzzer import SEEDS

pytestmark = pytest.mark.soak
SHORT = os.environ.get("TIMELINE_SOAK") == "short"
KILLS = 12 if SHORT else 200
FIGURES = Path(os.environ.get("TIMELINE_SOAK_FIGURES", HOUSE / "var" / "soak.json"))


@contextmanager
def figures(name):
    """Keep what a run found, and how long it took."""
    found, began = {}, time.monotonic()
    yield found
    held = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    held[name] = {**found, "seconds": round(time.monotonic() - began)}
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(held, indent=2, sort_keys=True) + "\n")


def kind(url):
    return url.partition(":")[0]


def test_two_hundred_killed_writers_lose_nothing_that_they_acknowledged(stored_url):
    with figures(f"kills, {kind(stored_url)}") as found:
        acknowledged = survives(stored_url, kills=KILLS, seed=2026)
        found.update(kills=KILLS, acknowledged=acknowledged, lost=0)  # survives fails where one is lost


def test_sixteen_writers_and_eight_followers_of_their_own_processes_agree(stored_url):
    with figures(f"crowd, {kind(stored_url)}") as found:
        count = crowd(stored_url, writers=16, followers=8, threads=1, appends=5 if SHORT else 60, size=20)
        found.update(writers=16, followers=8, events=count, missed=0, twice=0)


def test_a_copy_killed_again_and_again_ends_the_same(url, postgres_url):
    with SqlLog.open(url) as log:
        size = 4_000 if SHORT else 20_000
        for start in range(0, size, 2_000):
            log.append(drafts(2_000, start=start))
    with figures("copy, killed") as found:
        kills = 2 if SHORT else 12
        found.update(kills=kills, events=killed_copies(url, postgres_url, kills=kills, seed=7))


@pytest.mark.skipif(not importlib.util.find_spec("atheris"), reason="atheris is not installed, or not for this Python")
@pytest.mark.parametrize("target", SEEDS)
def test_fuzzing_finds_nothing(target, tmp_path):
    seconds = 5 if SHORT else 60
    command = [sys.executable, "-m", "tests.soak.fuzzer", target, str(tmp_path), str(seconds)]
    with figures(f"fuzzed, {target}") as found:
        done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 0, done.stderr[-4_000:]
        found.update(inputs=int(re.search(r"Done (\d+) runs", done.stderr)[1]), faults=0)
