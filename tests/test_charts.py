"""A chart is one Vega-Lite spec of a claim: its window marked, its bars, the benchmark beside it."""

from datetime import date
from xml.etree import ElementTree

import pytest

from jobs.app import picture
from tests.serving import sample_log, state
from timeline import charts
from timeline.entries import Entry
from timeline.prices import PriceHistory
from timeline.verdict import Verdict


@pytest.fixture(scope="module")
def seen():
    return picture(sample_log())


def entry(seen, words) -> Entry:
    return next(one for one in seen.entries if words in one.stated.claim.text)


def layers(spec, kind):
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == kind]


def test_the_window_is_marked_from_its_first_to_its_last_day(seen):
    spec = charts.spec(entry(seen, "nearly 17%"), seen.prices)
    [band] = layers(spec, "rect")
    assert band["data"]["values"] == [{"start": "2025-10-29", "end": "2025-11-04"}]


def test_the_bars_of_the_evidence_are_ringed_with_their_prices(seen):
    spec = charts.spec(entry(seen, "nearly 17%"), seen.prices)
    rings = layers(spec, "point")[0]["data"]["values"]
    assert rings == [
        {"date": "2025-10-29", "close": 751.67, "told": "751.67"},
        {"date": "2025-11-04", "close": 627.32, "told": "627.32"},
    ]


def test_the_benchmark_begins_at_the_price_of_the_symbol(seen):
    spec = charts.spec(entry(seen, "nearly 17%"), seen.prices)
    [line] = layers(spec, "line")
    at = {(one["series"], one["date"]): one["close"] for one in line["data"]["values"]}
    assert at["META", "2025-10-29"] == at["SPY, rebased", "2025-10-29"] == 751.67
    assert at["META", "2025-11-04"] == 627.32
    assert at["SPY, rebased", "2025-11-04"] > 700


def test_a_long_window_is_thinned_and_keeps_its_ends(seen):
    one = entry(seen, "up about 7.1%")
    spec = charts.spec(one, seen.prices)
    days = [value["date"] for value in layers(spec, "line")[0]["data"]["values"] if value["series"] == "META"]
    assert {"2024-12-31", "2025-11-04"} <= set(days) and len(days) <= charts.MOST_BARS + 2
    assert days == sorted(set(days))


def test_without_prices_or_without_a_window_there_is_no_chart(seen):
    one = entry(seen, "nearly 17%")
    assert charts.spec(one, PriceHistory()) is None
    unread = Entry(one.stated, Verdict("unchecked", ""), one.article, 1, one.published, one.modified)
    assert charts.spec(unread, seen.prices) is None


def test_the_same_claim_gives_the_same_drawing_and_a_theme_another(seen):
    one = entry(seen, "nearly 17%")
    light, dark = charts.spec(one, seen.prices), charts.spec(one, seen.prices, "dark")
    assert charts.digest(light) == charts.digest(charts.spec(one, seen.prices)) != charts.digest(dark)
    assert charts.svg(light) is charts.svg(charts.spec(one, seen.prices))


def test_the_drawing_is_svg_with_the_axis_the_lines_and_the_prices(seen):
    root = ElementTree.fromstring(charts.svg(charts.spec(entry(seen, "nearly 17%"), seen.prices)).decode())
    texts = {node.text for node in root.iter() if node.tag.endswith("text")}
    assert root.tag.endswith("svg") and {"751.67", "627.32", "META", "SPY, rebased"} <= texts
    assert not [node for node in root.iter() if node.tag.endswith("script")]


def test_a_name_that_is_markup_stays_text(seen):
    log = sample_log()
    state(log, "<b>x</b>")
    one = entry(seen, "nearly 17%")
    spec = {**charts.spec(one, seen.prices), "description": "<script>alert(1)</script>"}
    assert b"<script" not in charts.svg(spec)
    assert date.fromisoformat(layers(spec, "rect")[0]["data"]["values"][0]["start"])
