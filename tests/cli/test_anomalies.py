import csv
import shutil

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image

import kerasgan as kg
from kerasgan import cli, runs
from kerasgan.utils import save_image

pytestmark = pytest.mark.any_backend

SHAPE = (16, 20, 1)
PIXELS = 320


def flat(units, shape, weight, after=()):
    """A network that multiplies what it takes, as a vector, by a number."""
    dense = layers.Dense(units, use_bias=False)
    ends = [layers.Reshape(after)] if after else []
    network = keras.Sequential([keras.Input(shape), layers.Flatten(), dense, *ends])
    dense.set_weights([np.eye(units) * weight])
    return network


@pytest.fixture
def gan(tmp_path):
    """The file of a GAN that makes the image that its latents are."""
    gan = kg.GAN(
        SHAPE, PIXELS, generator=flat(PIXELS, (PIXELS,), 1, SHAPE), discriminator_units=(4,)
    )
    gan.save(tmp_path / "gan.keras")
    return str(tmp_path / "gan.keras")


@pytest.fixture
def model(gan, tmp_path):
    """The file of a model that makes half of an image again."""
    kg.FAnoGAN(gan, encoder=flat(PIXELS, SHAPE, 0.5), kappa=0).save(tmp_path / "model.keras")
    return str(tmp_path / "model.keras")


@pytest.fixture
def pictures(tmp_path):
    """A folder of a grey, a white and a light picture, of which one is larger and RGB."""
    for name, level, size in (
        ("a,b.png", 128, SHAPE),
        ("deep/white.png", 255, (32, 40, 3)),
        ("light.bmp", 191, SHAPE),
    ):
        save_image(np.full(size, level, "uint8"), tmp_path / "pictures" / name)
    return tmp_path / "pictures"


def rows(path):
    with path.open(newline="") as file:
        head, *found = csv.reader(file)
    assert head == ["file", "score"]
    return {name: float(score) for name, score in found}


def test_scores_highest_first_and_where(model, pictures, tmp_path, capsys):
    out = tmp_path / "out"
    cli.main(["anomalies", model, str(pictures), "--out", str(out), "--batch-size", "2"])
    said = capsys.readouterr().out
    assert said.endswith(f"{out / 'scores.csv'}\n")
    found = rows(out / "scores.csv")
    assert list(found) == ["deep/white.png", "light.bmp", "a,b.png"]
    for name, level in (("deep/white.png", 255), ("light.bmp", 191), ("a,b.png", 128)):
        assert found[name] == pytest.approx(np.square((level / 127.5 - 1) / 2), rel=1e-4)
    picture = np.asarray(Image.open(out / "deep/white.png")).astype(int)
    assert picture.shape == (16, 60, 3)
    assert (picture[:, :20] == 255).all() and (abs(picture[:, 20:40] - 191) <= 1).all()
    grey = np.asarray(Image.open(out / "a,b.png")).astype(int)
    assert (abs(grey[:, :40] - 128) <= 1).all() and grey[:, 40:].max() <= 10
    assert picture[:, 40:, 0].min() > grey[:, 40:].max()  # the heat of half of the range
    assert (out / "light.png").exists()


def test_a_search_needs_no_encoder(gan, pictures, tmp_path, capsys):
    out = tmp_path / "out"
    search = ["--method", "search", "--out", str(out)]
    cli.main(["anomalies", gan, str(pictures), *search, "--steps", "200"])
    assert max(rows(out / "scores.csv").values()) < 0.1
    cli.main(["anomalies", gan, str(pictures), *search, "--steps", "1", "--seed", "1"])
    assert min(rows(out / "scores.csv").values()) > 0.5


def test_what_is_refused(gan, model, pictures, tmp_path, failure):
    out = ["--out", str(tmp_path / "out")]
    for argv, want in (
        ([gan, str(pictures), *out], f"kerasgan train fanogan --gan {gan} --data DIR"),
        ([model, str(tmp_path / "none"), *out], "No such folder"),
        ([model, str(pictures), "--out", str(pictures / "out")], "a folder apart"),
        ([model, str(pictures), *out, "--method", "luck"], "invalid choice: 'luck'"),
        (["nothing", str(pictures), *out], "no such preset"),
    ):
        assert want in failure(["anomalies", *argv])
    save_image(np.zeros(SHAPE, "uint8"), pictures / "light.png")
    assert "Two pictures would go into" in failure(["anomalies", model, str(pictures), *out])
    assert not (tmp_path / "out").exists()


def test_train_resume_and_find(data, tmp_path, capsys, failure):
    gan, run = tmp_path / "gan", tmp_path / "run"
    small = ["--data", data, "--batch-size", "8", "--filters", "4", "--run-eagerly"]
    cli.main(["train", "dcgan", *small, "--epochs", "1", "--latent-dim", "3", "--out", str(gan)])
    watched = ["--health", "--evaluate", "l1", "--evaluate-samples", "4", "--extractor", "digits"]
    argv = ["train", "fanogan", *small, *watched, "--epochs", "1", "--out", str(run)]
    assert "--gan" in failure(argv)
    capsys.readouterr()
    cli.main([*argv, "--gan", str(gan)])
    assert f"kerasgan anomalies {run} DIR --out FOLDER" in capsys.readouterr().out
    config = runs.read_config(run)
    assert config.model["gan"] == str(gan) and "data_shape" not in config.model
    assert config.steps == 5
    assert all((run / name).exists() for name in ("latest.png", "health.json", "best.keras"))
    cli.main(["train", "--resume", str(run), "--epochs", "2"])
    assert runs.read_config(run).steps == 10
    shutil.rmtree(gan)
    model = kg.load(run)
    assert model.latent_dim == 3 and model.kappa == 1
    assert model.anomaly_scores(np.zeros((2, 16, 16, 1))).shape == (2,)
    assert "no such preset" in failure([*argv, "--overwrite", "--gan", str(gan)])


def test_images_of_another_size_than_the_gan_s(data, tmp_path, failure):
    kg.GAN((20, 20, 1), 2, generator_units=(2,)).save(tmp_path / "g.keras")
    argv = ["--gan", str(tmp_path / "g.keras"), "--data", data, "--out", str(tmp_path / "run")]
    said = failure(["train", "fanogan", *argv, "--filters", "2", "--epochs", "1"])
    assert "`images` must have shape (batch, 20, 20, 1)" in said
    assert not (tmp_path / "run").exists()
