"""What the engine adds to a step: the same step through it and written by hand for the backend.

    python -m benchmarks.engine_overhead            # all backends; benchmarks/results/
    python -m benchmarks.engine_overhead jax        # one backend, in this process

Both sides train the same Keras networks with the same Keras optimizers on the same batches, one
generator pass a step, two logged means. They take turns step by step in one process, so that a slow
moment of the machine meets both; the figure is the ratio of the medians of the steps' times.
"""

import argparse
import functools
import json
import os
import statistics
import sys
import time
from pathlib import Path

from benchmarks.results import Records
from benchmarks.runner import BACKENDS, child, run_all

PATH = Path(__file__).parent / "results" / "engine_overhead.json"


def mlp():
    """The MLP GAN of 784 pixels, its batch size, and how many steps are timed."""
    import kerasgan as kg

    return kg.GAN((28, 28, 1), 100), 64, 300


def conv():
    """A small convolutional GAN with batch norm at 32x32, batch 32."""
    import keras
    from keras import layers

    import kerasgan as kg

    generator = [keras.Input((64,)), layers.Dense(8 * 8 * 64), layers.Reshape((8, 8, 64))]
    for filters in (64, 32):
        generator += [layers.BatchNormalization(), layers.ReLU(), layers.UpSampling2D()]
        generator += [layers.Conv2D(filters, 3, padding="same")]
    generator += [layers.ReLU(), layers.Conv2D(3, 3, padding="same", activation="tanh")]
    discriminator = [keras.Input((32, 32, 3))]
    for filters in (32, 64):
        discriminator += [layers.Conv2D(filters, 4, strides=2, padding="same")]
        discriminator += [layers.BatchNormalization(), layers.LeakyReLU(0.2)]
    discriminator += [layers.Flatten(), layers.Dense(1)]
    gan = kg.GAN(
        (32, 32, 3),
        64,
        generator=keras.Sequential(generator),
        discriminator=keras.Sequential(discriminator),
    )
    return gan, 32, 100


def losses(gan, real, fake):
    """The two players' losses from logits."""
    from keras import ops

    d_loss = ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(fake))
    return d_loss, ops.mean(ops.softplus(-fake))


def hand_tensorflow(gan, optimizers, means, batches):
    """Two tapes and the generator's pass kept on a third."""
    import keras
    import tensorflow as tf

    g, d = gan.generator, gan.discriminator
    seed = keras.random.SeedGenerator(0)
    iterator = iter(batches)

    @tf.function
    def step(iterator):
        real = next(iterator)
        z = keras.random.normal((tf.shape(real)[0], gan.latent_dim), seed=seed)
        with tf.GradientTape() as g_tape:
            fake = g(z, training=True)
        with tf.GradientTape() as tape:
            d_loss, _ = losses(gan, d(real, training=True), d(fake, training=True))
        variables = [v.value for v in d.trainable_variables]
        optimizers[0].apply(tape.gradient(d_loss, variables), d.trainable_variables)
        with tf.GradientTape() as tape:
            tape.watch(fake)
            _, g_loss = losses(gan, fake[:1], d(fake, training=True))
        at_images = tape.gradient(g_loss, fake)
        variables = [v.value for v in g.trainable_variables]
        gradients = g_tape.gradient(fake, variables, output_gradients=at_images)
        optimizers[1].apply(gradients, g.trainable_variables)
        means[0].update_state(d_loss)
        means[1].update_state(g_loss)
        return {"d_loss": means[0].result(), "g_loss": means[1].result()}

    return lambda: float(step(iterator)["d_loss"])


def hand_jax(gan, optimizers, means, batches):
    """One jitted pure function over the networks' and optimizers' variables."""
    import itertools

    import jax
    import keras

    g, d = gan.generator, gan.discriminator
    iterator = itertools.cycle(batches)

    def values(variables):
        return [v.value for v in variables]

    seed = jax.random.PRNGKey(0)
    state = (
        [values(d.trainable_variables), values(d.non_trainable_variables)],
        [values(g.trainable_variables), values(g.non_trainable_variables)],
        [values(o.variables) for o in optimizers],
        [values(m.variables) for m in means],
        seed,
    )
    state = jax.tree.map(lambda x: x * 1, state)

    def step(state, real):
        (d_tv, d_ntv), (g_tv, g_ntv), (d_opt, g_opt), (d_mean, g_mean), key = state
        key, now = jax.random.split(key)
        z = jax.random.normal(now, (real.shape[0], gan.latent_dim))
        fake, pull, g_ntv = jax.vjp(
            lambda tv: g.stateless_call(tv, g_ntv, z, training=True), g_tv, has_aux=True
        )

        def d_loss_fn(tv, ntv):
            real_logits, ntv = d.stateless_call(tv, ntv, real, training=True)
            fake_logits, ntv = d.stateless_call(tv, ntv, fake, training=True)
            return losses(gan, real_logits, fake_logits)[0], ntv

        (d_loss, d_ntv), grads = jax.value_and_grad(d_loss_fn, has_aux=True)(d_tv, d_ntv)
        d_tv, d_opt = optimizers[0].stateless_apply(d_opt, grads, d_tv)

        def g_loss_fn(images):
            logits, _ = d.stateless_call(d_tv, d_ntv, images, training=True)
            return losses(gan, logits, logits)[1]

        g_loss, at_images = jax.value_and_grad(g_loss_fn)(fake)
        g_tv, g_opt = optimizers[1].stateless_apply(g_opt, pull(at_images)[0], g_tv)
        d_mean = means[0].stateless_update_state(d_mean, d_loss)
        g_mean = means[1].stateless_update_state(g_mean, g_loss)
        logs = {
            "d_loss": means[0].stateless_result(d_mean),
            "g_loss": means[1].stateless_result(g_mean),
        }
        return logs, ([d_tv, d_ntv], [g_tv, g_ntv], [d_opt, g_opt], [d_mean, g_mean], key)

    step = jax.jit(step, donate_argnums=0)
    assert keras.backend.backend() == "jax"

    def run():
        nonlocal state
        logs, state = step(state, next(iterator))
        return float(logs["d_loss"])

    return run


def hand_torch(gan, optimizers, means, batches):
    """Autograd with the generator's graph kept."""
    import itertools

    import torch

    g, d = gan.generator, gan.discriminator
    iterator = itertools.cycle(batches)

    def step():
        real = torch.from_numpy(next(iterator))
        z = torch.randn(real.shape[0], gan.latent_dim)
        fake = g(z, training=True)
        held = fake.detach().requires_grad_()
        d_loss, _ = losses(gan, d(real, training=True), d(held.detach(), training=True))
        variables = d.trainable_variables
        gradients = torch.autograd.grad(d_loss, [v.value for v in variables])
        with torch.no_grad():
            optimizers[0].apply(list(gradients), variables)
        _, g_loss = losses(gan, held[:1], d(held, training=True))
        (at_images,) = torch.autograd.grad(g_loss, held)
        variables = g.trainable_variables
        gradients = torch.autograd.grad(fake, [v.value for v in variables], at_images)
        with torch.no_grad():
            optimizers[1].apply(list(gradients), variables)
        means[0].update_state(d_loss.detach())
        means[1].update_state(g_loss.detach())
        return {"d_loss": means[0].result(), "g_loss": means[1].result()}

    return lambda: float(step()["d_loss"])


def through_engine(gan, batches):
    """The function that `fit` calls for each step."""
    import itertools

    import keras

    gan.compile()
    gan.make_train_function()
    if keras.backend.backend() == "tensorflow":
        iterator = iter(batches)
        return lambda: float(gan.train_function(iterator)["d_loss"])
    if keras.backend.backend() == "torch":
        import torch

        iterator = itertools.cycle(batches)
        return lambda: float(gan.train_function([(torch.from_numpy(next(iterator)),)])["d_loss"])
    iterator = itertools.cycle([(batch,) for batch in batches])
    kinds = ("trainable_variables", "non_trainable_variables")
    state = gan._get_jax_state(
        **dict.fromkeys(kinds, True), optimizer_variables=True, metrics_variables=True
    )

    def run():
        nonlocal state
        logs, state = gan.train_function(state, iterator)
        return float(logs["d_loss"])

    return run


def measure(make):
    """Medians of both sides' milliseconds a step, interleaved."""
    import keras
    import numpy as np

    gan, size, steps = make()
    by_hand, _, _ = make()
    rng = np.random.default_rng(0)
    batches = rng.uniform(-1, 1, (20, size, *gan.data_shape)).astype("float32")
    optimizers = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2)]
    for optimizer, network in zip(
        optimizers, (by_hand.discriminator, by_hand.generator), strict=True
    ):
        optimizer.build(network.trainable_variables)
    means = [keras.metrics.Mean(), keras.metrics.Mean()]
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        data = tf.data.Dataset.from_tensor_slices(batches).repeat()
    else:
        data = list(batches)
    sides = {
        "engine": through_engine(gan, data),
        "hand": globals()[f"hand_{backend}"](by_hand, optimizers, means, data),
    }
    times = {name: [] for name in sides}
    for step in sides.values():
        for _ in range(5):
            step()
    for turn in range(steps):
        for name in sorted(sides, reverse=turn % 2):
            start = time.perf_counter()
            sides[name]()
            times[name].append((time.perf_counter() - start) * 1e3)
    medians = {name: statistics.median(t) for name, t in times.items()}
    spread = {
        f"{name}_quartiles": [round(q, 3) for q in statistics.quantiles(t, n=4)[::2]]
        for name, t in times.items()
    }
    return {
        "engine_ms": round(medians["engine"], 3),
        "hand_ms": round(medians["hand"], 3),
        "ratio": round(medians["engine"] / medians["hand"], 3),
        **spread,
    }


def store(backend):
    """Measure and store both GANs' figures under a backend."""
    found = child("benchmarks.engine_overhead", backend)
    for name, figures in found.items():
        Records(PATH, "backend", "gan").add({"backend": backend, "gan": name, **figures})
    ratios = (f"{name} {figures['ratio']:.3f}" for name, figures in found.items())
    return f"{', '.join(ratios)} of by hand"


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("backend", nargs="?", choices=BACKENDS)
    backend = parser.parse_args(argv).backend
    if not backend:
        return run_all((name, functools.partial(store, name)) for name in BACKENDS)
    os.environ["KERAS_BACKEND"] = backend
    print(json.dumps({make.__name__: measure(make) for make in (mlp, conv)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
