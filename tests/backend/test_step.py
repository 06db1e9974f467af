import functools

import keras
import numpy as np
import pytest

from kerasgan import backend
from tests.models.variants import VARIANTS, batches

on_jax = pytest.mark.skipif(backend.name != "jax", reason="JAX loops over the steps itself")


def test_outputs_are_detached_and_gradients_pulled_through_them():
    x = keras.Variable([3.0])
    (y,), pull = backend.vjp(lambda: [x * x], [x])
    assert not getattr(y, "requires_grad", False)
    (slope,) = pull([keras.ops.ones_like(y)])
    np.testing.assert_allclose(keras.ops.convert_to_numpy(slope), [6])


@on_jax
def test_steps_together_are_those_one_by_one_and_take_nothing_from_the_host():
    import jax

    ends = []
    for together in (1, 4):
        keras.utils.set_random_seed(3)
        model = VARIANTS["gan"]()
        model.compile(steps_per_execution=together)
        model.make_train_function()
        (images,) = batches(model, steps=9)
        data = [(jax.device_put(batch),) for batch in np.split(images, 9)]
        names = ("trainable", "non_trainable", "optimizer", "metrics")
        state = model._get_jax_state(**{f"{name}_variables": True for name in names})
        iterator = iter(data)
        with jax.transfer_guard("disallow"):
            for _ in range(-(-len(data) // together)):
                logs, state = model.train_function(state, iterator)
        ends.append(jax.tree.map(np.array, (logs, state)))
    # The loop is another program to XLA, which may round otherwise without its optimisations.
    jax.tree.map(functools.partial(np.testing.assert_allclose, rtol=1e-5, atol=1e-7), *ends)
