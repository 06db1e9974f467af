import keras
import numpy as np
import pytest
from keras import layers, ops

from kerasgan.engine import AdversarialModel
from kerasgan.models import GAN
from tests.models.variants import MLP, normalised_gan, weights

BACKEND = keras.backend.backend()


def tiny_gan(**kwargs):
    return GAN(**{**MLP, **kwargs})


class Counting(AdversarialModel):
    """Logs the number of the step as its loss."""

    log_names = {"d_loss": "discriminator"}

    def __init__(self):
        super().__init__()
        self.network = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
        self.step = self.add_weight(shape=(), initializer="zeros", trainable=False)
        self.data_spec = {"points": (1,)}

    def players(self):
        return {"discriminator": [self.network]}

    def train_step(self, data):
        self.step.assign_add(1.0)
        return self.logs(d_loss=self.step)


@pytest.mark.compiled
def test_logs_are_the_epochs_mean():
    model = Counting()
    model.compile()
    history = model.fit(np.zeros((8, 1), "float32"), batch_size=2, epochs=2, verbose=0).history
    assert history["d_loss"] == [2.5, 6.5]  # the means of 1 to 4 and of 5 to 8


class OneWeight(AdversarialModel):
    """Two players of one weight each, and a loss both weights are in."""

    log_names = {"a_loss": "a", "b_loss": "b"}

    def __init__(self, regularizer=None, through=False):
        super().__init__()
        for name in "ab":
            dense = layers.Dense(1, use_bias=False, kernel_regularizer=regularizer)
            network = keras.Sequential([keras.Input((1,)), dense])
            network.set_weights([np.array([[2.0]])])
            setattr(self, name, network)
        self.through = through
        self.data_spec = {"points": (1,)}

    def players(self):
        return {"a": [self.a], "b": [self.b]}

    def train_step(self, data):
        (x,) = self.batch(data)

        def product(y):
            return ops.mean(self.b(y))

        if self.through:
            y = self.one_pass(self.a, "a", x)
            b_loss = self.minimize(product, "b", y.outputs)
            a_loss = self.minimize(product, "a", y)
        else:
            b_loss = self.minimize(lambda: product(self.a(x)), "b")
            a_loss = self.minimize(lambda: product(self.a(x)), "a")
        return self.logs(a_loss=a_loss, b_loss=b_loss)


@pytest.mark.compiled
@pytest.mark.parametrize("through", [False, True])
@pytest.mark.parametrize("regularizer", [None, keras.regularizers.L2(0.5)])
def test_step_by_hand(through, regularizer):
    model = OneWeight(regularizer, through)
    model.compile(optimizer={p: keras.optimizers.SGD(0.1) for p in "ab"})
    history = model.fit(np.full((4, 1), 3.0, "float32"), verbose=0).history
    # loss = 3 a b; L2 adds its slope 2 * 0.5 * w. The player b moves first.
    slope = 0 if regularizer is None else 2.0
    b = 2 - 0.1 * (3 * 2 + slope)
    a = 2 - 0.1 * (3 * b + slope)
    np.testing.assert_allclose(model.b.get_weights()[0], [[b]], rtol=1e-6)
    np.testing.assert_allclose(model.a.get_weights()[0], [[a]], rtol=1e-6)
    np.testing.assert_allclose(history["b_loss"], [12], rtol=1e-6)
    np.testing.assert_allclose(history["a_loss"], [6 * b], rtol=1e-6)


class WithOthers(OneWeight):
    """The loss hands out what it was made of, and the player's value before the step."""

    def train_step(self, data):
        (x,) = self.batch(data)

        def loss():
            y = self.a(x)
            return ops.mean(y), {"square": ops.mean(y**2), "inputs": [x]}

        a_loss, others = self.minimize(loss, "a")
        return self.logs(a_loss=a_loss, b_loss=others["square"] + ops.mean(others["inputs"][0]))


def test_a_loss_may_hand_out_other_tensors():
    model = WithOthers(keras.regularizers.L2(0.5))
    model.compile(optimizer={"a": keras.optimizers.SGD(0.1)})
    history = model.fit(np.full((4, 1), 3.0, "float32"), verbose=0).history
    assert history["a_loss"] == [6] and history["b_loss"] == [36 + 3]
    np.testing.assert_allclose(model.a.get_weights()[0], [[2 - 0.1 * (3 + 2)]], rtol=1e-6)


class TwoPass(GAN):
    """The plain form of GAN's step: the generator runs once for each player."""

    def train_step(self, data):
        (real,) = self.batch(data)
        latents = self.sample_latents(ops.shape(real)[0])

        def discriminator_loss():
            fake = ops.stop_gradient(self.generator(latents, training=True))
            real_logits = self.discriminator(real, training=True)
            return self.adversarial_loss.discriminator(
                real_logits, self.discriminator(fake, training=True)
            )

        def generator_loss():
            fake = self.generator(latents, training=True)
            return self.adversarial_loss.generator(self.discriminator(fake, training=True))

        d_loss = self.minimize(discriminator_loss, "discriminator")
        g_loss = self.minimize(generator_loss, "generator")
        return self.logs(d_loss=d_loss, g_loss=g_loss)


@pytest.mark.compiled
def test_one_pass_makes_the_numbers_of_two(images):
    histories, ends = [], []
    for cls in (GAN, TwoPass):
        keras.utils.set_random_seed(3)
        model = normalised_gan(cls, seed=4)
        model.compile()
        data = images.repeat(2, axis=0)
        histories.append(model.fit(data, batch_size=16, epochs=2, verbose=0).history)
        ends.append(weights(model))
    for name in histories[0]:
        np.testing.assert_allclose(histories[0][name], histories[1][name], rtol=1e-5)
    for one, two in zip(*ends, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-6)


@pytest.mark.compiled
def test_fit_and_train_on_batch_make_the_same_step(images):
    ends = []
    for by_fit in (True, False):
        keras.utils.set_random_seed(3)
        gan = tiny_gan(seed=1)
        gan.compile()
        for _ in range(2):
            gan.fit(images, batch_size=32, verbose=0) if by_fit else gan.train_on_batch(images)
        ends.append(weights(gan))
    for one, two in zip(*ends, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-5, atol=1e-6)


class OneNoise(GAN):
    """The same latents at every step: TensorFlow draws others under XLA from the same seed."""

    def sample_latents(self, n):
        return ops.reshape(ops.sin(ops.arange(n * self.latent_dim, dtype="float32")), (n, -1))


@pytest.mark.compiled
@pytest.mark.parametrize("settings", [{"run_eagerly": True}, {"jit_compile": True}])
def test_compiled_and_eager_steps_agree(images, settings):
    ends = []
    for kwargs in ({}, settings):
        keras.utils.set_random_seed(3)
        gan = OneNoise(**MLP)
        if BACKEND == "torch" and kwargs.get("jit_compile"):
            with pytest.raises(ValueError, match="torch.compile.*Received: jit_compile=True"):
                gan.compile(**kwargs)
            return
        gan.compile(**kwargs)
        gan.fit(images, batch_size=16, verbose=0, shuffle=False)
        ends.append(weights(gan))
    for one, two in zip(*ends, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-5)


@pytest.mark.compiled
def test_steps_per_execution(images):
    ends = []
    for steps in (1, 2, 3):  # with batches left over, and with one of another size among them
        keras.utils.set_random_seed(3)
        gan = tiny_gan(seed=1)
        gan.compile(steps_per_execution=steps)
        if BACKEND == "torch" and steps > 1:
            with pytest.raises(ValueError, match="steps_per_execution"):
                gan.fit(images, verbose=0)
            return
        history = gan.fit(images, batch_size=7, epochs=2, verbose=0, shuffle=False).history
        assert int(gan.optimizer["generator"].iterations) == 2 * -(-len(images) // 7)
        ends.append([*weights(gan), *history.values()])
    for one, two, three in zip(*ends, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(one, three, rtol=1e-5, atol=1e-6)


def test_loss_scale_is_unscaled_again(images):
    """A player with loss scaling makes the step it makes without."""
    ends = []
    for scaled in (False, True):
        keras.utils.set_random_seed(3)
        gan = tiny_gan(seed=1)
        optimizer = keras.optimizers.SGD(0.1)
        gan.compile(optimizer=keras.optimizers.LossScaleOptimizer(optimizer) if scaled else "sgd")
        for inner in gan.optimizer.optimizers:
            inner.learning_rate = 0.1
        gan.fit(images, batch_size=16, verbose=0, shuffle=False)
        ends.append(weights(gan))
    for one, two in zip(*ends, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-6)


def test_compile_takes_the_papers_defaults_and_overrides_by_name():
    gan = tiny_gan()
    gan.compile(loss="minimax", optimizer={"generator": keras.optimizers.SGD(0.5)})
    assert type(gan.adversarial_loss).__name__ == "Minimax"
    assert float(gan.optimizer["generator"].learning_rate) == 0.5
    adam = gan.optimizer["discriminator"]
    assert isinstance(adam, keras.optimizers.Adam)
    assert (float(adam.learning_rate), adam.beta_1) == (pytest.approx(2e-4), 0.5)
    gan.compile()
    assert type(gan.adversarial_loss).__name__ == "NonSaturating"


def test_one_optimizer_for_all_is_copied():
    gan = tiny_gan()
    gan.compile(optimizer=keras.optimizers.RMSprop(1e-3))
    one, two = gan.optimizer.optimizers
    assert one is not two and float(one.learning_rate) == float(two.learning_rate)


def test_learning_rate_callbacks_reach_every_player(images):
    gan = tiny_gan()
    gan.compile()
    halve = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    gan.fit(images, epochs=2, verbose=0, callbacks=[halve])
    for optimizer in gan.optimizer.optimizers:
        assert float(optimizer.learning_rate) == pytest.approx(5e-5)


def test_schedules_advance(images):
    gan = tiny_gan()
    schedule = keras.optimizers.schedules.PolynomialDecay(0.1, 4, 0.0)
    gan.compile(optimizer=keras.optimizers.SGD(schedule))
    gan.fit(images, batch_size=16, verbose=0)
    for optimizer in gan.optimizer.optimizers:
        assert float(optimizer.learning_rate) == pytest.approx(0.05)


@pytest.mark.parametrize(
    "kwargs, message",
    [
        ({"loss": "nonsense"}, r"known are .*'minimax', 'non_saturating'.* Received: loss="),
        ({"optimizer": {"critic": "adam"}}, r"\['discriminator', 'generator'\]. Received"),
    ],
)
def test_compile_refuses_unknown_names(kwargs, message):
    with pytest.raises(ValueError, match=message):
        tiny_gan().compile(**kwargs)


def test_not_compiled_is_said(images):
    with pytest.raises(ValueError, match="compile"):
        tiny_gan().fit(images, verbose=0)


def test_channels_first_is_refused():
    keras.config.set_image_data_format("channels_first")
    try:
        with pytest.raises(ValueError, match="channels_last.*Received: image_data_format"):
            tiny_gan()
    finally:
        keras.config.set_image_data_format("channels_last")


def test_a_loss_that_is_no_scalar_is_refused(images):
    class PerSample(GAN):
        def train_step(self, data):
            (real,) = self.batch(data)
            loss = self.minimize(lambda: self.discriminator(real)[:, 0], "discriminator")
            return self.logs(d_loss=loss, g_loss=loss)

    gan = PerSample(**MLP)
    gan.compile()
    with pytest.raises(ValueError, match="must be a scalar.*Received: shape="):
        gan.fit(images, verbose=0)


def test_a_file_of_another_model_is_refused(tmp_path):
    tiny_gan(ema_decay=0.9).save_weights(tmp_path / "a.weights.h5")
    other = normalised_gan()
    with pytest.raises(ValueError, match="could not be loaded"):
        other.load_weights(tmp_path / "a.weights.h5")


def in_batches(data, n, counted):
    """Batches of `data` as a generator, which Keras cannot count, or as a `tf.data.Dataset`."""
    import tensorflow as tf

    batches = tf.data.Dataset.from_tensor_slices(data).batch(n)
    return batches if counted else batches.unbatch().batch(n)


@pytest.mark.compiled
@pytest.mark.parametrize("counted", [True, False])
def test_a_step_changes_nothing_without_a_batch(images, counted):
    gan = tiny_gan(seed=1, ema_decay=0.9)
    gan.compile()
    gan.fit(in_batches(images, 8, counted), verbose=0)
    assert [int(optimizer.iterations) for optimizer in gan.optimizer.optimizers] == [4, 4]
    assert int(gan.average.updates) == 4
    other = tiny_gan(seed=1)
    for _ in range(4):
        other.sample_latents(8)
    np.testing.assert_array_equal(gan.seed_generator.state, other.seed_generator.state)


@pytest.mark.compiled
def test_evaluation_is_the_same_whether_the_batches_are_counted_or_not(images):
    found = []
    for counted in (True, False):
        gan = tiny_gan(seed=1)
        gan.compile()
        gan.set_weights([np.full(w.shape, 0.01) for w in gan.get_weights()])
        found.append(gan.evaluate(in_batches(images, 8, counted), verbose=0, return_dict=True))
    assert found[0] == pytest.approx(found[1])
