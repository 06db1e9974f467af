import keras
import numpy as np
import pytest
from scipy import stats

import kerasgan as kg
from kerasgan.metrics.extractors import Extractor
from kerasgan.metrics.path_length import perceptual_path_length

pytestmark = pytest.mark.any_backend


class Linear:
    """Latents as images, times `scale`; what was asked for is kept in `calls`."""

    def __init__(self, shape=(4, 6, 1), scale=0.1, condition=None):
        self.shape, self.scale, self.condition = shape, scale, condition
        self.latent_dim, self.calls = int(np.prod(shape)), []

    def generate(self, latents, labels, batch_size):
        self.calls.append({"latents": latents, "labels": labels, "batch_size": batch_size})
        return self.scale * latents.reshape(-1, *self.shape)


class Changed(Linear):
    """The same, and then `change`d."""

    def __init__(self, change, shape=(4, 6, 1)):
        super().__init__(shape)
        self.change = change

    def generate(self, latents, labels, batch_size):
        return self.change(super().generate(latents, labels, batch_size))


@pytest.fixture(scope="module")
def pixels():
    """Images themselves as features."""
    return Extractor(keras.Sequential([keras.Input((4, 6, 1)), keras.layers.Flatten()]), "pixels")


@pytest.fixture(scope="module")
def large_pixels():
    """The same of larger images."""
    model = keras.Sequential([keras.Input((32, 64, 1)), keras.layers.Flatten()])
    return Extractor(model, "pixels")


def test_of_a_linear_generator(large_pixels):
    # long normal latents are at right angles and of length sqrt(d): a quarter of a circle
    expected = 0.1**2 * 2048 * (np.pi / 2) ** 2
    found = perceptual_path_length(Linear((32, 64, 1)), large_pixels, samples=200)
    assert found == pytest.approx(expected, rel=0.01)


def test_it_is_the_mean_without_the_outer_hundredths(pixels):
    model = Linear()
    found = perceptual_path_length(model, pixels, samples=250, epsilon=1e-3, batch_size=64)
    *calls, longer = model.calls
    assert [len(call["latents"]) for call in calls] == [128, 128, 128, 116]
    assert {call["batch_size"] for call in calls} == {128} and len(longer["latents"]) == 128
    ends = np.concatenate([call["latents"] for call in calls]).astype(float)
    squares = np.square(0.1 * (ends[1::2] - ends[::2])).sum(axis=1) / 1e-6
    assert found == pytest.approx(stats.trim_mean(squares, 0.01), rel=1e-4)
    assert found != pytest.approx(squares.mean(), rel=1e-3)


def test_grows_with_the_square_of_the_slope(pixels):
    short, long = (perceptual_path_length(Linear(scale=s), pixels, 50) for s in (0.05, 0.15))
    assert long == pytest.approx(9 * short, rel=1e-3)


def test_step_and_batches_do_not_change_that_of_a_linear_generator(pixels):
    length = perceptual_path_length(Linear(), pixels, 101)
    for settings in ({"epsilon": 1e-3}, {"batch_size": 7}, {"batch_size": 1000}):
        found = perceptual_path_length(Linear(), pixels, 101, **settings)
        assert found == pytest.approx(length, rel=2e-3)


def test_the_seed_decides_the_paths(pixels):
    one, same, other = (perceptual_path_length(Linear(), pixels, 20, seed=s) for s in (1, 1, 2))
    assert one == same != other


def test_images_that_do_not_change_have_no_length(pixels):
    assert perceptual_path_length(Changed(np.zeros_like), pixels, 10) == 0


def test_a_model_of_the_zoo_in_float32(pixels):
    kernel = np.linalg.qr(np.random.default_rng(0).normal(size=(24, 24)))[0]
    generator = keras.Sequential(
        [
            keras.Input((24,)),
            keras.layers.Dense(24, use_bias=False),
            keras.layers.Reshape((4, 6, 1)),
        ]
    )
    generator.set_weights([0.1 * kernel])  # a rotation keeps lengths
    gan = kg.GAN((4, 6, 1), 24, generator=generator, discriminator_units=(8,))
    expected = perceptual_path_length(Linear(), pixels, 100)
    assert perceptual_path_length(gan, pixels, 100) == pytest.approx(expected, rel=1e-3)


def test_rounding_to_8_bits_is_left_out(pixels):
    rounding = Extractor(pixels.model, "levels", levels=(127.0, 128.0))
    expected = (127.5 / 128) ** 2 * perceptual_path_length(Linear(), pixels, 50)
    assert perceptual_path_length(Linear(), rounding, 50) == pytest.approx(expected, rel=1e-3)
    assert rounding.levels == (127.0, 128.0)


@pytest.mark.parametrize(
    "change",
    [
        lambda images: np.round(images * 127.5) / 127.5,
        lambda images: images.astype("float16"),
        lambda images: images + np.random.normal(0, 1e-3, images.shape),
    ],
)
def test_a_step_lost_in_rounding_is_refused(large_pixels, change):
    with pytest.raises(ValueError, match="not settled.*Received: epsilon=0.0001"):
        perceptual_path_length(Changed(change, (32, 64, 1)), large_pixels, 50)


def test_a_step_that_cuts_corners_is_refused(pixels):
    def winding(images):
        return np.sin(300 * images)

    assert perceptual_path_length(Changed(winding), pixels, 50) > 0
    with pytest.raises(ValueError, match="not settled.*Received: epsilon=0.1"):
        perceptual_path_length(Changed(winding), pixels, 50, epsilon=0.1)


def test_both_ends_have_one_label(pixels):
    for labels in (None, 3, np.arange(9) % 4):
        model = Linear(condition=4)
        perceptual_path_length(model, pixels, 9, batch_size=4, labels=labels)
        given = np.concatenate([call["labels"] for call in model.calls[:-1]])
        np.testing.assert_array_equal(given[::2], given[1::2])
        if labels is None:
            assert len(given) == 18 and len(set(given)) > 1 and 0 <= given.min() <= given.max() < 4
        else:
            np.testing.assert_array_equal(given[::2], np.broadcast_to(labels, 9))
        np.testing.assert_array_equal(model.calls[-1]["labels"], given[:8])


def test_condition_vectors(pixels):
    vectors = np.random.default_rng(0).normal(size=(5, 2))
    for labels in (vectors[0], vectors):
        model = Linear(condition=(2,))
        perceptual_path_length(model, pixels, 5, labels=labels)
        expected = np.broadcast_to(labels, (5, 2)).repeat(2, axis=0)
        np.testing.assert_array_equal(model.calls[0]["labels"], expected)


def test_a_conditional_model_of_the_zoo(pixels):
    gan = kg.ConditionalGAN((4, 6, 1), 5, num_classes=3)
    assert perceptual_path_length(gan, pixels, 6, labels=2) > 0
    with pytest.raises(ValueError, match="Received: labels from 3 to 3"):
        perceptual_path_length(gan, pixels, 6, labels=3)


@pytest.mark.parametrize(
    "settings",
    [{"samples": 0}, {"batch_size": 0}, {"epsilon": 0.0}, {"epsilon": np.nan}],
)
def test_numbers_must_be_positive(pixels, settings):
    ((name, value),) = settings.items()
    with pytest.raises(ValueError, match=f"Received: .*{name}={value}"):
        perceptual_path_length(Linear(), pixels, **settings)


def test_labels_must_be_one_or_as_many_as_samples(pixels):
    with pytest.raises(ValueError, match=r"Received: labels of shape \(3,\), samples=5"):
        perceptual_path_length(Linear(condition=4), pixels, 5, labels=[0, 1, 2])


def test_a_model_that_does_not_generate_is_refused(pixels):
    with pytest.raises(ValueError, match="Received: model=Sequential"):
        perceptual_path_length(pixels.model, pixels)
