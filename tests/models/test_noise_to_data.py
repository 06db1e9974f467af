"""Critic steps, packs, augmentation, penalties and what `compile` refuses."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan as kg
from kerasgan.models.noise_to_data import packed
from tests.models.variants import CONV, MLP, batches, weights


def test_each_critic_step_takes_its_own_part_of_the_batch():
    gan = kg.GAN((1,), 1, generator_units=(4,), discriminator_units=(4,), critic_steps=3)
    gan.compile(run_eagerly=keras.backend.backend() != "jax")
    seen = []
    loss = gan.discriminator_loss

    def record(real, fake, condition, training=True):
        seen.append((tuple(real.shape), tuple(fake.shape)))
        return loss(real, fake, condition, training)

    gan.discriminator_loss = record
    gan.train_on_batch(np.linspace(-1, 1, 11, dtype="float32")[:, None])
    assert seen == [((3, 1), (3, 1))] * 3
    parts = gan.minibatches(np.arange(11.0, dtype="float32")[:, None])
    rows = [ops.convert_to_numpy(x)[:, 0].tolist() for (x,) in parts]
    assert rows == [[0, 3, 6], [1, 4, 7], [2, 5, 8]]
    assert int(gan.optimizer["discriminator"].iterations) == 3
    assert int(gan.optimizer["generator"].iterations) == 1


def test_too_small_a_batch_is_refused():
    gan = kg.GAN(**MLP, critic_steps=3, pack=2)
    gan.compile()
    with pytest.raises(ValueError, match="at least .* = 6 samples. Received: a batch of 5"):
        gan.train_on_batch(batches(gan, 5)[0])


def test_packs_join_channels_image_by_image():
    images = np.arange(4 * 2 * 3 * 2).reshape(4, 2, 3, 2)
    packs = ops.convert_to_numpy(packed(ops.array(images), 2))
    assert packs.shape == (2, 2, 3, 4)
    np.testing.assert_array_equal(packs[1], np.concatenate([images[2], images[3]], axis=-1))


def test_a_packed_discriminator_sees_repetition():
    """A discriminator of the packs' spread tells equal samples from different ones."""
    spread = keras.Sequential(
        [keras.Input((2,)), layers.Dense(1, use_bias=False), layers.Lambda(lambda x: x**2)]
    )
    spread.set_weights([np.array([[1.0], [-1.0]])])
    gan = kg.GAN((1,), 1, discriminator=spread, generator_units=(4,), pack=2)
    points = ops.array([[1.0], [1.0], [2.0], [-1.0]])
    assert ops.convert_to_numpy(gan.judge(points, (), False)).tolist() == [[0], [9]]


@pytest.mark.any_backend
def test_packs_and_classes_do_not_go_together():
    with pytest.raises(ValueError, match="one label cannot describe.*Received: pack=2"):
        kg.ConditionalGAN((8, 8, 1), 4, num_classes=3, pack=2)


class AddOne(kg.layers.Augment):
    """Adds one to every image, and counts the logits it was shown."""

    def __init__(self):
        super().__init__(policy=("none",), known=("none",), seed=0)
        self.shown = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, images):
        return images + 1

    def observe(self, real_logits):
        self.shown.assign(self.shown + ops.shape(real_logits)[0])


def test_augmentation_is_for_training_and_sees_the_real_logits_once_a_step():
    flat = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(1)])
    gan = kg.GAN((8, 8, 1), 4, discriminator=flat, generator_units=(8,))
    gan.augment = AddOne()
    zeros = ops.zeros((2, 8, 8, 1))
    plain, augmented = (ops.convert_to_numpy(gan.judge(zeros, (), t)) for t in (False, True))
    np.testing.assert_allclose(plain, 0, atol=1e-6)
    np.testing.assert_allclose(augmented, flat.get_weights()[0].sum(), rtol=1e-5)
    gan.compile()
    gan.fit(*batches(gan, 8, steps=2), batch_size=8, verbose=0)
    assert float(gan.augment.shown) == 16
    gan.evaluate(*batches(gan, 8), verbose=0)
    assert float(gan.augment.shown) == 16


def test_adaptive_augmentation_moves_and_is_saved(tmp_path):
    gan = kg.GAN((16, 16, 1), 4, generator_units=(8,), discriminator_units=(8,), augment="ada")
    gan.augment.speed = 100
    gan.compile()
    gan.fit(*batches(gan, 8, steps=3), batch_size=8, verbose=0)
    strength = float(gan.augment.p)
    gan.save(tmp_path / "gan.keras")
    assert float(keras.models.load_model(tmp_path / "gan.keras").augment.p) == strength
    assert 0 <= strength <= 1


# Each loss and each penalty under every backend, all pairs under one.
PAIRS = [
    pytest.param(
        loss, penalty, marks=[] if penalty == "none" or loss == "hinge" else pytest.mark.any_backend
    )
    for loss in kg.losses.names()
    for penalty in ("none", *kg.losses.penalty_names())
]


@pytest.mark.parametrize("loss, penalty", PAIRS)
def test_every_loss_trains_with_every_penalty_or_says_why_not(loss, penalty):
    gan = kg.GAN((2,), 2, generator_units=(4,), discriminator_units=(4,))
    if loss == "wasserstein" and penalty == "none":
        with pytest.raises(ValueError, match="Received: "):
            gan.compile(loss=loss, penalty=penalty)
        return
    gan.compile(loss=loss, penalty=penalty, run_eagerly=keras.backend.backend() == "tensorflow")
    before = weights(gan.discriminator)
    logs = gan.train_on_batch(batches(gan, 8)[0], return_dict=True)
    assert np.isfinite(list(logs.values())).all()
    after = weights(gan.discriminator)
    assert not np.array_equal(before[0], after[0])


@pytest.mark.any_backend
@pytest.mark.parametrize(
    "make, arguments, message",
    [
        (lambda: kg.DCGAN(**CONV), {"penalty": "gradient_penalty"}, "batch normalization"),
        (lambda: kg.DCGAN(**CONV), {"loss": "wasserstein"}, "Received"),
        (
            lambda: kg.WGANGP(**CONV),
            {"penalty": ["gradient_penalty", "weight_clipping"]},
            "Received",
        ),
        (lambda: kg.GAN(**MLP, augment="ada"), {"loss": "relativistic_pairing"}, "no meaning to"),
        (lambda: kg.GAN(**MLP), {"penalty": "gp"}, "known"),
    ],
)
def test_nonsense_is_refused_at_compile(make, arguments, message):
    with pytest.raises(ValueError, match=message):
        make().compile(**arguments)


def test_penalties_come_back_with_the_model(tmp_path):
    gan = kg.GAN(**MLP)
    rate = keras.optimizers.schedules.CosineDecay(3.0, 10)
    gan.compile(penalty=[kg.losses.R1(rate), kg.losses.R2(0.5)])
    gan.save(tmp_path / "gan.keras")
    r1, r2 = keras.models.load_model(tmp_path / "gan.keras").penalties
    assert isinstance(r1, kg.losses.R1) and isinstance(r2, kg.losses.R2) and r2.weight == 0.5
    assert float(r1.weight(5)) == pytest.approx(1.5)


@pytest.mark.any_backend
def test_augmentation_of_points_is_refused():
    with pytest.raises(ValueError, match="for images; leave `augment` out"):
        kg.GAN((2,), 2, augment="ada")


def test_a_conditional_combined_model_trains_its_generator_only(images):
    gan = kg.ConditionalGAN(**MLP, num_classes=3, dropout=0)
    gan.combined.compile(
        loss=keras.losses.BinaryCrossentropy(from_logits=True), optimizer=keras.optimizers.SGD(1.0)
    )
    judged, made = weights(gan.discriminator), weights(gan.generator)
    latents, labels = np.ones((8, 4), "float32"), np.arange(8) % 3
    gan.combined.train_on_batch([latents, labels], np.ones((8, 1)))
    for a, b in zip(judged, weights(gan.discriminator), strict=True):
        np.testing.assert_array_equal(a, b)
    assert any(not np.array_equal(a, b) for a, b in zip(made, weights(gan.generator), strict=True))


def test_a_call_in_training_is_the_generators_and_else_its_averages():
    gan = kg.GAN(**MLP, ema_decay=0.9)
    gan.generator.set_weights([w + 1 for w in gan.generator.get_weights()])
    latents = ops.ones((2, 4))
    for training, network in ((True, gan.generator), (False, gan.average.network)):
        made, want = gan(latents, training=training), network(latents)
        np.testing.assert_array_equal(*map(ops.convert_to_numpy, (made, want)))
    assert not np.array_equal(*map(ops.convert_to_numpy, (gan(latents), gan.generator(latents))))
