import keras
import numpy as np
import pytest
from keras import layers

import kerasgan as kg
from benchmarks import translation
from kerasgan.utils import save_image

pytestmark = pytest.mark.any_backend


def folder_of(root, images):
    for i, image in enumerate(images):
        save_image(np.full((24, 24, 3), image, "uint8"), root / f"{i}.png")


def scaled(weight):
    """A network that multiplies all pixels."""
    network = keras.Sequential(
        [keras.Input((None, None, 3)), layers.Dense(3, use_bias=False)], name=f"times_{weight}"
    )
    network.set_weights([np.eye(3) * weight])
    return network


@pytest.fixture
def sides(tmp_path):
    """B is as bright as A is dark; grey levels, all images of one colour."""
    for split, levels in (("train", (0, 51, 204)), ("test", (51, 102))):
        folder_of(tmp_path / "sides" / f"{split}A", levels)
        folder_of(tmp_path / "sides" / f"{split}B", [255 - level for level in levels])
    return tmp_path / "sides"


@pytest.fixture
def pixels_only(monkeypatch):
    monkeypatch.setattr(translation, "SCORES", ("l1",))


@pytest.mark.usefixtures("pixels_only")
def test_unpaired_scores_are_of_partners_beside_both_baselines(sides, tmp_path, capsys):
    shape = (24, 24, 3)
    gan = kg.CycleGAN(shape, shape, generator=(scaled(-1), scaled(1)), discriminator="pixel")
    gan.save(tmp_path / "gan.keras")
    words = ["unpaired", "--model", str(tmp_path / "gan.keras"), "--data", str(sides)]
    translation.main([*words, "--picture", str(tmp_path / "picture.png")])
    assert (tmp_path / "picture.png").exists()
    assert "| AtoB as it is: l1 | 0.8 |" in capsys.readouterr().out
    scores, _ = translation.unpaired(gan, sides)
    apart = ((204 - 51) + (153 - 102)) / 2 / 127.5  # of a test image from its partner
    means = 2 * (127.5 - 85) / 127.5  # the training images' mean levels are 85 and 170
    assert {name: found["l1"] for name, found in scores["AtoB"].items()} == {
        "made": pytest.approx(0, abs=1e-6),
        "as it is": pytest.approx(apart, rel=1e-5),
        "mean colour shift": pytest.approx(((1.2 - means) + (means - 0.4)) / 2, rel=1e-5),
    }
    assert scores["BtoA"]["made"]["l1"] == pytest.approx(apart, rel=1e-5)
    small = {"filters": 2, "blocks": 1, "discriminator": "pixel"}
    assert list(translation.unpaired(kg.CUT(shape, shape, **small), sides)[0]) == ["AtoB"]


@pytest.mark.usefixtures("pixels_only")
def test_paired_scores_beside_the_mean_image(sides, tmp_path):
    shape = (24, 24, 3)
    gan = kg.Pix2Pix(shape, shape, generator=scaled(-1), discriminator="pixel")
    scores, (shown,) = translation.paired(gan, sides)
    assert scores["made"]["l1"] == pytest.approx(0, abs=1e-6)
    apart = ((204 - 51) + (153 - 102)) / 2 / 127.5
    assert scores["as it is"]["l1"] == pytest.approx(apart, rel=1e-5)
    mean = (170 - 127.5) / 127.5
    want = np.mean([abs(level / 127.5 - 1 - mean) for level in (204, 153)])
    assert scores["mean image"]["l1"] == pytest.approx(want, rel=1e-5)
    assert [images.shape for images in shown] == [(2, 24, 24, 3)] * 3


def test_large_scores_beside_bicubic(tmp_path, monkeypatch):
    monkeypatch.setattr(translation, "SCORES_OF_LARGE", ("psnr",))
    monkeypatch.setattr(
        translation, "vgg_distance", lambda true, images: np.abs(true - images).max()
    )
    rng = np.random.default_rng(0)
    for i in range(100):
        noise = rng.integers(0, 256, (8, 8, 3), dtype="uint8")
        save_image(noise, tmp_path / "noise" / f"{i}.png")
    model = kg.SRResNet((8, 8, 3), 2, filters=2, blocks=1)
    scores, ((small, made, true),) = translation.large(model, tmp_path / "noise")
    assert small.shape == (100, 4, 4, 3) and made.shape == true.shape == (100, 8, 8, 3)
    errors = np.square(made - true).mean(axis=(1, 2, 3))
    assert scores["made"]["psnr"] == pytest.approx((10 * np.log10(4 / errors)).mean(), rel=1e-5)
    assert 0 < scores["bicubic"]["psnr"] < 15
    assert scores["made"]["vgg_distance"] == np.abs(made - true).max()


def test_nested_scores_become_parts():
    nested = {"AtoB": {"made": {"l1": 1, "psnr": 2}, "as it is": {"l1": np.float32(0.5)}}}
    assert dict(translation.flat(nested)) == {
        "AtoB made: l1": 1.0,
        "AtoB made: psnr": 2.0,
        "AtoB as it is: l1": 0.5,
    }
