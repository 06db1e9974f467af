import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan as kg
from tests.models.variants import MLP, batches, two_headed_gan


def test_generate_repeats_by_seed_and_differs_without():
    gan = kg.GAN(**MLP)
    a, b, c = gan.generate(3, seed=7), gan.generate(3, seed=7), gan.generate(3, seed=8)
    assert a.shape == (3, 8, 8, 1) and a.dtype == np.float32
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)
    assert not np.array_equal(gan.generate(3), gan.generate(3))
    keras.utils.set_random_seed(5)
    d = gan.generate(3)
    keras.utils.set_random_seed(5)
    np.testing.assert_array_equal(d, gan.generate(3))


def test_generate_is_the_same_in_batches_of_any_size(images):
    gan = kg.GAN(**MLP)
    gan.compile()
    gan.fit(images, verbose=0)
    latents = np.random.default_rng(0).normal(size=(5, 4))
    whole = gan.generate(latents=latents)
    np.testing.assert_allclose(gan.generate(latents=latents, batch_size=2), whole, atol=1e-6)
    one_by_one = [gan.generate(latents=row[None])[0] for row in latents]
    np.testing.assert_allclose(one_by_one, whole, atol=1e-6)


def linear_gan():
    """A GAN of points whose generator gives the latents back."""
    identity = keras.Sequential([keras.Input((2,)), layers.Dense(2, use_bias=False)])
    identity.set_weights([np.eye(2)])
    return kg.GAN((2,), 2, generator=identity)


def test_interpolate():
    gan = linear_gan()
    a, b = [1.0, 0.0], [0.0, 1.0]
    np.testing.assert_allclose(
        gan.interpolate(a, b, 3, method="linear"), [[1, 0], [0.5, 0.5], [0, 1]], atol=1e-6
    )
    half = np.sqrt(0.5)
    np.testing.assert_allclose(gan.interpolate(a, b, 3), [[1, 0], [half, half], [0, 1]], atol=1e-6)
    np.testing.assert_allclose(gan.interpolate(a, a, 2), [a, a], atol=1e-6)
    np.testing.assert_allclose(gan.interpolate([0, 0], b, 2), [[0, 0], b], atol=1e-6)


@pytest.mark.any_backend
@pytest.mark.parametrize(
    "call, message",
    [
        (lambda g: g.generate(0), "`n` must be a whole number, at least 1. Received: n=0"),
        (lambda g: g.generate(latents=np.zeros((2, 3))), r"\(n, 2\). Received: latents.shape"),
        (lambda g: g.interpolate([0, 0], [1, 1, 1]), r"`b` must have shape \(2,\). Received"),
        (lambda g: g.interpolate([0, 0], [1, 1], steps=0), "`steps` must be a whole number"),
        (lambda g: g.interpolate([0, 1], [1, 1], method="cubic"), "'linear'. Received: method"),
    ],
)
def test_sampling_refuses_nonsense(call, message):
    with pytest.raises(ValueError, match=message):
        call(linear_gan())


@pytest.mark.any_backend
@pytest.mark.parametrize(
    "kwargs, message",
    [
        (
            {"latent_dim": 0},
            "`latent_dim` must be a whole number, at least 1. Received: latent_dim=0",
        ),
        (
            {"latent_dim": -3},
            "`latent_dim` must be a whole number, at least 1. Received: latent_dim=-3",
        ),
        ({"latent_dim": 2.5}, "`latent_dim` must be a whole number, at least 1"),
        ({"data_shape": (8, 8)}, r"\(height, width, channels\).*Received: data_shape=\(8, 8\)"),
        ({"data_shape": (8, 0, 1)}, "`data_shape` must be a whole number, at least 1"),
        ({"ema_decay": 1.5}, r"at least 0 and below 1"),
    ],
)
def test_constructor_refuses_nonsense(kwargs, message):
    with pytest.raises(ValueError, match=message):
        kg.GAN(**{**MLP, **kwargs})


@pytest.mark.any_backend
def test_networks_that_do_not_fit_are_refused():
    wrong = keras.Sequential([keras.Input((4,)), layers.Dense(9)])
    with pytest.raises(ValueError, match=r"generator must give .*\(n, 8, 8, 1\). Received"):
        kg.GAN((8, 8, 1), 4, generator=wrong)
    with pytest.raises(ValueError, match=r"generator does not take .*\(n, 5\)"):
        kg.GAN((8, 8, 1), 5, generator=wrong)
    with pytest.raises(ValueError, match=r"discriminator must give .*\(n, 1\). Received"):
        kg.GAN((4,), 2, discriminator=wrong)


@keras.saving.register_keras_serializable("tests")
class Subclassed(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = layers.Dense(64)
        self.shape_it = layers.Reshape((8, 8, 1))

    def call(self, x):
        return self.shape_it(self.dense(x))


@pytest.mark.parametrize("ema_decay", [None, 0.5])
def test_subclassed_networks_train_and_save(images, tmp_path, ema_decay):
    gan = kg.GAN((8, 8, 1), 4, generator=Subclassed(), ema_decay=ema_decay)
    gan.compile()
    gan.fit(images, verbose=0)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    np.testing.assert_array_equal(loaded.generate(2, seed=1), gan.generate(2, seed=1))


def test_dtype_argument_reaches_the_networks():
    gan = kg.GAN(**MLP, dtype="mixed_bfloat16")
    assert gan.generator.layers[1].compute_dtype == "bfloat16"
    assert keras.config.dtype_policy().name == "float32"
    assert kg.GAN(**MLP).generator.layers[1].compute_dtype == "float32"


def test_minimax_and_non_saturating_differ_in_the_generators_loss_only(images):
    results = []
    for loss in ("minimax", "non_saturating"):
        keras.utils.set_random_seed(0)
        gan = kg.GAN(**MLP, seed=1)
        gan.compile(loss=loss)
        results.append(gan.evaluate(images, verbose=0, return_dict=True))
    assert results[0]["d_loss"] == pytest.approx(results[1]["d_loss"], rel=1e-6)
    assert results[0]["g_loss"] < 0 < results[1]["g_loss"]


@pytest.mark.parametrize("make", [lambda: kg.GAN(**MLP), two_headed_gan])
def test_the_augmentation_is_shown_the_logits_of_real_data(make):
    gan, shown = make(), []
    gan.compile()
    real, *labels = batches(gan, 6)
    gan.observe = shown.append
    gan.discriminator_loss(real, -real, labels)
    (logits,) = shown
    want = keras.tree.flatten(gan.judge(real, labels))[0]
    np.testing.assert_allclose(*map(ops.convert_to_numpy, (logits, want)), rtol=1e-5)


def test_noisy_labels_are_drawn_in_training_only_and_go_on_where_they_were(images, tmp_path):
    gan = kg.GAN(**MLP, seed=1)
    gan.compile(loss="non_saturating:smoothing=0.1:noise=0.4")
    real, fake = ops.ones((64, 1)), -ops.ones((64, 1))
    assert len({float(gan.on_logits(real, fake)) for _ in range(5)}) > 2
    plain = float(gan.on_logits(real, fake, training=False))
    assert plain == pytest.approx(2 * np.log1p(np.exp(-1)) + 0.1, rel=1e-4)
    gan.fit(images, verbose=0)
    gan.save(tmp_path / "gan.keras")
    again = keras.models.load_model(tmp_path / "gan.keras")
    assert again.adversarial_loss.get_config() == {"smoothing": 0.1, "noise": 0.4}
    found = [g.fit(images, verbose=0, shuffle=False).history["d_loss"] for g in (gan, again)]
    assert found[0] == found[1]


def test_frozen_layers_of_the_discriminator_stay_with_their_statistics(tmp_path):
    gan = kg.DCGAN((16, 16, 1), 4, filters=4, seed=0)
    gan.compile(freeze_discriminator=3)
    layers_ = [layer for layer in gan.discriminator.layers if layer.weights]
    assert len(layers_) > 3
    frozen = [w for layer in layers_[:3] for w in layer.weights]
    others = [w for layer in layers_[3:] for w in layer.weights]
    before = [[ops.convert_to_numpy(w).copy() for w in part] for part in (frozen, others)]
    images = np.random.default_rng(0).uniform(-1, 1, (8, 16, 16, 1)).astype("float32")
    gan.fit(images, verbose=0)
    for w, was in zip(frozen, before[0], strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(w), was)
    assert all(
        not np.array_equal(ops.convert_to_numpy(w), was)
        for w, was in zip(others, before[1], strict=True)
    )
    gan.save(tmp_path / "gan.keras")
    again = keras.models.load_model(tmp_path / "gan.keras")
    assert len(again._trained("discriminator")) == len(gan._trained("discriminator"))
    found = [g.fit(images, verbose=0, shuffle=False).history["d_loss"] for g in (gan, again)]
    assert found[0] == found[1]
    gan.compile()
    assert all(layer.trainable for layer in layers_)
    with pytest.raises(ValueError, match="one at least must train.*freeze_discriminator=99"):
        gan.compile(freeze_discriminator=99)
