"""The code of every page runs, and each page says the same in both languages."""

import ast
import re
from types import SimpleNamespace

import pytest

from kerasgan.cli.names import models
from tools.docs_pages import DOCS, blocks, run
from tools.docs_site import ROOT, _pages, on_page_markdown, presets, step

pytestmark = pytest.mark.any_backend

ENGLISH = sorted(
    path.relative_to(DOCS).as_posix()
    for path in DOCS.rglob("*.md")
    if path.with_suffix(".zh.md").exists()
)
RUN = [page for page in ENGLISH if page.startswith(("howto/", "index", "start", "tips"))]
RUN.remove("howto/variant.md")  # by `test_variant`, under each backend
RUN.remove("howto/offline.md")  # by `tests/export/test_page_numbers.py`, which fetches a package
RUN.remove("howto/sweeps.md")  # by `test_sweeps`


def shorten(code):
    """An epoch of a few steps, and small networks, where a reader has more."""
    code = re.sub(r"epochs=\d{2,}", "epochs=1", code.replace("batch_size=64", "batch_size=1000"))
    code = re.sub(r"--epochs \d{2,}", "--steps 2", code)
    code = code.replace("--data sides ", "--data sides --discriminator-filters 2 ")
    code = code.replace("filters=4, blocks=1", "filters=4, blocks=1, discriminator_filters=4")
    return code.replace("train gan ", "train gan --generator-units 16 --discriminator-units 16 ")


@pytest.mark.parametrize("page", RUN)
def test_the_code_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(page, shorten)


def headings(text):
    """The levels of the headings, in their order."""
    text = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    return [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]


@pytest.mark.parametrize(
    "english, chinese",
    [(DOCS / page, DOCS / page.replace(".md", ".zh.md")) for page in ENGLISH]
    + [(ROOT / "README.md", ROOT / "README.zh-CN.md")],
    ids=lambda path: path.name,
)
def test_both_languages_have_the_same_headings_code_and_pictures(english, chinese):
    texts = [path.read_text(encoding="utf-8") for path in (english, chinese)]
    one, two = map(headings, texts)
    assert one == two
    one, two = (list(blocks(re.sub(r" +# .*", "", text))) for text in texts)  # but for comments
    assert one == two
    one, two = (re.findall(r"!\[.*?\]\((.*?)\)", text) for text in texts)
    assert one == two
    assert re.search(r"[\u4e00-\u9fff]", texts[1])


def test_each_model_has_a_page_with_its_step():
    pages = [(DOCS / page).read_text(encoding="utf-8") for page in _pages(DOCS, "models/")]
    named = [re.search(r"^model: (\w+)$", page, re.MULTILINE)[1] for page in pages]
    assert sorted(named, key=str.lower) == list(models())
    for name in named:
        assert step(name)[0].startswith("def train_step(self, data")
    assert {card["class"] for card in presets()} <= set(named)
    assert len(step("DCGAN")) == 1 and len(step("GAN")) == 3  # with its two losses


def test_live_pages_are_told_of_or_shown(tmp_path):
    page = SimpleNamespace(
        url="zh/howto/offline.html", meta={}, file=SimpleNamespace(src_uri="howto/offline.zh.md")
    )
    for folder in ("models", "live/fastgan_avatars"):
        (tmp_path / folder).mkdir(parents=True)

    def shown():
        config = SimpleNamespace(docs_dir=tmp_path)
        return on_page_markdown("<!-- live fastgan_avatars -->", page, config, None)

    assert "`python -m tools.docs_live`" in shown() and "<iframe" not in shown()
    (tmp_path / "live" / "fastgan_avatars" / "index.html").write_text("")
    assert 'src="../../live/fastgan_avatars/index.html"' in shown() and "Avataaars" in shown()


def test_each_public_package_is_in_the_reference():
    stub = ast.parse((ROOT / "kerasgan" / "__init__.pyi").read_text())
    imports = [node for node in stub.body if isinstance(node, ast.ImportFrom) and not node.module]
    packages = {alias.name for node in imports for alias in node.names}
    assert packages <= {path.stem for path in (DOCS / "api").glob("*.md")}
