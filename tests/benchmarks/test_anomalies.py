import json

import keras
import numpy as np
import pytest
from scipy.stats import mannwhitneyu

import kerasgan as kg
from benchmarks import anomalies

pytestmark = pytest.mark.any_backend

TINY = {
    "latent_dim": 2,
    "gan": {"filters": 2, "critic_steps": 1},
    "gan_rate": 0.01,
    "gan_steps": 1,
    "encoder": {"filters": 2},
    "encoder_steps": 1,
    "encoder_rate": 0.01,
    "batch": 4,
}


def test_auroc_is_the_chance_of_the_higher_score():
    rng = np.random.default_rng(0)
    scores, anomalous = rng.integers(0, 20, 300) / 20, rng.random(300) < 0.2
    above = mannwhitneyu(scores[anomalous], scores[~anomalous]).statistic
    want = above / (anomalous.sum() * (~anomalous).sum())
    assert anomalies.auroc(scores, anomalous) == pytest.approx(want)
    assert anomalies.auroc(-scores, anomalous) == pytest.approx(1 - want)


@pytest.fixture
def few(monkeypatch):
    """A data set of 60,000 and 40 images whose level is their class."""

    def read_named(name, split, data_dir):
        labels = (np.arange(60_000 if split == "train" else 40) % 10).astype("uint8")
        return np.broadcast_to(labels[:, None, None], (len(labels), 28, 28)), labels

    monkeypatch.setattr("kerasgan.datasets.idx.read_named", read_named)


@pytest.mark.usefixtures("few")
def test_the_protocols_are_each_other_s_opposite():
    level = 3 / 127.5 - 1
    normal, images, anomalous = anomalies.divided(3, "left_out")
    assert normal.shape == (54_000, 28, 28, 1) and not np.isclose(normal, level).any()
    assert len(images) == 40 and anomalous.sum() == 4
    np.testing.assert_allclose(images[anomalous], level, rtol=1e-6)
    normal, images, anomalous = anomalies.divided(3, "one_class", validate=True)
    assert len(normal) == 5000 and np.isclose(normal, level).all()
    assert len(images) == 10_000 and anomalous.sum() == 9000


def test_each_class_is_stored_and_made_once(tmp_path, monkeypatch, capsys):
    made = []

    def train(images, recipe, seed, file):
        made.append(images)
        if len(made) == 3:
            raise RuntimeError("stopped")
        return None, 30.0

    normal, given = np.zeros((2, 28, 28, 1)), np.zeros((4, 28, 28, 1))
    monkeypatch.setattr(anomalies, "train", train)
    monkeypatch.setattr(anomalies, "divided", lambda *args: (normal, given, given[:, 0, 0, 0] == 0))
    monkeypatch.setattr(
        anomalies, "scored", lambda *args: dict.fromkeys(anomalies.SCORES, len(made) / 4)
    )
    out = tmp_path / "found.json"
    argv = ["--results", str(out), "--work", str(tmp_path)]
    assert anomalies.main([*argv, "--classes", "0", "1", "2"]) == 1
    assert [record["class"] for record in json.loads(out.read_text())] == [0, 1]
    assert anomalies.main([*argv, "--classes", "0", "1", "2"]) == 0
    assert len(made) == 4
    said = capsys.readouterr().out
    assert "| pullover | 1.000 |" in said and "| mean of 3 | 0.583 |" in said
    assert "| 0.5 |" in said and "| 2 in all |" in said
    anomalies.main([*argv, "--protocol", "one_class", "--table"])
    assert "mean" not in capsys.readouterr().out.split("one_class")[1].split("minutes")[1]
    anomalies.main([*argv, "--classes", "0", "--validate"])
    assert len(made) == 5 and len(json.loads(out.read_text())) == 3


def test_a_gan_s_file_is_that_of_its_recipe():
    other = [{**TINY, "gan_steps": 2}, {**TINY, "encoder_steps": 2}]
    files = [anomalies.place(3, "left_out", 0, False, recipe) for recipe in (TINY, *other)]
    assert files[0] == files[2] != files[1] and files[0].startswith("left_out_3_0_")
    assert anomalies.place(3, "left_out", 0, True, TINY).startswith("left_out_validate_3_0_")


def test_a_trained_gan_is_taken_up_again(tmp_path):
    images = np.random.default_rng(0).uniform(-1, 1, (8, 28, 28, 1)).astype("float32")
    first, seconds = anomalies.train(images, TINY, 0, tmp_path / "work/gan.keras")
    took = json.loads((tmp_path / "work/gan.json").read_text())
    assert seconds > took > 0
    latents = np.ones((2, 2), "float32")
    want = kg.load(tmp_path / "work/gan.keras").generate(latents=latents)
    again, seconds = anomalies.train(images, TINY, 0, tmp_path / "work/gan.keras")
    assert seconds > took
    for model in (first, again):
        made = keras.ops.convert_to_numpy(model.generator(latents, training=False))
        np.testing.assert_allclose(made, want, atol=1e-6)
    found = anomalies.scored(again, images, images, np.arange(8) < 3)
    assert set(found) == set(anomalies.SCORES)
    assert all(0 <= value <= 1 for value in found.values())
