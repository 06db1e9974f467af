"""Every snippet of the README runs, with the long trainings cut short."""

import re
from pathlib import Path

import keras
import pytest

import kerasgan as kg

pytestmark = pytest.mark.any_backend

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text()
SNIPPETS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda s: s.split("\n")[0])
def test_snippets_run(snippet, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    load = kg.datasets.load
    monkeypatch.setattr(kg.datasets, "load", lambda *a, **k: load(*a, **k).take(8))
    short = re.sub(r"epochs=\d+", "epochs=1", snippet)
    exec(compile(short, "README.md", "exec"), {"__name__": "readme"})
    if "save_image" in snippet:
        assert (tmp_path / "run" / "samples.png").exists()
        assert keras.models.load_model(tmp_path / "run" / "gan.keras").generate(1).shape[0] == 1
