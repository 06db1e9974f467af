import keras
import numpy as np
import pytest
from keras import ops
from PIL import Image

from kerasgan.layers import Shrink


@pytest.mark.parametrize("factor, shape", [(2, (8, 12)), (4, (16, 32)), (1, (5, 7)), (3, (9, 6))])
def test_is_pillows_bicubic_filter(factor, shape):
    images = np.random.default_rng(0).uniform(-1, 1, (2, *shape, 3)).astype("float32")
    got = ops.convert_to_numpy(Shrink(factor)(images))
    size = shape[1] // factor, shape[0] // factor
    for image, small in zip(images, got, strict=True):
        for channel in range(3):
            picture = Image.fromarray(image[..., channel])
            want = np.asarray(picture.resize(size, Image.Resampling.BICUBIC))
            np.testing.assert_allclose(small[..., channel], want, atol=1e-5)


def test_keeps_a_constant_image_and_its_dtype():
    made = Shrink(4, dtype="float16")(ops.full((1, 8, 8, 1), 0.5, "float16"))
    assert keras.backend.standardize_dtype(made.dtype) == "float16"
    np.testing.assert_allclose(ops.convert_to_numpy(made), 0.5, atol=1e-3)


def test_refuses_what_it_cannot_divide():
    with pytest.raises(ValueError, match="multiples of 4. Received: a side of 10"):
        Shrink(4)(ops.ones((1, 10, 8, 1)))
    with pytest.raises(ValueError, match="Received: factor=0"):
        Shrink(0)
