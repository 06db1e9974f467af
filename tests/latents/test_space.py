import sys
import types

import keras
import numpy as np
import pytest
from keras import ops
from PIL import Image

import kerasgan as kg
from kerasgan import cli, latents
from kerasgan.latents import inversion
from kerasgan.latents.mixing import style_networks
from kerasgan.utils import animations

SMALL = {"generator_units": (16,), "discriminator_units": (4,), "seed": 0}
once = pytest.mark.any_backend


@pytest.fixture(scope="module")
def gan():
    return kg.GAN((8, 8, 1), 4, **SMALL)


@pytest.fixture(scope="module")
def classes():
    return kg.ConditionalGAN((8, 8, 1), 4, num_classes=3, **SMALL)


# ---- truncation


@once
def test_truncated_latents_are_normal_ones_within_the_bound(gan):
    drawn = latents.truncated_normal(np.random.default_rng(0), (200_000,), 0.7)
    assert drawn.dtype == "float32" and np.abs(drawn).max() <= 0.7
    # Of a normal variable within +-a: variance 1 - 2 a f(a) / (2 F(a) - 1).
    density, inside = 0.312254, 0.516073  # f(0.7), 2 F(0.7) - 1
    assert drawn.var() == pytest.approx(1 - 1.4 * density / inside, rel=0.01)
    whole = latents.truncated_normal(np.random.default_rng(0), (5, 4))
    np.testing.assert_array_equal(gan.generate(5, seed=0), gan.generate(latents=whole))
    near = latents.truncated_normal(np.random.default_rng(0), (5, 4), 0.5)
    made = gan.generate(5, seed=0, truncation=0.5)
    np.testing.assert_array_equal(made, gan.generate(latents=near))
    with pytest.raises(ValueError, match="of latents that are drawn.*Received: truncation=0.5"):
        gan.generate(latents=near, truncation=0.5)
    for wrong in (-1, 0.001):
        with pytest.raises(ValueError, match=f"truncation.*Received: truncation={wrong}"):
            gan.generate(2, truncation=wrong)


# ---- walks and grids


@once
def test_a_walk_goes_through_its_stops_and_closes(gan, classes):
    frames = list(latents.walk(gan, 2, stops=3, frames=12, seed=5))
    stops = np.random.default_rng(5).standard_normal((3, 2, 4)).astype("float32")
    for i in range(3):
        np.testing.assert_allclose(frames[4 * i], gan.generate(latents=stops[i]), atol=1e-5)
    half = latents.slerp(stops[2], stops[0], np.full((2, 1), 0.5))
    np.testing.assert_allclose(frames[10], gan.generate(latents=half), atol=1e-5)
    walked = latents.walk(classes, 2, stops=2, frames=2, seed=5, labels=[2, 0])
    first = np.random.default_rng(5).standard_normal((2, 2, 4))[0]
    want = classes.generate(latents=first, labels=[2, 0])
    np.testing.assert_allclose(next(walked), want, atol=1e-5)
    with pytest.raises(ValueError, match="`stops` must be a whole number, at least 2"):
        latents.walk(gan, stops=1)


@once
def test_a_grid_has_its_corners_and_keeps_to_the_sphere():
    corners = np.random.default_rng(0).normal(size=(4, 6))
    corners /= np.linalg.norm(corners, axis=1, keepdims=True)
    grid = latents.between_corners(corners, rows=3, cols=5)
    np.testing.assert_allclose(grid[[0, 4, 10, 14]], corners)
    np.testing.assert_allclose(np.linalg.norm(grid, axis=1), 1)
    middle = latents.slerp(corners[0], corners[1], np.array([0.25]))
    np.testing.assert_allclose(grid[1], middle)
    with pytest.raises(ValueError, match="`corners` must have shape"):
        latents.between_corners(corners[:3])


# ---- neighbours


@once
def test_neighbours_are_those_of_all_pairs():
    rng = np.random.default_rng(0)
    data, samples = (rng.uniform(-1, 1, (n, 4, 4, 1)).astype("float32") for n in (25, 6))
    samples[2] = data[17]
    apart = np.linalg.norm((samples[:, None] - data[None]).reshape(6, 25, -1), axis=2)
    batches = [(data[i : i + 10], np.zeros(10)) for i in range(0, 25, 10)]
    for given in (data, batches):
        found = latents.nearest(samples, given, k=3)
        np.testing.assert_array_equal(found.indices, apart.argsort(axis=1)[:, :3])
        np.testing.assert_array_equal(found.images, data[found.indices])
        np.testing.assert_allclose(found.distances, np.sort(apart)[:, :3], atol=1e-5)
    means = latents.nearest(samples, data, features=lambda x: x.mean((1, 2)))
    want = np.abs(samples.mean((1, 2)) - data.mean((1, 2)).T).argmin(axis=1)
    np.testing.assert_array_equal(means.indices[:, 0], want)
    with pytest.raises(ValueError, match="fewer real images than neighbours"):
        latents.nearest(samples, data, k=26)


# ---- inversion


def test_own_samples_are_found_again(gan, classes, monkeypatch):
    monkeypatch.setattr(inversion, "TRIED", 16)
    before = gan.get_weights()
    paths = [v.path for v in gan.variables]
    images = gan.generate(2, seed=1)
    found = latents.invert(gan, images, steps=80, starts=2)
    assert found.psnr.min() > 30 and found.latents.shape == (2, 4)
    np.testing.assert_allclose(found.images, gan.generate(latents=found.latents), atol=1e-5)
    error = np.square(found.images - images).mean((1, 2, 3))
    np.testing.assert_allclose(found.psnr, 10 * np.log10(4 / error), rtol=1e-3)
    for a, b in zip(before, gan.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert [v.path for v in gan.variables] == paths

    images = classes.generate(2, seed=1, labels=[2, 0])
    encoder = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    encoder.add(keras.layers.Dense(4, kernel_initializer="zeros"))
    found = latents.invert(classes, images, steps=80, encoder=encoder, labels=[2, 0])
    assert found.psnr.min() > 30


@once
def test_what_cannot_be_inverted(gan, classes):
    images = gan.generate(2, seed=1)
    with pytest.raises(ValueError, match="what the images are of. Received: labels=None"):
        latents.invert(classes, images)
    with pytest.raises(ValueError, match="`images` must have shape"):
        latents.invert(gan, images[:, :4])
    with pytest.raises(ValueError, match=r"encoder must give latents of shape \(2, 4\)"):
        latents.invert(gan, images, encoder=lambda x: np.zeros((2, 3)))
    with pytest.raises(ValueError, match="A generator of styles has"):
        latents.invert(gan, images, space="styles")


# ---- directions


@once
def test_directions_are_those_that_the_first_layer_stretches_most(gan, classes):
    for model in (gan, classes):
        found = latents.directions(model)
        np.testing.assert_allclose(found @ found.T, np.eye(4), atol=1e-9)
        (kernel,) = [np.array(w) for w in model.generator.weights if w.shape[-1] == 16][:1]
        stretched = np.linalg.norm(found @ kernel[:4], axis=1)
        np.testing.assert_allclose(stretched, np.linalg.svd(kernel[:4])[1], rtol=1e-5)
    start = np.ones(4)
    made = latents.traverse(gan, start, found[:2], (-1, 0, 2))
    want = np.stack([start, start + 2 * found[1]])
    np.testing.assert_allclose(made[[1, 5]], gan.generate(latents=want), atol=1e-5)
    with pytest.raises(ValueError, match="`along`"):
        latents.traverse(gan, start, found[:, :3])


# ---- styles


def styled(mapping):
    """A GAN of images (3, 2, 1), which are its styles."""
    z, w = keras.Input((2,)), keras.Input((3, 2))
    parts = (
        keras.Model(z, keras.layers.Lambda(mapping, (3, 2))(z), name="mapping"),
        keras.Model(w, keras.layers.Reshape((3, 2, 1))(w), name="synthesis"),
    )
    generator = keras.Model(z, parts[1](parts[0](z)))
    return kg.GAN((3, 2, 1), 2, generator=generator, discriminator_units=(2,))


@pytest.fixture(scope="module")
def style_gan():
    gan = kg.StyleGAN2((16, 16, 1), 4, num_classes=2, filters=2, mapping_layers=1, seed=0)
    gan.average.network.get_layer("mapping").get_layer("mean_style").mean.assign([1, 0, 0, -1])
    return gan


@once
def test_truncation_of_a_walk_is_that_of_generate(style_gan):
    stops = np.random.default_rng(5).standard_normal((2, 3, 4))
    made = [list(latents.walk(style_gan, 3, stops=2, frames=2, seed=5, labels=1, truncation=t))
            for t in (None, 0.5, 0)]  # fmt: skip
    for frames, truncation in zip(made, (1, 0.5, 0), strict=True):
        for frame, stop in zip(frames, stops, strict=True):
            want = style_gan.generate(latents=stop, labels=1, truncation=truncation)
            np.testing.assert_allclose(frame, want, atol=1e-5)
    assert np.ptp(made[0][0], axis=0).max() > 1e-2 > 1e-5 > np.ptp(made[2][0], axis=0).max()


@once
def test_styles_of_images_are_found(style_gan, monkeypatch):
    monkeypatch.setattr(inversion, "TRIED", 4)
    mapping, synthesis = style_networks(*style_gan.preset_networks())
    assert synthesis is style_gan.average.network.get_layer("synthesis")
    z, labels = np.random.default_rng(0).standard_normal((2, 2, 4)).astype("float32"), [0, 1]
    styles = [mapping([z[i], np.array(labels)], training=False) for i in (0, 1)]
    styles = [ops.convert_to_numpy(x) for x in styles]
    mixed = np.concatenate([styles[0][:, :2], styles[1][:, 2:]], axis=1)
    images = ops.convert_to_numpy(synthesis(mixed, training=False))
    given = {"steps": 100, "starts": 1, "labels": labels}
    found = latents.invert(style_gan, images, space="styles", **given)
    assert found.latents.shape == (2, 6, 4)
    np.testing.assert_allclose(
        found.images, ops.convert_to_numpy(synthesis(found.latents)), atol=1e-5
    )
    assert found.psnr.min() > 25
    given |= {"steps": 1, "learning_rate": 1e-4, "encoder": lambda x: mixed}
    assert (latents.invert(style_gan, images, space="styles", **given).psnr > 40).all()


@once
def test_styles_are_mixed_layer_by_layer(gan):
    model = styled(lambda z: ops.stack([z * (i + 1) for i in range(3)], axis=1))
    rows, cols = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[10.0, 20.0]])
    made = latents.style_mixing(model, rows, cols, [2])[..., 0]
    assert made.tolist() == [[[1, 2], [2, 4], [30, 60]], [[3, 4], [6, 8], [30, 60]]]
    with pytest.raises(ValueError, match=r"from 0 to 2. Received: layers=\[3\]"):
        latents.style_mixing(model, rows, cols, [3])
    with pytest.raises(ValueError, match="A generator of styles has.*Received: layers"):
        latents.style_mixing(gan, rows, cols, [0])


# ---- the command line


@once
def test_walk_and_directions_from_the_command_line(classes, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    classes.save("model.keras")
    argv = ["walk", "model.keras", "--seconds", "1", "--fps", "5", "--stops", "2"]
    cli.main([*argv, "--labels", "each", "--out", "a/walk.gif"])
    with Image.open("a/walk.gif") as gif:
        durations = [gif.seek(i) or gif.info["duration"] for i in range(gif.n_frames)]
        assert gif.size == (32, 12) and sum(durations) == 1000  # frames alike are one
    cli.main(["directions", "model.keras", "--n", "3", "--labels", "2", "--out", "d.png"])
    assert Image.open("d.png").size == (7 * 10 + 2, 3 * 10 + 2)
    cli.main(["generate", "model.keras", "--truncation", "0.5", "--n", "4", "--out", "a.npz"])
    made = classes.generate(4, seed=0, truncation=0.5)
    np.testing.assert_array_equal(np.load("a.npz")["images"], made)
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    for out, message in (("a.mp4", "takes the package imageio-ffmpeg"), ("a.avi", "`ending`")):
        with pytest.raises(SystemExit):
            cli.main([*argv, "--out", out])
        assert message in capsys.readouterr().err


@once
def test_mp4_frames_are_even_and_coloured(tmp_path, monkeypatch):
    sent = []

    def write_frames(path, size, fps, macro_block_size):
        open(path, "wb").close()
        while True:
            sent.append(((size, fps), (yield)))

    stub = types.SimpleNamespace(write_frames=write_frames)
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", stub)
    frames = [np.full((5, 7, 1), i, "uint8") for i in range(3)]
    animations.save_animation(frames, tmp_path / "a.mp4", 10)
    assert [size for size, _ in sent] == [((8, 6), 10)] * 3
    assert [frame.shape for _, frame in sent] == [(6, 8, 3)] * 3
    assert sent[2][1][0, 0].tolist() == [2] * 3 and sent[2][1][5, 7].tolist() == [255] * 3
