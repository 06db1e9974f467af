import numpy as np
import pytest
from PIL import Image

from kerasgan import presets
from kerasgan.models.image_to_image import ImageToImage
from kerasgan.runs import Configuration
from tests.runs.settings import cyclegan_run, gan_run
from tools import preset_scores as scores

pytestmark = pytest.mark.any_backend


class Copy(ImageToImage):
    """A translator that adds `offset` to what it is given, in each direction."""

    def __init__(self, directions, offset=0.0):
        self._ways, self.offset = directions, offset

    @property
    def directions(self):
        return self._ways

    def translate(self, images, direction="AtoB"):
        return images + self.offset


class Double(Copy):
    """One that repeats pixels, and shrinks by means of four."""

    scale = 2

    def translate(self, images):
        return images.repeat(2, axis=1).repeat(2, axis=2)

    def sides(self, images):
        return images.reshape(len(images), 4, 2, 4, 2, 1).mean(axis=(2, 4)), images


def test_scores_compare_with_real_data(tiny, run):
    found = presets.card("tiny")["scores"]
    keys = {"energy_distance_to_train", "energy_distance_train_to_train", "samples"}
    assert set(found) == keys and found["samples"] == 20  # no test split: halves of 40
    assert found["energy_distance_to_train"] > found["energy_distance_train_to_train"]


def test_scores_are_on_the_test_split_where_there_is_one():
    def settings(seed):
        data = {"source": "fashion_mnist", "batch_size": 1}
        return Configuration("GAN", data, seed=seed, epochs=1)

    class Real:
        task = "generate"

        def generate(self, n, seed):
            config = settings(5)
            return scores._real(config, split="test")[:n]

    config = settings(0)
    with pytest.MonkeyPatch.context() as patch:
        real, patched = scores._real, []
        patch.setattr(scores, "_real", lambda c, **k: patched.append(k) or real(c, split="test"))
        found = scores.scores(Real(), config)
    assert patched == [{"split": "test"}, {}, {"split": "test"}]
    assert found["samples"] == 1000 and found["energy_distance_to_test"] < 0.5


def test_without_pairs_both_directions_are_compared_with_doing_nothing(tmp_path):
    found = scores.scores(Copy(("AtoB", "BtoA")), Configuration.of(cyclegan_run(tmp_path)))
    assert found["samples"] == 2
    nothing = found["energy_distance_a_to_test_b"]
    assert nothing > 0
    assert found["energy_distance_fake_b_to_test"] == pytest.approx(nothing, abs=1e-4)
    assert found["energy_distance_fake_a_to_test"] == pytest.approx(nothing, abs=1e-4)


def test_sides_of_other_channels_are_not_compared(tmp_path):
    class Grey(Copy):
        def translate(self, images, direction="AtoB"):
            return (
                images.mean(axis=-1, keepdims=True) if direction == "AtoB" else images + (0, 0, 0)
            )

    config = cyclegan_run(tmp_path)
    config["data"]["channels_b"] = 1
    found = scores.scores(Grey(("AtoB", "BtoA")), Configuration.of(config))
    assert set(found) == {
        "energy_distance_fake_b_to_test",
        "energy_distance_fake_a_to_test",
        "samples",
    }


def test_pairs_are_compared_pixel_by_pixel(tmp_path):
    for split, n in (("train", 3), ("test", 2)):
        for side, value in (("A", 100), ("B", 151)):
            (tmp_path / split / side).mkdir(parents=True)
            for i in range(n):
                Image.new("RGB", (8, 8), (value,) * 3).save(tmp_path / split / side / f"{i}.png")
    data = {"source": str(tmp_path), "batch_size": 1}
    config = Configuration("Pix2Pix", data, epochs=1)
    pairs = Copy(("AtoB",), 0.1)
    pairs.paired = True
    found = scores.scores(pairs, config)
    assert found == {"l1_to_test": pytest.approx(51 / 127.5 - 0.1, abs=1e-4), "samples": 2}


def test_enlargements_are_compared_with_bicubic_ones(tmp_path):
    config = gan_run(tmp_path) | {"variant": "SRResNet", "model": {}}
    images = np.random.default_rng(0).integers(0, 256, (30, 4, 4), "uint8")
    images = images.repeat(2, axis=1).repeat(2, axis=2) // 4 * 4 + 1
    blocks = np.indices((8, 8)).sum(axis=0) % 2 * 2  # one level up and down around the mean
    np.savez(tmp_path / "data.npz", images=(images - 1 + blocks).astype("uint8"))
    found = scores.scores(Double(("AtoB",)), Configuration.of(config))
    assert found["samples"] == 30
    assert found["psnr_to_train"] == pytest.approx(20 * np.log10(255), abs=1e-3)
    assert found["psnr_bicubic_to_train"] < found["psnr_to_train"] - 10


def test_a_bicubic_enlargement_is_pillows():
    pixels = np.random.default_rng(0).integers(64, 192, (2, 5, 6, 3), "uint8")  # none overshoots
    made = scores.enlarged((pixels / 127.5 - 1).astype("float32"), 4)
    for one, image in zip(made, pixels, strict=True):
        want = Image.fromarray(image).resize((24, 20), Image.Resampling.BICUBIC)
        assert np.abs((one + 1) * 127.5 - np.asarray(want, "float32")).max() < 1.5
