"""The highest rate of a large matrix product and a large convolution, in float32."""

import math
import time

import numpy as np


def measure(backend, matrix, map, seconds):
    """Time both under a backend, by itself, without Keras.

    Args:
        backend: "tensorflow", "jax" or "torch".
        matrix: int, the side of two square matrices that are multiplied.
        map: list (n, height, width, channels), of a 3x3 convolution that keeps the shape.
        seconds: float, how long each is repeated, five times at least.

    Returns:
        Dict of "matmul" and "convolution" to the rate of the fastest time, in GFLOP/s.
    """
    rng = np.random.default_rng(0)
    square = rng.standard_normal((matrix, matrix), "float32")
    images = rng.standard_normal(map, "float32")
    kernel = rng.standard_normal((3, 3, map[-1], map[-1]), "float32")
    multiply, convolve = globals()[f"_{backend}"](square, images, kernel)
    operations = {"matmul": 2 * matrix**3, "convolution": 2 * math.prod(map) * 9 * map[-1]}
    return {
        name: round(count / _fastest(run, seconds) / 1e9, 1)
        for (name, count), run in zip(operations.items(), (multiply, convolve), strict=True)
    }


def _fastest(run, seconds):
    run()
    times = []
    while len(times) < 5 or sum(times) < seconds:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def _tensorflow(square, images, kernel):
    import tensorflow as tf

    square, images, kernel = map(tf.constant, (square, images, kernel))
    multiply = tf.function(lambda: tf.matmul(square, square)[0, 0])
    convolve = tf.function(lambda: tf.nn.conv2d(images, kernel, 1, "SAME")[0, 0, 0, 0])
    return lambda: multiply().numpy(), lambda: convolve().numpy()


def _jax(square, images, kernel):
    import jax
    from jax import lax

    square, images, kernel = map(jax.numpy.asarray, (square, images, kernel))
    multiply = jax.jit(lambda x: x @ x)
    convolve = jax.jit(
        lambda x, k: lax.conv_general_dilated(
            x, k, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
        )
    )
    return (
        lambda: multiply(square).block_until_ready(),
        lambda: convolve(images, kernel).block_until_ready(),
    )


def _torch(square, images, kernel):
    import torch

    square, images, kernel = map(torch.from_numpy, (square, images, kernel))
    images = images.permute(0, 3, 1, 2)  # channels last, the faster layout
    kernel = kernel.permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
    return (
        lambda: square @ square,
        lambda: torch.nn.functional.conv2d(images, kernel, padding=1),
    )
