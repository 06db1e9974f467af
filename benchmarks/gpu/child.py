"""One backend: `python -m benchmarks.gpu.child BACKEND` prints a line of JSON."""

import argparse
import contextlib
import dataclasses
import functools
import importlib
import json
import operator
import os
from pathlib import Path

import numpy as np

from benchmarks.speed import cases
from benchmarks.speed.child import Clock, train_kerasgan

TOLERANCE = 1e-3
BATCH, STEPS, FEW = 8, 3, 3
SMALL = {
    "DCGAN": {"data_shape": (16, 16, 1), "latent_dim": 8, "filters": 8},
    "WGANGP": {"data_shape": (16, 16, 1), "latent_dim": 8, "filters": 8, "critic_steps": 2},
    "CycleGAN": {
        "shape_a": (24, 24, 3),
        "shape_b": (24, 24, 3),
        "filters": 2,
        "blocks": 1,
        "discriminator_filters": 2,
    },
}
KINDS = ("trainable", "non_trainable", "optimizer", "metrics")


@contextlib.contextmanager
def same_draws():
    """In it Keras draws what does not depend on the device: a wave over the places."""
    import keras
    from keras import ops

    def wave(shape):
        places = ops.arange(functools.reduce(operator.mul, shape), dtype="int32")
        return ops.reshape(ops.sin(ops.cast(places % 997, "float32")), shape)

    drawn = keras.random.normal, keras.random.uniform
    keras.random.normal = lambda shape, *_, **__: wave(shape)
    keras.random.uniform = lambda shape, *_, **__: (wave(shape) + 1) / 2
    try:
        yield
    finally:
        keras.random.normal, keras.random.uniform = drawn


def small(variant, steps=STEPS):
    """A small model's case."""
    n = BATCH * SMALL[variant].get("critic_steps", 1)
    return cases.Case(variant, variant, variant, SMALL[variant], n, steps)


def trained(case, place, weights=None):
    """What a few steps in a place make: its first weights, the losses, and images."""
    import keras

    keras.utils.set_random_seed(0)
    with place, same_draws():
        model = case.model()
        model.set_weights(weights or model.get_weights())
        weights = model.get_weights()
        data = tuple(array[: case.batch * STEPS] for array in case.arrays())
        data = data if case.variant == "CycleGAN" else data[:1]
        logged = []
        after = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: logged.append([*logs.values()])
        )
        for i in range(STEPS):
            batch = [array[i * case.batch : (i + 1) * case.batch] for array in data]
            model.fit(*batch, batch_size=case.batch, shuffle=False, verbose=0, callbacks=[after])
        made = model.translate(data[0]) if len(data) == 2 else model.generate(BATCH, seed=0)
    return weights, np.array(logged), np.asarray(made, "float32")


def correct(case, engine):
    """How far the device is from the CPU, in losses and in images, and whether it is near."""
    with engine.exact():
        weights, losses, images = trained(case, contextlib.nullcontext())
        _, wanted, references = trained(case, engine.on_cpu(), weights)
    apart = {
        "losses": float(np.max(np.abs(losses - wanted) / (np.abs(wanted) + 1e-3))),
        "images": float(np.max(np.abs(images - references))),
    }
    return {**apart, "right": all(difference <= TOLERANCE for difference in apart.values())}


def speed(case, dtype, steps, engine, seconds):
    """Steps and images in a second, and the most memory."""
    policy = {"float32": "float32", "bfloat16": "mixed_bfloat16"}[dtype]
    engine.reset_memory()
    clock = Clock(steps, seconds)
    train_kerasgan(dataclasses.replace(case, block=steps), clock, dtype=policy)
    rate = 1e3 / clock.report()["ms"]
    figures = {"steps_s": rate, "images_s": rate * case.batch, "peak_mib": engine.peak_mib()}
    return {"model": case.name, "dtype": dtype, **figures}


def trace(case, folder):
    """Names and sizes of the files of a trace of three steps."""
    import kerasgan as kg

    profile = kg.callbacks.Profile(folder, steps=FEW, start=2)
    case.model().fit(case.dataset(), steps_per_epoch=FEW + 3, verbose=0, callbacks=[profile])
    files = [path for path in sorted(Path(profile.folder).rglob("*")) if path.is_file()]
    return {str(path): path.stat().st_size for path in files}


def measure(backend, chosen, steps, traces, seconds=1.5):
    """All figures of a backend, a dict."""
    from kerasgan.utils.versions import versions

    engine = importlib.import_module(f"benchmarks.gpu.{backend}_engine")
    what = engine.facts()
    waits = {name: engine.waits(small(name)) for name in SMALL}
    return {
        "device": what.get("name") or cases.machine(),
        "device_facts": what,
        "versions": versions(),
        "correct": {name: correct(small(name), engine) for name in SMALL},
        "waits": {"found": sorted({w for found in waits.values() for w in found}), "each": waits},
        "how_waits_are_found": engine.HOW,
        "layout": engine.layout(small("DCGAN")),
        "speed": [
            speed(case, dtype, steps, engine, seconds)
            for case in chosen
            for dtype in ("float32", "bfloat16")
        ],
        "trace": trace(small("DCGAN"), Path(traces) / backend),
    }


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("backend")
    parser.add_argument("--models", nargs="*", default=[])
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--traces", type=Path, default=Path("runs/gpu"))
    args = parser.parse_args(argv)
    os.environ["KERAS_BACKEND"] = args.backend
    chosen = [cases.find(name) for name in args.models]
    print(json.dumps(measure(args.backend, chosen, args.steps, args.traces, args.seconds)))


if __name__ == "__main__":
    main()
