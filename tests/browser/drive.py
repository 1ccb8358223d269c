"""Starting the dashboard as a reader would, and driving it with Debian's Chromium."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
OWN = re.compile(r"(https?|wss?)://(127\.0\.0\.1|localhost)[:/]|data:|blob:")
# Streamlit looks for its server below the page's own path first: two expected 404s on a deep link.
PROBE = re.compile(r"/[a-z]+/_stcore/(health|host-config)$")
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    """The browser to drive: CHROMIUM, else the first that is installed, else None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
        yield browser
        browser.close()


@contextmanager
def dashboard(warehouse: Path, log: Path, port: int = 0) -> Iterator[str]:
    """The real server, by default on a free port, writing what it has to say into log; yields its address."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py"]
    options = [f"--server.port={port}", "--server.headless=true"]
    with log.open("w") as output:
        environment = os.environ | {"FUND_WAREHOUSE": str(warehouse)}
        server = subprocess.Popen([*command, *options], cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        wait_healthy(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_healthy(address: str, server: subprocess.Popen, seconds: float = 60) -> None:
    """Raises TimeoutError if the server has not answered in time, RuntimeError if it has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"streamlit ended with code {server.returncode}")
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"{address} has not answered within {seconds} s")


def open_page(browser: Browser, width: int = 1440) -> Page:
    """A tab with nothing from before, for somebody who wants no animations: they take half of the browser's time."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        accept_downloads=True,
    )
    return context.new_page()


def watch(page: Page) -> list[str]:
    """A list that fills with whatever must not happen: console errors, exceptions, requests to anywhere else."""
    seen: list[str] = []

    def said(message) -> None:
        if message.type == "error" and not PROBE.search(message.location["url"]):
            seen.append(f"console: {message.text} {message.location['url']}")

    page.on("console", said)
    page.on("pageerror", lambda error: seen.append(f"exception: {error}"))
    page.on("request", lambda request: None if OWN.match(request.url) else seen.append(f"outside: {request.url}"))
    return seen


def settle(page: Page, seconds: float = 60) -> None:
    """Wait until the script has run, nothing on screen is stale or still to come, and the fonts are there."""
    most = seconds * 1000
    page.wait_for_timeout(150)  # a click must reach the server first
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=most)
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=most)
    expect(page.locator('[data-stale="true"]')).to_have_count(0, timeout=most)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=most)
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.js-plotly-plot')].every(plot => plot.querySelector('.main-svg'))"
    )


def shoot(page: Page, path: Path) -> None:
    """A picture of the whole page: Streamlit scrolls inside its main block, so the window is made as tall as that."""
    size = page.viewport_size
    height = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": height + 20})
    settle(page)
    page.wait_for_timeout(500)
    page.screenshot(path=path)
    page.set_viewport_size(size)
