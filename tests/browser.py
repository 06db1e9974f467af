"""The browser that some tests look at pages with."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)


@contextlib.contextmanager
def opened(path: Path, width: int = 1100) -> Iterator[Any]:
    """Playwright's page of a file that sets `data-state` once it is ready.

    It is offline; errors of its scripts, and what it asks for and does not get, fail the test.
    """
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale="en-US", offline=True
        )
        context.set_default_timeout(90000)
        shown = context.new_page()
        wrong = []
        shown.on("pageerror", lambda error: wrong.append(str(error)))
        shown.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
        shown.on("requestfailed", lambda asked: wrong.append(asked.url))
        shown.goto(path.as_uri())
        shown.wait_for_function("document.documentElement.dataset.state")
        assert shown.evaluate("document.documentElement.dataset.state") == "ready"
        yield shown
        browser.close()
    assert wrong == [], wrong
