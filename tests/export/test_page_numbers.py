"""A page in Chromium makes the numbers of the model, for each kind of model."""

import subprocess

import keras
import numpy as np
import pytest
from keras import ops

import kerasgan as kg
from kerasgan.export.page import RUNTIME
from tests.browser import BROWSER, opened
from tests.export.test_page import documented
from tools.docs_pages import run

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BROWSER, reason="needs Chromium or Chrome"),
]
SHAPE = (16, 16, 3)
MAKE = """async ([seeds, labels, strength, truncation]) => [...await kerasgan.make(
  seeds.map((seed) => kerasgan.latent(seed, %d, truncation)), labels, strength)]"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("npm")
    command = ["npm", "pack", str(RUNTIME), "--pack-destination", folder, "--prefer-offline"]
    subprocess.run([*command, "--silent"], check=True, capture_output=True)
    return folder


@pytest.fixture
def written(packages, tmp_path):
    """Writes the page of a model, a folder or one file, and opens it."""

    def write(model, name="page.html", **settings):
        keras.utils.set_random_seed(0)
        for network in model.preset_networks():  # batch statistics and biases, too
            for weight in network.weights:
                if not weight.path.endswith(("seed_generator_state", "mean_style/strength")):
                    noise = np.random.normal(0, 0.05, weight.shape)
                    weight.assign_add(np.abs(noise) if "variance" in weight.path else noise)
        files = model.export(tmp_path / name, "web", packages=packages, **settings)
        assert list(files) == [str(tmp_path / name)]
        return opened(tmp_path / name if "." in name else tmp_path / name / "index.html")

    return write


def latents(model, seeds, truncation=0):
    latent = documented()["latent"]
    return np.stack([latent(seed, model.latent_dim, truncation) for seed in seeds])


def close(got, want):
    assert want.std() > 0.01
    np.testing.assert_allclose(np.reshape(got, want.shape), want, rtol=0, atol=1e-3)


def test_noise(written):
    gan = kg.DCGAN(SHAPE, 8, filters=4)
    with written(gan, "folder") as shown:
        for truncation in (0, 0.5):
            got = shown.evaluate(MAKE % 8, [[3, 9], [0, 0], 1, truncation])
            close(got, gan.generate(latents=latents(gan, [3, 9], truncation)))


def test_classes(written):
    gan = kg.SNGAN(SHAPE, 8, num_classes=3, generator_filters=8)
    with written(gan) as shown:
        got = shown.evaluate(MAKE % 8, [[3, 9], [2, 0], 1, 0])
        close(got, gan.generate(latents=latents(gan, [3, 9]), labels=[2, 0]))


def test_vectors_of_conditions(written):
    gan = kg.ConditionalGAN(SHAPE, 8, condition_dim=2, generator_units=(16,))
    with written(gan) as shown:
        shown.locator("#condition-1").fill("1.5")
        got = shown.evaluate(MAKE % 8, [[3, 9], [0, 0], 1, 0])
        close(got, gan.generate(latents=latents(gan, [3, 9]), labels=[0.0, 1.5]))


def test_styles(written):
    gan = kg.StyleGAN2(SHAPE, 8, filters=8, mapping_layers=2, num_classes=2)
    with written(gan, truncation=0.7) as shown:
        assert shown.locator("#truncation").input_value() == "0.7"
        two = latents(gan, [3, 9])
        for strength in (1, 0.5):
            got = shown.evaluate(MAKE % 8, [[3, 9], [1, 0], strength, 0])
            close(got, gan.generate(latents=two, labels=[1, 0], truncation=strength))
        mapping, synthesis = gan.average.network.layers[-2:]
        styles = ops.convert_to_numpy(mapping([two, np.array([1, 1])], training=False))
        mixed = np.concatenate([styles[:1, :3], styles[1:, 3:]], axis=1)
        got = shown.evaluate(
            "async () => [...await kerasgan.mix("
            "kerasgan.latent(3, 8), kerasgan.latent(9, 8), 3, 1)]"
        )
        close(got, ops.convert_to_numpy(synthesis(mixed, training=False)))


@pytest.mark.parametrize("kind", ["both ways", "larger", "of one size"])
def test_translators(written, kind):
    if kind == "both ways":
        model = kg.CycleGAN(SHAPE, (16, 16, 1), filters=4, blocks=1, discriminator="pixel")
    elif kind == "larger":
        model = kg.SRGAN((32, 32, 3), scale=2, filters=4, blocks=1, discriminator_filters=2)
    else:
        model = kg.FAnoGAN(kg.GAN(SHAPE, 8, generator_units=(16,)))
    size = SHAPE[:2] if kind == "of one size" else (37, 21)
    with written(model) as shown:
        for way, network in model.translators().items():
            shape = (*size, network.input_shape[-1])
            images = np.random.default_rng(0).uniform(-1, 1, (1, *shape)).astype("float32")
            for tile in (None,) if kind == "of one size" else (None, 16):
                call = "async ([way, x, shape, tile]) => [...await kerasgan.translate("
                call += "way, Float32Array.from(x), shape, tile ?? undefined)]"
                got = shown.evaluate(call, [way, images.ravel().tolist(), shape, tile])
                close(got, model.translate(images, way, pad=True, tile=tile))


@pytest.mark.any_backend
def test_the_documented_page_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("howto/offline.md")
    assert max(path.stat().st_size for path in tmp_path.glob("*.html")) < 15e6
    with opened(tmp_path / "avatars.html") as shown:
        assert shown.locator("#grid button").count() == 24
    with opened(tmp_path / "openmoji" / "index.html", width=390) as shown:
        assert shown.evaluate("document.documentElement.scrollWidth") == 390
