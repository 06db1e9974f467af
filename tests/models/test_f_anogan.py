import keras
import numpy as np
import pytest
from keras import layers

import kerasgan as kg
from tests.models.variants import MLP, moved, weights

SHAPE = (2, 2, 1)


def linear(*matrices, shape=SHAPE, after=None):
    """A network that multiplies flat inputs by matrices."""
    steps = [layers.Dense(m.shape[1], use_bias=False) for m in matrices]
    ends = [] if after is None else [layers.Reshape(after)]
    network = keras.Sequential([keras.Input(shape), layers.Flatten(), *steps, *ends])
    network.set_weights(matrices)
    return network


def linear_gan(matrix, seen=None):
    """A GAN whose generator multiplies latents by a matrix, and its discriminator sees `seen`."""
    seen = np.eye(4) if seen is None else seen
    return kg.GAN(
        SHAPE,
        len(matrix),
        generator=linear(matrix, shape=(len(matrix),), after=SHAPE),
        discriminator=linear(seen, np.ones((seen.shape[1], 1))),
    )


@pytest.fixture
def images():
    return np.random.default_rng(0).uniform(-1, 1, (5, *SHAPE)).astype("float32")


@pytest.mark.any_backend
def test_scores_and_maps_are_those_of_the_formula(images):
    seen = np.random.default_rng(1).normal(size=(4, 3))
    gan, halving = linear_gan(np.eye(4), seen), linear(np.eye(4) / 2)
    model = kg.FAnoGAN(gan, encoder=halving, kappa=3.0)
    np.testing.assert_allclose(model.reconstruct(images), images / 2, atol=1e-6)
    np.testing.assert_allclose(model.anomaly_maps(images), abs(images[..., 0]) / 2, atol=1e-6)
    flat = images.reshape(5, 4)
    of_images, of_features = (np.square(x / 2).mean(axis=1) for x in (flat, flat @ seen))
    scores = model.anomaly_scores(images)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, of_images + 3 * of_features, rtol=1e-5)
    # of a layer by its name, here what the discriminator sees as it is
    name = gan.discriminator.layers[0].name
    named = kg.FAnoGAN(gan, encoder=halving, feature_layer=name)
    np.testing.assert_allclose(named.anomaly_scores(images), 2 * of_images, rtol=1e-5)
    alone = kg.FAnoGAN(gan, encoder=halving, kappa=0)
    np.testing.assert_allclose(alone.anomaly_scores(images), of_images, rtol=1e-5)
    given = model.anomaly_scores(images, images * 0)
    np.testing.assert_allclose(given, 4 * (of_images + 3 * of_features), rtol=1e-5)


def test_the_loss_is_the_mean_score(images):
    seen = np.random.default_rng(1).normal(size=(4, 3))
    model = kg.FAnoGAN(linear_gan(np.eye(4), seen), encoder=linear(np.eye(4) / 2), kappa=3.0)
    model.compile()
    found = model.evaluate(images, verbose=0, return_dict=True)
    np.testing.assert_allclose(found["e_loss"], model.anomaly_scores(images).mean(), rtol=1e-5)
    np.testing.assert_allclose(found["residual"], np.square(images / 2).mean(), rtol=1e-5)


@pytest.mark.parametrize("kappa", [0, 1])
def test_the_search_finds_the_nearest_image(images, kappa):
    matrix = np.random.default_rng(2).normal(size=(2, 4)).astype("float32")
    model = kg.FAnoGAN(linear_gan(matrix), encoder=linear(np.zeros((4, 2))), kappa=kappa)
    flat = images.reshape(5, 4)
    nearest = flat @ np.linalg.pinv(matrix) @ matrix  # with features that are the pixels, too
    found = model.reconstruct(images, method="search", steps=200)
    np.testing.assert_allclose(found.reshape(5, 4), nearest, atol=2e-2)


@pytest.mark.any_backend
def test_the_search_begins_with_latents_of_its_seed(images):
    model = kg.FAnoGAN(linear_gan(np.eye(4)), encoder=linear(np.eye(4)))

    def found(**how):
        return model.reconstruct(images, method="search", steps=1, **how)

    np.testing.assert_allclose(found(batch_size=2), found(), atol=1e-6)
    assert np.abs(found(seed=1) - found()).max() > 0.1
    scores = model.anomaly_scores(images, method="search", steps=1)
    np.testing.assert_allclose(scores, model.anomaly_scores(images, found()), rtol=1e-5)


def test_the_encoder_alone_learns():
    images = np.random.default_rng(0).uniform(-1, 1, (64, 16, 16, 1)).astype("float32")
    gan = kg.DCGAN((16, 16, 1), 4, filters=4, ema_decay=0.9)
    gan.compile()
    gan.fit(images, batch_size=32, verbose=0)
    model = kg.FAnoGAN(gan, filters=2)
    assert model.generator is gan.average.network
    model.compile(optimizer=keras.optimizers.Adam(0.01))
    before, encoder = weights(gan), weights(model.encoder)
    losses = model.fit(images, batch_size=32, epochs=3, verbose=0).history["e_loss"]
    assert losses[-1] < losses[0]
    assert not any(moved(before, weights(gan)))
    assert all(moved(encoder, weights(model.encoder)))


def test_its_file_is_enough(tmp_path, images):
    gan = linear_gan(np.random.default_rng(3).normal(size=(2, 4)))
    gan.compile()
    gan.fit(images, verbose=0)
    model = kg.FAnoGAN(gan, encoder=linear(np.ones((4, 2))), kappa=0.5)
    model.compile()
    model.fit(images, verbose=0)
    model.save(tmp_path / "model.keras")
    model.save_to_preset(tmp_path / "preset")
    want = model.anomaly_scores(images)
    for source in ("model.keras", "preset"):
        loaded = kg.load(tmp_path / source)
        assert loaded.kappa == 0.5
        np.testing.assert_array_equal(loaded.anomaly_scores(images), want)
    assert "compile_config" not in loaded.get_config()["gan"]  # nor are there its optimizers


@pytest.mark.any_backend
def test_a_preset_has_no_features(tmp_path, images):
    linear_gan(np.eye(4)).save_to_preset(tmp_path / "preset")
    model = kg.FAnoGAN(tmp_path / "preset", encoder=linear(np.eye(4)))
    assert model.kappa == 0 and model.features is None
    np.testing.assert_allclose(model.anomaly_scores(images), 0, atol=1e-9)
    with pytest.raises(ValueError, match="no trained discriminator.*Received: kappa=1"):
        kg.FAnoGAN(tmp_path / "preset", kappa=1)


@pytest.mark.any_backend
def test_what_is_refused(images):
    points = kg.GAN((2,), 2, generator_units=(2,), discriminator_units=(2,))
    for gan in (kg.ConditionalGAN(**MLP, num_classes=3), kg.GAN(**MLP, pack=2), points):
        with pytest.raises(ValueError, match="images of latents alone"):
            kg.FAnoGAN(gan)
    with pytest.raises(TypeError, match="`gan` must be a model of noise to data"):
        kg.FAnoGAN(7)
    with pytest.raises(ValueError, match="The encoder must give a batch of shape"):
        kg.FAnoGAN(linear_gan(np.eye(4)), encoder=linear(np.ones((4, 3))))
    with pytest.raises(ValueError, match="has the layers .*Received: layer='no'"):
        kg.FAnoGAN(linear_gan(np.eye(4)), encoder=linear(np.eye(4)), feature_layer="no")
    with pytest.raises(ValueError, match="`kappa` must be"):
        kg.FAnoGAN(linear_gan(np.eye(4)), kappa=-1)
    model = kg.FAnoGAN(linear_gan(np.eye(4)), encoder=linear(np.eye(4)))
    for given, how, message in (
        (images[:, :1], {}, r"must have shape \(n, 2, 2, 1\)"),
        (images * 200, {}, r"must lie in \[-1, 1\]"),
        (images, {"method": "luck"}, "`method` must be one of encoder, search"),
        (images, {"method": "search", "steps": 0}, "`steps` must be"),
        (images, {"reconstructions": images[:2]}, "5 images, 2 reconstructions"),
    ):
        with pytest.raises(ValueError, match=message):
            model.anomaly_scores(given, **how)
