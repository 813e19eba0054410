"""The command for tests: a log with the sample, made once, and a way to call the command in-process."""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from jobs.cli import main

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Said(NamedTuple):
    """What a command left with and printed."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def sample_url(tmp_path_factory) -> str:
    """The URL of a log that holds the sample. Tests only read from it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('sample') / 'timeline.db'}"
    assert main(["replay", "--json", "--database", url]) == 0
    return url


@pytest.fixture
def timeline(capsysbinary, monkeypatch, tmp_path):
    """Call the command in an empty folder with its words: timeline("verify", "--json") -> Said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TIMELINE_DATABASE_URL", raising=False)
    monkeypatch.delenv("TIMELINE_COMPANIES", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)
    capsysbinary.readouterr()

    def call(*words, clock=lambda: NOON) -> Said:
        code = main([str(word) for word in words], clock)
        found = capsysbinary.readouterr()
        return Said(code, found.out.decode(), found.err.decode())

    return call


@pytest.fixture
def own_url(tmp_path: Path) -> str:
    """The URL of a log of the test's own, which is not there yet."""
    return f"sqlite:///{tmp_path / 'own.db'}"
