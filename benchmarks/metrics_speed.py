"""How long a Fréchet distance takes beside torch-fidelity's, and how its memory grows.

    python -m benchmarks.metrics_speed

Both get the same two float32 arrays of 50,000 samples of 2,048 features, whose covariances have
eigenvalues that fall evenly from 1 to 1e-6 in their logarithms, and take turns in one process, so
that a slow moment of the machine meets both; the figure is the ratio of the medians of their times.
torch-fidelity's is `fid_features_to_statistics` of both arrays and `fid_statistics_to_metric`; it
is imported without torchvision, which these do not need.

The memory is the most that `Moments` hold at a time while they are fed batches of 500, and while
the distance is computed, for 10,000 samples and for 50,000 of each side.

On two cores of a Xeon, three repeats, with NumPy 2.4.6 and torch-fidelity 0.4.0: 89 s (82 to 91),
0.35 of torch-fidelity's 256 (256 to 278); 151.5 MiB for either number of samples.
"""

import argparse
import functools
import importlib
import statistics
import sys
import time
import tracemalloc
from unittest import mock

import numpy as np

from benchmarks.results import markdown
from kerasgan.metrics.features import Moments
from kerasgan.metrics.frechet import frechet_distance

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
    """Seconds of each round of both, dict of lists, and the two distances, dict of floats."""
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
            seconds[name].append(time.perf_counter() - start)
    return seconds, found


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
    args = parser.parse_args(argv)

    seconds, distances = measure_time(args.samples, args.features, args.repeats)
    rows = [
        [name, f"{statistics.median(s):.4g}", f"{min(s):.4g}", f"{max(s):.4g}"]
        + [f"{distances[name]:.6g}"]
        for name, s in seconds.items()
    ]
    print(markdown(["", "median s", "least", "most", "distance"], rows))
    for samples in (args.samples // 5, args.samples):
        print(f"{samples} samples: at most {measure_memory(samples, args.features)} MiB")


if __name__ == "__main__":
    main()
