"""The convolutions must be Keras's own in every number: values, first and second derivatives."""

import re

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import backend
from kerasgan.layers import Conv2D, Conv2DTranspose
from tests.layers.derivatives import derivatives

RNG = np.random.default_rng(0)
STOCK = {Conv2D: keras.layers.Conv2D, Conv2DTranspose: keras.layers.Conv2DTranspose}
GEOMETRIES = [
    {"kernel_size": 4, "strides": 2, "padding": "same"},
    {"kernel_size": 3, "strides": 2, "padding": "same"},
    {"kernel_size": 5, "strides": 2, "padding": "valid"},
    {"kernel_size": 2, "strides": 3, "padding": "valid"},
    {"kernel_size": 2, "strides": 3, "padding": "same"},
    {"kernel_size": (3, 2), "strides": (1, 2), "padding": "same"},
    {"kernel_size": (3, 4), "strides": (3, 2), "padding": "valid"},
    {"kernel_size": 4, "strides": 1, "padding": "same"},
    {"kernel_size": 3, "strides": 1, "padding": "same", "dilation_rate": 2},
]
SMALL_MAP = [
    {"kernel_size": 5, "strides": 2, "padding": "same"},
    {"kernel_size": 5, "strides": 1, "padding": "same"},
    {"kernel_size": (4, 2), "strides": (3, 1), "padding": "same"},
    {"kernel_size": 4, "strides": 1, "padding": "same", "dilation_rate": 2},
]
GROUPED = {"kernel_size": 3, "strides": 2, "padding": "same", "groups": 2}


def normal(*shape):
    return RNG.standard_normal(shape).astype("float32")


def pair(cls, settings, dtype="float32", size=(7, 8)):
    """Our layer and Keras's with the same weights, and a batch for them."""
    settings = {"filters": 4, "activation": "tanh", "bias_initializer": "normal", **settings}
    images = normal(2, *size, 2)
    mine, stock = cls(dtype=dtype, **settings), STOCK[cls](dtype=dtype, **settings)
    for layer in (mine, stock):
        layer.build(images.shape)
    stock.set_weights(mine.get_weights())
    return mine, stock, images


@pytest.mark.parametrize(
    "cls, settings, size",
    [
        *((cls, settings, (7, 8)) for cls in STOCK for settings in GEOMETRIES),
        *((cls, settings, (3, 2)) for cls in STOCK for settings in SMALL_MAP),
        (Conv2D, GROUPED, (7, 8)),
        (Conv2D, GROUPED, (2, 2)),
    ],
)
def test_all_derivatives_are_those_of_keras_layer(cls, settings, size):
    if backend.convolve is None:
        pytest.skip("it is Keras's own layer under this backend")
    mine, stock, images = pair(cls, settings, size=size)
    weighting = ops.convert_to_tensor(normal(*mine.compute_output_shape(images.shape)))
    theirs = derivatives(stock, images, weighting)
    ours = derivatives(mine, images, weighting)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5 * np.abs(b).max())


@pytest.mark.skipif(keras.backend.backend() != "jax", reason="reads what JAX gives to XLA")
@pytest.mark.parametrize("settings", GEOMETRIES)
@pytest.mark.parametrize("cls", STOCK)
def test_every_derivative_has_the_form_that_is_fast_in_a_branch(cls, settings):
    jax = pytest.importorskip("jax")
    layer, _, images = pair(cls, settings)

    def penalty(inputs, kernel):
        def summed(inputs):
            return ops.sum(layer.stateless_call([kernel, layer.bias.value], [], inputs)[0])

        return ops.sum(jax.grad(summed)(inputs) ** 2)

    made = str(jax.make_jaxpr(jax.grad(penalty, (0, 1)))(images, layer.kernel.value))
    forms = re.findall(r"ConvDimensionNumbers\(([^()]*(?:\([^()]*\)[^()]*)*)\)", made)
    assert len(forms) >= 4
    assert set(forms) == {"lhs_spec=(0, 3, 1, 2), rhs_spec=(3, 2, 0, 1), out_spec=(0, 3, 1, 2)"}


@pytest.mark.parametrize("dtype", ["bfloat16", "mixed_bfloat16", "float16", "float64"])
@pytest.mark.parametrize("cls", STOCK)
def test_the_layer_computes_in_its_own_dtype(cls, dtype):
    mine, stock, images = pair(cls, GEOMETRIES[0], dtype)
    a, b = mine(images), stock(images)
    assert a.dtype == b.dtype
    bits = {"float64": 1e-6, "float16": 2e-3}.get(dtype, 2e-2)
    a, b = (ops.convert_to_numpy(ops.cast(x, "float32")) for x in (a, b))
    np.testing.assert_allclose(a, b, atol=bits)


@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("cls, filters, channels", [(Conv2D, 1, 2), (Conv2DTranspose, 2, 1)])
def test_one_map_learns_in_half_precision(cls, filters, channels, dtype):
    """Where AVX-512 is missing, PyTorch's own way refuses such a kernel in Keras's order."""
    if backend.convolve is None:
        pytest.skip("it is Keras's own layer under this backend")
    layer, images = cls(filters, 3, dtype=dtype), normal(2, 7, 8, channels)
    layer.build(images.shape)
    weighting = ops.convert_to_tensor(normal(*layer.compute_output_shape(images.shape)))
    assert all(np.isfinite(x).all() for x in derivatives(layer, images, weighting))


@pytest.mark.parametrize("cls", STOCK)
def test_the_layer_saves_and_loads(cls, tmp_path):
    inputs = keras.Input((8, 8, 2))
    model = keras.Model(inputs, cls(4, 4, strides=2, padding="same")(inputs))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    images = normal(2, 8, 8, 2)
    assert type(loaded.layers[1]) is cls
    np.testing.assert_array_equal(*(ops.convert_to_numpy(m(images)) for m in (model, loaded)))


def test_the_size_may_be_left_open():
    inputs = keras.Input((None, None, 2))
    model = keras.Model(inputs, Conv2DTranspose(4, 4, strides=2, padding="same")(inputs))
    assert model(normal(1, 5, 3, 2)).shape == (1, 10, 6, 4)
    assert model.output_shape == (None, None, None, 4)
