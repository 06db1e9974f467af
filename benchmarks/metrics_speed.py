"""How long a Fréchet distance takes beside torch-fidelity's, and how its memory grows.

    python -m benchmarks.metrics_speed

Both get the same two float32 arrays of 50,000 samples of 2,048 features, whose covariances have
eigenvalues that fall evenly from 1 to 1e-6 in their logarithms, and take turns in one process, so
that a slow moment of the machine meets both; the figure is the ratio of the medians of their times.
torch-fidelity's is `fid_features_to_statistics` of both arrays and `fid_statistics_to_metric`; it
is imported without torchvision, which these do not need.

The memory is the most that `Moments` hold at a time while they are fed batches of 500, and while
the distance is computed, for 10,000 samples and for 50,000 of each side.

Results go to `benchmarks/results/metrics_speed.json`.
"""

import argparse
import functools
import importlib.metadata
import json
import statistics
import sys
import time
import tracemalloc
from pathlib import Path
from unittest import mock

import numpy as np

from kerasgan.metrics.features import Moments
from kerasgan.metrics.frechet import frechet_distance
from kerasgan.utils.versions import versions

RESULTS = Path(__file__).parent / "results" / "metrics_speed.json"
BATCH = 500


@functools.cache
def torch_fidelity(name):
    """A module of torch-fidelity, without torchvision, which its scores do not need."""
    names = ("", ".datasets", ".transforms", ".transforms.functional")
    stubs = {f"torchvision{name}": mock.MagicMock() for name in names}
    sys.modules.update(stubs)
    try:
        return importlib.import_module(name)
    finally:
        for name in stubs:
            del sys.modules[name]


def torch_fidelity_distance(real, fake):
    """torch-fidelity's Fréchet distance of two float32 arrays."""
    import torch

    module = torch_fidelity("torch_fidelity.metric_fid")
    sides = [module.fid_features_to_statistics(torch.from_numpy(x)) for x in (real, fake)]
    return module.fid_statistics_to_metric(*sides, False)[module.KEY_METRIC_FID]


def make_features(samples, features):
    """Two float32 arrays (samples, features), the second one's scale and mean a little off."""
    rng = np.random.default_rng(0)
    mixing = np.linalg.qr(rng.normal(size=(features, features)))[0]
    mixing *= np.logspace(0, -3, features)[:, None]
    real, fake = (
        rng.standard_normal((samples, features), "float32") @ mixing.astype("float32")
        for _ in range(2)
    )
    fake *= np.float32(1.1)
    fake += np.float32(0.01)
    return real, fake


def measure_time(samples, features, repeats):
    """Seconds of each round of both, their medians and extremes, and both distances."""
    real, fake = make_features(samples, features)
    sides = {"kerasgan": frechet_distance, "torch_fidelity": torch_fidelity_distance}
    small = real[:100, :10].copy(), fake[:100, :10].copy()
    for distance in sides.values():
        distance(*small)  # imports, threads
    seconds, found = {name: [] for name in sides}, {}
    for turn in range(repeats):
        for name in sorted(sides, reverse=turn % 2):
            start = time.perf_counter()
            found[name] = sides[name](real, fake)
            seconds[name].append(round(time.perf_counter() - start, 6))
            print(f"{name:14} {seconds[name][-1]:8.2f} s", flush=True)
    medians = {name: statistics.median(each) for name, each in seconds.items()}
    return {
        "distances": found,
        "seconds": seconds,
        "median_seconds": medians,
        "least_and_most_seconds": {name: [min(s), max(s)] for name, s in seconds.items()},
        "ratio": round(medians["kerasgan"] / medians["torch_fidelity"], 3),
    }


def measure_memory(samples, features):
    """The most MiB that `Moments` and their distance hold, batches of features aside."""
    batch = make_features(BATCH, features)
    sides = Moments(), Moments()
    tracemalloc.start()
    try:
        for _ in range(samples // BATCH):
            for side, features in zip(sides, batch, strict=True):
                side.update(features)
        frechet_distance(*sides)
        return round(tracemalloc.get_traced_memory()[1] / 2**20, 1)
    finally:
        tracemalloc.stop()


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--samples", type=int, default=50_000)
    parser.add_argument("--features", type=int, default=2048)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", default=RESULTS, help="where the JSON goes")
    args = parser.parse_args(argv)

    timed = measure_time(args.samples, args.features, args.repeats)
    memory = {n: measure_memory(n, args.features) for n in (args.samples // 5, args.samples)}
    result = {
        "samples": args.samples,
        "features": args.features,
        **timed,
        "streaming_peak_mib": memory,
        "versions": {
            **versions(),
            **{name: importlib.metadata.version(name) for name in ("numpy", "torch-fidelity")},
        },
    }
    print(f"{timed['ratio']:.3f} of torch-fidelity's time")
    for samples, peak in memory.items():
        print(f"{samples} samples: at most {peak} MiB")
    Path(args.out).write_text(json.dumps(result, indent=1) + "\n")
    print(f"written to {args.out}")
    return result


if __name__ == "__main__":
    main()
