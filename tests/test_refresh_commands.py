"""`timeline prices refresh`, `watch` and `status` as a user runs them, over a folder of files."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from jobs.exchanges import calendar_of
from tests.sources import Shelf

FRIDAY = datetime(2025, 3, 7, 22, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "prices"
    path.mkdir()
    rows = Shelf("META", last=date(2025, 3, 7)).listings["META"].rows
    (path / "META.csv").write_text("date,close\n" + "".join(f"{day},{row[3]}\n" for day, row in rows.items()))
    return path


def test_refresh_says_what_came_and_leaves_with_one_where_something_did_not(timeline, own_url, folder):
    words = ("prices", "refresh", "META", "--source", f"files:{folder}", "--database", own_url)
    came = timeline(*words, clock=lambda: FRIDAY)
    assert came.code == 0
    assert [word in came.out for word in ("META", "stored", "44", "2025-03-07", "files")] == [True] * 5
    assert "up to date" in timeline(*words, clock=lambda: FRIDAY).out
    failed = timeline("prices", "refresh", "NVDA", *words[3:], clock=lambda: FRIDAY)
    assert failed.code == 1
    assert "NVDA: failed: files:" in failed.err
    content = json.loads(timeline(*words, "--json", "--full", clock=lambda: FRIDAY).out)
    assert content["symbols"][0]["came"] == "unchanged"


def test_refresh_without_symbols_takes_the_watch_list(timeline, own_url, folder):
    words = ("prices", "refresh", "--source", f"files:{folder}", "--database", own_url)
    assert "nothing to refresh" in timeline(*words, clock=lambda: FRIDAY).out
    assert timeline("watch", "add", "meta", "--database", own_url).out == "added: META\n"
    timeline("watch", "mute", "SPY", "--database", own_url)
    assert timeline(*words, clock=lambda: FRIDAY).code == 0
    listed = timeline("watch", "list", "--database", own_url).out
    assert [line.split() for line in listed.splitlines()] == [["META", "added"], ["SPY", "muted"]]
    timeline("watch", "reset", "SPY", "--database", own_url)
    found = json.loads(timeline("watch", "list", "--json", "--database", own_url).out)
    assert [one["symbol"] for one in found["watched"]] == ["META", "SPY"]
    assert timeline("watch", "add", "no symbol", "--database", own_url).code == 2


def test_status_shows_the_attempt_its_error_and_the_next_run(timeline, own_url, folder):
    timeline("watch", "add", "META", "NVDA", "--database", own_url)
    timeline("prices", "refresh", "--source", f"files:{folder}", "--database", own_url, clock=lambda: FRIDAY)
    said = timeline("status", "--database", own_url, clock=lambda: FRIDAY).out
    assert "2025-03-10 20:30" in said
    assert "NVDA: files: " in said
    content = json.loads(timeline("status", "--json", "--database", own_url, clock=lambda: FRIDAY).out)
    by_symbol = {one["symbol"]: one for one in content["symbols"]}
    assert (by_symbol["META"]["bars"], by_symbol["META"]["sessions_old"]) == (44, 0)
    assert by_symbol["NVDA"]["failures"] == 1
    assert content["alarms"] == []
    end = calendar_of("META").day(len(calendar_of("META")) - 1)
    late = datetime.combine(end, datetime.min.time(), UTC) - timedelta(days=30)
    assert "ALARM: the calendar of XNYS ends on" in timeline("status", "--database", own_url, clock=lambda: late).out
