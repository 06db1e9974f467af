import keras
import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from kerasgan import cli

pytestmark = pytest.mark.any_backend


@pytest.fixture
def pictures(tmp_path):
    """A folder of an RGB picture, a transparent one and a grey one, of three sizes."""
    rng = np.random.default_rng(0)
    (tmp_path / "pictures/deep").mkdir(parents=True)
    for name, shape in (("a.png", (13, 17, 3)), ("b.png", (8, 11, 4)), ("deep/c.bmp", (6, 5))):
        pixels = rng.integers(0, 256, shape, "uint8")
        Image.fromarray(pixels).save(tmp_path / "pictures" / name)
    return tmp_path / "pictures"


@pytest.fixture
def translate(pictures, tmp_path):
    """Translates the pictures by a model; gives the pictures that come out, by name."""

    def run(model, *more):
        model.save(tmp_path / "model.keras")
        out = tmp_path / "out"
        argv = [str(tmp_path / "model.keras"), "--data", str(pictures)]
        cli.main(["translate", *argv, "--out", str(out), *more])
        files = sorted(path for path in out.rglob("*") if path.is_file())
        return {str(path.relative_to(out)): Image.open(path) for path in files}

    return run


def copying():
    """A network of two strides that gives what it takes, in blocks of 2 x 2 pixels."""
    inputs = keras.Input((None, None, 3))
    x = keras.layers.UpSampling2D(2)(keras.layers.AveragePooling2D(2)(inputs))
    return keras.Model(inputs, keras.layers.Dense(3, kernel_initializer="identity")(x))


@pytest.fixture
def gan():
    """A pix2pix whose generator copies, in blocks."""
    return kg.Pix2Pix((8, 8, 3), (8, 8, 3), generator=copying(), discriminator="pixel")


def blocks(pixels):
    """What `copying` makes of a picture of any size."""
    height, width = pixels.shape[:2]
    even = np.pad(pixels, [(0, height % 2), (0, width % 2), (0, 0)], mode="symmetric")
    means = even.reshape(len(even) // 2, 2, even.shape[1] // 2, 2, -1).mean(axis=(1, 3))
    return means.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]


def test_each_picture_at_its_own_size(translate, pictures, gan, capsys):
    made = translate(gan)
    assert list(made) == ["a.png", "b.png", "deep/c.png"]
    said = capsys.readouterr().out
    assert said.endswith("out/\n")
    sizes = {name: (picture.size, picture.mode) for name, picture in made.items()}
    assert sizes == {
        "a.png": ((17, 13), "RGB"),
        "b.png": ((11, 8), "RGB"),  # over white
        "deep/c.png": ((5, 6), "RGB"),
    }
    want = blocks(np.asarray(Image.open(pictures / "a.png")))
    assert np.abs(np.asarray(made["a.png"]) - want).max() <= 1
    grey = np.asarray(Image.open(pictures / "deep/c.bmp"))[..., None].repeat(3, axis=-1)
    assert np.abs(np.asarray(made["deep/c.png"]) - blocks(grey)).max() <= 1
    again = translate(gan, "--direction", "A2B")  # as earlier releases wrote it
    np.testing.assert_array_equal(again["a.png"], made["a.png"])
    off = np.abs(np.asarray(translate(gan, "--tile", "8")["a.png"]) - want)
    assert off[:4, :4].max() <= 1 < off.max()  # the last tiles begin in the middle of blocks


def test_transparency_is_kept(translate, pictures, gan):
    made = translate(gan, "--alpha")
    assert [picture.mode for picture in made.values()] == ["RGB", "RGBA", "RGB"]
    source = np.asarray(Image.open(pictures / "b.png"))
    made = np.asarray(made["b.png"])
    np.testing.assert_array_equal(made[..., 3], source[..., 3])
    opacity = source[..., 3:] / 255
    white = source[..., :3] * opacity + 255 * (1 - opacity)
    assert np.abs(made[..., :3] - blocks(white)).max() <= 2


def test_larger_pictures_of_one_channel(translate, pictures):
    made = translate(kg.SRResNet((8, 8, 1), 2, filters=2, blocks=1), "--alpha")
    assert {name: picture.size for name, picture in made.items()} == {
        "a.png": (34, 26),
        "b.png": (22, 16),
        "deep/c.png": (10, 12),
    }
    assert [picture.mode for picture in made.values()] == ["L", "LA", "L"]
    alpha = Image.open(pictures / "b.png").getchannel("A").resize((22, 16), Image.BICUBIC)
    np.testing.assert_array_equal(made["b.png"].getchannel("A"), alpha)


def test_what_translate_refuses(pictures, tmp_path, gan, failure):
    model = tmp_path / "model.keras"
    gan.save(model)

    def said(out="out", model=model, more=()):
        argv = [str(model), "--data", str(pictures), "--out", str(tmp_path / out)]
        return failure(["translate", *argv, *more])

    for out in ("pictures", "pictures/deep/out", "pictures/../pictures", "."):
        assert "a folder apart" in said(out)
    assert "there are AtoB. Received: direction='BtoA'" in said(more=["--direction", "BtoA"])
    kg.GAN((8, 8, 1), 4, generator_units=(2,), discriminator_units=(2,)).save(tmp_path / "g.keras")
    assert "name the model first: kerasgan translate MODEL" in failure(
        ["translate", "--model", str(model), "--data", str(pictures), "--out", "out"]
    )
    assert f"A GAN draws from noise: kerasgan generate {tmp_path}" in said(
        model=tmp_path / "g.keras"
    )
    assert not (tmp_path / "out").exists()
    assert f"{pictures / 'a.png'}: `tile` must be" in said(more=["--tile", "0"])
    (pictures / "0.png").write_bytes(b"no picture")
    assert str(pictures / "0.png") in said()
    (pictures / "0.png").unlink()
    Image.new("L", (4, 4)).save(pictures / "a.bmp")
    assert "Two pictures would go into" in said()
