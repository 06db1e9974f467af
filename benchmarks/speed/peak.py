"""The highest rate of a large matrix product and a large convolution."""

import math
import time

import numpy as np

DTYPES = "float32", "bfloat16"


def measure(backend, matrix, map, seconds):
    """Time both under a backend, by itself, without Keras.

    Args:
        backend: "tensorflow", "jax" or "torch".
        matrix: int, the side of two square matrices that are multiplied.
        map: list (n, height, width, channels), of a 3x3 convolution that keeps the shape.
        seconds: float, how long each is repeated, five times at least.

    Returns:
        Dict of "matmul" and "convolution" to the rate of the fastest time in GFLOP/s, and of both
        with "_bfloat16" behind for factors of that dtype.
    """
    rng = np.random.default_rng(0)
    square = rng.standard_normal((matrix, matrix), "float32")
    images = rng.standard_normal(map, "float32")
    kernel = rng.standard_normal((3, 3, map[-1], map[-1]), "float32")
    counts = {"matmul": 2 * matrix**3, "convolution": 2 * math.prod(map) * 9 * map[-1]}
    found = {}
    for dtype in DTYPES:
        runs = globals()[f"_{backend}"](dtype, square, images, kernel)
        suffix = "" if dtype == "float32" else f"_{dtype}"
        for (name, count), run in zip(counts.items(), runs, strict=True):
            found[name + suffix] = round(count / _fastest(run, seconds) / 1e9, 1)
    return found


def _fastest(run, seconds):
    run()
    times = []
    while len(times) < 5 or sum(times) < seconds:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def _tensorflow(dtype, square, images, kernel):
    import tensorflow as tf

    square, images, kernel = (tf.constant(x, dtype) for x in (square, images, kernel))
    multiply = tf.function(lambda: tf.matmul(square, square)[0, 0])
    convolve = tf.function(lambda: tf.nn.conv2d(images, kernel, 1, "SAME")[0, 0, 0, 0])
    return lambda: multiply().numpy(), lambda: convolve().numpy()


def _jax(dtype, square, images, kernel):
    import jax
    from jax import lax

    square, images, kernel = (jax.numpy.asarray(x, dtype) for x in (square, images, kernel))
    whole = {"preferred_element_type": "float32"}  # XLA is faster if the sum is not rounded
    multiply = jax.jit(lambda x: lax.dot(x, x, **whole))
    convolve = jax.jit(
        lambda x, k: lax.conv_general_dilated(
            x, k, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
        )
    )
    return (
        lambda: multiply(square).block_until_ready(),
        lambda: convolve(images, kernel).block_until_ready(),
    )


def _torch(dtype, square, images, kernel):
    import torch

    square, images, kernel = (
        torch.from_numpy(x).to(getattr(torch, dtype)) for x in (square, images, kernel)
    )
    images = images.permute(0, 3, 1, 2)  # channels last, the faster layout
    kernel = kernel.permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
    return (
        lambda: square @ square,
        lambda: torch.nn.functional.conv2d(images, kernel, padding=1),
    )
