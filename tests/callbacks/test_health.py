"""Each failure is brought about on purpose, and named; healthy runs are left in peace."""

import json
import os
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan as kg
from kerasgan.callbacks import LossHistory
from kerasgan.callbacks.health import Health
from kerasgan.health import watch as health
from kerasgan.layers import NoiseDropout
from kerasgan.optimizers import LinearDecay
from tests.models.variants import MLP, normalised_gan, normalised_generator, two_headed_gan

rng = np.random.default_rng(0)


@pytest.fixture
def looks(images):
    """Trains a model under `Health(images)`, and gives what it found and the logs."""

    def looks(gan, data=images, epochs=1, callbacks=(), fit=None, **options):
        watch = Health(data, **options)
        fit = images if fit is None else fit
        x, y = fit if isinstance(fit, tuple) else (fit, None)
        options = {"batch_size": 16, "epochs": epochs, "verbose": 0}
        history = gan.fit(x, y, callbacks=[*callbacks, watch], **options).history
        return watch, history

    return looks


def names(watch):
    return {found["name"] for found in watch.diagnoses}


def still(gan, **rates):
    """Compiled with these players' learning rates."""
    gan.compile(optimizer={player: keras.optimizers.SGD(rate) for player, rate in rates.items()})
    return gan


# ---- failures of training


@pytest.fixture
def grown(monkeypatch):
    """Lets the first steps of a generator count."""
    monkeypatch.setattr(health, "YOUNG", 0)


@pytest.mark.any_backend
def test_collapse(looks, grown):
    constant = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(64, kernel_initializer="zeros", activation="tanh"),
            layers.Reshape((8, 8, 1)),
        ]
    )
    constant.layers[0].kernel.trainable = False
    gan = kg.GAN((8, 8, 1), 4, generator=constant, discriminator_units=(8,))
    gan.compile()
    watch, history = looks(gan)
    assert names(watch) == {"mode_collapse"}
    assert history["health_diversity"] == [0]


@pytest.mark.any_backend
def test_a_young_generator_may_be_poor(looks):
    gan = kg.GAN((8, 8, 1), 4, generator_units=(8,), discriminator_units=(8,))
    gan.generator.set_weights([0.001 * w for w in gan.generator.get_weights()])
    gan.compile(optimizer=keras.optimizers.SGD(1e-4))
    watch, history = looks(gan)
    assert watch.diagnoses == [] and history["health_diversity"][0] < 1e-3
    gan.optimizer["generator"].iterations.assign(health.YOUNG)
    assert names(looks(gan)[0]) == {"mode_collapse"}


@pytest.mark.any_backend
def test_collapse_of_a_class(images, looks, grown):
    latents, label = keras.Input((4,)), keras.Input((), dtype="int32")
    x = layers.Dense(64, kernel_initializer=keras.initializers.RandomNormal(stddev=1))(latents)
    told = layers.Reshape((1,))(label)
    x = keras.ops.where(keras.ops.equal(told, 1), 0.0 * x + 0.3, x)
    generator = keras.Model([latents, label], layers.Reshape((8, 8, 1))(keras.ops.tanh(x)))
    gan = kg.ConditionalGAN((8, 8, 1), 4, num_classes=3, generator=generator,
                            discriminator_units=(8,))  # fmt: skip
    gan.compile()
    labels = np.arange(32) % 3
    watch, history = looks(gan, (images, labels), fit=(images, labels))
    assert "class_collapse" in names(watch) and "mode_collapse" not in names(watch)
    assert any("class 1 " in found["message"] for found in watch.diagnoses)
    assert history["health_class_diversity"][0] < 1e-3 < 0.5 < history["health_diversity"][0]


@pytest.mark.any_backend
def test_saturated_discriminator(looks, grown):
    gan = kg.GAN(**MLP)
    gan.compile(
        optimizer={
            "generator": keras.optimizers.Adam(1e-6),
            "discriminator": keras.optimizers.Adam(0.3),
        }
    )
    watch, history = looks(gan, epochs=10)
    assert "saturation" in names(watch) and history["health_saturation"][-1] > 0.99


def test_a_generator_without_a_learning_rate(looks):
    watch, history = looks(still(kg.GAN(**MLP), generator=0.0))
    assert names(watch) == {"no_learning"} and history["health_change"] == [0]
    watch, _ = looks(still(normalised_gan(), generator=0.0))
    assert "no_learning" in names(watch)  # its batch statistics move, its weights do not


@pytest.mark.any_backend
def test_a_schedule_may_end(looks):
    gan = kg.GAN(**MLP)
    decay = LinearDecay(2e-3, steps_per_epoch=2, n_epochs=0, n_epochs_decay=1)
    gan.compile(optimizer={"generator": keras.optimizers.Adam(decay)})
    watch, history = looks(gan, epochs=3)
    assert watch.diagnoses == [] and history["health_change"][1:] == [0, 0]
    assert looks(gan)[0].diagnoses == []  # and a run be resumed at its end


@pytest.mark.any_backend
def test_memorisation(images, looks):
    """The generator draws a training image for each latent, by its nearest direction."""
    choose = layers.Dense(32, activation="softmax", use_bias=False)
    draw = layers.Dense(64, use_bias=False)
    reshape = layers.Reshape((8, 8, 1))
    generator = keras.Sequential([keras.Input((4,)), choose, draw, reshape])
    choose.set_weights([1e4 * rng.normal(size=(4, 32))])
    draw.set_weights([images.reshape(32, 64)])
    gan = kg.GAN((8, 8, 1), 4, generator=generator, discriminator_units=(8,))
    watch, history = looks(still(gan, generator=1e-3), samples=20)
    assert "memorisation" in names(watch) and history["health_copies"][0] > 0.9


@pytest.mark.any_backend
def test_drift(looks, grown):
    generator = normalised_generator()
    generator.layers[1].momentum = 0.9999
    generator.layers[1].moving_mean.assign(np.full(8, 5.0))
    gan = kg.GAN((8, 8, 1), 4, generator=generator, discriminator_units=(8,))
    gan.compile()
    watch, history = looks(gan)
    assert "drift" in names(watch) and history["health_drift"][0] > 0.5


class Break(keras.callbacks.Callback):
    """Sets a weight to NaN before step `step` of the second epoch, or after the last."""

    def __init__(self, step):
        super().__init__()
        self.step = step

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_begin(self, batch, logs=None):
        if (self.epoch, batch) == (1, self.step):
            self.set()

    def on_train_batch_end(self, batch, logs=None):
        if self.step is None and (self.epoch, batch) == (1, 1):
            self.set()

    def set(self):
        kernel = self.model.generator.trainable_variables[0]
        kernel.assign(np.full(kernel.shape, np.nan))


def test_a_weight_that_is_not_finite(looks, tmp_path):
    gan = kg.GAN(**MLP)
    gan.compile()
    watch, history = looks(gan, epochs=2, callbacks=[Break(None)], directory=tmp_path)
    (found,) = watch.diagnoses
    path = gan.generator.trainable_variables[0].path
    assert found["epoch"] == 2 and found["name"] == "non_finite" and found["value"] == 32
    assert f"32 of 32 values of {path} of the generator" in found["message"]
    assert json.loads((tmp_path / "health.json").read_text()) == watch.diagnoses
    assert len(history["health_diversity"]) == 1 and len(history["health_seconds"]) == 2


def test_samples_that_are_not_finite(images):
    gan = kg.GAN(**MLP)
    gan.compile()
    gan.generator.set_weights([3e38 * np.sign(w) for w in gan.generator.get_weights()])
    watch = Health(images)
    watch.set_params({"epochs": 1, "verbose": 0})
    watch.set_model(gan)
    watch.on_train_begin()
    watch.on_epoch_begin(0)
    watch.on_epoch_end(0)
    assert "values of what the generator makes are NaN" in watch.diagnoses[0]["message"]


def test_a_loss_that_is_not_finite(images, tmp_path):
    gan = kg.GAN(**MLP)
    gan.compile()
    watch = Health(images, directory=tmp_path)
    with pytest.raises(FloatingPointError):
        gan.fit(images, batch_size=16, epochs=3, verbose=0, callbacks=[Break(1), watch])
    (found,) = json.loads((tmp_path / "health.json").read_text())
    assert watch.diagnoses == [found] and found["epoch"] == 2 and found["name"] == "non_finite"
    assert "the discriminator's loss d_loss is nan at step 2" in found["message"]


# ---- healthy runs


def blobs(n, shape):
    """Images of a bright square anywhere."""
    rng, images = np.random.default_rng(1), np.full((n, *shape), -0.9, "float32")
    for image, (row, column) in zip(images, rng.integers(0, shape[0] - 3, (n, 2)), strict=True):
        image[row : row + 4, column : column + 4] = 0.8
    return np.clip(images + rng.normal(0, 0.1, images.shape), -1, 1).astype("float32")


def points(n):
    return np.random.default_rng(2).normal(size=(n, 2)).astype("float32")


def labels(n, classes):
    return np.arange(n) % classes


LONG = {
    "images": lambda: (
        kg.GAN((8, 8, 1), 4, generator_units=(64,), discriminator_units=(64,), ema_decay=0.9),
        blobs(256, (8, 8, 1)),
    ),
    "ring": lambda: (
        kg.ConditionalGAN((2,), 2, num_classes=2, generator_units=(32,),
                          discriminator_units=(32,)),
        (kg.datasets.gaussian_ring(n=256, seed=0), labels(256, 2)),
    ),
}  # fmt: skip
SHORT = {
    "conditions": lambda: (
        kg.ConditionalGAN((2,), 2, condition_dim=3, generator_units=(8,),
                          discriminator_units=(8,)),
        (points(8), points(12).reshape(8, 3)),
    ),
    "batch_norm": lambda: (normalised_gan(ema_decay=0.9, pack=2), blobs(8, (8, 8, 1))),
    "acgan": lambda: (two_headed_gan(), (blobs(8, (8, 8, 1)), labels(8, 3))),
    "ada": lambda: (kg.GAN(**MLP, augment="ada"), blobs(8, (8, 8, 1))),
    "cyclegan": lambda: (
        kg.CycleGAN((8, 8, 1), (8, 8, 3), generator=(translator(1, 3), translator(3, 1)),
                    discriminator=(judge(3), judge(1)), pool_size=4),
        (blobs(8, (8, 8, 1)), blobs(8, (8, 8, 3))),
    ),
    "pix2pix": lambda: (
        kg.Pix2Pix((8, 8, 1), (8, 8, 1), generator=translator(1, 1), discriminator=judge(2)),
        (blobs(8, (8, 8, 1)), blobs(8, (8, 8, 1))),
    ),
    "srgan": lambda: (
        kg.SRGAN((8, 8, 1), scale=2, generator=enlarger(), discriminator=flat_judge()),
        blobs(8, (8, 8, 1)),
    ),
}  # fmt: skip
EACH_BACKEND = "batch_norm", "ada", "cyclegan"  # whose state is seeds, statistics and pools


def translator(channels, more):
    """A translator that draws noise in inference too."""
    return keras.Sequential(
        [
            keras.Input((None, None, channels)),
            layers.Conv2D(4, 3, padding="same"),
            NoiseDropout(0.5, seed=3),
            layers.Conv2D(more, 3, padding="same", activation="tanh"),
        ]
    )


def judge(channels):
    """A judge of pixels, with batch statistics."""
    return keras.Sequential(
        [
            keras.Input((None, None, channels)),
            layers.Conv2D(2, 1),
            layers.BatchNormalization(),
            layers.Dropout(0.2, seed=4),
            layers.Conv2D(1, 1),
        ]
    )


def enlarger():
    return keras.Sequential(
        [
            keras.Input((None, None, 1)),
            layers.Conv2D(4, 3, padding="same"),
            layers.BatchNormalization(),
            layers.UpSampling2D(),
            layers.Conv2D(1, 3, padding="same", activation="tanh"),
        ]
    )


def flat_judge():
    return keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(1)])


@pytest.mark.any_backend
@pytest.mark.compiled
@pytest.mark.parametrize("name", LONG)
def test_healthy(name, looks, monkeypatch):
    monkeypatch.setattr(health, "YOUNG", 100)
    gan, data = LONG[name]()
    gan.compile(optimizer=keras.optimizers.Adam(2e-3, beta_1=0.5))
    watch, history = looks(gan, data, fit=data, epochs=8, every=4)
    assert int(gan.optimizer["generator"].iterations) > health.YOUNG
    assert watch.diagnoses == [], (watch.diagnoses, history)
    assert len(history["health_diversity"]) == 2 and history["health_diversity"][-1] > 0.3
    assert history["health_change"][-1] > 1e-4


def state(gan):
    variables = [*gan.variables, *gan.optimizer.variables]
    return [np.array(keras.ops.convert_to_numpy(v)) for v in variables]


@pytest.mark.parametrize(
    "name",
    # the others differ from these in what is watched, which knows no backend
    [
        pytest.param(name, marks=[pytest.mark.any_backend] * (name not in EACH_BACKEND))
        for name in SHORT
    ],
)
def test_nothing_of_the_model_changes(name, looks):
    eager = keras.backend.backend() == "tensorflow"
    trained = []
    for watched in (False, True):
        keras.utils.set_random_seed(3)
        gan, data = SHORT[name]()
        gan.compile(run_eagerly=eager)
        x, y = data if isinstance(data, tuple) else (data, None)
        watch = Health(data)
        callbacks = [watch] if watched else []
        history = gan.fit(x, y, batch_size=4, epochs=2, verbose=0, callbacks=callbacks).history
        trained.append(state(gan))
    assert len(trained[0]) == len(trained[1])
    for without, with_health in zip(*trained, strict=True):
        np.testing.assert_array_equal(without, with_health)
    assert watch.diagnoses == [], (watch.diagnoses, history)
    assert history["health_change"][-1] > 1e-5


# ---- what it is given, and what it writes


def test_history_and_resume(images, tmp_path, capsys):
    gan = still(kg.GAN(**MLP), generator=0.0)
    watch = Health(images, every=2, directory=tmp_path)
    options = {"batch_size": 16, "verbose": 2, "callbacks": [watch, LossHistory(tmp_path)]}
    gan.fit(images, epochs=3, **options)
    assert [found["epoch"] for found in watch.diagnoses] == [2, 3]
    assert "Epoch 2: The generator no longer learns" in capsys.readouterr().out
    table = json.loads((tmp_path / "history.json").read_text())
    assert table["health_change"] == [None, 0, 0] and all(table["health_seconds"][1:])
    again = Health(images, directory=tmp_path)
    options |= {"verbose": 0, "callbacks": [again]}
    gan.fit(images, epochs=4, initial_epoch=2, **options)
    written = json.loads((tmp_path / "health.json").read_text())
    assert written == again.diagnoses and [found["epoch"] for found in written] == [2]
    gan.fit(images, epochs=1, **options)
    assert again.diagnoses == [] and capsys.readouterr().out == ""


@pytest.mark.any_backend
def test_batches(images):
    """An iterable of batches, of one pass, is the arrays in it."""
    gan = kg.GAN(**MLP)
    gan.compile()
    watches = Health(images), Health(iter([images[:20], images[20:]]))
    for watch in watches:
        watch.set_params({"epochs": 1, "verbose": 0})
        watch.set_model(gan)
        watch.on_train_begin()
    (one,), (other,) = [watch._watch.watched for watch in watches]
    np.testing.assert_array_equal(one.real, other.real)
    np.testing.assert_array_equal(one.training, other.training)


@pytest.mark.any_backend
def test_without_data(looks):
    gan = kg.GAN(**MLP)
    gan.compile()
    watch, history = looks(gan, None)
    found = {name for name in history if name.startswith("health")}
    assert found == {"health_change", "health_seconds"} and watch.diagnoses == []


@pytest.mark.any_backend
@pytest.mark.parametrize("arguments", [{"every": 0}, {"samples": 1}, {"seed": -1}])
def test_bad_arguments(arguments):
    with pytest.raises(ValueError, match="Received"):
        Health(**arguments)


@pytest.mark.any_backend
@pytest.mark.parametrize(
    "model, data, message",
    [
        (kg.GAN(**MLP), np.zeros((8, 4, 4, 1)), r"must be \(8, 8, 1\) each"),
        (kg.GAN(**MLP), np.zeros((1, 8, 8, 1)), "two rows or more"),
        (kg.GAN(**MLP), np.zeros((9, 8, 8, 1)), "three different rows"),
        (kg.GAN(**MLP), np.full((9, 8, 8, 1), 255.0), r"in \[-1, 1\]"),
        (kg.GAN(**MLP), np.zeros((9, 8, 8, 1), "uint8"), "floats"),
        (two_headed_gan(), np.zeros((8, 8, 8, 1)), "with labels"),
        (kg.SRResNet((8, 8, 1), scale=2, filters=2, blocks=1), None, "`data` to translate"),
        (keras.Sequential([layers.Dense(1)]), None, "`generate`"),
    ],
)
def test_bad_data(model, data, message):
    watch = Health(data)
    watch.set_model(model)
    with pytest.raises(ValueError, match=f"{message}.*Received"):
        watch.on_train_begin()


# ---- the presets


def real_data(card, folder):
    """Some thousand images that a preset was trained on, as Health takes them."""
    name, size = card["data"].split("_train")[0], 4000
    folder = Path(folder) / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    if card["class"] in ("CycleGAN", "Pix2Pix"):
        load = {"CycleGAN": kg.datasets.load_unpaired, "Pix2Pix": kg.datasets.load_paired}
        return [part.numpy() for part in next(iter(load[card["class"]](folder, 64)))]
    classes = card["config"].get("num_classes") is not None
    named = name in ("mnist", "fashion_mnist")
    options = {} if named else {"image_size": card["config"]["data_shape"][0]}
    data = kg.datasets.load(name if named else folder, size, labels=classes, **options)
    batch = next(iter(data))
    return tuple(part.numpy() for part in batch) if classes else batch.numpy()


@pytest.mark.slow
@pytest.mark.parametrize("name", kg.presets.list())
def test_presets_are_well(name, grown):
    if "KERASGAN_DATA" not in os.environ:
        pytest.skip("KERASGAN_DATA names no folder")
    model = kg.presets.load(name)
    model.compile()
    watch = Health(real_data(kg.presets.card(name), os.environ["KERASGAN_DATA"]))
    watch.set_params({"epochs": 1, "verbose": 0})
    watch.set_model(model)
    watch.on_train_begin()
    watch.on_epoch_begin(0)
    watch.on_epoch_end(0, logs := {})
    print(name, {column: round(float(value), 3) for column, value in logs.items()})
    assert "health_diversity" in logs
    assert names(watch) == {"no_learning"}, watch.diagnoses  # as it was not trained
