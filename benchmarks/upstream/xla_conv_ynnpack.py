"""XLA CPU: convolutions given to YNNPACK take several times as long as XLA's own.

To: openxla/xla.

By default XLA makes a `ynn_fusion` of a convolution on a CPU. Compiled with the option
`xla_cpu_experimental_ynn_fusion_type` without INDIVIDUAL_CONVOLUTION it calls Eigen instead.
Expected: the library that is taken is the faster one.
Here, on two cores: YNNPACK takes 5.0 times as long where the convolution is not padded, 1.8 times
where it is, and 3.9 times for the gradient of its kernel; on one of them 2.8, 1.0 and 2.7 times.
"""

import statistics
import sys
import time

import jax
import jax.numpy as jnp
from jax import lax

OPTION = "xla_cpu_experimental_ynn_fusion_type"
KINDS = ("DOT", "REDUCE", "INDIVIDUAL_DOT")
OPTIONS = {OPTION: ",".join(f"LIBRARY_FUSION_TYPE_{kind}" for kind in KINDS)}
BATCH, SIDE, CHANNELS, SIZE = 64, 32, 64, 3


def convolution(padding):
    def convolve(maps, kernel):
        axes = ("NHWC", "HWIO", "NHWC")
        return lax.conv_general_dilated(maps, kernel, (1, 1), padding, dimension_numbers=axes)

    return convolve


def kernel_gradient(maps, kernel):
    outputs, pull = jax.vjp(lambda kernel: convolution("SAME")(maps, kernel), kernel)
    return pull(jnp.ones_like(outputs))[0]


CASES = {
    "not padded": (convolution("VALID"), SIDE + SIZE - 1),
    "padded": (convolution("SAME"), SIDE),
    "kernel gradient": (kernel_gradient, SIDE),
}

if __name__ == "__main__":
    print(f"jax {jax.__version__}")
    flops = 2 * BATCH * SIDE**2 * (SIZE * CHANNELS) ** 2
    ratios = []
    for name, (function, side) in CASES.items():
        keys = jax.random.split(jax.random.key(0))
        maps = jax.random.normal(keys[0], (BATCH, side, side, CHANNELS))
        kernel = jax.random.normal(keys[1], (SIZE, SIZE, CHANNELS, CHANNELS))
        seconds = {jax.jit(function): [], jax.jit(function, compiler_options=OPTIONS): []}
        a, b = (compiled(maps, kernel) for compiled in seconds)
        error = float(jnp.abs(a - b).max() / jnp.abs(b).max())
        for _ in range(7):
            for compiled, times in seconds.items():
                start = time.perf_counter()
                compiled(maps, kernel).block_until_ready()
                times.append(time.perf_counter() - start)
        default, without = map(statistics.median, seconds.values())
        ratios.append(default / without)
        print(
            f"{name}: {flops / default / 1e9:.0f} GFLOP/s by default, {flops / without / 1e9:.0f} "
            f"without YNNPACK, ratio {ratios[-1]:.1f}, error {error:.0e}"
        )
    sys.exit(0 if statistics.median(ratios) > 1.3 else "not reproduced")
