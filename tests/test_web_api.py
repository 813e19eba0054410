"""The API: checks that store nothing, articles behind a token, events as a stream, refusals in one shape."""

import gc
import gzip
import json
import threading
import time

import httpx2 as httpx
import pytest

from events.errors import DamagedLogError
from events.log import MemoryLog
from jobs.serving import doors
from tests.serving import CLAIMS, NOON, TOKEN, get, served, shown, state, until
from timeline.web.gate import POLICY

TOML = {"Content-Type": "application/toml"}
BEARER = {**TOML, "Authorization": f"Bearer {TOKEN}"}
FORM = {"file": ("claims.toml", CLAIMS.encode(), "application/toml")}


@pytest.fixture(scope="module")
def sample(sample_of_each):
    return sample_of_each


@pytest.fixture(scope="module")
def client(sample):
    with served(sample) as one:
        yield one


@pytest.mark.parametrize(
    "sent",
    [
        {"content": CLAIMS, "headers": TOML},
        {"json": {"text": CLAIMS, "name": "mine.toml"}},
        {"files": FORM},
    ],
    ids=["body", "json", "file"],
)
def test_a_check_answers_and_stores_nothing(client, sample, sent):
    before = sample.head()
    answer = client.post("/check", **sent)
    assert answer.status_code == 200, answer.text
    [claim] = answer.json()["claims"]
    assert (claim["verdict"], claim["reading"]) == ("supported", "four sessions, close to close")
    assert claim["evidence"][0] == {"date": "2025-10-29", "close": 751.67}
    assert sample.head() == before and answer.headers["cache-control"] == "no-store"


def test_the_text_of_an_article_is_read(client):
    text = "Shares of Meta (META.US) closed down 11.3% on October 30."
    answer = client.post("/check?published=2025-11-06", content=text, headers={"Content-Type": "text/plain"}).json()
    assert [(claim["symbol"], claim["verdict"]) for claim in answer["claims"]] == [("META", "supported")]


def test_a_browser_gets_the_answer_as_a_page(client):
    answer = client.post("/check", files=FORM, headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    assert "1 claim found" in answer.text and "supported" in answer.text
    assert 'href="/claims/' not in answer.text  # nothing is stored, so there is no page to lead to


def test_articles_are_appended_with_the_token_only_and_once(log):
    with served(log) as client:
        assert client.post("/articles", content=CLAIMS, headers=TOML).status_code == 401
        wrong = client.post("/articles", content=CLAIMS, headers={**TOML, "Authorization": "Bearer é wrong".encode()})
        assert wrong.status_code == 401 and wrong.headers["www-authenticate"] == "Bearer"
        first = client.post("/articles", content=CLAIMS, headers=BEARER).json()
        again = client.post("/articles", content=CLAIMS, headers=BEARER).json()
        assert (first["added"], again["added"], again["held"]) == (2, 0, 2)
        assert first["log"] == {"events": 2, "digest": log.head().digest}
        shown(client, log)
        assert len(client.get("/feed.json").json()["items"]) == 1


def test_without_a_token_of_its_own_a_server_takes_no_articles():
    with served(MemoryLog(), token="") as client:
        assert client.post("/articles", content=CLAIMS, headers={**TOML, "Authorization": "Bearer "}).status_code == 403


REFUSALS = {
    "an address that is none": (404, "GET", "/nothing", {}),
    "a claim that is none": (404, "GET", "/claims/0", {}),
    "a method that is none": (405, "DELETE", "/feed.json", {}),
    "a form that is not had": (406, "GET", "/claims/{id}", {"headers": {"Accept": "image/png"}}),
    "a length beyond the bound": (413, "POST", "/check", {"content": b"x" * 1_000_001, "headers": TOML}),
    "content of another form": (415, "POST", "/check", {"content": b"x", "headers": {"Content-Type": "image/png"}}),
    "content without a form": (415, "POST", "/check", {"content": b"x"}),
    "an empty text": (422, "POST", "/check", {"content": b" ", "headers": TOML}),
    "JSON that is none": (422, "POST", "/check", {"content": b"{", "headers": {"Content-Type": "application/json"}}),
    "JSON without a text": (422, "POST", "/check", {"json": {"words": "x"}}),
    "a publication that is none": (422, "POST", "/check", {"json": {"text": "x", "published": "yesterday"}}),
    "a verdict that is none": (422, "GET", "/feed.json?verdict=maybe", {}),
    "a parameter that is none": (422, "GET", "/feed.json?compny=META", {}),
    "an instant without a zone": (422, "GET", "/feed.json?as_of=2025-02-07T13:00:00", {}),
    "two states at once": (422, "GET", "/feed.json?as_of=2025-02-07&at=3", {}),
    "an event id that is none": (422, "GET", "/events", {"headers": {"Last-Event-ID": "x"}}),
    "a faulty claim file": (422, "POST", "/articles", {"content": b"[[claim]]", "headers": BEARER}),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_every_refusal_is_a_problem_document(client, what):
    status, method, path, sent = REFUSALS[what]
    key = client.get("/feed.json").json()["items"][0]["id"]
    answer = client.request(method, path.replace("{id}", key), **sent)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    told = answer.json()
    assert {"type", "title", "status", "detail"} <= told.keys() and told["status"] == status
    assert "Traceback" not in answer.text and "/tests/" not in answer.text and ".py" not in answer.text


def test_a_browser_is_told_in_a_page(client):
    answer = client.get("/claims/0", headers={"Accept": "text/html,application/xhtml+xml"})
    assert answer.status_code == 404 and "no such claim is held" in answer.text and "<h1>" in answer.text


def test_a_fault_of_ours_is_500_without_a_word_of_the_inside(monkeypatch):
    with served(MemoryLog()) as client:
        monkeypatch.setattr("timeline.web.api.submission", lambda *_: 1 / 0)
        answer = client.post("/check", content="x", headers=TOML)
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "division" not in answer.text and answer.headers["content-security-policy"] == POLICY


def test_too_many_checks_are_told_when_to_come_again(sample):
    with served(sample, check_burst=2, check_every=60.0) as client:
        statuses = [client.post("/check", content=CLAIMS, headers=TOML).status_code for _ in range(3)]
        refused = client.post("/check", content=CLAIMS, headers=TOML)
    assert statuses == [200, 200, 429] and refused.json()["status"] == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 61


def test_a_body_that_only_says_it_is_small_is_stopped(sample):
    def endless():
        for _ in range(100):
            yield b"x" * 1000

    with served(sample, body_limit=5_000) as client:
        assert client.post("/check", content=endless(), headers=TOML).status_code == 413


def test_work_that_takes_too_long_is_given_up(sample, monkeypatch):
    monkeypatch.setattr("jobs.serving.submitted", lambda *_: time.sleep(0.6))
    with served(sample, work_time=0.1) as client:
        answer = client.post("/check", content=CLAIMS, headers=TOML)
    assert answer.status_code == 503 and answer.headers["retry-after"]


@pytest.mark.parametrize("path", ["/", "/feed.json", "/healthz", "/nothing", "/metrics", "/check"])
def test_every_answer_is_guarded(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "server" not in headers


def test_another_host_is_not_answered(sample):
    with served(sample, hosts=("127.0.0.1", "localhost")) as client:
        assert client.get("/feed.json", headers={"Host": "127.0.0.1:8000"}).status_code == 200
        for host in ("evil.example", "localhost.evil.example:8000", "[::1", ""):
            assert client.get("/feed.json", headers={"Host": host}).status_code == 421


def test_health_readiness_and_metrics(client, sample):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "events": sample.head().position}
    text = client.get("/metrics").text
    assert f"timeline_log_position {float(sample.head().position)}" in text
    assert 'timeline_requests_total{route="/healthz",status="200"}' in text
    client.get("/made/up/by/a/client")
    assert "made/up" not in client.get("/metrics").text


def test_a_log_that_cannot_be_followed_is_told_and_the_last_good_state_served(monkeypatch):
    log = MemoryLog()
    key = state(log)
    with served(log) as client:
        monkeypatch.setattr(log, "_head", log.head()._replace(position=9))
        monkeypatch.setattr(log, "proved", lambda **_: (_ for _ in ()).throw(DamagedLogError(2, "a secret path")))
        until(lambda: client.get("/readyz").status_code == 503)
        assert "secret" not in client.get("/readyz").text
        assert client.get("/feed.json").json()["items"][0]["id"] == key
        assert "timeline_log_fault 1.0" in client.get("/metrics").text


def test_the_stream_begins_where_the_client_left_off(tmp_path, sample_url):
    from tests.serving import command

    with command(sample_url, tmp_path) as address:
        for begin, headers in (("", {"Last-Event-ID": "1747"}), ("?after=1747", {})):
            with httpx.stream(
                "GET", f"{address}/events{begin}", headers=headers, timeout=10, trust_env=False
            ) as stream:
                assert stream.headers["content-type"].startswith("text/event-stream")
                found = read_events(stream, 3)
            assert [event["id"] for event in found] == ["1748", "1749", "1750"]
            assert all(json.loads(event["data"])["id"] for event in found)
            assert found[0]["event"] in ("claim-stated", "bars-observed", "article-published")
        assert get(address, "/healthz").status_code == 200


def test_the_stream_tells_of_what_the_feed_shows_already():
    log = MemoryLog()
    with served(log) as client:
        heard = []

        def listen():
            with client.stream("GET", "/events") as stream:
                heard.extend(read_events(stream, 2))

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        until(lambda: "timeline_event_streams 1.0" in client.get("/metrics").text)
        key = state(log)
        shown(client, log)
        client.app.state.live.close()
        thread.join(5)
    assert [event["id"] for event in heard][:2] == ["1", "2"] and json.loads(heard[1]["data"])["id"] == key


def read_events(stream, count):
    found, now = [], {}
    for line in stream.iter_lines():
        if not line and now.get("data"):
            found.append(now)
            now = {}
            if len(found) == count:
                break
        elif line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            now[name] = value
    return found


def test_the_api_describes_itself(client):
    described = client.get("/openapi.json").json()
    assert {"/feed.json", "/check", "/articles", "/claims/{key}", "/events", "/metrics"} <= described["paths"].keys()
    assert described["paths"]["/articles"]["post"]["security"] == [{"token": []}]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_compressed_content_is_refused_before_it_can_grow(client, coding):
    bomb = gzip.compress(b"0" * 10_000_000)
    answer = client.post("/check", content=bomb, headers={"Content-Type": "text/plain", "Content-Encoding": coding})
    assert answer.status_code == 415
    assert answer.headers["accept-encoding"] == "identity"
    assert answer.json()["came"] == f"Content-Encoding: {coding}"


def test_what_stays_is_out_of_the_collectors_way_once_a_server_is_warm():
    log = MemoryLog()
    state(log)
    ways = doors(log, lambda: NOON, warm=True)
    ways.latest()
    try:
        ways.warm()
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
