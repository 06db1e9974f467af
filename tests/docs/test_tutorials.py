"""The tutorials' code runs, as pages and as notebooks, with settings that take no time."""

import re

import jupytext
import numpy as np
import pytest
from nbclient import NotebookClient

import kerasgan as kg
from tools.docs_notebooks import notebook
from tools.docs_pages import DOCS, run

pytestmark = pytest.mark.any_backend

TINY = {  # what a page's settings become
    "gan": {"EPOCHS": 1, "BATCH": 2000},
    "conditional": {"EPOCHS": 1, "BATCH": 2000, "DATA": "fashion_mnist_10k"},
    "faces": {"EPOCHS": 2, "BATCH": 8, "FILTERS": 4},
    "cyclegan": {"EPOCHS": 1, "EPOCHS_DECAY": 1, "BATCH": 32, "FILTERS": 2, "LETTERS": 180},
    "points": {"EPOCHS": 2},
}


def tiny(name):
    """What puts a page's settings small."""

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


@pytest.mark.parametrize("name", TINY.keys() - {"points"})
def test_the_code_runs(name, folder):
    run(f"tutorials/{name}.md", tiny(name))


@pytest.mark.parametrize(
    "name", ["points", *(pytest.param(n, marks=pytest.mark.slow) for n in TINY.keys() - {"points"})]
)
@pytest.mark.parametrize("language", ["md", "zh.md"])
def test_the_notebook_runs(name, language, folder):
    text = (DOCS / f"tutorials/{name}.{language}").read_text(encoding="utf-8")
    made = jupytext.reads(notebook(tiny(name)(text)), "ipynb")
    NotebookClient(made, resources={"metadata": {"path": folder}}).execute()
