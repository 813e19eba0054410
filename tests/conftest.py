"""What several tests share: the backends of the log, and the command (tests.command)."""

from contextlib import contextmanager

import pytest

from events.log import MemoryLog
from events.sqllog import SqlLog
from jobs.app import load_sample
from tests.command import own_url, sample_url, timeline
from tests.postgres import new_database

__all__ = ["log", "own_url", "postgres_url", "sample_of_each", "sample_url", "stored_url", "timeline", "url"]


# A backend is a name and how to lend a log in an empty folder; the suite in tests/contracts runs on each.
@contextmanager
def _memory(folder):
    yield MemoryLog()


@contextmanager
def _sqlite(folder):
    with SqlLog.open(f"sqlite:///{folder}/log.db") as opened:
        yield opened


@contextmanager
def _postgresql(folder):
    with new_database() as url, SqlLog.open(url) as opened:
        yield opened


@contextmanager
def _new_url(database, folder):
    if database == "sqlite":
        yield f"sqlite:///{folder}/log.db"
    else:
        with new_database() as made:
            yield made


BACKENDS = {"memory": _memory, "sqlite": _sqlite, "postgresql": _postgresql}


@pytest.fixture(params=BACKENDS)
def log(request, tmp_path):
    """An empty log, of every kind in turn."""
    with BACKENDS[request.param](tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module", params=BACKENDS)
def sample_of_each(request, tmp_path_factory):
    """The log of the sample, of every kind in turn, for tests that leave it as it is."""
    with BACKENDS[request.param](tmp_path_factory.mktemp("sample")) as opened:
        load_sample(opened)
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def stored_url(request, tmp_path):
    """The URL of a log that does not exist yet, on every database in turn."""
    with _new_url(request.param, tmp_path) as made:
        yield made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def desk_url(request, tmp_path):
    """The same, with PostgreSQL among the slow tests: for the many that refresh prices."""
    with _new_url(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def postgres_url():
    """The URL of an empty database of PostgreSQL."""
    with new_database() as url:
        yield url


@pytest.fixture
def url(tmp_path):
    """The URL of an SQLite log that does not exist yet."""
    return f"sqlite:///{tmp_path}/log.db"
