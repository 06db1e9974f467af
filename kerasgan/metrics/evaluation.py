"""Scores with their protocol, and the refusal to compare what differs in it."""

import hashlib
import json
import os
import zipfile
from pathlib import Path

import keras
import numpy as np

from kerasgan.metrics import extractors
from kerasgan.metrics.energy import EnergyDistance
from kerasgan.metrics.extractors.extractor import check_range
from kerasgan.metrics.frechet import FrechetDistance
from kerasgan.metrics.inception_score import InceptionScore
from kerasgan.metrics.kernel import KernelDistance
from kerasgan.metrics.neighbours import DensityCoverage, PrecisionRecall
from kerasgan.metrics.paired import L1, PSNR, SSIM, FeatureDistance
from kerasgan.metrics.sliced import SlicedWasserstein
from kerasgan.metrics.streaming import TwoSampleMetric
from kerasgan.utils.files import replacing
from kerasgan.utils.versions import versions

METRICS = {
    "fid": FrechetDistance,
    "kid": KernelDistance,
    "is": InceptionScore,
    "precision_recall": PrecisionRecall,
    "density_coverage": DensityCoverage,
    "swd": SlicedWasserstein,
    "energy": EnergyDistance,
    "l1": L1,
    "psnr": PSNR,
    "ssim": SSIM,
    "feature_distance": FeatureDistance,
}
PIXELWISE = {"l1", "psnr", "ssim"}
PAIRED = PIXELWISE | {"feature_distance"}
SINGLE = {"is", "feature_distance"}  # they ask the extractor for more than features
DEFAULT = ("fid", "kid", "precision_recall", "density_coverage")
BATCH = 100


class Evaluator:
    """Scores of generated images against the same real ones, again and again.

    Every batch goes through the extractor once, for all metrics. What is kept of the real images
    is stored on disk under their hash and the extractor's, so it is not computed twice.

    Args:
        real: images in [-1, 1], an array (n, height, width, channels), or a `tf.data.Dataset` or
            list of batches of them; of batches that are tuples the first part counts.
        metrics: names out of `kerasgan.metrics.METRICS`: "fid", "kid", "is", "precision_recall",
            "density_coverage", "swd" and "energy" of two samples; "l1", "psnr", "ssim" and
            "feature_distance" of pairs, where image i of those to be scored belongs to the real
            image i.
        extractor: a `kerasgan.metrics.Extractor`, the name of one, or a Keras model of images to
            features. Pixels' metrics, "l1", "psnr" and "ssim", do without.
        protocol: dict of what else the scores depend on, such as `{"split": "test", "seed": 0}`;
            it becomes part of the fingerprint.
        cache: bool, whether what is kept of the real images is stored in, and read from, the
            folder `kerasgan/statistics` in Keras's own, `~/.keras` or KERAS_HOME.
        verbose: int, 1 for progress bars.

    Raises:
        ValueError: if a metric or the extractor is unknown, or `real` can be read only once.

    Example:

    >>> import keras, numpy as np
    >>> pixels = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    >>> real = np.random.default_rng(0).uniform(-1, 1, (100, 8, 8, 1)).astype("float32")
    >>> evaluator = Evaluator(real, ["fid", "swd"], pixels, cache=False)
    >>> scores = evaluator(real[::-1])["scores"]
    >>> sorted(scores), max(scores.values()) < 1e-6
    (['fid', 'swd'], True)
    """

    def __init__(
        self,
        real,
        metrics=DEFAULT,
        extractor="efficientnet_lite0",
        *,
        protocol=None,
        cache=True,
        verbose=0,
    ):
        metrics = (metrics,) if isinstance(metrics, str) else tuple(metrics)
        check_names(metrics)
        if iter(real) is real:
            raise ValueError(
                "`real` is read more than once: pass an array, a data set or a list of batches. "
                f"Received: real={type(real).__name__}"
            )
        self.extractor = None if PIXELWISE.issuperset(metrics) else extractors.get(extractor)
        self.metrics = {
            name: METRICS[name](self.extractor) if name in SINGLE else METRICS[name]()
            for name in metrics
        }
        self.protocol, self.verbose = dict(protocol or {}), verbose
        self.real = None
        if PAIRED & set(metrics):
            real = self.real = np.concatenate(list(batches(real)))
        self.digest = Digest()
        for images in batches(real):
            self.digest.update(images)
        kinds = {m.accumulator for m in self.metrics.values() if isinstance(m, TwoSampleMetric)}
        kept = {kind: self._read(kind) if cache else None for kind in kinds}
        missing = {kind: kind() for kind, found in kept.items() if found is None}
        if missing:
            self._extract(real, missing, "real images")
            for kind, made in missing.items():
                if cache:
                    self._write(kind, made)
        self.kept = {**kept, **missing}

    def __call__(self, fake):
        """Scores images.

        Args:
            fake: generated images, in any of the forms of `real`, or a generator of batches.

        Returns:
            A dict: `scores`, dict of str to float, and `fingerprint`, dict of all that they depend
            on, see `compare`.

        Raises:
            ValueError: if there are too few images for a metric, or not as many as real ones for
                one of pairs.
        """
        for metric in self.metrics.values():
            metric.reset_state()
        made = {kind: kind() for kind in self.kept}
        singles = [m for m in self.metrics.values() if not isinstance(m, TwoSampleMetric)]
        count = self._extract(fake, made, "generated images", singles)
        if self.real is not None and count != len(self.real):
            raise ValueError(
                "Metrics of pairs take as many generated as real images. "
                f"Received: generated={count}, real={len(self.real)}"
            )
        scores = {}
        for name, metric in self.metrics.items():
            if isinstance(metric, TwoSampleMetric):
                kind = metric.accumulator
                found = metric.of(self.kept[kind], made[kind])
            else:
                found = metric.result()
            scores |= found if isinstance(found, dict) else {name: found}
        return {
            "scores": {name: float(score) for name, score in scores.items()},
            "fingerprint": {
                **(self.extractor.fingerprint if self.extractor else {}),
                "real": self.digest.hex(),
                "real_samples": self.digest.count,
                "samples": count,
                **self.protocol,
                "versions": versions(),
            },
        }

    def _extract(self, images, accumulators, what, others=()):
        """Adds images to accumulators, and to other metrics; returns how many there were."""
        progress = keras.utils.Progbar(None, unit_name="batch") if self.verbose else None
        if progress:
            print(what)
        count = 0
        for batch in batches(images):
            if accumulators:
                features = self.extractor.features(batch)
                for accumulator in accumulators.values():
                    accumulator.update(features)
            for metric in others:
                if metric.name in PAIRED:
                    metric.update_state(self.real[count : count + len(batch)], batch)
                else:
                    metric.update_state(batch)
            count += len(batch)
            if progress:
                progress.add(1)
        if progress:
            print()
        if not count:
            raise ValueError(f"There are no {what}. Received: samples=0")
        return count

    def _path(self, kind):
        key = json.dumps([self.extractor.fingerprint, self.digest.hex(), kind.__name__])
        home = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser()
        name = hashlib.sha256(key.encode()).hexdigest()[:32]
        return home / "kerasgan" / "statistics" / f"{name}.npz"

    def _read(self, kind):
        try:
            with np.load(self._path(kind)) as state:
                return kind.from_state(state)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):  # none, or a damaged one
            return None

    def _write(self, kind, made):
        with replacing(self._path(kind)) as temporary:
            np.savez(temporary, **made.state())


def check_names(metrics):
    """Raises a ValueError unless `metrics`, a tuple of str, are names of metrics."""
    if not metrics or any(name not in METRICS for name in metrics):
        raise ValueError(
            f"Name metrics out of {', '.join(METRICS)}. Received: metrics={list(metrics)}"
        )


class Digest:
    """A hash of images that does not depend on their order.

    Example:

    >>> import numpy as np
    >>> images = np.arange(4.0).reshape(2, 1, 2, 1)
    >>> one, other = Digest(), Digest()
    >>> one.update(images)
    >>> other.update(images[::-1])
    >>> one.hex() == other.hex()
    True
    """

    def __init__(self):
        self.count, self.shape, self._sum = 0, None, 0

    def update(self, images):
        """Adds images, an array (n, ...)."""
        self.shape = images.shape[1:]
        for image in np.ascontiguousarray(images, "float32"):
            self._sum += int.from_bytes(hashlib.sha256(image.tobytes()).digest(), "big")
        self.count += len(images)

    def hex(self):
        """The hash, 64 digits."""
        return hashlib.sha256(f"{self.shape} {self.count} {self._sum}".encode()).hexdigest()


def batches(images):
    """Yields float32 arrays of images from an array, or from batches that may be tuples.

    Args:
        images: see `Evaluator`.

    Raises:
        ValueError: if they are not (n, height, width, channels) in [-1, 1].
    """
    if isinstance(images, np.ndarray):
        images = np.split(images, range(BATCH, len(images), BATCH))
    for batch in images:
        batch = keras.ops.convert_to_numpy(batch[0] if isinstance(batch, tuple) else batch)
        if batch.ndim != 4:
            raise ValueError(
                f"Images must be (n, height, width, channels). Received: images.shape={batch.shape}"
            )
        if batch.size:
            check_range("images", batch)
        yield batch.astype("float32")


def evaluate(fake, real, metrics=DEFAULT, extractor="efficientnet_lite0", **arguments):
    """Scores generated images against real ones: `Evaluator(real, ...)(fake)`.

    Args:
        fake: see `Evaluator.__call__`.
        real: see `Evaluator`.
        metrics: see `Evaluator`.
        extractor: see `Evaluator`.
        **arguments: the others of `Evaluator`.

    Returns:
        A dict of `scores` and `fingerprint`.

    Example:

    >>> import keras, numpy as np
    >>> pixels = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    >>> images = np.zeros((100, 8, 8, 1), "float32")
    >>> evaluate(images, images + 0.5, "fid", pixels, cache=False)["scores"]
    {'fid': 16.0}
    """
    return Evaluator(real, metrics, extractor, **arguments)(fake)


def compare(a, b, ignore=()):
    """The differences of two reports' scores, if they were made alike.

    Args:
        a: dict of `evaluate`, or read from a JSON file of `kerasgan evaluate`.
        b: dict, likewise.
        ignore: names of fields of the fingerprint that may differ, such as "seed" or "versions".

    Returns:
        Dict of each score that both have to b's minus a's.

    Raises:
        ValueError: if a field of the fingerprints differs, which it names; or if no score is in
            both.

    Example:

    >>> a = {"scores": {"fid": 10.0}, "fingerprint": {"extractor": "inception", "samples": 10000}}
    >>> b = {"scores": {"fid": 9.5}, "fingerprint": {"extractor": "inception", "samples": 50000}}
    >>> compare(a, b)
    Traceback (most recent call last):
    ...
    ValueError: These scores were not made alike. Received: samples=10000 and 50000
    >>> compare(a, b, ignore=["samples"])
    {'fid': -0.5}
    """
    one, other = a["fingerprint"], b["fingerprint"]
    fields = [name for name in {**one, **other} if name not in ignore]
    unlike = [
        f"{name}={one.get(name)!r} and {other.get(name)!r}"
        for name in fields
        if one.get(name) != other.get(name)
    ]
    if unlike:
        raise ValueError(f"These scores were not made alike. Received: {'; '.join(unlike)}")
    both = [name for name in a["scores"] if name in b["scores"]]
    if not both:
        raise ValueError(
            f"No score is in both. Received: {list(a['scores'])} and {list(b['scores'])}"
        )
    return {name: b["scores"][name] - a["scores"][name] for name in both}
