"""The judgement of a training: what is looked at after an epoch, and what there is to say of it."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.health import diagnoses
from kerasgan.health.diagnoses import Finding
from kerasgan.health.measures import change, features
from kerasgan.health.watched import Asked, array, batch_normalised, watched
from kerasgan.utils import checks
from kerasgan.utils.checks import generates

MOST = 10_000  # real ones that are kept: 256 samples are compared with them in a tenth of a second
YOUNG = 300  # steps: until then samples are alike, statistics run in, discriminators are ahead
PATIENT = {"mode_collapse", "class_collapse", "missing_modes", "saturation", "drift"}
ENDED = 0.01  # of the learning rate at first: a schedule that has come to its end


class Watch:
    """Looks at a model again and again, and compares with what it saw before.

    Args:
        model: a model of kerasgan, compiled, or any other that trains.
        data: what it trains on, see `kerasgan.callbacks.Health`, or None.
        samples: int, how many are drawn.
        seed: int, of the latents and of the choice of real ones.
        generate: function to be asked in place of the model, or None.

    Raises:
        ValueError: if the model neither generates nor translates, or `data` do not fit it.
    """

    def __init__(
        self,
        model: keras.Model,
        data: Any,
        samples: int,
        seed: int,
        generate: Callable | None = None,
    ):
        rng = np.random.default_rng(seed)
        parts = [] if data is None else collect(data, rng)
        self.model = model
        self.watched: list[Any]
        if generate is None and hasattr(model, "task"):
            self.watched = watched(model, parts, samples, rng)
        else:
            self.watched = [Asked(model, generates(model, generate), parts, samples, seed, rng)]
        self._rates = {each.player: _rate(model, each.player) for each in self.watched}
        self._last: dict[str, dict] = {}

    def look(self) -> list[tuple[str, str, Finding]]:
        """What there is to say: a list of (direction, name of the diagnosis, `Finding`)."""
        found = diagnoses.non_finite(_weights(self.model))
        if found.message:
            return [("", "non_finite", found)]
        with untouched(self.model):
            return [(each.where, *rest) for each in self.watched for rest in self._look_at(each)]

    def _look_at(self, each):
        outputs, samples = each.outputs(training=False), each.samples()
        found = diagnoses.non_finite([("what the generator makes", outputs)])
        if found.message:
            return [("non_finite", found)]
        samples = features(outputs if samples is None else samples)
        last = self._last.get(each.where, {})
        weights = {id(v): array(v) for v in each.network.trainable_variables}
        findings = {**each.compare(samples, last), "saturation": each.judge(outputs)}
        if last and last["weights"].keys() & weights.keys():  # some are only made by the first step
            findings["no_learning"] = self._learning(each, last, weights, outputs)
        if each.player is not None and batch_normalised(each.network):
            now = features(each.outputs(training=True)), features(outputs)
            findings["drift"] = diagnoses.drift(*now)
        findings = {name: found for name, found in findings.items() if found is not None}
        values = {name: found.value for name, found in findings.items()}
        if _rate(self.model, each.player)[1] < YOUNG:
            findings |= {name: Finding(values[name], None) for name in PATIENT & set(values)}
        self._last[each.where] = {**values, "weights": weights, "outputs": outputs}
        return list(findings.items())

    def _learning(self, each, last, weights, outputs):
        both = last["weights"].keys() & weights.keys()
        moved = change(*([some[key] for key in both] for some in (last["weights"], weights)))
        found = diagnoses.no_learning(moved, change([last["outputs"]], [outputs]))
        (first, steps), (rate, _) = self._rates[each.player], _rate(self.model, each.player)
        ended = rate <= ENDED * first and (first > 0 or steps > 0)
        return Finding(found.value, None) if ended else found


def collect(data: np.ndarray | tuple | Iterable, rng: np.random.Generator) -> list[np.ndarray]:
    """The parts of `data`, as arrays of at most MOST rows in random order.

    Args:
        data: an array, a tuple or list of arrays, or an iterable of batches.
        rng: what draws the order; what belongs together stays so.

    Raises:
        ValueError: if there are fewer than two rows, or images are no floats in [-1, 1].
    """
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
            if count >= MOST:
                break
        parts = [np.concatenate(part) for part in zip(*batches, strict=True)]
    if not parts or min(map(len, parts)) < 2:
        raise ValueError(f"`data` must hold two rows or more. Received: {len(parts)} arrays")
    orders = {size: rng.permutation(size)[:MOST] for size in {len(part) for part in parts}}
    parts = [part[orders[len(part)]] for part in parts]
    return [checks.images("data", x, x.shape[3]) if x.ndim == 4 else x for x in parts]


@contextlib.contextmanager
def untouched(model: keras.Model) -> Iterator[None]:
    """Within, networks may run in training too; afterwards all that this changed is as before."""
    before = [(v, np.array(ops.convert_to_numpy(v))) for v in model.non_trainable_variables]
    try:
        yield
    finally:
        for variable, value in before:
            if not np.array_equal(value, ops.convert_to_numpy(variable)):
                variable.assign(value)


def _weights(model):
    """All float variables of a model: a list of (name, array)."""
    found = model.players() if hasattr(model, "players") else {}
    players = {
        id(v): player
        for player, networks in found.items()
        for network in networks
        for v in network.variables
    }
    return [
        (f"{v.path} of the {players.get(id(v), 'model')}", array(v))
        for v in model.variables
        if "float" in v.dtype
    ]


def _rate(model, player):
    """A player's learning rate, and the steps it has made; without players, those of the optimizer
    that has made the most."""
    if player is None:
        found = [x for x in vars(model).values() if isinstance(x, keras.optimizers.Optimizer)]
    else:
        found = [model.optimizer[player]]
    numbers = [(int(array(x.iterations)), float(array(x.learning_rate))) for x in found]
    steps, rate = max(numbers, default=(YOUNG, 1.0))
    return rate, steps
