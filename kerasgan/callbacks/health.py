"""Says in words what is going wrong while an adversarial model trains."""

import json
import logging
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

from kerasgan import backend
from kerasgan.health.diagnoses import Finding
from kerasgan.health.watch import Watch
from kerasgan.utils.checks import whole
from kerasgan.utils.files import reading, replacing
from kerasgan.utils.types import PathLike

COLUMNS: dict[str, tuple[str, Any]] = {  # in the logs, of the direction which is worst
    "mode_collapse": ("health_diversity", min),
    "class_collapse": ("health_class_diversity", min),
    "missing_modes": ("health_coverage", min),
    "saturation": ("health_saturation", max),
    "no_learning": ("health_change", min),
    "memorisation": ("health_copies", max),
    "drift": ("health_drift", max),
}


class Health(keras.callbacks.Callback):
    """Looks for what goes wrong in adversarial training, and says what was seen and what to try.

    It prints a line for each problem (unless `verbose` is 0), keeps all in `diagnoses`, and adds
    what it measured to the logs. List it before what reads these: `LossHistory`, `CSVLogger`.

    - `health_diversity`: how far apart samples are, in units of real ones. Near 0 all are alike,
      or copies of a few: "mode_collapse". `health_class_diversity`, the same in the worst class:
      "class_collapse". `health_coverage`, for points: the share of real ones with a sample near:
      "missing_modes".
    - `health_saturation`: 1 if the discriminator is sure of all, 0 if it cannot tell:
      "saturation". Not for Wasserstein losses.
    - `health_change`: how much the generator, and its outputs for the same inputs, have changed
      since the last look; a learning rate that has fallen to its end is no fault: "no_learning".
    - `health_copies`: the share of samples that are copies of a training example: "memorisation".
    - `health_drift`: how much batch normalization in training and at inference differ: "drift".
    - "non_finite": weights or samples at the end of an epoch, named, and losses after each step.
    - `health_seconds`: what the look took.

    In the first 300 steps of a generator nothing is said of its diversity, of saturation and drift.
    Without `data`, there are change, drift and numbers that are not finite. Of a translator, the
    outputs for 16 images are held against real ones of the other side, and copies are not looked
    for. Any other `keras.Model` is watched by what its `generate(n, seed=...)` gives: collapse,
    copies, change, and numbers that are not finite. The thresholds are in `kerasgan.health`.
    Nothing of the model changes: weights, optimizers, batch statistics, pools and seeds go on as if
    nobody had looked. On PyTorch a Dropout without a seed draws from torch's own generator: beside
    batch normalization give it a seed.

    Args:
        data: what the model trains on: an array of images or points; a tuple of it and labels, for
            a model of classes or conditions; for a translator a tuple of two arrays, A and B, for
            super-resolution the large images. Or an iterable of such batches, which is read once,
            up to 10,000 rows; reading a shuffled `tf.data.Dataset` draws an order, so let it not be
            the one trained on.
        every: int, epochs from one look to the next. The last epoch is always looked at.
        samples: int, how many are drawn, of the same latents every time.
        directory: str or path-like, where the diagnoses are written as `health.json`, or None.
        seed: int, of the latents and of the choice of real ones.
        generate: function of `n` and `seed`, which gives n float images in [-1, 1], to be asked
            in place of the model; None for the model's own.

    Attributes:
        diagnoses: list of dicts of `epoch`, counted from 1, `name`, `message` and `value`.

    Raises:
        ValueError: if a number is out of range; at the start of `fit`, if the model neither
            generates nor translates, or `data` do not fit it.

    Example:
        >>> import numpy as np, kerasgan as kg
        >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(16,), discriminator_units=(16,))
        >>> gan.compile(optimizer={"generator": keras.optimizers.SGD(0.0)})
        >>> images = np.random.uniform(-1, 1, (32, 8, 8, 1)).astype("float32")
        >>> health = kg.callbacks.Health()
        >>> history = gan.fit(images, batch_size=16, verbose=0, callbacks=[health])
        >>> [diagnosis["name"] for diagnosis in health.diagnoses]
        ['no_learning']
    """

    before_guard = True  # `fit` lets it note a loss that is not finite before the guard raises
    async_safe = True  # after a step it only reads the logs, so Keras need not wait for each

    def __init__(
        self,
        data: Any = None,
        every: int = 1,
        samples: int = 256,
        directory: PathLike | None = None,
        seed: int = 0,
        generate: Callable | None = None,
    ):
        super().__init__()
        whole("every", every)
        whole("samples", samples, least=2)
        whole("seed", seed, least=0)
        self.data, self.every, self.samples, self.seed = data, every, samples, seed
        self.generate = generate
        self.path = None if directory is None else Path(directory) / "health.json"
        self.diagnoses: list[dict] = []

    def mode_of(self, log: str) -> str | None:
        """Which way a log is better, "max" or "min"; None if it is not measured here."""
        return next(
            ("max" if worst is min else "min" for n, worst in COLUMNS.values() if n == log), None
        )

    def on_train_begin(self, logs: dict | None = None) -> None:
        self._watch = Watch(self.model, self.data, self.samples, self.seed, self.generate)
        if self.path and self.path.exists():
            with reading(self.path):
                found = json.loads(self.path.read_text())
                self.diagnoses = sorted(found, key=lambda diagnosis: diagnosis["epoch"])
        self._epoch: Any = None
        self._watch.look()

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        if self._epoch is None:  # what is trained again is diagnosed again
            self.diagnoses = [found for found in self.diagnoses if found["epoch"] <= epoch]
        self._epoch = epoch + 1

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        for name, value in (logs or {}).items():
            if not math.isfinite(value) and not self._broken():
                player = getattr(self.model, "log_names", {}).get(name, "model")
                message = (
                    f"Not finite: the {player}'s loss {name} is {value} at step {batch + 1}. Go "
                    "back to an earlier checkpoint and try a lower learning rate."
                )
                self._add("non_finite", Finding(None, message))
                self._write()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        if (epoch + 1) % self.every and epoch + 1 < self.params["epochs"]:
            return
        start = time.perf_counter()
        values: dict[str, Any] = {}
        for where, name, found in self._watch.look():
            self._add(name, found, where)
            if name in COLUMNS:
                column, worst = COLUMNS[name]
                values[column] = worst(values.get(column, found.value), found.value)
        self._write()
        if logs is not None:
            logs |= {**values, "health_seconds": time.perf_counter() - start}

    def _broken(self):
        return any(d["epoch"] == self._epoch and d["name"] == "non_finite" for d in self.diagnoses)

    def _add(self, name, found, where=""):
        if found.message is None:
            return
        message = f"{where}: {found.message}" if where else found.message
        diagnosis = {"epoch": self._epoch, "name": name, "message": message, "value": found.value}
        self.diagnoses.append(diagnosis)
        logging.getLogger("kerasgan").info("epoch %d: %s", self._epoch, message)
        if self.params.get("verbose", 1):
            print(f"\nEpoch {self._epoch}: {message}")

    def _write(self):
        if self.path and backend.first():
            with replacing(self.path) as temporary:
                temporary.write_text(json.dumps(self.diagnoses, indent=2) + "\n")
