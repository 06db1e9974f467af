import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds
from PIL import Image

from kerasgan import datasets
from kerasgan.utils import conversion

pytestmark = pytest.mark.any_backend


def save(path, array, **kwargs):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(array, "uint8")).save(path, **kwargs)


def numbered(n, first=0, size=4):
    """uint8 images that are told apart by the grey value of all their pixels."""
    values = np.arange(first, first + n, dtype="uint8")
    return np.broadcast_to(values[:, None, None], (n, size, size))


def positions(n, size=12):
    """uint8 images whose pixels are all different, so that a cut tells where it lies."""
    return np.tile(np.arange(size * size, dtype="uint8").reshape(1, size, size), (n, 1, 1))


def to_bytes(images):
    return np.round((np.asarray(images) + 1) * 127.5).astype(int)


def epoch(data):
    """Both sides of one epoch as numbers from 0 to 255."""
    return [to_bytes(np.concatenate(side)) for side in zip(*data, strict=True)]


def partners(data):
    return list(zip(*(images[:, 0, 0, 0].tolist() for images in epoch(data)), strict=True))


def folder_of(root, images, form="{}.png"):
    for i, image in enumerate(images):
        save(root / form.format(f"{i:02}"), image)
    return root


@pytest.fixture
def halves(tmp_path):
    """A folder of `trainA` and so on: 6 images of A and 10 of B in train, 3 and 2 in test."""
    for name, n, first in [
        ("trainA", 6, 0),
        ("trainB", 10, 100),
        ("testA", 3, 50),
        ("testB", 2, 150),
    ]:
        folder_of(tmp_path / name, numbered(n, first))
    return tmp_path


def test_batches_of_two_sides_from_minus_one_to_one():
    ramp = np.arange(256, dtype="uint8").reshape(1, 16, 16)
    a, b = next(iter(datasets.load_unpaired((ramp, ramp), flip=False)))
    for images in (a, b):
        np.testing.assert_allclose(images.numpy().ravel(), np.linspace(-1, 1, 256), atol=1e-7)
    data = datasets.load_unpaired((numbered(9), np.zeros((9, 6, 8, 3), "uint8")), 4)
    assert data.element_spec == (
        tf.TensorSpec((4, 4, 4, 1), tf.float32),
        tf.TensorSpec((4, 6, 8, 3), tf.float32),
    )


def test_float_arrays_pass_as_they_are():
    images = np.random.default_rng(0).uniform(-1, 1, (4, 5, 6, 2)).astype("float32")
    a, _ = next(iter(datasets.load_paired((images, images), 4, shuffle=False, flip=False)))
    np.testing.assert_array_equal(a, images)


def test_the_arrays_may_change_afterwards():
    images = numbered(3).copy()
    data = datasets.load_paired((images, images), shuffle=False)
    images[:] = 0
    assert partners(data) == [(0, 0), (1, 1), (2, 2)]


@pytest.mark.parametrize("cache", [True, False])
def test_the_longer_side_decides_the_epoch(halves, cache):
    data = datasets.load_unpaired(halves, 2, cache=cache)
    assert len(data) == len(list(data)) == 5
    a, b = zip(*partners(data), strict=True)
    assert sorted(b) == list(range(100, 110))
    counts = np.bincount(a, minlength=6)
    assert counts.sum() == 10 and set(counts) == {1, 2}


def test_whom_an_image_meets_is_left_to_chance():
    data = datasets.load_unpaired((numbered(20), numbered(20, 100)), seed=3)
    epochs = [partners(data) for _ in range(2)]
    assert sorted(a for a, _ in epochs[0]) == list(range(20))
    assert sorted(epochs[0]) != sorted(epochs[1])
    assert len({b - a for a, b in epochs[0]}) > 5
    assert [a for a, _ in epochs[0]] != [a for a, _ in epochs[1]]


def test_without_shuffle_the_pairs_are_fixed():
    data = datasets.load_unpaired((numbered(3), numbered(5, 100)), shuffle=False)
    expected = [(0, 100), (1, 101), (2, 102), (0, 103), (1, 104)]
    assert partners(data) == partners(data) == expected


def test_pairs_stay_together_in_every_order():
    data = datasets.load_paired((numbered(40), numbered(40, 100)), 8)
    epochs = [partners(data) for _ in range(2)]
    assert all(b - a == 100 for pairs in epochs for a, b in pairs)
    assert sorted(epochs[0]) == sorted(epochs[1]) and epochs[0] != epochs[1]
    assert {a for a, _ in epochs[0]} == set(range(40))


def test_the_direction_of_pairs():
    source = numbered(3), numbered(3, 100)
    kwargs = {"shuffle": False, "channels_a": 3}
    data = datasets.load_paired(source, direction="BtoA", **kwargs)
    assert partners(data) == [(100, 0), (101, 1), (102, 2)]
    assert [spec.shape[-1] for spec in data.element_spec] == [1, 3]
    assert partners(datasets.load_paired(source, **kwargs)) == [(0, 100), (1, 101), (2, 102)]
    with pytest.raises(ValueError, match="AtoB, BtoA. Received: direction='atob'"):
        datasets.load_paired(source, direction="atob")


@pytest.mark.parametrize("cache", [True, False])
def test_both_of_a_pair_are_cut_and_mirrored_alike(tmp_path, cache):
    a = positions(30)
    wide = np.concatenate([a, 255 - a], axis=2)
    data = datasets.load_paired(folder_of(tmp_path, wide), 10, crop_size=8, cache=cache)
    images_a, images_b = epoch(data)
    assert images_a.shape == (30, 8, 8, 1)
    np.testing.assert_array_equal(images_b, 255 - images_a)
    steps = images_a[:, 0, 1, 0] - images_a[:, 0, 0, 0]
    assert 3 < (steps == -1).sum() < 27 and set(steps) == {-1, 1}
    assert len({(image.min(), step) for image, step in zip(images_a, steps, strict=True)}) > 15


def test_the_sides_without_pairs_are_cut_and_mirrored_apart():
    images = positions(60)
    data = datasets.load_unpaired((images, images), 10, crop_size=8)
    corners = [side.min(axis=(1, 2, 3)) for side in epoch(data)]
    mirrored = [side[:, 0, 0, 0] > side[:, 0, 1, 0] for side in epoch(data)]
    assert (corners[0] != corners[1]).mean() > 0.8  # 24 in 25
    assert 0.2 < (mirrored[0] == mirrored[1]).mean() < 0.8


@pytest.mark.parametrize("cache", [True, False])
def test_cuts_and_mirroring_are_drawn_anew_each_epoch(cache):
    data = datasets.load_paired((positions(40),) * 2, 8, crop_size=8, shuffle=False, cache=cache)
    first, second = (epoch(data)[0] for _ in range(2))
    assert (first.min(axis=(1, 2, 3)) != second.min(axis=(1, 2, 3))).mean() > 0.8  # 24 in 25
    steps = [np.sign(images[:, 0, 1, 0] - images[:, 0, 0, 0]) for images in (first, second)]
    assert 0.2 < (steps[0] != steps[1]).mean() < 0.8


def test_without_flip_nothing_is_mirrored():
    a, b = epoch(datasets.load_unpaired((positions(20),) * 2, crop_size=8, flip=False))
    for images in (a, b):
        assert (images[:, :, 1:] - images[:, :, :-1] == 1).all()


@pytest.mark.parametrize("load", [datasets.load_unpaired, datasets.load_paired])
@pytest.mark.parametrize("same, other", [(4, 5), (None, None)])
def test_the_seed_decides_all_that_is_drawn(load, same, other):
    images = positions(12) + 10 * np.arange(12, dtype="uint8")[:, None, None]

    def epochs(seed):
        data = load((images, images), 4, crop_size=8, seed=seed)
        return np.array([epoch(data), epoch(data)])

    keras.utils.set_random_seed(0)
    given, different = epochs(same), epochs(other)
    keras.utils.set_random_seed(0)
    np.testing.assert_array_equal(epochs(same), given)
    assert (given != different).any() and (given[0] != given[1]).any()


@pytest.mark.parametrize("load", [datasets.load_unpaired, datasets.load_paired])
def test_other_splits_than_train_leave_nothing_to_chance(load):
    images = positions(5) + np.arange(5, dtype="uint8")[:, None, None]
    data = load((images, images), split="test", crop_size=8)
    for a, b in (epoch(data), epoch(data)):
        np.testing.assert_array_equal(a[..., 0], images[:, 2:10, 2:10])
        np.testing.assert_array_equal(b, a)
    shuffled = [epoch(load((images, images), split="test", shuffle=True, seed=i)) for i in (0, 1)]
    assert (shuffled[0][0] != shuffled[1][0]).any()


def test_the_test_split_of_a_folder(halves):
    data = datasets.load_unpaired(halves, split="test")
    assert partners(data) == [(50, 150), (51, 151), (52, 150)]


def test_load_size_stretches_and_crop_size_cuts(tmp_path):
    for i, size in enumerate([(10, 30), (20, 8), (16, 16)]):
        for side in "AB":
            save(tmp_path / f"train/{side}/{i}.png", np.full((*size, 3), i))
    sizes = {"load_size": (12, 14), "crop_size": (8, 10)}
    for load in (datasets.load_unpaired, datasets.load_paired):
        assert [images.shape for images in epoch(load(tmp_path, **sizes))] == [(3, 8, 10, 3)] * 2
    with pytest.raises(ValueError, match=r"0.png is loaded at \(10, 30\), .*1.png at \(20, 8\)"):
        datasets.load_unpaired(tmp_path)
    sizes = [a.shape[1:3] for a, _ in datasets.load_paired(tmp_path, preprocess="none", shuffle=0)]
    assert sizes == [(10, 30), (20, 8), (16, 16)]
    data = datasets.load_unpaired(tmp_path, preprocess="scale_width", load_size=10, shuffle=False)
    assert [b.shape[1:3] for _, b in data] == [(3, 10), (25, 10), (10, 10)]
    data = datasets.load_paired(
        tmp_path, 3, preprocess="scale_width_and_crop", load_size=18, crop_size=(6, 12)
    )
    assert next(iter(data))[0].shape == (3, 6, 12, 3)
    with pytest.raises(ValueError, match=r"1.png is loaded at .*Received: crop_size=\(10, 10\)"):
        datasets.load_unpaired(tmp_path, preprocess="crop", crop_size=10)


def test_the_two_of_a_pair_must_have_one_size(tmp_path):
    folder_of(tmp_path / "trainA", numbered(2, size=8))
    folder_of(tmp_path / "trainB", numbered(2, size=6))
    with pytest.raises(ValueError, match=r"Received: .*A/00.png is .*\(8, 8\), .*B/00.png at \(6,"):
        datasets.load_paired(tmp_path, crop_size=4)
    assert len(datasets.load_paired(tmp_path, load_size=8)) == 2
    assert len(datasets.load_unpaired(tmp_path, crop_size=4)) == 2


def test_channels_of_the_two_sides(tmp_path):
    folder_of(tmp_path / "train/A", numbered(2))
    folder_of(tmp_path / "train/B", np.full((2, 4, 4, 3), [255, 0, 0]))
    a, b = epoch(datasets.load_paired(tmp_path))
    assert a.shape[-1] == 1
    np.testing.assert_array_equal(b[0, 0, 0], [255, 0, 0])
    a, b = epoch(datasets.load_unpaired(tmp_path, channels_a=3, channels_b=1))
    assert a.shape[-1] == 3 and (b == 76).all()  # ITU-R 601-2 luma of red
    with pytest.raises(ValueError, match="Received: channels_b=2"):
        datasets.load_paired(tmp_path, channels_b=2)


def test_memory_decides_whether_to_cache(tmp_path, monkeypatch):
    """What is cached survives the loss of the files."""
    for total, kept in [(4 * 2 * 4 * 4 + 4, True), (4 * 2 * 4 * 4, False)]:
        monkeypatch.setattr(conversion, "free_memory", lambda total=total: total)
        for side in "AB":
            folder_of(tmp_path / f"train{side}", numbered(1))
        data = datasets.load_unpaired(tmp_path)
        (tmp_path / "trainB/00.png").unlink()
        if kept:
            assert len(list(data)) == 1
        else:
            with pytest.raises(Exception, match=r"trainB/00\.png"):
                list(data)


def test_broken_pixels_are_named_before_training(halves):
    broken = halves / "trainB/07.png"
    save(broken, np.random.default_rng(0).integers(0, 256, (64, 64)))
    broken.write_bytes(broken.read_bytes()[:2000])
    with pytest.raises(ValueError, match="file is broken.*Received: file='.*trainB/07.png'"):
        datasets.load_unpaired(halves, load_size=4)
    streamed = datasets.load_unpaired(halves, load_size=4, cache=False)
    with pytest.raises(Exception, match=r"ValueError: The image file is broken.*07\.png"):
        list(streamed)


def test_the_last_batch():
    source = numbered(5), numbered(3)
    assert [len(a) for a, _ in datasets.load_unpaired(source, 2)] == [2, 2]
    data = datasets.load_unpaired(source, 2, drop_remainder=False)
    assert len(data) == 3 and [len(b) for _, b in data] == [2, 2, 1]
    with pytest.raises(ValueError, match="There are 5 pairs.*Received: batch_size=6"):
        datasets.load_unpaired(source, 6)
    with pytest.raises(ValueError, match="at least 1. Received: batch_size=0"):
        datasets.load_paired(source, 0)


@pytest.mark.parametrize("cache", [None, False])
def test_horses_and_zebras_of_tfds(cache):
    with tfds.testing.mock_data(num_examples=7):
        data = datasets.load_unpaired(
            "tfds:cycle_gan/horse2zebra", 2, load_size=18, crop_size=16, cache=cache
        )
        with pytest.raises(ValueError, match=r"horse2zebra trainA\[0\] is loaded at .*load_size="):
            datasets.load_unpaired("tfds:cycle_gan/horse2zebra")
    assert len(data) == 3
    for images in epoch(data):
        assert images.shape == (6, 16, 16, 3)
        assert images.min() >= 0 and images.max() <= 255 and images.std() > 10


def test_pairs_are_no_data_set_of_tfds():
    with pytest.raises(ValueError, match="load_unpaired. Received: source='tfds:cycle_gan/maps'"):
        datasets.load_paired("tfds:cycle_gan/maps")


def test_fit_takes_the_dataset():
    model = keras.Sequential([keras.layers.Conv2D(3, 1)])
    model.compile("sgd", "mse")
    source = positions(8), np.zeros((8, 12, 12, 3), "uint8")
    data = datasets.load_paired(source, 4, crop_size=8, seed=0)
    losses = model.fit(data, epochs=2, verbose=0).history["loss"]
    assert np.isfinite(losses).all() and losses[0] != losses[1]
