"""The pages: useful without a script, in the form that is asked for, and never the voice of a hostile article."""

import json
import re
from datetime import timedelta
from html.parser import HTMLParser

import jsonschema
import pytest

from events.log import MemoryLog
from tests.serving import NOON, correct, sample_log, served, shown, state, withdraw

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'></title></script>{{ 7*7 }}\u2028"
# What schema.org and its consumers ask of a ClaimReview.
CLAIM_REVIEW = {
    "type": "object",
    "required": [
        "@context",
        "@type",
        "url",
        "claimReviewed",
        "author",
        "itemReviewed",
        "reviewRating",
        "datePublished",
    ],
    "properties": {
        "@context": {"const": "https://schema.org"},
        "@type": {"const": "ClaimReview"},
        "url": {"type": "string", "pattern": "^https?://"},
        "claimReviewed": {"type": "string", "minLength": 1},
        "author": {"type": "object", "required": ["@type", "name"]},
        "itemReviewed": {
            "type": "object",
            "required": ["@type", "author", "datePublished", "appearance"],
            "properties": {"@type": {"const": "Claim"}},
        },
        "reviewRating": {
            "type": "object",
            "required": ["ratingValue", "bestRating", "worstRating", "alternateName"],
            "properties": {"ratingValue": {"type": "integer", "minimum": 1, "maximum": 4}},
        },
    },
}


@pytest.fixture(scope="module")
def client():
    with served(sample_log()) as one:
        yield one


class Page(HTMLParser):
    """A page taken apart: its tags with attributes, its text, and what its data blocks hold."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self.data, self._in_data = [], "", [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._in_data = tag == "script" and dict(attrs).get("type") == "application/ld+json"

    def handle_endtag(self, tag):
        self._in_data = False

    def handle_data(self, data):
        if self._in_data:
            self.data.append(json.loads(data))
        else:
            self.text += data


def page(client, path, **headers) -> Page:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def links(found):
    return [attributes.get("href", "") for tag, attributes in found.tags if tag == "a"]


def of_verdict(client, word):
    return [item["id"] for item in client.get(f"/feed.json?verdict={word}&judged=true").json()["items"]]


def test_the_timeline_is_there_without_a_script(client):
    found = page(client, "/")
    assert "META down nearly 17% over four consecutive sessions" in found.text
    assert "supported" in found.text and "\u221216.54%" in found.text
    assert sum(link.startswith("/claims/") for link in links(found)) == 60


def test_older_pages_lead_to_every_claim_once(client):
    path, seen = "/?everything=true", []
    while path:
        found = page(client, path)
        seen += [link for link in links(found) if link.startswith("/claims/")]
        path = next((dict(a)["href"] for tag, a in found.tags if tag == "a" and a.get("rel") == "next"), None)
    assert len(set(seen)) == len(seen) == 265


def test_filters_stand_in_the_form_as_they_were_given(client):
    found = page(client, "/?company=META&verdict=contradicted&utm_source=elsewhere")
    assert ("input", "META") in [(tag, attributes.get("value")) for tag, attributes in found.tags]
    claims = {link for link in links(found) if link.startswith("/claims/")}
    assert claims and all("contradicted" in client.get(f"{link}.json").text for link in claims)


def test_a_claim_shows_all_that_its_verdict_rests_on(client):
    [key] = [
        item["id"] for item in client.get("/feed.json?kind=move&company=META").json()["items"] if "17%" in item["title"]
    ]
    found = page(client, f"/claims/{key}")
    for told in ("751.67", "627.32", "four sessions, close to close", "SPY", "nearly \u221217%", "nmedialink.com", key):
        assert told in found.text, told
    place = client.get(f"/claims/{key}.json").json()["log"]
    assert f"{place['position']:,}" in found.text and place["hash"] in found.text
    assert ("img", f"/claims/{key}/chart.svg") in [(tag, attributes.get("src")) for tag, attributes in found.tags]


def test_the_place_in_the_log_is_that_of_its_event():
    log = MemoryLog()
    key = state(log)
    with served(log) as client:
        place = client.get(f"/claims/{key}.json").json()["log"]
    [row] = [row for row in log.rows() if row.id == key]
    assert place == {"position": row.position, "hash": row.hash.hex()}


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("application/json", "application/json"),
        ("application/json;q=0.9, text/html;q=0.1", "application/json"),
        ("text/html;q=0, */*", "application/json"),
    ],
)
def test_a_claim_comes_in_the_form_that_is_preferred(client, accept, form):
    key = of_verdict(client, "supported")[0]
    answer = client.get(f"/claims/{key}", headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(form) and "accept" in answer.headers["vary"].lower()
    if form == "application/json":
        assert answer.json() == client.get(f"/claims/{key}.json").json()


def test_the_json_of_a_claim_is_the_object_of_the_check(client):
    item = next(item for item in client.get("/feed.json?verdict=supported").json()["items"])
    content = client.get(f"/claims/{item['id']}.json").json()
    ours = {name: value for name, value in item["_market_timeline"].items() if name not in ("about", "source")}
    assert (
        content.items() >= {name: value for name, value in ours.items() if not isinstance(value, dict | list)}.items()
    )
    assert (content["evidence"], content["window"]) == (ours["evidence"], ours["window"])


def test_only_a_claim_with_a_verdict_is_a_claim_review(client):
    for word, rating in (("supported", 4), ("close", 2), ("contradicted", 1)):
        for key in of_verdict(client, word)[:3]:
            [review] = page(client, f"/claims/{key}").data
            said = client.get(f"/claims/{key}.json").json()["said"]
            wanted = json.loads(json.dumps(CLAIM_REVIEW))
            if said is None:
                wanted["properties"]["itemReviewed"]["required"].remove("datePublished")
            jsonschema.validate(review, wanted)
            assert (review["reviewRating"]["ratingValue"], review["reviewRating"]["alternateName"].lower()) == (
                rating,
                word,
            )
            assert review["url"] == f"http://testserver/claims/{key}"
    for key in of_verdict(client, "unchecked")[:3]:
        assert page(client, f"/claims/{key}").data == []


def test_what_was_only_told_is_no_claim_review(client):
    key = client.get("/feed.json?kind=reported").json()["items"][0]["id"]
    assert page(client, f"/claims/{key}").data == []


def test_a_withdrawn_claim_keeps_its_page_and_leaves_the_timeline():
    log = MemoryLog()
    key, other = state(log, "taken back", source="one"), state(log, "stands", source="two")
    withdraw(log, key, NOON + timedelta(days=1))
    with served(log) as client:
        assert [link for link in links(page(client, "/")) if link.startswith("/claims/")] == [f"/claims/{other}"]
        found = page(client, f"/claims/{key}")
        assert "made up" in found.text and "withdrawn" in found.text and found.data == []
        assert f"/claims/{key}" in links(page(client, "/?verdict=withdrawn"))


def test_a_correction_shows_on_the_page_of_the_claim():
    log = MemoryLog()
    key = state(log, "as it was")
    with served(log) as client:
        assert "as it was" in page(client, f"/claims/{key}").text
        correct(log, key, "as it is")
        shown(client, log)
        assert "as it is" in page(client, f"/claims/{key}").text


def test_a_hostile_article_is_only_text():
    log = MemoryLog()
    key = state(log, HOSTILE, source=HOSTILE, title=HOSTILE, url="javascript:alert(3)")
    with served(log) as client:
        for path in ("/", f"/claims/{key}", "/?company=" + "%3Cscript%3Ealert(1)%3C/script%3E"):
            answer = client.get(path)
            found = Page(answer.text)
            for tag, attributes in found.tags:
                assert not any(name.startswith("on") for name in attributes), (tag, attributes)
                assert not any(str(value).lower().startswith("javascript:") for value in attributes.values())
                assert tag != "script" or attributes.get("src", "/static/").startswith("/static/")
                assert tag != "img" or attributes["src"].startswith("/")
            assert "49" not in re.sub(r"[0-9a-f]{20,}", "", found.text) or "{{ 7*7 }}" in found.text
        answer = client.post("/check", data={"text": HOSTILE}, headers={"Accept": "text/html"})
        assert not [one for one in Page(answer.text).tags if one[0] == "script" and "src" not in one[1]]


def test_no_page_asks_for_anything_of_another_host(client):
    key = of_verdict(client, "supported")[0]
    for path in ("/", f"/claims/{key}", "/check", "/about"):
        for tag, attributes in page(client, path).tags:
            if tag in ("script", "img", "link", "source", "iframe", "form"):
                found = (
                    attributes.get("src")
                    or attributes.get("href")
                    or attributes.get("srcset")
                    or attributes.get("action")
                )
                assert found is None or found.startswith("/"), (path, tag, found)


def test_static_files_may_be_kept_for_good_under_their_address(client):
    style = next(a["href"] for tag, a in page(client, "/").tags if tag == "link" and a.get("rel") == "stylesheet")
    assert re.fullmatch(r"/static/style\.css\?v=[0-9a-f]{12}", style)
    assert "immutable" in client.get(style).headers["cache-control"]
    assert client.get("/static/../application.py").status_code == 404
    assert client.get("/static/nothing.css").status_code == 404


def test_a_text_in_chinese_says_so_to_a_screen_reader():
    log = MemoryLog()
    state(log, "Meta 四天下跌近17%", language="zh-Hans")
    with served(log) as client:
        assert "zh-Hans" in [attributes.get("lang") for _, attributes in page(client, "/").tags]


def test_arithmetic_is_shown_in_the_unit_that_it_was_reckoned_in(client):
    items = json.loads(client.get("/feed.json?kind=relation&verdict=supported").content)["items"]
    sums = [one["_market_timeline"] for one in items if one["_market_timeline"]["evidence"][0]["unit"] == "CNY"]
    assert sums
    for one in sums:
        page = Page(client.get(f"/claims/{one['id']}", headers={"Accept": "text/html"}).text)
        assert "CNY" in page.text and f"{one['actual']:+.2f}%" not in page.text


def test_the_page_listens_for_every_kind_of_event_that_the_stream_names():
    with served(sample_log()) as client:
        told = re.search(r'data-kinds="([^"]+)"', client.get("/").text)[1].split()
    observed = [f"{what}-observed" for what in ("bars", "shares", "split", "dividend")]
    claims = ["claim-stated", "claim-withdrawn", "claim-corrected"]
    assert sorted(told) == sorted(["article-published", *claims, *observed, "text-erased"])
