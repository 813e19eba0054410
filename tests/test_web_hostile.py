"""What the network sends to break the service: every answer is one that was meant, in one shape, and in its time."""

import json
import socket
import string
import threading
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.serving import running, sample_log, served
from timeline.web.problems import MEDIA_TYPE

fuzz = settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
PATHS = st.sampled_from(["/", "/feed.json", "/feed.atom", "/timeline.json", "/claims/none", "/status", "/metrics"])
NAMES = st.sampled_from(
    ["company", "verdict", "kind", "source", "language", "since", "until", "as_of", "at", "page", "everything", "theme"]
)
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            *("2025-02-30", "9999-12-31T23:59:59Z", "0001-01-01", "-1", "0", "1e9", "99999999999999999999"),
            *("'; DROP TABLE events; --", "../../etc/passwd", "%00", "\u202eATEM", "МЕТА", "META\r\nX: y", "\ud7ff"),
        ]
    ),
)
HEADERS = st.dictionaries(
    st.sampled_from(["Accept", "Accept-Encoding", "If-None-Match", "If-Modified-Since", "Last-Event-ID", "Range"]),
    st.text(string.printable.replace("\r", "").replace("\n", "").replace("\x0b", "").replace("\x0c", ""), max_size=40),
    max_size=3,
)
KINDS = st.sampled_from(
    ["text/plain", "text/html", "application/json", "application/toml", "application/jsonl", "text/markdown",
     "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "image/png", "", ";;", "text/plain;\x7f"]
)  # fmt: skip


@pytest.fixture(scope="module")
def client():
    with served(sample_log(), check_burst=1_000_000) as one:
        yield one


def meant(answer):
    """An answer is never a fault of ours, and a refusal is a problem document."""
    assert answer.status_code < 500, answer.text[:500]
    if answer.status_code >= 400:
        assert answer.headers["content-type"].startswith((MEDIA_TYPE, "text/html"))
        if answer.headers["content-type"].startswith(MEDIA_TYPE):
            assert answer.json()["status"] == answer.status_code and answer.json()["detail"]
    assert "Traceback" not in answer.text


@fuzz
@given(path=PATHS, query=st.lists(st.tuples(NAMES, VALUES), max_size=4), headers=HEADERS)
@example(path="/", query=[("page", "99999999999999999999")], headers={})
@example(path="/feed.json", query=[("as_of", "9999-12-31T23:59:59+23:59")], headers={"If-None-Match": '"'})
@example(path="/feed.json", query=[("at", "-9223372036854775809")], headers={"Last-Event-ID": "1e400"})
def test_any_query_and_any_header_is_answered_or_refused(client, path, query, headers):
    meant(client.get(path, params=query, headers=headers))


@fuzz
@given(key=st.text(max_size=120))
@example(key="..%2f..%2fetc%2fpasswd")
@example(key="\u202eno.such/claim")
def test_any_address_of_a_claim_or_a_file_is_answered_or_refused(client, key):
    for folder in ("/claims/", "/static/"):
        try:
            answer = client.get(folder + key)
        except Exception as error:
            assert "URL" in type(error).__name__ or isinstance(error, ValueError)  # the client would not send it
            continue
        meant(answer)


@fuzz
@given(kind=KINDS, body=st.binary(max_size=300))
@example(kind="application/json", body=b"[" * 200_000)
@example(kind="application/json", body=b'{"text":' * 5_000)
@example(kind="application/json", body=b'{"text": "Meta fell 1%.", "symbol": "\\u202eATEM"}')
@example(kind="application/json", body=b'{"text": "Meta fell 1%.", "published": "2025-13-45"}')
@example(kind="application/toml", body=b"[" * 100_000)
@example(kind="multipart/form-data; boundary=x", body=b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n')
@example(kind="application/x-www-form-urlencoded", body=b"&" * 50_000)
def test_any_body_is_checked_or_refused(client, kind, body):
    meant(client.post("/check", content=body, headers={"Content-Type": kind, "Accept": "application/json"}))


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..\\..\\win.ini", "a\x00b.toml", "\u202etxt.exe", "x" * 500])
def test_the_name_of_a_file_leads_nowhere(client, name):
    answer = client.post("/check", json={"text": "Shares of Meta (META) fell 1% on 2025-10-30.", "name": name})
    meant(answer)
    assert "root:" not in answer.text


def test_a_file_name_cannot_write_a_header(client):
    answer = client.post("/check", files={"file": ("a.md\r\nSet-Cookie: x=1", b"Meta fell 1%.", "text/markdown")})
    meant(answer)
    assert "set-cookie" not in answer.headers


def test_a_body_that_trickles_is_given_up_and_the_others_are_served_meanwhile():
    with running(sample_log(), body_time=1.0) as address:
        host, port = address.removeprefix("http://").split(":")
        heads = []

        def trickle():
            with socket.create_connection((host, int(port)), timeout=20) as held:
                held.sendall(
                    f"POST /check HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: text/plain\r\n"
                    "Content-Length: 100000\r\n\r\nMeta".encode()
                )
                heads.append(held.recv(4096))

        slow = [threading.Thread(target=trickle) for _ in range(20)]
        for one in slow:
            one.start()
        time.sleep(0.2)
        with socket.create_connection((host, int(port)), timeout=20) as held:
            held.sendall(f"GET /healthz HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
            assert held.recv(100).startswith(b"HTTP/1.1 200")
        for one in slow:
            one.join(20)
        assert len(heads) == 20 and all(head.startswith(b"HTTP/1.1 408") for head in heads)


@pytest.mark.parametrize(
    "request_line",
    [
        "GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + "a" * 200_000,
        "GET /" + "a" * 200_000 + " HTTP/1.1\r\nHost: x",
        "GET /feed.json HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
        "\x00\x01\x02",
    ],
    ids=["long header", "long line", "two lengths", "no HTTP"],
)
def test_what_is_no_request_ends_its_connection_and_nothing_else(request_line):
    with running(sample_log()) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=20) as held:
            try:
                held.sendall(request_line.encode("latin-1") + b"\r\n\r\n")
                first = held.recv(200)
            except ConnectionError:
                first = b""
        assert not first.startswith((b"HTTP/1.1 200", b"HTTP/1.1 5"))
        with socket.create_connection((host, int(port)), timeout=20) as held:
            held.sendall(f"GET /healthz HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
            assert held.recv(100).startswith(b"HTTP/1.1 200")


def test_what_an_article_says_of_itself_is_text_on_the_page(client):
    told = "<p>Shares of <b onclick=x>Meta</b> (META) fell 1% on 2025-10-30.</p>"
    hostile = f"<title><script>alert(1)</script></title>{told}"
    page = client.post("/check", content=hostile, headers={"Content-Type": "text/html", "Accept": "text/html"})
    meant(page)
    assert "<script>alert" not in page.text and "<b onclick" not in page.text
    found = client.post("/check", content=hostile, headers={"Content-Type": "text/html", "Accept": "application/json"})
    assert json.loads(found.content)["claims"][0]["symbol"] == "META"
