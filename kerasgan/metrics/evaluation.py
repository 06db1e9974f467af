"""Scores with the protocol that they were made by."""

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from kerasgan.metrics import extractors
from kerasgan.metrics.batches import Digest, Images, alike, batches
from kerasgan.metrics.energy import energy_distance
from kerasgan.metrics.extractors.inception import SHA256
from kerasgan.metrics.features import Collection, Moments
from kerasgan.metrics.frechet import frechet_distance
from kerasgan.metrics.inception_score import Sums
from kerasgan.metrics.kernel import kernel_distance
from kerasgan.metrics.neighbours import density_coverage, precision_recall
from kerasgan.metrics.paired import feature_distance, l1, psnr, ssim
from kerasgan.metrics.sliced import sliced_wasserstein
from kerasgan.utils.checks import whole
from kerasgan.utils.files import keras_home, replacing
from kerasgan.utils.progress import progress
from kerasgan.utils.versions import versions

INCEPTION = {"fid": "fd", "kid": "kd"}  # and what they are called by another extractor's features
OF_MOMENTS = {"fd": frechet_distance}
OF_FEATURES = {
    "kd": kernel_distance,
    "precision_recall": precision_recall,
    "density_coverage": density_coverage,
    "swd": sliced_wasserstein,
    "energy": energy_distance,
}
OF_PIXELS = {"l1": l1, "psnr": psnr, "ssim": ssim}
PAIRED = (*OF_PIXELS, "feature_distance")
# fmt: off
METRICS = (
    "fid", "kid", "fd", "kd", "is", "precision_recall", "density_coverage", "swd", "energy",
    "l1", "psnr", "ssim", "feature_distance",
)
# fmt: on
DEFAULT = ("fd", "kd", "precision_recall", "density_coverage")
GREATER_IS_BETTER = {"is", "precision", "recall", "density", "coverage", "psnr", "ssim"}


class Evaluator:
    """Scores of generated images against the same real ones, again and again.

    Every batch goes through the extractor once, for all metrics. What is kept of the real images
    is stored on disk under their hash and the extractor's, so it is not computed twice.

    Args:
        real: images in [-1, 1], an array (n, height, width, channels), or a `tf.data.Dataset` or
            list of batches of them; of batches that are tuples the first part counts.
        metrics: names out of `kerasgan.metrics.METRICS`: "fd" and "kd", Fréchet and kernel
            distance, which of Inception's features are "fid" and "kid", "is", "precision_recall",
            "density_coverage", "swd" and "energy" of two samples; "l1", "psnr", "ssim" and
            "feature_distance" of pairs, where image i of those to be scored belongs to the real
            image i.
        extractor: a `kerasgan.metrics.Extractor`, the name of one, or a Keras model of images to
            features. Pixels' metrics, "l1", "psnr" and "ssim", do without.
        protocol: dict of what else the scores depend on, such as `{"split": "test", "seed": 0}`;
            it becomes part of the fingerprint.
        cache: bool, whether what is kept of the real images is stored in, and read from, the
            folder `kerasgan/statistics` in Keras's own, `~/.keras` or KERAS_HOME.
        verbose: int, 1 for progress bars of what takes longer than two seconds.

    Raises:
        ValueError: if a metric or the extractor is unknown, a metric is not of this extractor, or
            `real` can be read only once.

    Example:

    >>> pixels = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    >>> real = np.random.default_rng(0).uniform(-1, 1, (100, 8, 8, 1)).astype("float32")
    >>> evaluator = Evaluator(real, ["fd", "swd"], pixels, cache=False)
    >>> scores = evaluator(real[::-1])["scores"]
    >>> sorted(scores), max(scores.values()) < 1e-6
    (['fd', 'swd'], True)
    """

    def __init__(
        self,
        real: Images,
        metrics: str | Sequence[str] = DEFAULT,
        extractor: extractors.Extractor | keras.Model | str = "efficientnet_lite0",
        *,
        protocol: Mapping[str, Any] | None = None,
        cache: bool = True,
        verbose: int = 0,
    ):
        self.metrics = (metrics,) if isinstance(metrics, str) else tuple(metrics)
        check_names(self.metrics, extractor)
        if iter(real) is real:
            raise ValueError(
                "`real` is read more than once: pass an array, a data set or a list of batches. "
                f"Received: real={type(real).__name__}"
            )
        seen = not set(OF_PIXELS).issuperset(self.metrics)
        self.extractor: Any = extractors.get(extractor) if seen else None
        self.protocol = dict(protocol or {})
        self.verbose = whole("verbose", verbose, least=0)
        self.real = None
        if set(PAIRED).intersection(self.metrics):
            real = self.real = np.concatenate(list(batches(real)))
        self.digest = Digest()
        for images in batches(real):
            self.digest.update(images)
        names = {INCEPTION.get(name, name) for name in self.metrics}
        kinds: list[Any] = [Moments] if names & set(OF_MOMENTS) else []
        kinds += [Collection] if names & set(OF_FEATURES) else []
        kept = {kind: self._read(kind) if cache else None for kind in kinds}
        missing = {kind: kind() for kind, found in kept.items() if found is None}
        if missing:
            for images in self._shown(real, "real images"):
                self._look(images, missing)
            for made in missing.values() if cache else ():
                self._write(made)
        self.kept = {**kept, **missing}

    def __call__(self, fake: Images) -> dict[str, dict]:
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
        made, of_pairs = {kind: kind() for kind in self.kept}, self._of_pairs()
        sums, totals, count = Sums(), dict.fromkeys(of_pairs, 0.0), 0
        for images in self._shown(fake, "generated images"):
            self._look(images, made)
            if "is" in self.metrics:
                sums.update(self.extractor.probabilities(images))
            end = count + len(images)
            if self.real is not None and end <= len(self.real):
                for name, score in of_pairs.items():
                    totals[name] += score(*alike(self.real[count:end], images)) * len(images)
            count = end
        if self.real is not None and count != len(self.real):
            raise ValueError(
                "Metrics of pairs take as many generated as real images. "
                f"Received: generated={count}, real={len(self.real)}"
            )
        scores: dict[str, float] = {}
        for name in self.metrics:
            if name in totals:
                scores[name] = totals[name] / count
            elif name == "is":
                scores |= sums.result()
            else:
                scores |= self._of_samples(name, made)
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

    def _of_pairs(self):
        """The functions (real, fake) of a batch whose mean over images is a metric, by name."""

        def of_maps(real, fake):
            return feature_distance(self.extractor.maps(real), self.extractor.maps(fake))

        functions = {**OF_PIXELS, "feature_distance": of_maps}
        return {name: functions[name] for name in self.metrics if name in PAIRED}

    def _of_samples(self, name, made):
        """A metric of two samples, a dict, as it is called by this extractor."""
        plain = INCEPTION.get(name, name)
        if plain in OF_MOMENTS:
            found = OF_MOMENTS[plain](self.kept[Moments], made[Moments])
        else:
            sides = (side[Collection].features() for side in (self.kept, made))
            found = OF_FEATURES[plain](*sides)
        found = found if isinstance(found, dict) else {plain: found}
        return {key.replace(plain, name): score for key, score in found.items()}

    def _look(self, images, accumulators):
        if accumulators:
            features = self.extractor.features(images)
            for accumulator in accumulators.values():
                accumulator.update(features)

    def _shown(self, images, what):
        """Yields batches, of which there must be one, with a progress bar if one is wanted."""
        count = 0
        for batch in progress(batches(images), what) if self.verbose else batches(images):
            yield batch
            count += len(batch)
        if not count:
            raise ValueError(f"There are no {what}. Received: samples=0")

    def _path(self, kind):
        key = json.dumps([self.extractor.fingerprint, self.digest.hex(), kind.__name__])
        name = hashlib.sha256(key.encode()).hexdigest()[:32]
        return keras_home() / "kerasgan" / "statistics" / f"{name}.npz"

    def _read(self, kind):
        try:
            with np.load(self._path(kind)) as state:
                return kind.from_state(state)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):  # none, or a damaged one
            return None

    def _write(self, made):
        with replacing(self._path(type(made))) as temporary:
            np.savez(temporary, **made.state())


def check_names(
    metrics: Sequence[str], extractor: extractors.Extractor | keras.Model | str | None = None
) -> None:
    """Raises a ValueError unless these are names of metrics, and metrics of this extractor.

    Args:
        metrics: names.
        extractor: see `Evaluator`; None for any.
    """
    if not metrics or any(name not in METRICS for name in metrics):
        raise ValueError(
            f"Name metrics out of {', '.join(METRICS)}. Received: metrics={list(metrics)}"
        )
    if not isinstance(extractor, extractors.Extractor | keras.Model | str | None):
        raise TypeError(
            f"An extractor is a name, a Keras model or an Extractor. Received: {extractor=}"
        )
    wrong = [name for name in metrics if name in INCEPTION]
    if wrong and extractor is not None and not _is_inception(extractor):
        raise ValueError(
            f"{wrong[0]!r} is of Inception's features alone, so that it can be compared with what "
            f"others publish: pass extractor='inception', or name it {INCEPTION[wrong[0]]!r}. "
            f"Received: metrics={list(metrics)}, "
            f"extractor={extractor if isinstance(extractor, str) else extractor.name!r}"
        )


def _is_inception(extractor):
    if isinstance(extractor, extractors.Extractor):
        return extractor.fingerprint["weights"] == SHA256
    return extractor == "inception"


def evaluate(
    fake: Images,
    real: Images,
    metrics: str | Sequence[str] = DEFAULT,
    extractor: extractors.Extractor | keras.Model | str = "efficientnet_lite0",
    **arguments: Any,
) -> dict[str, dict]:
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

    >>> pixels = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    >>> images = np.zeros((100, 8, 8, 1), "float32")
    >>> evaluate(images, images + 0.5, "fd", pixels, cache=False)["scores"]
    {'fd': 16.0}
    """
    return Evaluator(real, metrics, extractor, **arguments)(fake)
