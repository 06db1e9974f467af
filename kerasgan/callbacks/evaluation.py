"""Scores against real images while the model trains, and the best model kept."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike

from kerasgan import backend
from kerasgan.engine.readiness import check_saving
from kerasgan.metrics import Extractor
from kerasgan.metrics.evaluation import GREATER_IS_BETTER, Evaluator, check_names
from kerasgan.utils.checks import generates, whole
from kerasgan.utils.files import reading, replacing
from kerasgan.utils.types import PathLike


class Evaluation(keras.callbacks.Callback):
    """Adds scores of the model's images to the logs: `val_fd` and so on.

    List it before what reads them: `LossHistory`, or Keras's `ModelCheckpoint`, `EarlyStopping`
    and `ReduceLROnPlateau`, which `fit` tells which way each score is better.
    With `every` above 1 the epochs between have no scores, and these callbacks pass over them with
    a warning. `evaluation_seconds` in the logs is what the scores cost.

    A model that draws from noise, which may be any `keras.Model` with a method
    `generate(n, seed=...)`, is asked for as many images as `samples`, of the same latents every
    time. A translator translates `data`, a pair (images A, images B): where it has both
    directions, each score has its direction behind its name, as in `val_fd_AtoB`.

    Args:
        metrics: name or names, see `kerasgan.metrics.Evaluator`. The first one decides what is
            best (of several numbers, its first; of two directions, their mean).
        data: real images that the model does not train on, see `kerasgan.metrics.Evaluator`; for
            a translator two arrays of images in [-1, 1], A and B, which belong together for
            metrics of pairs.
        every: int, epochs from one evaluation to the next. The last epoch is always evaluated.
        samples: int, how many images are drawn; None for as many as there are real ones.
        extractor: see `kerasgan.metrics.Evaluator`.
        directory: str or path-like, where the model is saved as `best.keras` whenever it is better
            than before, with its scores in `best.json`, and a resumed run knows the best so far;
            None keeps none.
        seed: int, of the latents.
        labels: for a conditional model, array of class ids or condition vectors to draw by, one
            after another and again from the first; None draws class ids.
        generate: function of `n` and `seed`, which gives n float images in [-1, 1], to be asked
            in place of the model; None for the model's own.

    Attributes:
        reports: list of the dicts that `kerasgan.metrics.Evaluator` made, each with its `epoch`.

    Raises:
        ValueError: if a metric is unknown, or not of this extractor, or a number not positive; at
            the start of `fit`, if the model neither generates nor translates, or a translator's
            `data` are no two arrays.

    Example:
        >>> import keras, numpy as np, kerasgan as kg
        >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(16,), discriminator_units=(16,))
        >>> gan.compile()
        >>> images = np.random.uniform(-1, 1, (64, 8, 8, 1)).astype("float32")
        >>> pixels = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
        >>> scores = Evaluation("swd", images[32:], extractor=pixels)
        >>> stop = keras.callbacks.EarlyStopping("val_swd", patience=3)
        >>> history = gan.fit(images[:32], epochs=2, verbose=0, callbacks=[scores, stop])
        >>> len(history.history["val_swd"])
        2
    """

    def __init__(
        self,
        metrics: str | Sequence[str],
        data: Any,
        every: int = 1,
        samples: int | None = None,
        *,
        extractor: Extractor | keras.Model | str = "efficientnet_lite0",
        directory: PathLike | None = None,
        seed: int = 0,
        labels: ArrayLike | None = None,
        generate: Callable | None = None,
    ):
        super().__init__()
        whole("every", every)
        whole("seed", seed, least=0)
        if samples is not None:
            whole("samples", samples)
        self.metrics = (metrics,) if isinstance(metrics, str) else tuple(metrics)
        self.data, self.every, self.samples, self.seed = data, every, samples, seed
        self.extractor, self.directory = extractor, None if directory is None else Path(directory)
        self.labels = None if labels is None else np.asarray(labels)
        self.generate = generate
        self.reports: list[dict] = []
        self.best: float | None = None
        check_names(self.metrics, extractor)

    def mode_of(self, log: str) -> str | None:
        """Which way a log is better, "max" or "min"; None if it is not of these scores."""
        score = log.removeprefix("val_").removesuffix("_AtoB").removesuffix("_BtoA")
        if not any(score in (name, *name.split("_")) for name in self.metrics):
            return None
        return "max" if score in GREATER_IS_BETTER else "min"

    def on_train_begin(self, logs: dict | None = None) -> None:
        if self.directory is not None:
            check_saving(self.model)
        translates = self.generate is None and hasattr(self.model, "translate")
        self._directions = self.model.directions if translates else None
        self._evaluators = {}
        for suffix, real in self._real().items():
            protocol = {"seed": self.seed} if self._directions is None else {}
            self._evaluators[suffix] = Evaluator(
                real, self.metrics, self.extractor, protocol=protocol
            )

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        file = self.directory and self.directory / "best.json"
        if self.best is None and epoch > 0 and file and file.exists():  # of a resumed run
            with reading(file):
                self.best = float(json.loads(file.read_text())["best"])

    def _real(self):
        """What the model's images shall be like, by what stands behind the scores' names."""
        if self._directions is None:
            generates(self.model, self.generate)
            return {"": self.data}
        pair = isinstance(self.data, (tuple, list)) and len(self.data) == 2
        if not pair or any(np.ndim(images) != 4 for images in self.data):
            raise ValueError(
                "A translator's `data` are two arrays (n, height, width, channels), images A and "
                f"images B. Received: data={type(self.data).__name__}"
            )
        images_a, images_b = self.data
        if len(self._directions) == 1:
            return {"": images_b}
        return {"_AtoB": images_b, "_BtoA": images_a}

    def _made(self, suffix):
        if self._directions is None:
            n = self.samples or self._evaluators[suffix].digest.count
            given = {}
            if self.labels is not None:  # row by row, again and again
                given["labels"] = np.resize(self.labels, (n, *self.labels.shape[1:]))
            made = generates(self.model, self.generate)(n, seed=self.seed, **given)
            return keras.ops.convert_to_numpy(made)
        direction = suffix[1:] or self._directions[0]
        return self.model.translate(self.data[direction == "BtoA"], direction, pad=True)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        if (epoch + 1) % self.every and epoch + 1 < self.params["epochs"]:
            return
        start = time.perf_counter()
        first = []
        for suffix, evaluator in self._evaluators.items():
            report = evaluator(self._made(suffix))
            scores = {f"{name}{suffix}": score for name, score in report["scores"].items()}
            name, score = next(iter(report["scores"].items()))
            first.append(score if name in GREATER_IS_BETTER else -score)
            self.reports.append({"epoch": epoch + 1, **report, "scores": scores})
            if logs is not None:
                logs |= {f"val_{name}": score for name, score in scores.items()}
        if self.best is None or np.mean(first) > self.best:
            self.best = float(np.mean(first))
            if self.directory and backend.first():
                with replacing(self.directory / "best.keras") as temporary:
                    self.model.save(temporary)
                kept = {"best": self.best, "reports": self.reports[-len(first) :]}
                with replacing(self.directory / "best.json") as temporary:
                    temporary.write_text(json.dumps(kept, indent=1) + "\n")
        if logs is not None:
            logs["evaluation_seconds"] = time.perf_counter() - start
