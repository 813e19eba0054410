"""A headless Chromium for tests: what it logged, what it asked for, and packages of npm in a folder of their own."""

import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
LOOPBACK = ("127.0.0.1", "localhost")


def needed(*programs) -> list[str]:
    """Where programs are; a test that needs one that is missing is skipped, or fails in CI."""
    found = [next((path for name in names.split("|") if (path := shutil.which(name))), None) for names in programs]
    if missing := [name for name, path in zip(programs, found, strict=True) if path is None]:
        reason = f"{', '.join(missing)} is not installed"
        if os.environ.get("TIMELINE_CI") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def browser(folder, width=1280, height=900, *, dark=False):
    """A Chromium with an empty profile; at the end nothing may have gone wrong in it, and nothing left the machine."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    chromium, chromedriver = needed("chromium|chromium-browser|google-chrome", "chromedriver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={folder}", f"--window-size={width},{height}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(chromedriver))
    driver.set_page_load_timeout(30)
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    try:
        yield driver
        assert told(driver) == []
        assert away(driver) == []
    finally:
        driver.quit()


def told(driver) -> list[str]:
    """What the console was told, errors and warnings alike."""
    return [entry["message"] for entry in driver.get_log("browser")]


def away(driver) -> list[str]:
    """The addresses that were asked for and are not on this machine."""
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    sent = [one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"]
    assert sent, "the log of the network is empty"
    remote = [url for url in sent if urlsplit(url).scheme in ("http", "https", "ws", "wss")]
    return [url for url in remote if urlsplit(url).hostname not in LOOPBACK]


def packages(folder, *names):
    """Install packages of npm there and return the folder that holds them."""
    [npm] = needed("npm")
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, *names]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return folder / "node_modules"
