"""The feeds as served: JSON Feed to the letter, pages that lose nothing, answers that know what a client has."""

import gzip
import io
import json
from datetime import timedelta

import feedparser
import pytest
from starlette.testclient import TestClient

from events.sqllog import SqlLog
from jobs.serving import doors
from tests.serving import ADDRESS, NOON, correct, follow, served, shown, state, until, withdraw
from tests.test_jsonfeed import faults
from timeline.web.application import application
from timeline.web.documents import PAGE_BYTES, PAGE_ITEMS
from timeline.web.doors import Settings


@pytest.fixture(scope="module")
def client(sample_of_each):
    with served(sample_of_each) as one:
        yield one


def ids(items):
    return [item["id"] for item in items]


@pytest.mark.parametrize(
    "query", ["", "?company=META", "?verdict=contradicted", "?kind=move", "?as_of=2025-02-12", "?company=nobody"]
)
def test_every_page_is_json_feed_1_1_and_below_250_kilobytes(client, query):
    path, pages = f"/feed.json{query}", 0
    while path:
        page = client.get(path.removeprefix(ADDRESS))
        assert page.headers["content-type"] == "application/feed+json"
        assert faults(page.content) == []
        assert len(page.content) < 250_000
        path, pages = page.json().get("next_url"), pages + 1
    assert pages >= 1


def test_pages_hold_every_claim_once(client):
    items = follow(client)
    assert len(set(ids(items))) == len(items) == 265


def test_a_page_ends_before_it_is_too_large(log):
    long = "x" * 5_000
    for number in range(40):
        state(log, f"{number} {long}", source=f"paper {number}")
    with served(log) as client:
        assert all(len(client.get(f"/feed.json?page={page}").content) < PAGE_BYTES + 5_000 for page in (1, 2))
        assert len(follow(client)) == 40


def test_while_events_arrive_nothing_is_skipped_and_nothing_comes_twice(log):
    keys = [state(log, f"claim {number}", source=f"paper {number}") for number in range(3 * PAGE_ITEMS // 2 + 100)]
    with served(log) as client:
        arrived = iter(range(10))

        def meanwhile():
            number = next(arrived)
            state(log, f"new {number}", source=f"late {number}", recorded=NOON + timedelta(hours=number))
            correct(log, keys[-1 - number], "now otherwise", NOON + timedelta(hours=number))
            withdraw(log, keys[number], NOON + timedelta(hours=number))
            shown(client, log)

        items = follow(client, between=meanwhile)
        assert sorted(ids(items)) == sorted(keys)
        assert len(follow(client)) == len(keys) + 3


def test_a_filter_is_kept_from_page_to_page(client):
    items = follow(client, "/feed.json?kind=reported")
    assert len(items) == 156 and all("reported" in item["tags"] for item in items)


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("company=META", lambda item: "META" in str(item["_market_timeline"])),
        ("company=fb", lambda item: "META" in str(item["_market_timeline"])),
        ("verdict=close", lambda item: item["_market_timeline"]["verdict"] == "close"),
        ("kind=streak", lambda item: item["_market_timeline"]["kind"] == "streak"),
        ("source=nmedialink.com", lambda item: item["_market_timeline"]["source"]["source"] == "nmedialink.com"),
        ("language=zh", lambda item: item["_market_timeline"]["source"]["language"].startswith("zh")),
        ("since=2025-11-06&until=2025-11-06", lambda item: item["_market_timeline"]["said"][:10] == "2025-11-06"),
        ("judged=true", lambda item: item["_market_timeline"]["kind"] not in ("reported", "happening")),
    ],
)
def test_filters_give_only_what_was_asked_for(client, query, holds):
    items = follow(client, f"/feed.json?{query}")
    assert all(holds(item) for item in items)
    assert items


def test_as_of_gives_what_was_known(client):
    morning = follow(client, "/feed.json?as_of=2025-02-07T13:00:00Z&company=AMZN&kind=move")
    [item] = morning
    assert item["_market_timeline"]["verdict"] == "unchecked" and "extended" in item["title"]
    assert len(follow(client, "/feed.json?as_of=2025-02-12&company=AMZN&kind=move")) == 2


def test_a_correction_and_a_withdrawal_get_a_new_date_and_keep_their_ids(log):
    first, second, third = (state(log, f"claim {n}", source=f"paper {n}") for n in range(3))
    with served(log) as client:
        before = {item["id"]: item for item in follow(client)}
        correct(log, first, "claim 0, corrected", NOON + timedelta(days=1))
        withdraw(log, second, NOON + timedelta(days=2))
        shown(client, log)
        after = {item["id"]: item for item in follow(client)}
    assert set(before) == set(after) == {first, second, third}
    assert (after[first]["date_modified"], after[second]["date_modified"]) == (
        "2026-01-06T12:00:00Z", "2026-01-07T12:00:00Z",
    )  # fmt: skip
    assert after[first]["title"].startswith("META: claim 0, corrected")
    assert "withdrawn" in after[second]["tags"] and "made up" in after[second]["content_text"]
    assert after[third] == before[third]
    assert [item["date_published"] for item in after.values()] == ["2026-01-05T12:00:00Z"] * 3


def test_what_changed_last_comes_first(log):
    keys = [state(log, f"claim {n}", source=f"paper {n}") for n in range(4)]
    correct(log, keys[2], "changed", NOON + timedelta(days=1))
    with served(log) as client:
        assert client.get("/feed.json").json()["items"][0]["id"] == keys[2]


@pytest.mark.parametrize("path", ["/feed.json", "/feed.json?company=META", "/feed.atom", "/timeline.json", "/"])
def test_a_client_that_has_it_gets_304(client, path):
    first = client.get(path)
    tag, changed = first.headers["etag"], first.headers["last-modified"]
    for headers in ({"If-None-Match": tag}, {"If-None-Match": f'"other", W/{tag}'}, {"If-Modified-Since": changed}):
        again = client.get(path, headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert client.get(path, headers={"If-None-Match": '"other"', "If-Modified-Since": changed}).status_code == 200
    head = client.head(path)
    assert head.content == b"" and head.headers["content-length"]


def test_gzip_is_another_representation_of_the_same_bytes(client):
    plain = client.get("/feed.json", headers={"Accept-Encoding": "identity"})
    with client.stream("GET", "/feed.json", headers={"Accept-Encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    assert gzip.decompress(raw) == plain.content and len(raw) < len(plain.content) / 3
    assert packed.headers["etag"] != plain.headers["etag"] and packed.headers["vary"] == "accept-encoding"
    assert "content-encoding" not in client.get("/feed.json", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_a_change_gives_other_tags_and_a_later_date_even_within_a_second(log):
    state(log, "one", source="one")
    with served(log) as client:
        before = client.get("/feed.json").headers
        state(log, "two", source="two")
        shown(client, log)
        after = client.get("/feed.json").headers
        assert after["etag"] != before["etag"] and after["last-modified"] != before["last-modified"]
        assert client.get("/feed.json", headers={"If-Modified-Since": before["last-modified"]}).status_code == 200


def test_an_event_that_somebody_appends_shows_within_two_seconds(log):
    with served(log, poll=0.5) as client:
        assert client.get("/feed.json").json()["items"] == []
        key = state(log)
        until(lambda: ids(client.get("/feed.json").json()["items"]) == [key], 2)


def test_atom_is_what_a_reader_understands(client):
    found = feedparser.parse(io.BytesIO(client.get("/feed.atom").content))
    assert not found.bozo and len(found.entries) == 100
    assert {"id", "title", "link", "updated", "published", "author"} <= set(found.entries[0])
    assert client.get("/feed.atom").headers["content-type"].startswith("application/atom+xml")


def test_atom_survives_text_that_no_xml_can_hold(log):
    state(log, "fell \x00\x0b 17% <b>&amp;\ufffe")
    with served(log) as client:
        found = feedparser.parse(io.BytesIO(client.get("/feed.atom").content))
    assert not found.bozo and "<script" not in found.entries[0].summary


def test_timelinejs_gets_dates_text_and_escaped_markup(log):
    state(log, "<script>alert(1)</script> fell 17%")
    with served(log) as client:
        [event] = json.loads(client.get("/timeline.json").content)["events"]
    assert event["start_date"] == {"year": 2026, "month": 1, "day": 5}
    assert event["text"]["headline"] == "&lt;script&gt;alert(1)&lt;/script&gt; fell 17%"
    assert "<script" not in json.dumps(event)


def test_a_page_behind_the_last_is_not_there(client):
    assert client.get("/feed.json?page=99").status_code == 404


def test_the_head_is_at_an_address_of_its_own_and_the_log_is_proved_to_extend_it(timeline, tmp_path):
    url = f"sqlite:///{tmp_path}/log.db"
    key = tmp_path / "key"
    verifier = timeline("head", "--new-key", "example.org/log", "--key", key).out.strip()
    with SqlLog.open(url) as log:
        state(log, "one")
        app = application(doors(log, lambda: NOON, key=str(key)), Settings(address=ADDRESS, poll=0.05))
        with TestClient(app) as client:
            first = client.get("/head")
            assert first.headers["content-type"].startswith("text/plain")
            assert client.get("/head", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
            assert client.get("/feed.json").json()["_market_timeline"]["note"] == first.text
            state(log, "two", source="another")
            shown(client, log)
            assert client.get("/head").text != first.text
            assert client.get("/head?at=2").text == first.text
    (tmp_path / "note.txt").write_text(first.text)
    said = timeline("verify", "--against", "note.txt", "--trust", verifier, "--database", url)
    assert said.code == 0 and "extends the head noted at position 2" in said.out and "signed by that key" in said.out


def test_without_a_key_the_head_is_plain(client, sample_of_each):
    head = sample_of_each.head()
    assert client.get("/head").text == f"{head.position}:{head.digest}\n"
    assert "note" not in client.get("/feed.json").json()["_market_timeline"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"no key"], ids=["missing", "no text", "no key"])
def test_a_key_that_cannot_sign_is_told_before_anything_is_served(timeline, tmp_path, monkeypatch, content):
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    monkeypatch.setenv("TIMELINE_SIGNING_KEY", str(tmp_path / "key"))
    said = timeline("serve", "--no-sample", "--database", f"sqlite:///{tmp_path}/log.db", "--port", "1")
    assert said.code == 2 and "key" in said.err and said.err.count("\n") == 1
