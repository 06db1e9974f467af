import numpy as np
import pytest

from kerasgan import datasets
from tests.bombs import MANY, little

pytestmark = pytest.mark.any_backend


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (12, 8, 6, 3), dtype="uint8")


def all_images(*args, **kwargs):
    return np.concatenate(list(datasets.load(*args, batch_size=4, shuffle=False, **kwargs)))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_float_images_pass_as_they_are(dtype):
    images = np.random.default_rng(0).uniform(-1, 1, (8, 5, 4)).astype(dtype)
    np.testing.assert_array_equal(all_images(images), images[..., None].astype("float32"))


def test_the_array_may_change_afterwards(images):
    data = datasets.load(images, batch_size=12, shuffle=False)
    before = images / 127.5 - 1
    images[:] = 0
    np.testing.assert_allclose(next(iter(data)), before, atol=1e-6)


def test_npz_is_read_like_its_arrays(images, tmp_path):
    np.savez(tmp_path / "set.npz", images=images, labels=np.arange(12))
    np.testing.assert_array_equal(all_images(tmp_path / "set.npz"), all_images(images))
    data = datasets.load(str(tmp_path / "set.npz"), 12, labels=True, shuffle=False)
    np.testing.assert_array_equal(next(iter(data))[1], np.arange(12))


def test_resizing_covers_and_cuts_the_centre():
    images = np.zeros((4, 10, 30), "uint8")
    images[:, :, 10:20] = 200  # the middle third is what a square cut keeps
    np.testing.assert_allclose(all_images(images, image_size=10), 200 / 127.5 - 1, atol=1e-6)
    assert all_images(images, image_size=(20, 8)).shape == (4, 20, 8, 1)


def test_channels(images):
    grey = all_images(images, channels=1)
    luma = (images @ [0.299, 0.587, 0.114])[..., None]  # ITU-R 601-2
    np.testing.assert_allclose((grey + 1) * 127.5, luma, atol=1)
    rgb = all_images(images[..., :1], channels=3)
    np.testing.assert_array_equal(rgb, all_images(images[..., :1]).repeat(3, axis=-1))


@pytest.mark.parametrize("low, high", [(0, 255), (0, 1), (-1, 1.02), (-128, 127), (0.2, 0.9)])
def test_float_images_in_another_range(low, high):
    images = np.linspace(low, high, 64).reshape(4, 4, 4)
    remedy = r"images / 127.5 - 1" if high > 1 else r"images \* 2 - 1"
    with pytest.raises(ValueError, match=f"{remedy}.*Received: images"):
        datasets.load(images)


@pytest.mark.parametrize("shape", [(4, 4, 4), (8, 2)])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite(shape, value):
    array = np.full(shape, -0.5)
    array[1, 1] = value
    with pytest.raises(ValueError, match="NaN or infinite.*Received: "):
        datasets.load(array)


@pytest.mark.parametrize("dtype", ["int64", "uint16", "bool", "complex64", "object"])
def test_other_dtypes(dtype):
    with pytest.raises(TypeError, match=f'astype\\("uint8"\\).*images.dtype={dtype}'):
        datasets.load(np.ones((4, 4, 4), dtype))


@pytest.mark.parametrize(
    "shape, dtype", [((8,), "uint8"), ((8, 2), "uint8"), ((8, 3), "float32"), ((1,) * 5, "uint8")]
)
def test_wrong_rank(shape, dtype):
    with pytest.raises(ValueError, match=r"Images must be .*Received: images.shape="):
        datasets.load(np.zeros(shape, dtype))


@pytest.mark.parametrize("shape, dtype", [((0, 4, 4), "uint8"), ((0, 2), "float32")])
def test_empty(shape, dtype):
    with pytest.raises(ValueError, match=r"empty. Received: images.shape=\(0, "):
        datasets.load(np.zeros(shape, dtype))


@pytest.mark.parametrize(
    "labels", [np.arange(11), np.eye(12), np.arange(12.0), np.zeros((12, 8, 6, 3), "uint8")]
)
def test_labels_that_do_not_fit(images, labels):
    with pytest.raises(ValueError, match=r"one integer for each of the 12.*labels.shape="):
        datasets.load((images, labels))


def test_labels_in_a_column_as_keras_gives_those_of_cifar10(images):
    _, labels = next(iter(datasets.load((images, np.arange(12)[:, None]), 12, labels=True)))
    assert sorted(labels.numpy()) == list(range(12))


def test_tuples_of_other_things(images):
    for source in [(images, np.arange(12), 0), (images.tolist(), np.arange(12))]:
        with pytest.raises(TypeError, match=r"must be \(images, labels\).*Received: types="):
            datasets.load(source)


def test_only_uint8_images_are_resized_or_converted(images):
    floats = images / 127.5 - 1
    for kwargs in ({"image_size": 4}, {"channels": 1}):
        with pytest.raises(ValueError, match="Only uint8 images.*Received: images.shape="):
            datasets.load(floats, **kwargs)
    with pytest.raises(ValueError, match=r"Only uint8.*Received: images.shape=\(12, 8, 6, 2\)"):
        datasets.load(images[..., :2], channels=3)
    with pytest.raises(ValueError, match=r"these are points. Received: images.shape=\(9, 2\)"):
        datasets.load(np.zeros((9, 2)), image_size=4)


def test_npz_errors(images, tmp_path):
    with pytest.raises(ValueError, match=r"No such .*Received: source='.*gone.npz'"):
        datasets.load(tmp_path / "gone.npz")
    (tmp_path / "text.npz").write_text("not a zip")
    with pytest.raises(ValueError, match="Not a readable .npz.*Received: source='.*text.npz'"):
        datasets.load(tmp_path / "text.npz")
    np.savez(tmp_path / "x.npz", x=images)
    with pytest.raises(ValueError, match=r"it holds \['x'\]. Received: source='.*x.npz'"):
        datasets.load(tmp_path / "x.npz")


def test_a_bomb(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", images=np.zeros(MANY, "uint8").reshape(-1, 64, 64))
    with little(), pytest.raises(ValueError, match=r"would unpack to .* Received: source='.*a.npz"):
        datasets.load(tmp_path / "a.npz")


def test_advice_on_labels_is_about_those_at_hand(images):
    one_hot = np.eye(3)[np.arange(12) % 3]
    with pytest.raises(ValueError, match=r"take labels.argmax\(1\). Received: .*shape=\(12, 3\)"):
        datasets.load((images, one_hot), labels=True)
    for labels in (2 * one_hot, one_hot[:, :0], one_hot[:, 0], np.full((12, 2), "cat")):
        with pytest.raises(ValueError, match="one integer for each of the 12 images. Received"):
            datasets.load((images, labels), labels=True)
    column = np.arange(12)[:, None]  # as Keras loads CIFAR-10
    batches = datasets.load((images, column), 12, labels=True, shuffle=False)
    np.testing.assert_array_equal(next(iter(batches))[1], np.arange(12))


def test_what_is_wrong_with_arrays_of_a_file_names_it(images, tmp_path):
    np.savez(tmp_path / "x.npz", images=images.astype("int64"))
    with pytest.raises(TypeError, match=r"x.npz: Images must be uint8"):
        datasets.load(tmp_path / "x.npz")
