"""XLA CPU: the kernel gradient of a strided transposed convolution is many times too slow.

To: openxla/xla. Known: openxla/xla#34273, jax-ml/jax#31662, jax-ml/jax#23783.

JAX derives it as a convolution of the maps, dilated by the stride (`lhs_dilation`), with the
cotangent as a kernel as large as a map. The same numbers are the kernel gradient of the ordinary
convolution that is transposed, with cotangent and maps in each other's place; there the dilation
is the kernel's (`rhs_dilation`), and XLA is fast.
Expected: both at the same speed.
Here: 1.0 to 1.7 GFLOP/s derived, 8 to 42 swapped; ratios 21.8, 22.6 and 8.8.
"""

import statistics
import sys
import time

import jax
import jax.numpy as jnp
from jax import lax

LAYOUT = {"padding": "SAME", "dimension_numbers": ("NHWC", "HWIO", "NHWC")}
SHAPES = ((16, 4, 256, 128), (16, 8, 128, 64), (16, 16, 64, 3))  # batch, side, channels in and out
SIZE = 4


@jax.jit
def derived(maps, kernel, cotangent):
    def transposed(kernel):
        return lax.conv_transpose(maps, kernel, (2, 2), transpose_kernel=True, **LAYOUT)

    return jax.vjp(transposed, kernel)[1](cotangent)[0]


@jax.jit
def swapped(maps, kernel, cotangent):
    def convolution(kernel):
        return lax.conv_general_dilated(cotangent, kernel, (2, 2), **LAYOUT)

    return jax.vjp(convolution, kernel)[1](maps)[0]


if __name__ == "__main__":
    print(f"jax {jax.__version__}")
    ratios = []
    for n, side, channels, filters in SHAPES:
        keys = jax.random.split(jax.random.key(0), 3)
        maps = jax.random.normal(keys[0], (n, side, side, channels))
        kernel = jax.random.normal(keys[1], (SIZE, SIZE, filters, channels))
        cotangent = jax.random.normal(keys[2], (n, 2 * side, 2 * side, filters))
        a, b = (f(maps, kernel, cotangent) for f in (derived, swapped))
        error = float(jnp.abs(a - b).max() / jnp.abs(b).max())
        seconds = {derived: [], swapped: []}
        for _ in range(5):
            for f, times in seconds.items():
                start = time.perf_counter()
                f(maps, kernel, cotangent).block_until_ready()
                times.append(time.perf_counter() - start)
        slow, fast = map(statistics.median, seconds.values())
        ratios.append(slow / fast)
        flops = 2 * n * side**2 * SIZE**2 * channels * filters
        print(
            f"{n}x{side}x{side}x{channels} to {filters}: {flops / slow / 1e9:.1f} GFLOP/s derived, "
            f"{flops / fast / 1e9:.1f} swapped, ratio {ratios[-1]:.1f}, error {error:.0e}"
        )
    sys.exit(0 if statistics.median(ratios) > 3 else "not reproduced")
