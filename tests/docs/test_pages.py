"""The code of every page runs, and each page says the same in both languages."""

import re
import sys

import pytest

from tests.docs.pages import DOCS, run

pytestmark = pytest.mark.any_backend

PAGES = [
    "index.md",
    "start.md",
    "tips.md",
    *(f"howto/{p.name}" for p in (DOCS / "howto").glob("*.md")),
]
PAGES = [
    page for page in PAGES if page != "howto/variant.md" and ".zh" not in page
]  # see test_variant


def shorten(code):
    """One epoch where a reader makes many."""
    code = re.sub(r"epochs=\d{2,}", "epochs=1", code)
    return re.sub(r"--(epochs|n-epochs|n-epochs-decay|steps) \d{2,}", r"--steps 2", code)


@pytest.mark.parametrize("page", PAGES)
def test_the_code_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(page, shorten)
