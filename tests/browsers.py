"""Fixtures with a real Chromium, driven by Playwright.

Where no Chromium can be found the tests that need one are skipped, loudly, and fail instead when
REQUIRE_BROWSER=1. A page that breaks its own content policy or throws in a script fails its test.
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    sync_playwright,
)

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = (
    "No Chromium was found, so no browser test can run. Install one (apt-get install chromium, or "
    "playwright install chromium), or name one in CHROMIUM."
)
PATIENCE_MS = 15_000


def playwrights_own() -> str | None:
    """The browser that `playwright install chromium` brings, if it is there."""
    home = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    mac = Path.home() / "Library" / "Caches" / "ms-playwright"
    for folder in (home, mac):
        for pattern in (
            "chromium-*/chrome-linux*/chrome",
            "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
        ):
            found = sorted(folder.glob(pattern))
            if found:
                return str(found[-1])
    return None


def find_chromium() -> str | None:
    """CHROMIUM if given, else Playwright's own browser, else the system's."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given if os.access(given, os.X_OK) else None
    return playwrights_own() or next((path for name in NAMES if (path := shutil.which(name))), None)


def required() -> bool:
    """Whether a missing browser is a failure."""
    return os.environ.get("REQUIRE_BROWSER", "") not in {"", "0"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a browser or a worker, and skip browser tests where there is none."""
    chromium = find_chromium()
    for item in items:
        fixtures = getattr(item, "fixturenames", [])
        if {"browser", "page", "new_page"} & set(fixtures):
            item.add_marker("browser")
        if {"worker", "site"} & set(fixtures):
            item.add_marker("worker")
        if chromium is None and not required() and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium here"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Fail a browser test without a browser where one is required, whatever its fixtures are."""
    if required() and item.get_closest_marker("browser") and find_chromium() is None:
        pytest.fail(f"{MISSING} REQUIRE_BROWSER=1 makes this a failure.", pytrace=False)
    return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what did not run."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "browser" in report.keywords]
    if skipped and find_chromium() is None:
        terminalreporter.section("BROWSER TESTS DID NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.write_line(f"{len(skipped)} skipped. {MISSING}", red=True)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser's program."""
    found = find_chromium()
    if found is None:
        pytest.fail(MISSING, pytrace=False)
    return found


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    """Playwright itself."""
    # Its event loop lives in this thread, which would make Django refuse the database; the tests use no async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright_driver: Playwright, chromium_path: str) -> Iterator[Browser]:
    """One Chromium for the whole run; each person in a test gets a context of her own."""
    started = playwright_driver.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
    yield started
    started.close()


@pytest.fixture
def new_page(browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Make pages: `new_page(width=360, javascript=False, dark=True)`, each a person with cookies of her own.

    At the end of the test: no page may have thrown or broken its content policy. After a failure a picture of
    every page is kept beside the test's other files.
    """
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            problems.append(message.text)

    def make(*, width: int = 1280, height: int = 900, javascript: bool = True, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            locale="en-US",
            timezone_id="America/New_York",
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield make
    for number, page in enumerate(page for context in contexts for page in context.pages):
        if request.session.testsfailed:
            try:
                page.screenshot(path=tmp_path / f"page-{number}.png", full_page=True)
            except Error:
                continue
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def page(new_page: Callable[..., Page], request: pytest.FixtureRequest) -> Page:
    """One page, 1280 pixels wide; `@pytest.mark.parametrize("page", [360, 1280], indirect=True)` for others."""
    return new_page(width=getattr(request, "param", 1280))
