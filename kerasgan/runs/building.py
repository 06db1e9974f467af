"""The model of a run, from its settings."""

import copy
import dataclasses
from typing import Any

import keras

from kerasgan import backend
from kerasgan.engine.config import parameters
from kerasgan.engine.inputs import check_static
from kerasgan.optimizers import LinearDecay
from kerasgan.runs.configuration import SCHEDULES, Configuration
from kerasgan.runs.data import load_data, load_shard, shapes, steps_per_epoch
from kerasgan.utils.versions import versions


def complete(config: Configuration, files: list[str] | None = None) -> tuple[Configuration, Any]:
    """The settings with what the data, whose files these are, and this installation decide; and the
    data, a `tf.data.Dataset`."""
    if config.model.get("num_classes") == "auto":
        found = dict(num_classes=len(config.class_names or ())) if config.class_names else None
        found = found or _conditions(config)
        config = dataclasses.replace(config, model={**config.model, **found})
    data = load_shard(config, files)
    return dataclasses.replace(
        config,
        model={**shapes(config, data), **config.model, "seed": config.seed},
        backend=backend.name,
        versions=versions(),
    ), data


def _conditions(config):
    """The constructor's arguments for the labels of the data: class ids, or condition vectors."""
    every = load_data(config, batch_size=1000, shuffle=False, drop_remainder=False)
    vectors = every.element_spec[1].shape[1:].as_list()
    if vectors and "condition_dim" in parameters(config.cls):
        return {"num_classes": None, "condition_dim": vectors[0]}
    if vectors:
        raise ValueError(
            f"A {config.variant} takes class ids, an array `labels` of ints, and no condition "
            f"vectors. Received: data={config.data}"
        )
    return {"num_classes": _count_classes(every)}


def _count_classes(every):
    found = sorted(set().union(*(labels.tolist() for _, labels in every.as_numpy_iterator())))
    if found != list(range(len(found))):
        raise ValueError(
            "Classes are numbered from 0 without gaps, or some are never trained. Store the labels "
            "as np.unique(labels, return_inverse=True)[1]; or, if the data lack some on purpose, "
            f"say how many there are by --num-classes. Received: labels={_short(found)}"
        )
    return len(found)


def _short(values, most=10):
    return f"{values[:most]}{f' and {len(values) - most} more' if len(values) > most else ''}"


def build(config: Configuration, data: Any) -> Any:
    """The compiled model of a run, whose settings are complete."""
    model = config.cls.from_config(config.model)
    check_static(model.data_spec, data.element_spec)  # where the data do not decide the shapes
    settings = copy.deepcopy(config.compile)  # Keras changes what it makes objects of
    decay = _decay(config, model, steps_per_epoch(config, data))
    rate = settings.pop("learning_rate", None)
    settings["optimizer"] = _optimizers(model, settings.get("optimizer"), rate, decay)
    model.compile(**settings)
    return model


def _decay(config, model, per_epoch):
    """What makes a schedule of a player and its learning rate; None if the rate is constant."""
    falling = config.n_epochs_decay
    if config.schedule is None and not falling:
        return None

    def schedule(player, rate):
        judge = getattr(model, "judge_player", None)  # a model without a loss to choose has none
        several = model.critic_steps if player == judge else 1
        if falling:
            return LinearDecay(rate, per_epoch * several, config.epochs - falling, falling)
        steps = config.max_steps or config.epochs * per_epoch
        return SCHEDULES[config.schedule](rate, steps * several)

    return schedule


def _optimizer(given):
    """The optimizer of a name or a dict, as Keras reads them."""
    try:
        return keras.optimizers.get(given)
    except Exception as error:  # whatever a dict of any form leads Keras to
        raise ValueError(f"Keras has no such optimizer. Received: optimizer={given!r}") from error


def _optimizers(model, given, rate, decay):
    """What `compile` takes: `given`, a name or dicts, with the rate replaced if there is one,
    of all players or of those in a dict.

    `decay` makes a schedule of a player and its rate.
    """
    rates = rate if isinstance(rate, dict) else dict.fromkeys(model.players(), rate)
    if unknown := sorted(set(rates) - set(model.players())):
        raise ValueError(
            f"There is no player {unknown[0]!r}, but {', '.join(model.players())}. "
            f"Received: learning_rate={rate}"
        )
    by_player = isinstance(given, dict) and "class_name" not in given
    named = given if by_player else dict.fromkeys(model.players(), given)
    chosen = {player: _optimizer(name) for player, name in named.items() if name}
    for player in model.players():
        rate = rates.get(player)
        if rate is None and decay is None:
            continue
        optimizer = chosen.get(player) or model.default_optimizer(player)
        settings = optimizer.get_config()
        first = settings["learning_rate"] if rate is None else rate
        if decay and not isinstance(first, float):
            raise ValueError(
                f"The learning rate of the {player} follows a schedule already, so no other can "
                f"be made of it. Received: learning_rate={first}"
            )
        settings["learning_rate"] = decay(player, first) if decay else first
        chosen[player] = optimizer.from_config(settings)
    return chosen
