"""How fresh the prices are, as a page, as JSON and for Prometheus: each symbol with age, attempt, error, next run."""

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from jobs.app import load_sample, open_log
from jobs.operations import Attempt, Operations
from jobs.serving import doors
from tests.serving import ADDRESS, NOON, sample_log, served
from timeline.web.application import application
from timeline.web.doors import Settings

JSON = {"Accept": "application/json"}


@pytest.fixture
def operations(tmp_path):
    url = f"sqlite:///{tmp_path / 'timeline.db'}"
    with open_log(url, create=True) as log, Operations.open(url) as held:
        load_sample(log)
        yield log, held


@pytest.fixture
def client(operations):
    log, held = operations
    app = application(doors(log, lambda: NOON, operations=held), Settings(address=ADDRESS, poll=0.05))
    with TestClient(app) as one:
        yield one


def test_each_symbol_is_told_with_its_last_bar_its_age_and_its_next_run(client):
    told = {one["symbol"]: one for one in client.get("/status", headers=JSON).json()["symbols"]}
    meta = told["META"]
    assert meta["last"] < "2026-01-05" and meta["sessions_old"] >= 0 and meta["exchange"] == "XNYS"
    assert meta["next"] >= "2026-01-05T12:00:00Z"
    page = client.get("/status", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html") and page.headers["cache-control"] == "no-store"
    assert ">META<" in page.text and meta["last"] in page.text and f">{meta['sessions_old']}<" in page.text


def test_an_error_of_a_source_stands_on_the_page_and_cannot_speak_html(client, operations):
    operations[1].set_attempt(
        Attempt("META", "yahoo", NOON - timedelta(hours=1), None, "<b>429</b> too many", 3, NOON + timedelta(hours=1))
    )
    page = client.get("/status", headers={"Accept": "text/html"}).text
    assert "3 failed" in page and "&lt;b&gt;429&lt;/b&gt; too many" in page and "<b>429" not in page
    assert "of them behind" in page


def test_a_source_left_alone_and_the_counters_are_told(client, operations):
    _, held = operations
    held.count("runs missed", NOON)
    held.spend("yahoo", NOON)
    text = client.get("/metrics").text
    assert 'timeline_sessions_old{symbol="META"}' in text
    assert 'timeline_refresh_failures{symbol="META"} 0.0' in text
    assert 'timeline_events_counted_total{event="runs missed"} 1.0' in text
    assert 'timeline_source_requests_last_hour{source="yahoo"} 1.0' in text
    assert 'timeline_calendar_runs_out{calendar="XNYS"} 0.0' in text
    assert "timeline_leader 0.0" in text


def test_metrics_are_given_even_while_the_freshness_is_not_known(operations):
    log, held = operations
    ways = doors(log, lambda: NOON, operations=held)

    def broken():
        raise TimeoutError

    with TestClient(application(replace(ways, freshness=broken), Settings(address=ADDRESS, poll=0.05))) as one:
        answer = one.get("/metrics")
        assert answer.status_code == 200 and "timeline_log_position" in answer.text
        assert "timeline_sessions_old" not in answer.text
        assert one.get("/status").status_code == 503


def test_a_server_that_knows_nobody_who_refreshes_says_so():
    with served(sample_log()) as one:
        assert one.get("/status", headers=JSON).json() == {}
        assert "does not know who refreshes" in one.get("/status", headers={"Accept": "text/html"}).text
        assert "timeline_leader" not in one.get("/metrics").text
