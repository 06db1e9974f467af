"""The tutorials' code runs, as pages and as notebooks, with settings that take no time."""

import re

import jupytext
import numpy as np
import pytest
from nbclient import NotebookClient

import kerasgan as kg
from tools.docs_notebooks import notebook
from tools.docs_pages import DOCS, run, with_outputs

pytestmark = pytest.mark.any_backend

TINY = {  # what a page's settings become
    "gan": {"EPOCHS": 1, "BATCH": 2500},
    "conditional": {"EPOCHS": 1, "BATCH": 2500, "DATA": "fashion_mnist_10k"},
    "faces": {"EPOCHS": 2, "BATCH": 8, "FILTERS": 4},
    "cyclegan": {"EPOCHS": 1, "EPOCHS_DECAY": 1, "BATCH": 27, "FILTERS": 2, "LETTERS": 60},
    "points": {"EPOCHS": 1, "POINTS": 200},
}


def tiny(name):
    """What makes a page's settings small."""

    def shorten(code):
        for setting, value in TINY[name].items():
            code = re.sub(rf"^{setting} = .*", f"{setting} = {value!r}", code, flags=re.MULTILINE)
        return code

    return shorten


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working directory, with a few pictures in the place of the faces."""
    monkeypatch.chdir(tmp_path)
    images = np.random.default_rng(0).integers(0, 256, (16, 64, 64, 3), "uint8")
    for number, image in enumerate(images):
        kg.utils.save_image(image, f"faces/{number}.png")
    return tmp_path


@pytest.mark.parametrize("name", TINY)
def test_the_code_runs(name, folder, monkeypatch):
    for model in (kg.GAN, kg.ConditionalGAN):
        defaults = model.__init__.__wrapped__.__kwdefaults__
        monkeypatch.setitem(defaults, "generator_units", (16, 16))
        monkeypatch.setitem(defaults, "discriminator_units", (16,))
    text = (DOCS / f"tutorials/{name}.md").read_text(encoding="utf-8")
    assert all(text.count(f"\n{setting} = ") == 1 for setting in TINY[name])
    printed = run(f"tutorials/{name}.md", tiny(name))
    assert "```output\n```" not in with_outputs(text, printed)
    shown = re.findall(r"\(pictures/\w+/(\w+)\.webp\)", text)
    made = {path.stem for path in folder.iterdir()}
    assert shown and set(shown) <= made


def execute(page, folder):
    """Run a page's notebook, and give its cells."""
    made = jupytext.reads(notebook(page), "ipynb")
    NotebookClient(made, resources={"metadata": {"path": folder}}).execute()
    return made.cells


def test_a_page_runs_as_a_notebook(tmp_path):
    page = (
        "# Sum\n\n<!-- notebook -->\n\nAs in [Start](../start.md):\n\n"
        "```python\nprint(1 + 1)\n```\n\n```output\n3\n```\n\n"
        "![three](pictures/sum/three.webp)\n\nThe end.\n"
    )
    title, code, end = execute(page, tmp_path)
    assert title.source == "# Sum\n\nAs in Start:" and end.source == "The end."
    assert code.outputs[0].text == "2\n"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["md", "zh.md"])
@pytest.mark.parametrize("name", TINY)
def test_the_notebook_runs(name, language, folder):
    text = (DOCS / f"tutorials/{name}.{language}").read_text(encoding="utf-8")
    assert any(cell.get("outputs") for cell in execute(tiny(name)(text), folder))
