"""The pages in a real browser: filters, the interactive chart, the paste box, a hostile article, axe, TimelineJS."""

import functools
import http.server
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from events.log import MemoryLog
from events.sqllog import SqlLog
from jobs.operations import Attempt, Operations
from tests.browsing import browser, packages
from tests.serving import NOON, get, running, sample_log, state
from tests.test_web_pages import HOSTILE

pytestmark = pytest.mark.slow

# Serious findings of these impacts are faults.
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    cache, url = tmp_path_factory.getbasetemp().parent / "charts", f"sqlite:///{tmp_path_factory.mktemp('web')}/log.db"
    SqlLog.open(url).close()
    with Operations.open(url) as operations:
        failed = Attempt("META", "yahoo", NOON, None, "429 " + "too-many-" * 30, 3, NOON + timedelta(hours=1))
        operations.set_attempt(failed)
        with running(sample_log(), cache=cache, operations=operations) as found:
            yield found


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    return packages(tmp_path_factory.mktemp("npm"), "axe-core@4", "@knight-lab/timelinejs@3")


def soon(driver, condition, seconds=60):
    return WebDriverWait(driver, seconds).until(condition)


def shown(driver, selector):
    return driver.find_elements(By.CSS_SELECTOR, selector)


def claim_page(address):
    items = get(address, "/feed.json?kind=move&company=META&verdict=supported").json()["items"]
    return next(item["url"] for item in items if "17%" in item["title"])


def test_a_person_filters_opens_a_claim_and_reads_its_chart(address, tmp_path):
    with browser(tmp_path) as driver:
        driver.get(f"{address}/")
        assert len(shown(driver, ".claim")) == 60
        driver.find_element(By.NAME, "company").send_keys("META")
        Select(driver.find_element(By.NAME, "verdict")).select_by_visible_text("supported")
        Select(driver.find_element(By.NAME, "kind")).select_by_visible_text("move")
        driver.find_element(By.CSS_SELECTOR, ".filters button").click()
        soon(driver, lambda _: "company=META" in driver.current_url)
        assert [one.text for one in shown(driver, ".claim .verdict")] == ["supported"] * 2
        next(one for one in shown(driver, ".sentence a") if "17%" in one.text).click()
        soon(driver, lambda _: shown(driver, "[data-state=interactive] svg"))
        assert not shown(driver, ".chart picture")
        labels = [one.get_attribute("textContent") for one in shown(driver, ".chart svg text")]
        assert {"751.67", "627.32", "META", "SPY, rebased"} <= set(labels)
        assert "four sessions, close to close" in driver.find_element(By.CSS_SELECTOR, ".readings").text


def test_the_page_is_whole_without_a_script(address, tmp_path):
    with browser(tmp_path) as driver:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        driver.get(claim_page(address))
        assert shown(driver, ".chart picture img") and not shown(driver, ".chart svg")


def test_an_article_is_pasted_and_every_claim_in_it_checked(address, tmp_path):
    with browser(tmp_path) as driver:
        driver.get(f"{address}/check")
        text = "Shares of Meta (META.US) closed down 11.3% on October 30."
        driver.find_element(By.ID, "text").send_keys(text)
        driver.find_element(By.NAME, "published").send_keys("2025-11-06")
        driver.find_element(By.CSS_SELECTOR, ".box button").click()
        soon(driver, lambda _: shown(driver, ".found"))
        assert [one.text for one in shown(driver, ".found .verdict")] == ["supported"]
        assert driver.find_element(By.ID, "text").get_attribute("value") == text


def test_a_hostile_article_does_nothing(tmp_path):
    log = MemoryLog()
    key = state(log, HOSTILE, source=HOSTILE, title=HOSTILE, url="javascript:alert(3)")
    with running(log) as address, browser(tmp_path) as driver:
        for path in ("/", f"/claims/{key}", "/check"):
            driver.get(address + path)
            if path == "/check":
                driver.execute_script("document.querySelector('#text').value = arguments[0]", HOSTILE)
                driver.find_element(By.CSS_SELECTOR, ".box button").click()
                soon(driver, lambda _: shown(driver, ".found"))
            else:
                assert "<script>alert(1)</script>" in driver.find_element(By.TAG_NAME, "main").text
            inside = "main script, main img:not([src^='/']), main [onerror], a[href^='javascript']"
            assert not shown(driver, inside)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)], ids=["desktop light", "phone dark"])
def test_axe_finds_nothing_serious_and_nothing_overflows(address, installed, tmp_path, width, dark):
    axe = (installed / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    with browser(tmp_path, width, 844, dark=dark) as driver:
        for page in (f"{address}/", claim_page(address), f"{address}/check", f"{address}/about", f"{address}/status"):
            driver.get(page)
            if "/claims/" in page:
                soon(driver, lambda _: shown(driver, "[data-state=interactive] svg"))
            driver.execute_script(axe)
            found = driver.execute_async_script("axe.run(document).then(arguments[0])")
            grave = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"] if one["impact"] in GRAVE]
            assert grave == [], page
            assert len(found["passes"]) > 10
            assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth"), page
            readings = shown(driver, ".readings .verdict")
            assert len(readings) == (2 if "/claims/" in page else 0)
            assert all(one.rect["x"] >= 0 and one.rect["x"] + one.rect["width"] <= width for one in readings)


def test_timelinejs_draws_what_is_served(address, installed, tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    (site / "tl").symlink_to(installed / "@knight-lab" / "timelinejs" / "dist")
    (site / "timeline.json").write_bytes(get(address, "/timeline.json").content)
    (site / "index.html").write_text(
        '<!doctype html><link rel="icon" href="data:,"><link rel="stylesheet" href="tl/css/timeline.css">'
        '<div id="t" style="height:600px"></div><script src="tl/js/timeline.js"></script>'
        "<script>new TL.Timeline('t', 'timeline.json', {font: null, hash_bookmark: false})</script>",
        encoding="utf-8",
    )
    with folder_served(site) as place, browser(tmp_path / "profile") as driver:
        driver.get(f"{place}/index.html")
        soon(driver, lambda _: shown(driver, ".tl-timemarker"))
        held = get(address, "/timeline.json").json()["events"]
        assert len(shown(driver, ".tl-timemarker")) == len(held) == 61
        assert "Market timeline" in [one.text for one in shown(driver, ".tl-headline-title, .tl-headline")]


@contextmanager
def folder_served(folder):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
