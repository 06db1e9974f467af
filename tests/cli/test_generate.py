import os

import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from kerasgan import cli
from kerasgan.cli import generate
from tests.models.variants import coded_gan

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
    assert "no class '3', but 0 to 2" in failure(["generate", "run", "--labels", "3"])
    assert "must end in" in failure(["generate", "run", "--out", "a.txt"])
    assert "`n` must be" in failure(["generate", "run", "--n", "0"])
    assert "no class 'all'" in failure(["generate", "run", "--labels", "0,all"])


def test_codes(tmp_path, failure, monkeypatch):
    monkeypatch.chdir(tmp_path)
    gan = coded_gan()  # of three classes and one continuous code
    gan.save("model.keras")
    draw = ["generate", "model.keras", "--seed", "5", "--out", "a.npz", "--n", "5"]
    each, of_both = [0, 1, 2, 0, 1], {"categorical": [2], "continuous": [-1, 2, -1, 2, -1]}
    for argv, codes in (
        (["--codes", "categorical=each"], {"categorical": each}),
        (["--codes", "categorical=2", "--codes", "continuous=-1,2"], of_both),
    ):
        cli.main([*draw, *argv])
        made = gan.generate(5, seed=5, codes=codes)
        np.testing.assert_array_equal(np.load("a.npz")["images"], made)
        cli.main([*draw, *argv, "--truncation", "0.1"])
        made = gan.generate(5, seed=5, codes=codes, truncation=0.1)
        np.testing.assert_array_equal(np.load("a.npz")["images"], made)
    cli.main(["generate", "model.keras", "--codes", "categorical=each"])
    assert Image.open("samples.png").size == (3 * 10 + 2, 8 * 10 + 2)  # a column a class
    for wrong, want in (
        ("categorical=3", "whole numbers below (3,)"),
        ("continuous=each", "Each class is drawn of one categorical code"),
        ("continuous=1/2", "must have shape (n, 1)"),
        ("colour=1", "keys of ['categorical', 'continuous']"),
        ("continuous=1/2,3", "--codes: invalid codes value"),
        ("categorical", "--codes: invalid codes value"),
    ):
        assert want in failure([*draw, "--codes", wrong])
    kg.GAN((8, 8, 1), 4, generator_units=(4,)).save("model.keras")
    assert "A GAN has no codes" in failure([*draw, "--codes", "categorical=0"])


def test_one_of_the_epochs_that_a_run_kept(tmp_path, failure, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "checkpoints").mkdir()
    made = []
    for epoch in (1, 2, 3):
        gan = kg.GAN((16, 16, 1), 4, generator_units=(4,), discriminator_units=(4,), seed=epoch)
        gan.save(tmp_path / f"checkpoints/epoch_{epoch:04d}.keras")
        made.append(gan.generate(2, seed=0))
    for epoch in (2, 3):
        cli.main(["generate", ".", "--epoch", str(epoch), "--n", "2", "--out", "a.npz"])
        assert np.array_equal(np.load("a.npz")["images"], made[epoch - 1])
    cli.main(["export", ".", "--epoch", "1", "--format", "weights", "--out", "a.weights.h5"])
    for command in ("generate", "export", "evaluate", "translate"):
        rest = ["--out", "x"] if command in ("export", "translate") else []
        rest += ["--data", "x"] if command in ("evaluate", "translate") else []
        said = failure([command, ".", "--epoch", "9", *rest])
        assert "those there are: 1, 2, 3. A run keeps more" in said
    assert "invalid epoch value: 'last'" in failure(["generate", ".", "--epoch", "last"])


def test_a_translator_is_told_what_to_do_instead(tmp_path, failure):
    kg.SRResNet((8, 8, 1), 2, filters=2, blocks=1).save(tmp_path / "model.keras")
    said = failure(["generate", str(tmp_path)])
    assert f"A SRResNet translates pictures: kerasgan translate {tmp_path} --data" in said


@pytest.fixture
def pets(tmp_path, monkeypatch):
    """A run's folder of a model of two classes, cat and dog."""
    monkeypatch.chdir(tmp_path)
    units = {"generator_units": (4,), "discriminator_units": (4,)}
    gan = kg.ConditionalGAN((16, 16, 1), 4, num_classes=2, **units, seed=0)
    (tmp_path / "pets").mkdir()
    gan.save("pets/model.keras")
    data = {"source": "photos", "batch_size": 4}
    settings = {"variant": "ConditionalGAN", "data": data, "class_names": ["cat", "dog"]}
    kg.runs.Configuration.of({**settings, "epochs": 1}).write("pets")
    return gan


def test_classes_by_their_names(pets, failure):
    for text, want in (("dog", [1, 1]), ("dog,0", [1, 0]), ("cat, dog", [0, 1]), ("each", [0, 1])):
        cli.main(["generate", "pets", "--labels", text, "--n", "2", "--out", "a.npz"])
        assert np.load("a.npz")["labels"].tolist() == want
    assert "no class 'cow', but cat, dog. Received: labels='dog,cow'" in failure(
        ["generate", "pets", "--labels", "dog,cow"]
    )
    for source in ("pets", "pets/model.keras"):
        cli.main(["generate", source, "--labels", "dog,cat", "--n", "4", "--out", "a.png"])
        titled = np.asarray(Image.open("a.png"))
        grid = kg.utils.image_grid(pets.generate(4, seed=0, labels=[1, 0, 1, 0]), 2)
        assert titled.shape[0] > 38 and (titled[-38:] == grid[..., 0]).all()
    cli.main(["generate", "pets", "--labels", "dog", "--n", "4", "--out", "a.png"])
    assert Image.open("a.png").size == (38, 38)


def test_a_preset_knows_its_classes_by_name(pets, tmp_path):
    pets.save_to_preset("stored", class_names=["cat", "dog"])
    for source, text, want in (
        ("stored", "dog,cat", [1, 0]),
        ("sngan_fashion_mnist", "Shirt,Ankle boot", [6, 9]),
    ):
        cli.main(["generate", source, "--labels", text, "--n", "2", "--out", "a.npz"])
        assert np.load("a.npz")["labels"].tolist() == want


@pytest.mark.parametrize(
    "text, names, want",
    [
        ("3,1", ["1", "3"], [1, 0]),  # what is called by a number goes by that alone
        ("a,b", ["a", "a,b"], [1]),
        ("0", ["a", "b"], [0]),
    ],
)
def test_names_win_over_ids(text, names, want):
    assert generate.labels(text, names, 2) == want
    with pytest.raises(ValueError, match="There is no class '2'"):
        generate.labels("2", names, 2)
