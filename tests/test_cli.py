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
    for name in ("clothes.png", "timelapse.gif", "samples/", "losses.png", "model.keras"):
        assert name in said and (tmp_path / name).exists()
    assert len(list((tmp_path / "samples").glob("*.png"))) == 3
    assert Image.open(tmp_path / "timelapse.gif").n_frames == 3
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 3
    width, height = Image.open(tmp_path / "clothes.png").size
    assert height == 10 * 3 * 28 + 11 * 6 and width > height  # the rows' names beside them
    assert "Next: kerasgan walk" in said


def test_list_names_what_there_is(capsys):
    cli.main(["list"])
    said = capsys.readouterr().out
    for name in ("wgangp", "srgan_avatars", "fashion_mnist_10k", "non_saturating", "dragan"):
        assert name in said


@pytest.mark.parametrize(
    ("argv", "code", "want"),
    [
        (["--help"], 0, "Draw images with a trained model."),
        (["--version"], 0, f"kerasgan {kg.__version__}"),
        (["list"], 0, "sngan"),
        (["train", "--help"], 0, "sngan"),
        (["generate", "--help"], 0, "--labels"),
        (["translate", "--help"], 0, "--direction"),
        (["anomalies", "--help"], 0, "--method"),
        (["evaluate", "--help"], 0, "--extractor"),
        (["export", "--help"], 0, "litert"),
        (["trian"], 2, "invalid choice: 'trian': did you mean train?"),
        (["train", "zebra"], 2, "invalid choice: 'zebra' (choose from"),
        (["generate", "nothing"], 2, "There is no such preset"),
        (["translate", "nothing", "--data", "x", "--out", "y"], 2, "There is no such preset"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_needs_no_keras_starts_none(argv, code, want):
    program = (
        "import sys\n"
        "sys.argv[0] = 'kerasgan'\n"
        "from kerasgan.cli import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "finally:\n"
        "    print('keras' in sys.modules, file=sys.stderr)\n"
    )
    words = [sys.executable, "-c", program, *argv]
    made = subprocess.run(words, capture_output=True, text=True)
    assert made.returncode == code and want in made.stdout + made.stderr
    assert "False" in made.stderr.splitlines()
    assert "tensorflow" not in made.stderr.lower()


def test_a_program_finds_the_classes_whichever_it_imports_first(tmp_path):
    path = tmp_path / "gan.keras"
    kg.GAN((2,), 2, generator_units=(4,), discriminator_units=(4,)).save(path)
    program = "import kerasgan, keras, sys; keras.models.load_model(sys.argv[1])"
    subprocess.run([sys.executable, "-c", program, path], check=True)


def test_it_runs_as_a_module():
    words = [sys.executable, "-m", "kerasgan", "--version"]
    assert subprocess.check_output(words, text=True) == f"kerasgan {kg.__version__}\n"


def test_what_the_package_offers_is_there():
    for name in kg.__all__:
        assert getattr(kg, name) is not None
    assert {"CycleGAN", "load", "callbacks", "runs"} <= set(dir(kg))
    with pytest.raises(AttributeError, match="NoGAN"):
        kg.NoGAN  # noqa: B018


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_import_starts_neither_tensorflow_nor_pictures(backend):
    """Under JAX and PyTorch, what is imported adds no TensorFlow to what Keras itself imports."""
    code = (
        "import sys, keras, importlib; before = set(sys.modules)\n"
        "for name in ('kerasgan', 'kerasgan.callbacks', 'kerasgan.datasets'):\n"
        "    importlib.import_module(name)\n"
        "    added = {m.split('.')[0] for m in set(sys.modules) - before}\n"
        "    print(*added & {'tensorflow', 'matplotlib', 'tensorflow_datasets', 'PIL'})"
    )
    made = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=True,
    )
    package, callbacks, datasets = map(str.split, made.stdout.splitlines())
    assert package == callbacks == []
    assert set(datasets) <= {"PIL"}


def test_the_bundled_images_are_in_the_package():
    images = np.stack([batch for batch in kg.datasets.load("fashion_mnist_10k", 1000)])
    assert images.shape == (10, 1000, 28, 28, 1)
    assert images.min() == -1 and images.max() == 1
