"""Says in words what is going wrong while an adversarial model trains."""

import contextlib
import json
import logging
import math
import time
from pathlib import Path

import keras
import numpy as np
from keras import ops

from kerasgan.health import diagnoses
from kerasgan.health.watched import Drawing, array, batch_normalised, translations
from kerasgan.utils.checks import whole
from kerasgan.utils.files import replacing

COLUMNS = {  # in the logs, by diagnosis: the value of that direction which is worst
    "mode_collapse": ("health_diversity", min),
    "class_collapse": ("health_class_diversity", min),
    "missing_modes": ("health_coverage", min),
    "saturation": ("health_saturation", max),
    "no_learning": ("health_change", min),
    "memorisation": ("health_copies", max),
    "drift": ("health_drift", max),
}
LIMIT = 10_000  # real ones that are kept: 256 samples are compared with them in a tenth of a second
RANGE = 1.01  # interpolation may overshoot a little
YOUNG = 300  # steps: until then samples are alike, statistics run in, discriminators are ahead
PATIENT = {"mode_collapse", "class_collapse", "missing_modes", "saturation", "drift"}
ENDED = 0.01  # of the learning rate at first: a schedule that has come to its end


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
    for. The thresholds are in `kerasgan.health.diagnoses`. Nothing of the model changes:
    weights, optimizers, batch statistics, pools and seeds go on as if nobody had looked. On PyTorch
    a Dropout without a seed draws from torch's own generator: beside batch normalization give it a
    seed.

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

    def __init__(self, data=None, every=1, samples=256, directory=None, seed=0):
        super().__init__()
        whole("every", every)
        whole("samples", samples, least=2)
        whole("seed", seed, least=0)
        self.data, self.every, self.samples, self.seed = data, every, samples, seed
        self.path = None if directory is None else Path(directory) / "health.json"
        self.diagnoses = []

    def on_train_begin(self, logs=None):
        model, rng = self.model, np.random.default_rng(self.seed)
        parts = [] if self.data is None else _collect(self.data, rng)
        if hasattr(model, "generate"):
            self._watched = [Drawing(model, parts, self.samples, rng)]
        elif hasattr(model, "translators"):
            self._watched = translations(model, parts)
        else:
            raise ValueError(
                "Health watches a model that generates or translates. "
                f"Received: model={type(model).__name__}"
            )
        if self.path and self.path.exists():
            self.diagnoses = json.loads(self.path.read_text())
        self._epoch, self._last = None, {}
        self._rates = {w.player: _rate(model, w.player) for w in self._watched}
        self._look()

    def on_epoch_begin(self, epoch, logs=None):
        if self._epoch is None:  # what is trained again is diagnosed again
            self.diagnoses = [found for found in self.diagnoses if found["epoch"] <= epoch]
        self._epoch = epoch + 1

    def on_train_batch_end(self, batch, logs=None):
        for name, value in (logs or {}).items():
            if not math.isfinite(value) and not self._broken():
                player = getattr(self.model, "log_names", {}).get(name, "model")
                message = (
                    f"Not finite: the {player}'s loss {name} is {value} at step {batch + 1}. Go "
                    "back to an earlier checkpoint and try a lower learning rate."
                )
                self._add("non_finite", diagnoses.Finding(None, message))
                self._write()

    def on_epoch_end(self, epoch, logs=None):
        if (epoch + 1) % self.every and epoch + 1 < self.params["epochs"]:
            return
        start = time.perf_counter()
        values = {}
        for where, name, found in self._look():
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
        if self.path:
            with replacing(self.path) as temporary:
                temporary.write_text(json.dumps(self.diagnoses, indent=2) + "\n")

    def _look(self):
        """What there is to say: a list of (direction, name, `Finding`)."""
        model = self.model
        found = diagnoses.non_finite(_weights(model))
        if found.message:
            return [("", "non_finite", found)]
        with untouched(model):
            return [(w.where, *rest) for w in self._watched for rest in self._look_at(w)]

    def _look_at(self, watched):
        outputs, samples = watched.outputs(training=False), watched.samples()
        found = diagnoses.non_finite([("what the generator makes", outputs)])
        if found.message:
            return [("non_finite", found)]
        samples = diagnoses.features(outputs if samples is None else samples)
        last = self._last.get(watched.where, {})
        weights = [array(v) for v in watched.network.trainable_variables]
        checks = {**watched.compare(samples, last), "saturation": watched.judge(outputs)}
        if last:
            checks["no_learning"] = self._learning(watched, last, weights, outputs)
        if batch_normalised(watched.network):
            now = diagnoses.features(watched.outputs(training=True)), diagnoses.features(outputs)
            checks["drift"] = diagnoses.drift(*now)
        checks = {name: found for name, found in checks.items() if found is not None}
        values = {name: found.value for name, found in checks.items()}
        if _rate(self.model, watched.player)[1] < YOUNG:
            checks |= {
                name: diagnoses.Finding(values[name], None) for name in PATIENT & set(values)
            }
        self._last[watched.where] = {**values, "weights": weights, "outputs": outputs}
        return list(checks.items())

    def _learning(self, watched, last, weights, outputs):
        moved = diagnoses.change(last["weights"], weights)
        found = diagnoses.no_learning(moved, diagnoses.change([last["outputs"]], [outputs]))
        (first, steps), (rate, _) = self._rates[watched.player], _rate(self.model, watched.player)
        ended = rate <= ENDED * first and (first > 0 or steps > 0)
        return diagnoses.Finding(found.value, None) if ended else found


@contextlib.contextmanager
def untouched(model):
    """Within, networks may run in training too; afterwards all that this changed is as before.

    Args:
        model: a Keras model.
    """
    before = [(v, np.array(ops.convert_to_numpy(v))) for v in model.non_trainable_variables]
    try:
        yield
    finally:
        for variable, value in before:
            if not np.array_equal(value, ops.convert_to_numpy(variable)):
                variable.assign(value)


def _collect(data, rng):
    """The parts of `data`, as a list of arrays of at most LIMIT rows in random order."""
    if isinstance(data, np.ndarray):
        parts = [data]
    elif isinstance(data, (tuple, list)) and all(isinstance(part, np.ndarray) for part in data):
        parts = list(data)
    else:
        batches, count = [], 0
        for batch in data:
            batch = batch if isinstance(batch, (tuple, list)) else [batch]
            batches.append([ops.convert_to_numpy(part) for part in batch])
            count += len(batches[-1][0])
            if count >= LIMIT:
                break
        parts = [np.concatenate(part) for part in zip(*batches, strict=True)]
    if not parts or min(map(len, parts)) < 2:
        raise ValueError(f"`data` must hold two rows or more. Received: {len(parts)} arrays")
    for images in parts:
        fits = np.issubdtype(images.dtype, np.floating) and np.abs(images).max() <= RANGE
        if images.ndim == 4 and not fits:
            raise ValueError(
                "Images must be floats in [-1, 1]; of 8-bit images pass images / 127.5 - 1. "
                f"Received: data of {images.dtype} from {images.min()} to {images.max()}"
            )
    orders = {size: rng.permutation(size)[:LIMIT] for size in {len(part) for part in parts}}
    return [part[orders[len(part)]] for part in parts]  # what belongs together stays so


def _weights(model):
    """All float variables of a model: a list of (name, array)."""
    players = {
        id(v): player
        for player, networks in model.players().items()
        for network in networks
        for v in network.variables
    }
    return [
        (f"{v.path} of the {players.get(id(v), 'model')}", array(v))
        for v in model.variables
        if "float" in v.dtype
    ]


def _rate(model, player):
    """A player's learning rate, and the steps it has made."""
    optimizer = model.optimizer[player]
    return float(array(optimizer.learning_rate)), int(array(optimizer.iterations))
