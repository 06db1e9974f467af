import logging

import keras
import numpy as np
import pytest

import kerasgan as kg
from kerasgan.engine.compiling import log_choice

BACKEND = keras.backend.backend()


@pytest.fixture
def said(caplog):
    """What `fit` logs, as if it were the first of the process."""
    log_choice.cache_clear()
    caplog.set_level(logging.INFO, "kerasgan")

    def messages(**settings):
        gan = kg.GAN((4, 4, 1), 2, generator_units=(4,), discriminator_units=(4,))
        gan.compile(**settings)
        gan.fit(np.zeros((8, 4, 4, 1), "float32"), batch_size=4, verbose=0)
        return [r.getMessage() for r in caplog.records if "jit_compile" in r.getMessage()]

    return messages


def test_the_choice_and_its_reason_are_logged_once(said):
    said()
    (message,) = said()
    start, reason = {
        "jax": ("jit_compile=True", "each operation by itself"),
        "tensorflow": ("jit_compile=False", "own convolutions are faster"),
        "torch": ("jit_compile=False", "torch.compile breaks"),
    }[BACKEND]
    assert message.startswith(start) and reason in message


def test_nothing_is_said_of_the_users_own_choice(said):
    assert said(jit_compile=False) == []
