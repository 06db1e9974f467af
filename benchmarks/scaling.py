"""How a step's time goes with the number of devices: measured on virtual ones, projected for real.

    python -m benchmarks.scaling                               # measures; benchmarks/results/
    python -m benchmarks.scaling --step-ms 10                  # projects too
    python -m benchmarks.scaling --measure none --step-ms 10   # only projects

Measured: a DCGAN of 32 filters at 32 px with a global batch of 64, of which each of 1, 2, 4 and 8
devices takes its part: JAX's virtual CPU devices under `DataParallel`, TensorFlow's logical CPUs
under `MirroredStrategy`, PyTorch's processes (torchrun, gloo). All share the cores of this machine.

Projected: a step of `--model` on accelerators that each keep the batch that took one of them
`--step-ms`, and the all-reduce of the bytes that are counted from the model. `INTERCONNECTS` and
the functions below have the assumptions.
"""

import argparse
import contextlib
import itertools
import json
import math
import os
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.runner import BACKENDS, child, run_all
from benchmarks.speed import cases

PATH = Path(__file__).parent / "results" / "scaling.json"
CASE = cases.growing(32, 64)
DEVICES, ACCELERATORS = (1, 2, 4, 8), (8, 64, 512)
FLOAT = 4  # bytes: gradients are reduced in float32
MOVING = ("moving_mean", "moving_variance")

# Bytes a second that a device sends, and the seconds from a message's start to the next one's.
INTERCONNECTS = {
    # NVLink 4, 900 GB/s both ways together: NVIDIA H100's data sheet. The time of a ring's step:
    # NCCL's tuning.cc, NVLink, ring, Simple.
    "NVLink 4": (450e9, 3.4e-6),
    # A ConnectX-7 of 400 Gb/s for each of 8 GPUs: NVIDIA DGX H100's data sheet. The time: the same
    # file, network, ring, Simple.
    "InfiniBand NDR": (50e9, 14e-6),
    # One of the six links of a TPU v4, 50 GB/s: Jouppi et al. 2023, arXiv:2304.01433. The time is
    # an assumption without a source.
    "TPU v4 ICI": (50e9, 1e-6),
}
HOST = 8  # GPUs that NVLink joins; between more, InfiniBand is the slower part


def reduced(model):
    """What is reduced in a step.

    Returns:
        Dict: the bytes of "gradients", of each player times its updates, of "statistics", the
        moving ones, and of "logs"; and how many "calls" there are.
    """
    updates = {name: 1 for name in model.players()}
    if "discriminator" in updates:
        updates["discriminator"] = getattr(model, "critic_steps", 1)
    count = {
        name: sum(math.prod(v.shape) for net in networks for v in net.trainable_variables)
        for name, networks in model.players().items()
    }
    moving = [v for v in model.non_trainable_variables if v.path.endswith(MOVING)]
    return {
        "gradients": FLOAT * sum(count[name] * n for name, n in updates.items()),
        "statistics": FLOAT * sum(math.prod(v.shape) for v in moving),
        "logs": FLOAT * len(model.log_names),
        "calls": sum(updates.values()) + bool(moving) + len(model.log_names),
    }


def all_reduce_seconds(size, calls, devices, bandwidth, latency):
    """Of a ring, which sends 2 (n - 1) / n of the bytes in 2 (n - 1) messages a call, or of a tree,
    all of them up and down in 2 log2 n: the faster, as NCCL chooses."""
    n = devices
    ring = 2 * (n - 1) / n * size / bandwidth + calls * 2 * (n - 1) * latency
    tree = 2 * size / bandwidth + calls * 2 * math.log2(n) * latency
    return min(ring, tree)


def projection(counted, step_ms):
    """Efficiencies of many accelerators, each with the batch of one.

    Args:
        counted: dict of `reduced`.
        step_ms: float, of one accelerator.

    Returns:
        List of dicts; "apart" is the share of the time that is the step's where the reduction
        follows it, "overlapped" where it runs at the same time.
    """
    size = counted["gradients"] + counted["statistics"] + counted["logs"]
    rows = []
    for name, figures in INTERCONNECTS.items():
        for n in ACCELERATORS:
            if (name == "NVLink 4" and n > HOST) or (name == "InfiniBand NDR" and n <= HOST):
                continue
            ms = 1e3 * all_reduce_seconds(size, counted["calls"], n, *figures)
            efficiency = {
                "apart": step_ms / (step_ms + ms),
                "overlapped": step_ms / max(step_ms, ms),
            }
            rows.append({"interconnect": name, "devices": n, "reduce_ms": ms, **efficiency})
    return rows


def several(backend, devices):
    """A context in which models are made for so many devices, and how many processes there are."""
    if backend == "tensorflow":
        import tensorflow as tf

        cpu = tf.config.list_physical_devices("CPU")[0]
        split = [tf.config.LogicalDeviceConfiguration()] * devices
        tf.config.set_logical_device_configuration(cpu, split)
        return tf.distribute.MirroredStrategy([f"CPU:{i}" for i in range(devices)]).scope(), 1
    if backend == "jax":
        os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={devices}"
        import keras

        found = keras.distribution.list_devices()
        assert len(found) == devices
        keras.distribution.set_distribution(keras.distribution.DataParallel(devices=found))
        return contextlib.nullcontext(), 1
    import torch

    torch.set_num_threads(max(1, (os.cpu_count() or 1) // devices))
    torch.distributed.init_process_group("gloo")
    return contextlib.nullcontext(), devices


def measure(backend, devices, steps, repeats, case=CASE):
    """Milliseconds of a step, the median of some epochs after a first one, and the bytes."""
    scope, processes = several(backend, devices)
    import keras

    assert keras.backend.backend() == backend
    (images,) = case.arrays()
    with scope:
        model = case.model()
    size = case.batch // processes
    images = np.tile(images[:size], (steps, 1, 1, 1))
    ends = []
    clock = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: ends.append(time.perf_counter())
    )
    settings = {"epochs": repeats + 1, "shuffle": False, "verbose": 0, "callbacks": [clock]}
    model.fit(images, batch_size=size, **settings)
    ms = [(end - start) / steps * 1e3 for start, end in itertools.pairwise(ends)]
    return {"ms": round(statistics.median(ms), 2), "reduced": reduced(model)}


def job(backend, devices, steps, repeats, found):
    """Measures in a process of its own, or several."""
    words = ["--child", backend, devices, "--steps", steps, "--repeats", repeats]
    load = os.getloadavg()[0]
    if backend == "torch":
        launcher = "--standalone", f"--nproc-per-node={devices}", "-m", "benchmarks.scaling"
        figures = child("torch.distributed.run", *launcher, *words)
    else:
        figures = child("benchmarks.scaling", *words)
    found.append({"backend": backend, "devices": devices, **figures, "load_before": round(load, 1)})
    return f"{figures['ms']} ms a step"


def tables(found):
    """The figures of the file as Markdown."""
    from benchmarks.results import markdown

    rows = {}
    for row in found.get("measured", []):
        rows.setdefault(row["backend"], {})[row["devices"]] = f"{row['ms']:.0f}"
    counts = sorted({n for each in rows.values() for n in each})
    body = [[name, *(each.get(n, "-") for n in counts)] for name, each in rows.items()]
    text = markdown(["ms a step, by devices", *map(str, counts)], body)
    heads = ["interconnect", "accelerators", "ms to reduce", "efficiency", "overlapped"]
    body = [
        [row["interconnect"], str(row["devices"]), f"{row['reduce_ms']:.2f}",
         f"{row['apart']:.1%}", f"{row['overlapped']:.1%}"]
        for row in found.get("projection", {}).get("rows", [])
    ]  # fmt: skip
    return text + "\n" + markdown(heads, body)


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scaling",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--measure", nargs="+", choices=[*BACKENDS, "none"], default=BACKENDS)
    parser.add_argument("--devices", nargs="+", type=int, default=DEVICES)
    parser.add_argument("--steps", type=int, default=20, help="of an epoch that is timed")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--model", default="dcgan64", help="a case of benchmarks.speed")
    parser.add_argument("--step-ms", type=float, help="of --model on one accelerator")
    parser.add_argument("--out", type=Path, default=PATH)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.child:
        os.environ["KERAS_BACKEND"] = args.child[0]
        figures = measure(args.child[0], int(args.child[1]), args.steps, args.repeats)
        if os.environ.get("RANK", "0") == "0":
            print(json.dumps(figures))
        return 0
    from benchmarks.results import write  # which imports Keras: not before a child's backend is set

    old = json.loads(args.out.read_text()) if args.out.exists() else {}
    code = 0
    backends = [name for name in args.measure if name != "none"]
    measured = [row for row in old.get("measured", []) if row["backend"] not in backends]
    if backends:
        code = run_all(
            (f"{b}, {n} devices", lambda b=b, n=n: job(b, n, args.steps, args.repeats, measured))
            for b in backends
            for n in args.devices
        )
        old |= {"machine": cases.machine(), "batch": CASE.batch, "measured": measured}
    if args.step_ms:
        counted = reduced(cases.find(args.model).model())
        rows = projection(counted, args.step_ms)
        given = {"model": args.model, "step_ms": args.step_ms, "reduced": counted}
        old["projection"] = {**given, "rows": rows}
    write(json.dumps(old, indent=1) + "\n", args.out)
    print("\n" + tables(old))
    return code


if __name__ == "__main__":
    sys.exit(main())
