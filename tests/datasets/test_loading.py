import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasgan import datasets

pytestmark = pytest.mark.any_backend


def numbered(n, height=6, width=5):
    """uint8 images that are told apart by the grey value of all their pixels."""
    return np.broadcast_to(np.arange(n, dtype="uint8")[:, None, None], (n, height, width))


def order(dataset):
    """The grey values in the order in which one epoch gives them."""
    images = np.concatenate([batch.numpy() for batch in dataset])
    return np.round((images[:, 0, 0, 0] + 1) * 127.5).astype(int).tolist()


def test_batches_are_float32_from_minus_one_to_one():
    images = np.arange(256, dtype="uint8").reshape(256, 1, 1)
    data = datasets.load(images, batch_size=256, shuffle=False)
    assert data.element_spec == tf.TensorSpec((256, 1, 1, 1), tf.float32)
    values = next(iter(data)).numpy().ravel()
    assert values[0] == -1 and values[-1] == 1
    np.testing.assert_allclose(values, np.linspace(-1, 1, 256), atol=1e-7)


def test_labels_stay_with_their_images():
    data = datasets.load((numbered(60), np.arange(60) % 7), 8, labels=True, seed=0)
    assert data.element_spec[1] == tf.TensorSpec((8,), tf.int32)
    for images, labels in data:
        greys = np.round((images.numpy()[:, 0, 0, 0] + 1) * 127.5)
        np.testing.assert_array_equal(labels, greys % 7)


def test_labels_are_left_out_unless_wanted():
    with pytest.warns(UserWarning, match="labels=True gives them"):
        data = datasets.load((numbered(60), np.arange(60)), 8)
    assert data.element_spec == tf.TensorSpec((8, 6, 5, 1), tf.float32)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "The labels are left out")
        datasets.load((numbered(60),), 8)  # there are none


def test_every_epoch_has_a_new_order_of_all_images():
    data = datasets.load(numbered(200), batch_size=20, seed=1)
    first, second = order(data), order(data)
    assert sorted(first) == sorted(second) == list(range(200))
    assert first != second and first != sorted(first)


@pytest.mark.parametrize("same, other", [(4, 5), (None, None)])
def test_the_seed_decides_the_orders(same, other):
    def orders(seed):
        data = datasets.load(numbered(100), batch_size=10, seed=seed)
        return order(data), order(data)

    keras.utils.set_random_seed(0)
    given, different = orders(same), orders(other)
    keras.utils.set_random_seed(0)
    assert orders(same) == given != different


def test_without_shuffle_the_order_is_that_of_the_source():
    assert order(datasets.load(numbered(30), batch_size=10, shuffle=False)) == list(range(30))


def test_drop_remainder():
    assert len(datasets.load(numbered(25), batch_size=10)) == 2
    kept = datasets.load(numbered(25), batch_size=10, drop_remainder=False)
    assert len(kept) == 3 and sorted(order(kept)) == list(range(25))
    assert len(datasets.load(numbered(5), batch_size=10, drop_remainder=False)) == 1


def test_augmentation_differs_every_epoch_for_the_same_image_order():
    images = np.random.default_rng(0).integers(0, 256, (64, 8, 8, 3), dtype="uint8")

    def two_epochs(augment):
        data = datasets.load(images, batch_size=32, shuffle=False, augment=augment)
        return [np.concatenate([batch.numpy() for batch in data]) for _ in range(2)]

    first, second = two_epochs(None)
    np.testing.assert_array_equal(first, second)
    plain = first
    first, second = two_epochs(keras.layers.RandomFlip("horizontal", seed=3))
    changed = (first != second).any(axis=(1, 2, 3))
    assert 0.2 < changed.mean() < 0.8
    for epoch in (first, second):
        flipped = (epoch == plain[:, :, ::-1]).all(axis=(1, 2, 3))
        assert (flipped | (epoch == plain).all(axis=(1, 2, 3))).all()
        assert 0.2 < flipped.mean() < 0.8


def test_augmentation_by_a_pipeline_of_layers_and_by_a_function():
    layers = [keras.layers.RandomFlip(seed=1), keras.layers.RandomCrop(4, 4, seed=2)]
    data = datasets.load(numbered(20), 10, augment=keras.layers.Pipeline(layers))
    assert next(iter(data)).shape == (10, 4, 4, 1)
    data = datasets.load((numbered(20), np.arange(20)), 10, augment=lambda x: -x, labels=True)
    images, labels = next(iter(data))
    np.testing.assert_allclose(images[:, 0, 0, 0], 1 - labels.numpy() / 127.5, atol=1e-6)


def test_augmentation_under_mixed_precision_still_gives_float32():
    flip = keras.layers.RandomFlip("horizontal", dtype="mixed_float16")
    assert datasets.load(numbered(20), 10, augment=flip).element_spec.dtype == tf.float32


def test_fit_takes_the_dataset():
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    data = datasets.load((numbered(40), np.arange(40) % 3), 10, labels=True, seed=0)
    losses = model.fit(data, epochs=2, verbose=0).history["loss"]
    assert np.isfinite(losses).all() and losses[0] != losses[1]


def test_points_pass_unscaled():
    points = datasets.gaussian_ring(n=300, radius=5.0, seed=0)
    data = datasets.load(points, batch_size=100, shuffle=False)
    np.testing.assert_array_equal(np.concatenate(list(data)), points)


@pytest.mark.parametrize("batch_size", [0, -3, 2.0, "64"])
def test_batch_size_must_be_a_positive_int(batch_size):
    with pytest.raises(ValueError, match="at least 1. Received: batch_size="):
        datasets.load(numbered(20), batch_size)


def test_batch_size_beyond_the_data_names_both_numbers():
    with pytest.raises(ValueError, match=r"There are 20 images.*Received: batch_size=21"):
        datasets.load(numbered(20), batch_size=21)


def test_unknown_source_lists_the_known_ones():
    known = "fashion_mnist_10k, fashion_mnist, mnist and tfds:NAME"
    with pytest.raises(ValueError, match=f"{known}. Received: source='fashion'"):
        datasets.load("fashion")


@pytest.mark.parametrize("source", [None, 3, [[1.0, 2.0]]])
def test_source_of_another_type(source):
    with pytest.raises(TypeError, match=r"np.asarray makes one.*Received: type\(source\)="):
        datasets.load(source)


def test_splits_and_folders_only_where_there_are_some():
    with pytest.raises(ValueError, match="one split, \"train\". Received: split='test'"):
        datasets.load(numbered(20), split="test")
    with pytest.raises(ValueError, match="data_dir is for .*Received: data_dir='here'"):
        datasets.load(numbered(20), data_dir="here")


def test_labels_where_there_are_none():
    with pytest.raises(ValueError, match="no labels: .*--num-classes none. Received: labels=True"):
        datasets.load(numbered(20), 4, labels=True)


@pytest.mark.parametrize("image_size", [0, -1, (4,), (4, 4, 3), (4, 0), 2.5, "64"])
def test_image_size_must_be_positive(image_size):
    with pytest.raises(ValueError, match="Received: image_size="):
        datasets.load(numbered(20), 4, image_size=image_size)


def test_channels_and_augment_are_checked():
    with pytest.raises(ValueError, match="Received: channels=2"):
        datasets.load(numbered(20), 4, channels=2)
    with pytest.raises(TypeError, match="Received: augment='flip'"):
        datasets.load(numbered(20), 4, augment="flip")
