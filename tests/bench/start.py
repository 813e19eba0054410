"""The start: whole processes, from a cold start with no cache of this user, beside Python alone.

CPU time of the process, which other work on the machine moves less than the clock.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

CLAIM = "Meta shares fell 11% on October 30, 2025."


def rows(quick: bool):
    """Return what was measured, one dict a row: what, value, unit, and where there is one the bound."""
    times = 3 if quick else 7
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'log.db'}"
        _run(folder, "replay", "--database", database)
        check = _median(lambda number: _run(f"{folder}/{number}", "check", CLAIM, "--database", database), times)
        told = _median(lambda number: _run(f"{folder}/{number}", "--help"), times)
        python = _median(lambda _: _spent([sys.executable, "-c", ""], folder), times)
        numpy = _median(lambda _: _spent([sys.executable, "-c", "import numpy"], folder), times)
    return [
        {"what": "timeline check on the sample, no cache", "value": check, "unit": "s", "bound": 1.5},
        {"what": "timeline --help", "value": told, "unit": "s", "bound": 0.3},
        {"what": "  Python alone", "value": python, "unit": "s"},
        {"what": "  Python and NumPy", "value": numpy, "unit": "s"},
    ]


def _run(folder, *words):
    """Run the command with an empty cache folder of its own and return the seconds that it took."""
    spent, found = _timed([sys.executable, "-m", "jobs.cli", *words], folder)
    assert found.returncode in (0, 1), found.stderr  # 1: a claim is contradicted, which is an answer
    return spent


def _spent(command, folder):
    return _timed(command, folder)[0]


def _timed(command, folder):
    environment = os.environ | {"XDG_CACHE_HOME": str(folder), "PYTHONPATH": str(Path(__file__).parents[2])}
    began = _children()
    found = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return _children() - began, found


def _children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _median(call, times):
    return statistics.median(call(number) for number in range(times))
