"""The model of a run, from its settings."""

import copy

import keras

from kerasgan import models, presets
from kerasgan.optimizers import LinearDecay
from kerasgan.runs.data import steps_per_epoch

SCHEDULES = {  # of a learning rate and the steps of the run
    "cosine": keras.optimizers.schedules.CosineDecay,
    "step": lambda rate, steps: keras.optimizers.schedules.PiecewiseConstantDecay(
        [steps // 2], [rate, rate / 10]
    ),
}
SAME = ("scale", "filters", "blocks")  # in a model and in that whose generator it takes


def generator_sizes(config):
    """The constructor's arguments that hold of the generator a run starts from, if it does."""
    if not config.get("generator_from"):
        return {}
    first = presets.load(config["generator_from"], models.SRResNet)
    return {name: getattr(first, name) for name in SAME}


def build(config, data):
    """Makes the model of a run, and compiles it.

    Args:
        config: dict, see `kerasgan.runs.start`.
        data: the run's `tf.data.Dataset`.

    Returns:
        A model of `kerasgan.models`.

    Raises:
        ValueError: if a setting does not fit.
    """
    model = getattr(models, config["variant"]).from_config(config["model"])
    settings = copy.deepcopy(config["compile"])  # Keras changes what it makes objects of
    decay = _decay(config, model, steps_per_epoch(config, data))
    rate = settings.pop("learning_rate", None)
    settings["optimizer"] = _optimizers(model, settings.get("optimizer"), rate, decay)
    model.compile(**settings)
    return model


def _decay(config, model, per_epoch):
    """What makes a schedule of a player and its learning rate; None if the rate is constant."""
    steps = config.get("max_steps") or (config["epochs"] or 0) * per_epoch
    kind, falling = config.get("schedule"), config.get("n_epochs_decay")
    if kind and falling:
        raise ValueError(
            "The learning rate follows one schedule. "
            f"Received: schedule={kind!r}, n_epochs_decay={falling}"
        )
    if falling and config["epochs"] is None:
        raise ValueError(
            "The learning rate falls over epochs: say how many there are, not steps. "
            f"Received: n_epochs_decay={falling}, epochs=None"
        )
    if falling:
        n_epochs = config["epochs"] - falling
        return lambda player, rate: LinearDecay(rate, per_epoch, n_epochs, falling)
    if not kind:
        return None
    if kind not in SCHEDULES:
        raise ValueError(f"Schedules are {', '.join(SCHEDULES)}. Received: schedule={kind!r}")

    def schedule(player, rate):
        several = getattr(model, "critic_steps", 1) if player == "discriminator" else 1
        return SCHEDULES[kind](rate, steps * several)

    return schedule


def take_generator(model, source):
    """Gives a model the weights of another run's generator.

    Args:
        model: a model of `kerasgan.models` with a generator.
        source: str or path, as `kerasgan.SRResNet.from_preset` takes it.

    Raises:
        ValueError: if there is no such model, or its generator is of another size.
    """
    first = presets.load(source, models.SRResNet)
    try:
        model.generator.set_weights(first.generator.get_weights())
    except ValueError as error:
        sizes = ", ".join(f"{name}={getattr(first, name)}" for name in SAME)
        raise ValueError(
            f"The generator to start from has {sizes}: leave these options out. "
            f"Received: generator_from={str(source)!r}"
        ) from error


def _optimizers(model, given, rate, decay=None):
    """What `compile` takes: `given`, a name or dicts, with the rate replaced if there is one.

    `decay` makes a schedule of a player and its rate.
    """
    by_player = isinstance(given, dict) and "class_name" not in given
    chosen = dict(given) if by_player else dict.fromkeys(model.players(), given)
    if rate is None and decay is None:
        return chosen
    for player in model.players():
        optimizer = keras.optimizers.get(chosen.get(player) or model.default_optimizer(player))
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
