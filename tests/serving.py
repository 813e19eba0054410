"""A served timeline for tests: in the process over a log in memory, or the command itself on a port of loopback."""

import os
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx2 as httpx
import uvicorn
from starlette.testclient import TestClient

from events.log import Draft, MemoryLog
from events.model import ArticlePublished, ClaimCorrected, ClaimStated, ClaimWithdrawn, Move, Quantity, Said
from jobs.app import load_sample
from jobs.serving import doors
from tests.house import COMMAND
from timeline.web.application import application
from timeline.web.doors import Settings

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ADDRESS = "http://testserver"
TOKEN = "a token of the tests"
CLAIMS = """
[article]
source = "The Morning Paper"
language = "en"
said = 2025-11-06

[[claim]]
kind = "move"
symbol = "META"
text = "Meta lost nearly 17% in four sessions"
stated = {value = "-17", unit = "percent", hedge = "nearly"}
window = {span = "sessions", count = 4, end = 2025-11-04}
"""


def sample_log() -> MemoryLog:
    log = MemoryLog()
    load_sample(log)
    return log


@contextmanager
def served(log, **settings):
    """A client of an application over a log; the clock stands at NOON."""
    given = {"address": ADDRESS, "token": TOKEN, "poll": 0.05, "check_burst": 1000, **settings}
    with TestClient(application(doors(log, lambda: NOON), Settings(**given)), raise_server_exceptions=False) as client:
        yield client


def state(log, text="META down 17%", *, recorded=NOON, source="A paper", **article):
    """Append an article with one claim, and return the claim's id."""
    published = ArticlePublished(source=source, said=Said(day=recorded.date()), **article)
    [row] = log.append([Draft(published, recorded)])
    claim = Move(symbol="META", text=text, stated=Quantity(value=-17.0, unit="percent", precision=1.0))
    [stated] = log.append([Draft(ClaimStated(article=row.id, claim=claim), recorded)])
    return stated.id


def correct(log, key, text, recorded=NOON):
    corrected = Move(symbol="META", text=text, stated=Quantity(value=-16.0, unit="percent", precision=1.0))
    log.append([Draft(ClaimCorrected(claim=key, replaces=key, corrected=corrected, reason="a slip"), recorded)])


def withdraw(log, key, recorded=NOON):
    log.append([Draft(ClaimWithdrawn(claim=key, reason="made up"), recorded)])


def until(met, seconds=5.0):
    """Wait until a condition holds, and return what it gave."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := met():
            return found
        time.sleep(0.03)
    raise AssertionError(f"did not happen within {seconds} s")


def shown(client, log):
    """Wait until a client sees all that is in the log."""
    return until(lambda: client.get("/readyz").json()["events"] == log.head().position)


def follow(client, path="/feed.json", between=lambda: None):
    """Every item of a feed from page to page; `between` is called after each page."""
    items = []
    while path:
        page = client.get(path.removeprefix(ADDRESS))
        assert page.status_code == 200, page.text
        items += page.json()["items"]
        path = page.json().get("next_url")
        between()
    return items


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


@contextmanager
def command(url, folder, *words, **environment):
    """The command `timeline serve`, running; gives its address."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if name != "TIMELINE_DATABASE_URL"}
    process = subprocess.Popen(
        [COMMAND, "serve", "--database", url, "--port", str(port), *words],
        cwd=folder,
        env={**kept, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: process.poll() is not None or answers(address), 60)
        assert process.poll() is None, process.stderr.read().decode()
        yield address
    finally:
        process.terminate()
        process.wait(20)
        process.stderr.close()


def answers(address) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=2) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def get(address, path, **headers) -> httpx.Response:
    return httpx.get(address + path, headers=headers, timeout=20, trust_env=False)


@contextmanager
def running(log, *, operations=None, **settings):
    """A server in a thread of this process, on a port of loopback; gives its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    given = {"address": address, "token": TOKEN, "poll": 0.05, "check_burst": 10_000, **settings}
    app = application(doors(log, lambda: NOON, operations=operations), Settings(**given))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        until(lambda: answers(address), 30)
        yield address
    finally:
        app.state.live.close()
        server.should_exit = True
        thread.join(10)
