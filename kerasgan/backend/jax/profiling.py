"""JAX: a trace for TensorBoard."""

import contextlib

import jax


@contextlib.contextmanager
def profile(directory):
    """See `kerasgan.backend`; without Python's own calls, which would fill it."""
    options = jax.profiler.ProfileOptions()
    options.python_tracer_level = 0
    jax.block_until_ready(jax.live_arrays())  # what was asked for before and may still be computed
    with jax.profiler.trace(directory, profiler_options=options):
        yield
        jax.block_until_ready(jax.live_arrays())


def profiled_step(number):
    """See `kerasgan.backend`."""
    return jax.profiler.StepTraceAnnotation("train", step_num=number)
