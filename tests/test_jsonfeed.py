"""The feed is JSON Feed 1.1 to the letter, and the same bytes every time."""

import json
import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from events.log import EMPTY
from events.model import ArticlePublished, Happening, Move, Quantity, Said
from timeline.entries import Entry
from timeline.formats.jsonfeed import Channel, digest, feed, rfc3339
from timeline.verdict import Reading, StatedClaim, Verdict

MORNING = datetime(2025, 11, 6, 1, 30, tzinfo=UTC)
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")

# The members of the specification with their types; what it requires stands in REQUIRED.
FEED = {
    "version": str, "title": str, "home_page_url": str, "feed_url": str, "description": str, "user_comment": str,
    "next_url": str, "icon": str, "favicon": str, "authors": list, "language": str, "expired": bool, "hubs": list,
    "items": list,
}  # fmt: skip
ITEM = {
    "id": str, "url": str, "external_url": str, "title": str, "content_html": str, "content_text": str, "summary": str,
    "image": str, "banner_image": str, "date_published": str, "date_modified": str, "authors": list, "tags": list,
    "language": str, "attachments": list,
}  # fmt: skip
REQUIRED = ("version", "title", "items")


def faults(content: bytes) -> list[str]:
    """What a document breaks of JSON Feed 1.1, as read from the specification."""
    document = json.loads(content.decode("utf-8"))
    found = [f"{name} is missing" for name in REQUIRED if name not in document]
    if document.get("version") != "https://jsonfeed.org/version/1.1":
        found.append("version")
    found += members("feed", document, FEED)
    seen = set()
    for item in document.get("items", []):
        found += members("item", item, ITEM)
        if not isinstance(item.get("id"), str) or not item["id"] or item["id"] in seen:
            found.append("an item's id must be a string of its own")
        seen.add(item.get("id"))
        if not {"content_text", "content_html"} & item.keys():
            found.append("an item needs content_text or content_html")
        found += [name for name in ("date_published", "date_modified") if name in item and not instant(item[name])]
        found += [f"tag {tag!r}" for tag in item.get("tags", []) if not isinstance(tag, str)]
    return found


def members(where, given, known):
    for name, value in given.items():
        if name.startswith("_"):  # a custom object: the name goes on with a letter and has no period
            if not re.fullmatch(r"_[A-Za-z][^.]*", name) or not isinstance(value, dict):
                yield f"{where}: {name} is no extension"
        elif name not in known or not isinstance(value, known[name]) or value == "":
            yield f"{where}: {name}"
        elif name.endswith("url") and not re.match(r"https?://", value):
            yield f"{where}: {name} is no address"
        elif name == "language" and not LANGUAGE.fullmatch(value):
            yield f"{where}: language"
        elif name == "authors" and not all({"name", "url", "avatar"} & author.keys() for author in value):
            yield f"{where}: an author needs a name, a url or an avatar"


def instant(text) -> bool:
    return bool(RFC_3339.fullmatch(text)) and datetime.fromisoformat(text).tzinfo is not None


def entry(number=1, **changes) -> Entry:
    claim = Move(
        symbol="META",
        text='fell "17%" over four days, 下跌17% <b>\u2028',
        stated=Quantity(value=-17.0, unit="percent", precision=1.0, hedge="nearly"),
        by="A trader",
    )
    reading = Reading("four sessions, close to close", "supported", -16.54, 0.0, date(2025, 10, 29), date(2025, 11, 4))
    parts = {
        "stated": StatedClaim(f"20251106-{number}", claim, "a1", Said(day=date(2025, 11, 6)), "zh-Hans"),
        "verdict": Verdict("supported", "META closed lower.", (reading,), residual=0.46, notes=("a note",)),
        "article": ArticlePublished(source="A paper", title="On META", url="https://example.org/1", language="zh-Hans"),
        "position": number,
        "published": MORNING,
        "modified": MORNING + timedelta(days=1),
    }
    return Entry(**{**parts, **changes})


BARE = entry(
    2,
    stated=StatedClaim("20251106-2", Happening(subject="a company", on="late 2025")),
    verdict=Verdict("unchecked", "A happening."),
    article=None,
)


@pytest.mark.parametrize("entries", [[], [entry()], [entry(), BARE], [BARE]], ids=["empty", "full", "both", "bare"])
@pytest.mark.parametrize(
    "channel", [Channel(), Channel(home_page_url="https://a.org", feed_url="https://a.org/f.json")]
)
def test_a_feed_is_json_feed_1_1(entries, channel):
    assert faults(feed(entries, EMPTY, channel=channel)) == []


def test_the_checker_above_finds_what_is_wrong():
    good = json.loads(feed([entry()], EMPTY))
    item = good["items"][0]
    for broken in (
        {**good, "version": "1.1"},
        {**good, "items": [item, item]},
        {**good, "items": [{**item, "id": 7}]},
        {**good, "items": [{**item, "date_published": "2025-11-06T01:30:00"}]},
        {**good, "items": [{key: value for key, value in item.items() if key != "content_text"}]},
        {**good, "home_page_url": ""},
        {**good, "authors": [{}]},
        {**good, "_x.y": {}},
        {**good, "colour": "red"},
    ):
        assert faults(json.dumps(broken).encode()), broken


def test_the_same_entries_give_the_same_bytes_with_one_newline_at_the_end():
    one, other = feed([entry(), BARE], EMPTY), feed([entry(), BARE], EMPTY)
    assert one == other and digest(one) == digest(other)
    assert one.endswith(b"}\n") and not one.endswith(b"\n\n")


def test_another_verdict_is_another_digest():
    changed = entry(verdict=Verdict("close", "META closed lower."))
    assert digest(feed([entry()], EMPTY)) != digest(feed([changed], EMPTY))


def test_text_in_any_script_stands_in_the_feed_as_it_is():
    assert "下跌17% <b>" in feed([entry()], EMPTY).decode("utf-8")


def test_the_extension_holds_the_object_of_the_check():
    item = json.loads(feed([entry()], EMPTY))["items"][0]
    check = json.loads(json.dumps(entry().check()))
    assert item["_market_timeline"].items() >= check.items()
    assert (item["_market_timeline"]["verdict"], item["_market_timeline"]["actual"]) == ("supported", -16.54)


def test_said_is_the_sources_and_the_dates_of_an_item_are_ours():
    item = json.loads(feed([entry()], EMPTY))["items"][0]
    assert item["_market_timeline"]["said"] == "2025-11-06"
    assert (item["date_published"], item["date_modified"]) == ("2025-11-06T01:30:00Z", "2025-11-07T01:30:00Z")


def test_an_instant_is_written_in_utc():
    hanoi = datetime(2025, 11, 6, 8, 30, 0, 250_000, tzinfo=timezone(timedelta(hours=7)))
    assert rfc3339(hanoi) == "2025-11-06T01:30:00.250000Z"


def test_an_older_state_says_which_instant_it_is_of():
    assert json.loads(feed([], EMPTY, as_of=MORNING))["_market_timeline"]["as_of"] == "2025-11-06T01:30:00Z"
