"""The site builds without a warning, and needs nothing but its own files."""

import json
import os
import re
import subprocess
import sys

import pytest

from tools.docs_site import ROOT

pytest.importorskip("mkdocs")
pytestmark = pytest.mark.any_backend


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        check=True,
    )
    return folder


def test_it_builds_strictly_in_both_languages(site):
    for language, title in (("", "DCGAN"), ("zh/", "何时选用")):
        page = (site / f"{language}models/dcgan.html").read_text(encoding="utf-8")
        assert title in page and "minibatches" in page and "dcgan_fashion_mnist" in page
    assert 'href="../api/models.html#kerasgan.models.NoiseToData"' in page  # in its own language


def test_pages_ask_for_nothing_from_elsewhere(site):
    for path in site.rglob("*.html"):
        tags = re.findall(r"<(?:script|link|img|iframe)\b[^>]*>", path.read_text(encoding="utf-8"))
        assert not [tag for tag in tags if re.search(r"(?:src|href)=\"?(?:https?:)?//", tag)], path


def test_each_tutorial_offers_its_notebook(site):
    for language in ("", "zh/"):
        pages = sorted((site / f"{language}tutorials").glob("*.html"))
        assert len(pages) == 6
        for page in pages:
            text, made = page.read_text(encoding="utf-8"), page.with_suffix(".ipynb")
            assert made.exists() == (f'href="{made.name}"' in text) == (page.stem != "index")
            if made.exists():
                assert json.loads(made.read_text(encoding="utf-8"))["cells"]


def test_the_search_of_pages_on_disk_knows_chinese_words(site):
    script = (site / "search" / "search_index.js").read_text(encoding="utf-8")
    found = json.loads(script.removeprefix("var __index = "))
    text = {entry["location"]: entry["text"] for entry in found["docs"]}["zh/models/dcgan.html"]
    assert "判别器" in text.split("\u200b")
