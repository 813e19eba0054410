"""What several tests share: the backends of the log, and the command (tests.command)."""

import pytest

from events.log import MemoryLog
from events.sqllog import SqlLog
from tests.command import own_url, sample_url, timeline

__all__ = ["log", "own_url", "sample_url", "timeline", "url"]

# A backend is a name and how to open it in an empty folder; the suite in tests/contracts runs on each.
BACKENDS = {
    "memory": lambda folder: MemoryLog(),
    "sqlite": lambda folder: SqlLog.open(f"sqlite:///{folder}/log.db"),
}


@pytest.fixture(params=BACKENDS)
def log(request, tmp_path):
    """An empty log, of every kind in turn."""
    opened = BACKENDS[request.param](tmp_path)
    yield opened
    if isinstance(opened, SqlLog):
        opened.close()


@pytest.fixture
def url(tmp_path):
    """The URL of an SQLite log that does not exist yet."""
    return f"sqlite:///{tmp_path}/log.db"
