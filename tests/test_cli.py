import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from kerasgan import cli

pytestmark = pytest.mark.any_backend


def test_demo_leaves_what_it_says(tmp_path, capsys, monkeypatch):
    load = kg.datasets.load

    def few(source, **kwargs):
        assert source == "fashion_mnist_10k"
        return load(source, **kwargs).take(2)

    monkeypatch.setattr(kg.datasets, "load", few)
    cli.main(["demo", "--epochs", "2", "--out", str(tmp_path)])
    said = capsys.readouterr().out
    for name in ("latest.png", "timelapse.gif", "samples/", "losses.png", "model.keras"):
        assert name in said and (tmp_path / name).exists()
    assert len(list((tmp_path / "samples").glob("*.png"))) == 3
    assert Image.open(tmp_path / "timelapse.gif").n_frames == 3
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 3


def test_list_names_what_there_is(capsys):
    cli.main(["list"])
    said = capsys.readouterr().out
    assert "GAN" in said and "fashion_mnist_10k" in said and "non_saturating" in said


def test_version_and_help(capsys):
    for argv, want in ((["--version"], f"kerasgan {kg.__version__}"), (["--help"], "demo")):
        with pytest.raises(SystemExit) as stop:
            cli.main(argv)
        assert stop.value.code == 0 and want in capsys.readouterr().out


def test_import_starts_neither_tensorflow_nor_pictures():
    """Under JAX and PyTorch, `import kerasgan` adds no TensorFlow to what Keras itself imports."""
    code = (
        "import sys, keras; before = set(sys.modules); import kerasgan; "
        "added = {m.split('.')[0] for m in set(sys.modules) - before}; "
        "print(sorted(added & {'tensorflow', 'matplotlib', 'tensorflow_datasets'}))"
    )
    for backend in ("jax", "torch"):
        made = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "KERAS_BACKEND": backend},
            capture_output=True,
            text=True,
            check=True,
        )
        assert made.stdout.strip() == "[]", made.stdout


def test_the_bundled_images_are_in_the_package():
    images = np.stack([batch for batch in kg.datasets.load("fashion_mnist_10k", 1000)])
    assert images.shape == (10, 1000, 28, 28, 1)
    assert images.min() == -1 and images.max() == 1
