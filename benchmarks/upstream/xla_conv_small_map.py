"""XLA CPU: a convolution whose kernel is larger than its unpadded map is many times too slow.

To: openxla/xla. Known: openxla/xla#34273 is of the same slow loop.

Eigen convolves only where the map is at least as large as the kernel, padding not counted, and XLA
has but a plain loop for the rest. The same map with its padding in it is large enough. It needs an
`optimization_barrier`, or XLA takes the padding for the convolution's own again.
Expected: both at the same speed.
Here: 1.9 GFLOP/s by itself and 94 padded beforehand, a ratio of 51.
"""

import statistics
import sys
import time

import jax
import jax.numpy as jnp
from jax import lax

BATCH, SIDE, CHANNELS, FILTERS, SIZE = 32, 4, 256, 512, 5


def convolve(maps, kernel, padding):
    axes = ("NHWC", "HWIO", "NHWC")
    return lax.conv_general_dilated(maps, kernel, (1, 1), padding, dimension_numbers=axes)


@jax.jit
def by_itself(maps, kernel):
    return convolve(maps, kernel, "SAME")


@jax.jit
def beforehand(maps, kernel):
    half = SIZE // 2
    maps = jnp.pad(maps, ((0, 0), (half, half), (half, half), (0, 0)))
    return convolve(lax.optimization_barrier(maps), kernel, "VALID")


if __name__ == "__main__":
    print(f"jax {jax.__version__}")
    keys = jax.random.split(jax.random.key(0))
    maps = jax.random.normal(keys[0], (BATCH, SIDE, SIDE, CHANNELS))
    kernel = jax.random.normal(keys[1], (SIZE, SIZE, CHANNELS, FILTERS))
    a, b = (f(maps, kernel) for f in (by_itself, beforehand))
    error = float(jnp.abs(a - b).max() / jnp.abs(b).max())
    seconds = {by_itself: [], beforehand: []}
    for _ in range(5):
        for f, times in seconds.items():
            start = time.perf_counter()
            f(maps, kernel).block_until_ready()
            times.append(time.perf_counter() - start)
    slow, fast = map(statistics.median, seconds.values())
    flops = 2 * BATCH * (SIDE * SIZE) ** 2 * CHANNELS * FILTERS
    print(
        f"{flops / slow / 1e9:.1f} GFLOP/s by itself, {flops / fast / 1e9:.1f} padded beforehand, "
        f"ratio {slow / fast:.1f}, error {error:.0e}"
    )
    sys.exit(0 if slow > 3 * fast else "not reproduced")
