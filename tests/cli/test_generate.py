import os

import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from kerasgan import cli

pytestmark = pytest.mark.any_backend


def test_generate(quick, tmp_path, failure, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cli.main(["train", "acgan", *quick, "--filters", "8"])
    cli.main(["generate", "run"])
    assert Image.open("samples.png").size == (8 * 18 + 2, 8 * 18 + 2)
    cli.main(["generate", "run/model.keras", "--labels", "each", "--n", "6", "--out", "a.png"])
    assert Image.open("a.png").size == (3 * 18 + 2, 2 * 18 + 2)  # a column a class
    cli.main(["generate", "run", "--labels", "2,0", "--out", "few", "--grid", "--n", "3"])
    assert sorted(os.listdir("few")) == ["0000.png", "0001.png", "0002.png", "grid.png"]
    assert Image.open("few/0000.png").size == (16, 16)
    for out in ("a.npz", "b.npz"):
        cli.main(["generate", "run", "--labels", "1", "--n", "5", "--seed", "7", "--out", out])
    a, b = np.load("a.npz"), np.load("b.npz")
    assert a["images"].shape == (5, 16, 16, 1) and a["labels"].tolist() == [1] * 5
    assert np.array_equal(a["images"], b["images"])
    assert kg.datasets.load("a.npz", 5, labels=True).element_spec[0].shape == (5, 16, 16, 1)
    assert "[0, 3)" in failure(["generate", "run", "--labels", "3"])
    assert "must end in" in failure(["generate", "run", "--out", "a.txt"])
    assert "`n` must be" in failure(["generate", "run", "--n", "0"])
    assert "invalid labels" in failure(["generate", "run", "--labels", "all"])


def test_a_translator_is_told_what_to_do_instead(tmp_path, failure):
    kg.SRResNet((8, 8, 1), 2, filters=2, blocks=1).save(tmp_path / "model.keras")
    said = failure(["generate", str(tmp_path)])
    assert f"A SRResNet translates pictures: kerasgan translate {tmp_path} --data" in said
