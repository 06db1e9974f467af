import logging

import keras
import numpy as np
import pytest

import kerasgan as kg
from kerasgan import backend
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


@pytest.mark.compiled
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


@pytest.mark.skipif(BACKEND != "jax", reason="the other backends do not compile what runs once")
def test_first_weights_are_drawn_by_programs_that_are_compiled_quickly(monkeypatch):
    import jax

    def optimized():
        return not jax.config.read("jax_disable_most_optimizations")

    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", False)
    try:
        seen = []
        build = kg.GAN.build_generator
        monkeypatch.setattr(
            kg.GAN, "build_generator", lambda self: seen.append(optimized()) or build(self)
        )
        kg.GAN((4, 4, 1), 2, generator_units=(4,), discriminator_units=(4,))
        assert seen == [False] and optimized()
        with pytest.raises(ZeroDivisionError), backend.building():
            raise ZeroDivisionError
        assert optimized()

        def draw():
            jax.clear_caches()
            return np.asarray(keras.random.normal((50, 7), seed=3))

        with backend.building():
            quickly = draw()
        np.testing.assert_allclose(quickly, draw(), rtol=1e-6)
    finally:
        jax.config.update("jax_disable_most_optimizations", before)


@pytest.mark.skipif(BACKEND != "jax", reason="XLA's library for processors")
def test_steps_are_compiled_without_the_slow_library_unless_the_user_chose(monkeypatch):
    import jax
    import jax.numpy as jnp

    from kerasgan.backend.jax.step import _compiler_options

    if jax.default_backend() != "cpu":
        pytest.skip("the library is for processors")
    asked, jit = [], jax.jit

    def noting(function, **given):
        asked.append(given.get("compiler_options"))
        return jit(function, **given)

    monkeypatch.setattr(jax, "jit", noting)

    def options():
        _compiler_options.cache_clear()
        gan = kg.GAN((4, 4, 1), 2, generator_units=(4,), discriminator_units=(4,))
        gan.compile()
        gan.fit(np.zeros((4, 4, 4, 1), "float32"), verbose=0)
        assert gan.jit_compile
        return asked[-1]

    def convolution(maps):
        return jax.lax.conv(maps, jnp.ones((4, 4, 3, 3)), (1, 1), "SAME")

    monkeypatch.delenv("XLA_FLAGS", raising=False)
    lowered = jit(convolution).lower(jnp.ones((1, 4, 8, 8)))
    program = lowered.compile(compiler_options=options()).as_text()
    assert "convolution(" in program and "ynn_fusion" not in program
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_experimental_ynn_fusion_type=")
    assert options() is None
    _compiler_options.cache_clear()


@pytest.mark.any_backend
def test_jit_compile_is_a_bool_or_auto():
    gan = kg.GAN((4, 4, 1), 2, generator_units=(4,), discriminator_units=(4,))
    with pytest.raises(ValueError, match=r"one of True, False, auto. Received: jit_compile='~'"):
        gan.compile(jit_compile="~")
