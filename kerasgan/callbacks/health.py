"""Says in words what is going wrong while an adversarial model trains."""

import contextlib
import json
import math
import time
from pathlib import Path

import keras
import numpy as np
from keras import ops

from kerasgan.callbacks import diagnoses
from kerasgan.callbacks.checks import check_count
from kerasgan.files import replacing

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
LATENTS = 64  # a batch, as batch statistics want one
TRANSLATED = 16  # images a direction, as translating one takes as long as drawing many
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
    for. The thresholds are in `kerasgan.callbacks.diagnoses`. Nothing of the model changes:
    weights, optimizers, batch statistics, pools and seeds go on as if nobody had looked. (On PyTorch
    a Dropout without a seed draws from torch's own generator: beside batch normalization give it
    one.)

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

    async_safe = True  # after a step it only reads the logs, so Keras need not wait for each

    def __init__(self, data=None, every=1, samples=256, directory=None, seed=0):
        super().__init__()
        check_count(every=every)
        check_count(least=2, samples=samples)
        check_count(least=0, seed=seed)
        self.data, self.every, self.samples, self.seed = data, every, samples, seed
        self.path = None if directory is None else Path(directory) / "health.json"
        self.diagnoses = []

    def on_train_begin(self, logs=None):
        model, rng = self.model, np.random.default_rng(self.seed)
        parts = [] if self.data is None else _collect(self.data, rng)
        if hasattr(model, "generate"):
            self._watched = [_Drawing(model, parts, self.samples, rng)]
        elif hasattr(model, "translators"):
            self._watched = _translations(model, parts)
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
        weights = [_numpy(v) for v in watched.network.trainable_variables]
        checks = {**watched.compare(samples, last), "saturation": watched.judge(outputs)}
        if last:
            checks["no_learning"] = self._learning(watched, last, weights, outputs)
        if _batch_normalised(watched.network):
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


class _Drawing:
    """The generator of a model that draws from noise, and what it is held against."""

    where = ""

    def __init__(self, model, parts, samples, rng):
        self.model, self.network = model, model.generator
        self.player = _player(model, self.network)
        condition = getattr(model, "condition", None)
        if parts and parts[0].shape[1:] != tuple(model.data_shape):
            raise ValueError(
                f"`data` must be {tuple(model.data_shape)} each, as the model's are. "
                f"Received: data of shape {parts[0].shape}"
            )
        if condition is not None and len(parts) < 2 and (parts or not isinstance(condition, int)):
            raise ValueError(
                "A model of classes or conditions takes `data` with labels: (images, labels). "
                f"Received: {len(parts)} arrays"
            )
        self.real, self.labels = (parts[0] if parts else None), None
        n = samples if not parts else min(samples, len(self.real))
        self.latents = rng.standard_normal((n, model.latent_dim)).astype("float32")
        if condition is not None:
            self.labels = parts[1][:n] if parts else np.arange(n, dtype="int32") % condition
        if parts:
            self.training = np.unique(diagnoses.features(self.real), axis=0)
            self.real = self.real[:n]
            self.yardstick = diagnoses.features(self.real)
            if len(self.training) < 3:
                raise ValueError(
                    "`data` must hold three different rows or more. "
                    f"Received: {len(self.training)} different ones"
                )
            own = rng.permutation(len(self.training))[:n]
            self.usual = float(diagnoses.copies(self.training[own], self.training, own).mean())

    def samples(self):
        """What users get, of the moving average where there is one."""
        given = {} if self.labels is None else {"labels": self.labels}
        # Without a seed it would draw one from numpy's global generator, and change what follows.
        return self.model.generate(latents=self.latents, seed=0, **given)

    def outputs(self, training):
        """What the generator itself makes of some latents."""
        given = [self.latents[:LATENTS], *self._condition()]
        return _numpy(self.network(given if len(given) > 1 else given[0], training=training))

    def _condition(self):
        return [] if self.labels is None else [self.labels[:LATENTS]]

    def compare(self, samples, last):
        """Diagnoses by real data."""
        if self.real is None:
            return {}
        found = {
            "mode_collapse": diagnoses.mode_collapse(
                samples, self.yardstick, last.get("mode_collapse")
            ),
            "memorisation": diagnoses.memorisation(samples, self.training, self.usual),
        }
        if self.labels is not None and self.labels.ndim == 1:
            found["class_collapse"] = diagnoses.class_collapse(
                samples, self.labels, self.yardstick, self.labels, last.get("class_collapse")
            )
        if self.real.ndim == 2:
            found["missing_modes"] = diagnoses.missing_modes(samples, self.yardstick)
        return found

    def judge(self, fake):
        """Whether the discriminator is too sure of these, and of as many real ones."""
        if self.real is None:
            return None
        training = _batch_normalised(self.model.discriminator)

        def logits(data):
            judged = self.model.judge(data, self._condition(), training)
            return _numpy(keras.tree.flatten(judged)[0])

        real = self.real[:LATENTS].astype("float32")
        return diagnoses.saturation(self.model.adversarial_loss, logits(real), logits(fake))


class _Translating:
    """One direction of a translator, and what it is held against."""

    def __init__(self, model, where, network, judge, inputs, real):
        self.model, self.where, self.network, self.discriminator = model, where, network, judge
        self.player = _player(model, network)
        self.inputs, self.real = inputs[:TRANSLATED], real[:TRANSLATED].astype("float32")
        self.yardstick = diagnoses.features(self.real)

    def samples(self):
        """None: users get the outputs."""

    def outputs(self, training):
        """What becomes of the inputs."""
        return _numpy(self.network(self.inputs, training=training))

    def compare(self, samples, last):
        """Diagnoses by real data."""
        before = last.get("mode_collapse")
        return {
            "mode_collapse": diagnoses.mode_collapse(samples, self.yardstick, before, "outputs")
        }

    def judge(self, fake):
        """Whether the discriminator is too sure of these, and of as many real ones."""
        if self.discriminator is None:
            return None
        training = _batch_normalised(self.discriminator)
        channels = self.discriminator.input_shape[-1]

        def logits(images):
            if channels > images.shape[-1]:  # it sees the input too
                images = np.concatenate([self.inputs, images], axis=-1)
            return _numpy(self.discriminator(images, training=training))

        return diagnoses.saturation(self.model.adversarial_loss, logits(self.real), logits(fake))


def _translations(model, parts):
    """A `_Translating` for each direction of a translator."""
    networks = model.translators()
    if hasattr(model, "shrink") and parts:
        small = np.clip(_numpy(model.shrink(parts[0][:TRANSLATED])), -1, 1)
        parts = [small, parts[0]]
    if len(parts) < 2:
        raise ValueError(
            "A translator takes `data` to translate: (images A, images B), or for "
            f"super-resolution large images. Received: {len(parts)} arrays"
        )
    judges = model.players().get(getattr(model, "judge_player", None), [None])
    sides = [parts, parts[::-1]][: len(networks)]
    return [
        _Translating(model, where if len(networks) > 1 else "", network, judge, *side)
        for (where, network), judge, side in zip(networks.items(), judges, sides, strict=True)
    ]


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
        (f"{v.path} of the {players.get(id(v), 'model')}", _numpy(v))
        for v in model.variables
        if "float" in v.dtype
    ]


def _player(model, network):
    """Who trains a network."""
    return next(p for p, nets in model.players().items() if any(n is network for n in nets))


def _rate(model, player):
    """A player's learning rate, and the steps it has made."""
    optimizer = model.optimizer[player]
    return float(_numpy(optimizer.learning_rate)), int(_numpy(optimizer.iterations))


def _batch_normalised(network):
    return any(
        isinstance(layer, keras.layers.BatchNormalization) for layer in network._flatten_layers()
    )


def _numpy(tensor):
    """A copy as a float32 array: what the backend gives may be a view of what changes."""
    return np.array(ops.convert_to_numpy(tensor), "float32")
