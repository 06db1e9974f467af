"""What people hand to `fit`, `evaluate` and the optimizers, beside a plain array and Adam."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan as kg
from kerasgan.engine import AdversarialModel
from kerasgan.models import GAN, ConditionalGAN
from tests.models.variants import MLP, moved, weights


def tiny(cls=GAN, **kwargs):
    gan = cls(**{**MLP, **kwargs})
    gan.compile()
    return gan


def as_dataset(*parts, n):
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices(parts).batch(n)


FORMS = {
    "array": lambda x, n: (x, n),
    "dataset": lambda x, n: (as_dataset(x, n=n), None),
    "generator": lambda x, n: (((x[i : i + n],) for i in range(0, len(x), n)), None),
}


@pytest.mark.compiled
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("settings", [{"pack": 2}, {"critic_steps": 3}])
def test_a_last_batch_that_fills_no_step_is_left_out(images, form, settings):
    gan = tiny(seed=1, **settings)
    x, n = FORMS[form](images[:17], 8)
    history = gan.fit(x, batch_size=n, verbose=0).history
    assert int(gan.optimizer["generator"].iterations) == 2
    assert all(np.isfinite(value).all() for value in history.values())
    scores = gan.evaluate(*FORMS[form](images[:17], 8)[:1], batch_size=n, verbose=0)
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("form", FORMS)
def test_a_first_batch_that_fills_no_step_is_refused(images, form):
    gan = tiny(critic_steps=3)
    x, n = FORMS[form](images, 2)
    with pytest.raises(ValueError, match="critic_steps . pack = 3 samples. Received: a batch of 2"):
        gan.fit(x, batch_size=n, verbose=0)
    with pytest.raises(ValueError, match="Received: a batch of 2"):
        gan.train_on_batch(images[:2])


def test_validation_split_takes_the_last_samples(images):
    seen = []

    class Noting(GAN):
        def test_step(self, data):
            seen.append(ops.convert_to_numpy(self.batch(data)[0]))
            return super().test_step(data)

    gan = Noting(**MLP)
    gan.compile(run_eagerly=True)
    gan.fit(images, validation_split=0.25, verbose=0)
    np.testing.assert_array_equal(np.concatenate(seen), images[24:])


@pytest.mark.parametrize("form", ["array", "tuple", "dataset"])
def test_validation_data_is_looked_at(images, form):
    bad = images * 127 + 128
    data = {"array": bad, "tuple": (bad, None), "dataset": as_dataset(bad, n=8)}[form]
    gan = tiny()
    with pytest.raises(ValueError, match=r"\[0, 255\]"):
        gan.evaluate(bad if form == "tuple" else data, verbose=0)
    with pytest.raises(ValueError, match=r"\[0, 255\]"):
        gan.fit(images, validation_data=data, verbose=0)


@pytest.mark.parametrize(
    "given",
    [{"sample_weight": np.ones(32)}, {"class_weight": {0: 1.0}}, "third part"],
)
def test_weights_of_samples_are_refused(images, given):
    gan = tiny()
    before = weights(gan)
    x, kwargs = (images, given) if isinstance(given, dict) else (as_dataset(*[images] * 3, n=8), {})
    with pytest.raises(ValueError, match="weights of samples or classes; leave `"):
        gan.fit(x, verbose=0, **kwargs)
    assert not any(moved(before, weights(gan)))


@pytest.mark.parametrize("as_data", [False, True])
def test_a_dict_is_taken_by_its_keys(images, as_data):
    import tensorflow as tf

    labels = np.arange(32) % 3
    ends = []
    for parts in ({"labels": labels, "images": images}, (images, labels)):
        keras.utils.set_random_seed(0)
        gan = tiny(ConditionalGAN, seed=1, num_classes=3)
        if as_data:
            x, y = tf.data.Dataset.from_tensor_slices(parts).batch(8), None
        else:
            x, y = (parts, None) if isinstance(parts, dict) else parts
        gan.fit(x, y, batch_size=None if as_data else 8, shuffle=False, verbose=0)
        ends.append(weights(gan))
    for one, two in zip(*ends, strict=True):
        np.testing.assert_array_equal(one, two)
    with pytest.raises(ValueError, match=r"no 'images'. Received: a dict of \['image'\]"):
        gan.fit({"image": images}, verbose=0)


def test_arrays_that_do_not_belong_together_are_refused(images):
    with pytest.raises(ValueError, match="`x` must be images.*Received: 4 arrays"):
        tiny().fit([images] * 4, verbose=0)
    with pytest.raises(TypeError, match="made of arrays"):
        tiny().fit([0.5, 0.5], verbose=0)


def test_labels_in_a_column_are_what_they_are_in_a_row(images):
    ends = []
    for shape in ((32,), (32, 1)):
        keras.utils.set_random_seed(0)
        gan = tiny(ConditionalGAN, seed=1, num_classes=3)
        gan.fit(images, (np.arange(32) % 3).reshape(shape), verbose=0)
        ends.append(weights(gan))
    for one, two in zip(*ends, strict=True):
        np.testing.assert_array_equal(one, two)
    with pytest.raises(ValueError, match=r"class ids of shape \(batch,\). Received"):
        gan.fit(images, np.zeros((32, 2), "int32"), verbose=0)


@pytest.mark.compiled
def test_data_of_unknown_rank_is_taken_and_checked(images):
    import tensorflow as tf

    def unknown(x):
        make = lambda i: tf.py_function(lambda j: x[int(j)], [i], tf.float32)  # noqa: E731
        return tf.data.Dataset.range(len(x)).map(make).batch(8)

    gan = tiny()
    gan.fit(unknown(images), verbose=0)
    assert int(gan.optimizer["generator"].iterations) == 4
    with pytest.raises(Exception, match="shape"):
        gan.fit(unknown(images[..., 0]), verbose=0)


ARGUMENTS = {
    "weight_decay": 0.01,
    "clipnorm": 0.1,
    "clipvalue": 0.01,
    "global_clipnorm": 0.1,
    "use_ema": True,
    "loss_scale_factor": 8.0,
    "gradient_accumulation_steps": 2,
}


@pytest.mark.compiled
@pytest.mark.parametrize("name", ARGUMENTS)
def test_every_argument_of_an_optimizer_does_what_it_does_in_keras(name):
    """Four steps down w * x, whose gradient is the mean of x, against the same by Keras alone."""
    x = np.linspace(0.1, 2, 16, dtype="float32")[:, None]
    settings = {name: ARGUMENTS[name]}
    if name == "use_ema":
        settings["ema_overwrite_frequency"] = 2

    class Slope(AdversarialModel):
        log_names = {"loss": "only"}

        def __init__(self):
            super().__init__()
            dense = layers.Dense(1, use_bias=False, kernel_initializer="ones")
            self.network = keras.Sequential([keras.Input((1,)), dense])
            self.data_spec = {"points": (1,)}

        def players(self):
            return {"only": [self.network]}

        def train_step(self, data):
            (x,) = self.batch(data)
            return self.logs(loss=self.minimize(lambda: ops.mean(self.network(x)), "only"))

    ends = []
    for ours in (True, False):
        model = Slope()
        network = model if ours else model.network
        optimizer = keras.optimizers.Adam(0.1, **settings)
        if ours:
            model.compile({"only": optimizer})
        else:
            network.compile(optimizer, loss=lambda y, made: ops.mean(made))
        network.fit(x, x, batch_size=4, shuffle=False, verbose=0)
        ends.append(model.network.get_weights()[0])
    assert not np.allclose(ends[0], 1.0)
    np.testing.assert_allclose(*ends, rtol=1e-5)


OPTIMIZERS = "SGD RMSprop AdamW Adagrad Adadelta Adamax Nadam Ftrl Lion Lamb Adafactor Muon".split()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_of_keras_trains(images, name):
    gan = GAN(**MLP)
    gan.compile(optimizer=getattr(keras.optimizers, name)(0.01))
    before = weights(gan)
    gan.fit(images, batch_size=16, verbose=0)
    assert any(moved(before, weights(gan)))


class Adding(layers.Layer):
    """Adds the mean of what passes to the loss."""

    def call(self, inputs):
        self.add_loss(ops.mean(inputs))
        return inputs


def added(kind):
    """A generator and a discriminator of one weight each, which add to their players' losses."""

    def network(name):
        regularizer = keras.regularizers.L1(0.25) if kind == "activity_regularizer" else None
        dense = layers.Dense(
            1, use_bias=False, kernel_initializer="ones", activity_regularizer=regularizer
        )
        return keras.Sequential(
            [keras.Input((1,)), dense, *([Adding()] if kind == "add_loss" else [])], name=name
        )

    return network("generator"), network("discriminator")


@pytest.mark.compiled
@pytest.mark.parametrize("through", [False, True])
@pytest.mark.parametrize("kind, slope", [("activity_regularizer", 0.25), ("add_loss", 1)])
def test_what_layers_add_is_in_their_players_loss(kind, slope, through):
    class Two(AdversarialModel):
        log_names = {"d_loss": "d", "g_loss": "g"}

        def __init__(self):
            super().__init__()
            self.g, self.d = added(kind)
            self.data_spec = {"points": (1,)}

        def players(self):
            return {"d": [self.d], "g": [self.g]}

        def train_step(self, data):
            (x,) = self.batch(data)
            made = self.one_pass(self.g, "g", x)
            d_loss = self.minimize(lambda y: ops.mean(self.d(y)), "d", made.outputs)
            if through:
                g_loss = self.minimize(lambda y: ops.mean(self.d(y)), "g", made)
            else:
                g_loss = self.minimize(lambda: ops.mean(self.d(self.g(x))), "g")
            return self.logs(d_loss=d_loss, g_loss=g_loss)

    model = Two()
    model.compile({p: keras.optimizers.SGD(0.1) for p in "dg"})
    history = model.fit(np.full((8, 1), 1.0, "float32"), verbose=0).history
    # D: mean(d g x) and what D's layer adds; then G: the same, with what G's layer adds to it.
    d = 1 - 0.1 * (1 + slope)
    g = 1 - 0.1 * (d + slope)
    np.testing.assert_allclose(model.d.get_weights()[0], [[d]], rtol=1e-5)
    np.testing.assert_allclose(model.g.get_weights()[0], [[g]], rtol=1e-5)
    np.testing.assert_allclose(history["d_loss"], [1], rtol=1e-5)


@pytest.mark.compiled
def test_keras_own_spectral_normalization_trains(images):
    gan = tiny(
        generator=keras.Sequential(
            [
                keras.Input((4,)),
                layers.SpectralNormalization(layers.Dense(64, activation="tanh")),
                layers.Reshape((8, 8, 1)),
            ]
        ),
        discriminator=keras.Sequential(
            [
                keras.Input((8, 8, 1)),
                layers.Flatten(),
                layers.SpectralNormalization(layers.Dense(1, use_bias=False)),
            ]
        ),
    )
    before = weights(gan)
    history = gan.fit(images, batch_size=8, verbose=0).history
    assert np.isfinite(history["d_loss"] + history["g_loss"]).all()
    assert any(moved(before, weights(gan)))


class Plain(AdversarialModel):
    log_names = {"d_loss": "d", "g_loss": "d"}

    def __init__(self):
        super().__init__()
        self.d = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
        self.data_spec = {"points": (1,)}

    def players(self):
        return {"d": [self.d]}

    def train_step(self, data):
        (x,) = self.batch(data)
        return {"d_loss": ops.mean(x), "g_loss": 2 * ops.mean(x)}


@pytest.mark.compiled
def test_losses_that_a_step_returns_are_logged_as_their_mean():
    model = Plain()
    model.compile()
    data = np.arange(4, dtype="float32")[:, None]
    history = model.fit(data, batch_size=2, shuffle=False, verbose=0).history
    assert history == {"d_loss": [1.5], "g_loss": [3.0]}


def test_names_that_are_not_known_are_told(images):
    class Wrong(Plain):
        def train_step(self, data):
            return self.wrong()

    model = Wrong()
    with pytest.raises(ValueError, match="must be compiled. Received: log_names"):
        model.logs(d_loss=1.0)
    model.compile()
    Wrong.wrong = lambda self: self.logs(extra=1.0)
    with pytest.raises(ValueError, match="`log_names` must name 'extra'"):
        model.fit(np.zeros((4, 1), "float32"), verbose=0)
    Wrong.wrong = lambda self: self.minimize(lambda: 0.0, "disc")
    with pytest.raises(ValueError, match=r"one of \['d'\].*Received: player='disc'"):
        model.train_on_batch(np.zeros((4, 1), "float32"))


def test_a_model_without_a_test_step_says_so():
    model = Plain()
    model.compile()
    with pytest.raises(NotImplementedError, match="Plain has no `test_step`: write one"):
        model.evaluate(np.zeros((4, 1), "float32"), verbose=0)


def test_early_stopping_needs_no_mode(images):
    stop = keras.callbacks.EarlyStopping("g_loss", patience=0, min_delta=1e9)
    history = tiny().fit(images, epochs=9, callbacks=[stop], verbose=0)
    assert len(history.epoch) == 2


def test_a_layer_without_weights_is_refused_before_the_step(images):
    class More(GAN):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.more = layers.Dense(3, name="more")

    gan = tiny(More)
    with pytest.raises(ValueError, match="'more' has no weights yet.*Received: more.built=False"):
        gan.fit(images, verbose=0)


def test_a_layer_before_the_constructor_of_the_base_is_refused():
    class Early(GAN):
        def __init__(self, *args, **kwargs):
            self.early = layers.Dense(3)
            super().__init__(*args, **kwargs)

    with pytest.raises(ValueError, match="before a layer becomes an attribute"):
        tiny(Early)


class Nameless(keras.Model):
    """A network that Keras cannot save: an argument and no `get_config`."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def call(self, x):
        return ops.reshape(self.layer(x), (-1, 8, 8, 1))


def test_what_cannot_be_saved_is_told_before_the_first_step(images, tmp_path):
    gan = tiny(generator=Nameless(layers.Dense(64, activation="tanh")))
    before = weights(gan)
    for saving in (
        keras.callbacks.ModelCheckpoint(tmp_path / "x.keras"),
        kg.callbacks.Checkpoints(tmp_path / "checkpoints"),
        kg.callbacks.Evaluation("swd", images, directory=tmp_path),
    ):
        with pytest.raises(ValueError, match="give its network a `get_config`"):
            gan.fit(images, callbacks=[saving], verbose=0)
    assert not any(moved(before, weights(gan)))
    gan.fit(images, verbose=0)  # which saves nothing
    saving = keras.callbacks.ModelCheckpoint(tmp_path / "x.h5")
    with pytest.raises(ValueError, match="as `.keras`.*Received: filepath"):
        tiny().fit(images, callbacks=[saving], verbose=0)
    with pytest.raises(ValueError, match="as `.keras`"):
        tiny().save(tmp_path / "x.h5")


def test_many_threads_may_generate_at_once():
    from concurrent.futures import ThreadPoolExecutor

    gan = tiny()
    want = gan.generate(4, seed=1)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: gan.generate(4, seed=1), range(40)))
    for images in made:
        np.testing.assert_allclose(images, want, atol=1e-6)
