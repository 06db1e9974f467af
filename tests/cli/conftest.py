import keras
import numpy as np
import pytest
from PIL import Image

from kerasgan import cli


@pytest.fixture
def data(tmp_path):
    """An .npz file of 40 images 16x16x1 in 3 classes."""
    rng = np.random.default_rng(0)
    path = tmp_path / "data.npz"
    np.savez(path, images=rng.integers(0, 256, (40, 16, 16), "uint8"), labels=np.arange(40) % 3)
    return str(path)


@pytest.fixture
def quick(data, tmp_path):
    """A command line of a short training of small networks, without the model's name."""
    argv = ["--data", data, "--batch-size", "4", "--out", str(tmp_path / "run"), "--steps", "2"]
    return argv + ["--run-eagerly"] * (keras.backend.backend() == "tensorflow")


@pytest.fixture
def sides(tmp_path):
    """A folder of both sides, 5 pictures to train and 3 to test, 18 x 20 pixels, A grey."""
    rng = np.random.default_rng(0)
    for split, count in (("train", 5), ("test", 3)):
        for side, channels in (("A", ()), ("B", (3,))):
            (tmp_path / f"sides/{split}{side}").mkdir(parents=True)
            for i in range(count):
                pixels = rng.integers(0, 256, (18, 20, *channels), "uint8")
                Image.fromarray(pixels).save(tmp_path / f"sides/{split}{side}/{i}.png")
    return tmp_path / "sides"


@pytest.fixture
def failure(capsys):
    """Runs a command that ends with 2; gives what it says on stderr."""

    def run(argv):
        with pytest.raises(SystemExit) as stop:
            cli.main(argv)
        assert stop.value.code == 2
        return capsys.readouterr().err

    return run
