"""A feed reader that we did not write subscribes over loopback: reads, polls again, sees a correction."""

from datetime import timedelta

import pytest

from events.sqllog import SqlLog
from tests.serving import NOON, command, correct, get, state, until, withdraw

reader = pytest.importorskip("reader", reason="the package reader")

pytestmark = pytest.mark.slow


@pytest.fixture
def subscribed(tmp_path):
    """A log of twelve claims, the address of its server, and a reader without any feed yet."""
    url = f"sqlite:///{tmp_path / 'own.db'}"
    with SqlLog.open(url) as log:
        keys = [state(log, f"claim {number}", source=f"paper {number}") for number in range(12)]
        with command(url, tmp_path, "--no-sample") as address, reader.make_reader(":memory:") as feeds:
            yield log, keys, address, feeds


def test_a_reader_reads_polls_and_sees_what_changed(subscribed):
    log, keys, address, feeds = subscribed
    feed = f"{address}/feed.json"
    feeds.add_feed(feed)
    feeds.update_feeds()
    entries = {entry.id: entry for entry in feeds.get_entries()}
    assert sorted(entries) == sorted(keys)
    assert entries[keys[0]].link == f"{address}/claims/{keys[0]}"
    assert entries[keys[0]].published == NOON and feeds.get_feed(feed).version == "json11"

    assert feeds.update_feed(feed) is None
    assert 'timeline_requests_total{route="/feed.json",status="304"} 1.0' in get(address, "/metrics").text

    correct(log, keys[3], "claim 3, put right", NOON + timedelta(hours=1))
    withdraw(log, keys[4], NOON + timedelta(hours=2))
    new = state(log, "claim 12", source="paper 12", recorded=NOON + timedelta(hours=3))
    until(lambda: get(address, "/readyz").json()["events"] == log.head().position, 2)
    changed = feeds.update_feed(feed)
    assert (changed.new, changed.modified) == (1, 2)
    after = {entry.id: entry for entry in feeds.get_entries()}
    assert set(after) == {*keys, new}
    assert after[keys[3]].title.startswith("META: claim 3, put right")
    assert after[keys[3]].updated == NOON + timedelta(hours=1) > entries[keys[3]].updated
    assert "withdrawn" in after[keys[4]].title


def test_a_reader_takes_atom_too(subscribed):
    _, keys, address, feeds = subscribed
    feeds.add_feed(f"{address}/feed.atom")
    feeds.update_feeds()
    assert {entry.id for entry in feeds.get_entries()} == {f"urn:market-timeline:claim:{key}" for key in keys}
