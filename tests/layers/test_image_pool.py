import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import ImagePool


def one_pixel(values):
    return np.array(values, "float32").reshape(-1, 1, 1, 1)


class Reference:
    """The pool as CycleGAN's users know it, one image at a time, with numbers drawn before."""

    def __init__(self, size):
        self.size, self.images = size, []

    def query(self, images, chance, drawn):
        given = []
        for image, p, index in zip(images, chance, drawn, strict=True):
            if len(self.images) < self.size:
                self.images.append(image)
                given.append(image)
            elif p > 0.5:
                given.append(self.images[index])
                self.images[index] = image
            else:
                given.append(image)
        return given


def test_the_sequence_of_swaps_is_the_references():
    pool, reference, numbers = ImagePool((1, 1, 1), size=5, seed=3), Reference(5), iter(range(1000))
    twin = keras.random.SeedGenerator(3)  # draws what the pool draws
    swapped = 0
    for n in (1, 3, 4, 8, 1, 16, 2):
        images = [float(next(numbers)) for _ in range(n)]
        chance = ops.convert_to_numpy(keras.random.uniform((n,), seed=twin))
        drawn = ops.convert_to_numpy(keras.random.randint((n,), 0, 5, seed=twin))
        want = reference.query(images, chance, drawn)
        got = ops.convert_to_numpy(pool(one_pixel(images))).ravel().tolist()
        assert got == want
        swapped += sum(a != b for a, b in zip(got, images, strict=True))
        held = ops.convert_to_numpy(pool.images).ravel().tolist()
        assert held[: len(reference.images)] == reference.images
        assert int(pool.count) == len(reference.images)
    assert swapped > 5


def test_no_pool_lets_all_images_pass():
    images = one_pixel(range(8))
    pool = ImagePool((1, 1, 1), size=0)
    np.testing.assert_array_equal(ops.convert_to_numpy(pool(images)), images)


@pytest.mark.compiled
def test_passes_in_a_compiled_function():
    pool = ImagePool((2, 3, 1), size=4, seed=0)
    network = keras.Sequential([keras.Input((2, 3, 1)), pool])
    images = np.random.default_rng(0).normal(size=(4, 2, 3, 1)).astype("float32")
    np.testing.assert_array_equal(network.predict(images, batch_size=2, verbose=0), images)


def test_images_keep_their_dtype_and_the_config_its_numbers():
    pool = ImagePool((1, 1, 1), size=3, seed=7, dtype="mixed_float16")
    images = ops.cast(one_pixel([1, 2]), "float16")
    assert keras.backend.standardize_dtype(pool(images).dtype) == "float16"
    again = ImagePool.from_config(pool.get_config())
    assert (again.shape, again.size, again.seed) == ((1, 1, 1), 3, 7)


def test_refuses_a_negative_size():
    with pytest.raises(ValueError, match="at least 0. Received: size=-1"):
        ImagePool((1, 1, 1), size=-1)
