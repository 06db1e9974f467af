"""The data of a run, by the loader that its model wants."""

import warnings
from typing import Any

import numpy as np

from kerasgan import backend, datasets
from kerasgan.engine.config import parameters
from kerasgan.runs.configuration import Configuration
from kerasgan.utils.directions import B_TO_A
from kerasgan.utils.files import expanded


def load_data(config: Configuration, **changes: Any) -> Any:
    """The data of a run, a `tf.data.Dataset`; `changes` replace arguments of the loader."""
    settings = {**config.data, "seed": config.seed, "shard": (0, 1)}
    if config.cls.data_kind == "images":
        wanted = (config.model.get(name) for name in ("num_classes", "condition_dim"))
        settings["labels"] = any(value is not None for value in wanted)
    settings["batch_size"] = settings.get("batch_size", 1) * (config.model.get("critic_steps") or 1)
    settings = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in {**settings, **changes}.items()
    }
    return datasets.LOADERS[config.cls.data_kind](settings.pop("source"), **settings)


def load_shard(config: Configuration, files: list[str] | None = None, **changes: Any) -> Any:
    """The data of a run to train on: of each batch the part of this process.

    Args:
        config: the run's settings.
        files: where the data's files are known, their names, as `Contents` lists them.
        **changes: replace arguments of the loader.
    """
    return load_data(config, shard=backend.data_shard(), files=files, **changes)


def load_test(config: Configuration, **changes: Any) -> Any:
    """The split "test" of a run's data in its own order, likewise, in the form that the model
    takes; None if there is none, or the run trains on it.

    A translator's pictures of other sizes than those it trains on are stretched to these.
    """
    if config.data.get("split") == "test":
        return None
    changes = {"split": "test", "shuffle": False, **changes}
    if config.cls.data_kind == "images":
        try:
            return load_data(config, **changes)
        except ValueError:
            return None
    source = expanded(config.data["source"])
    if source.is_dir() and not any((source / name).is_dir() for name in ("test", "testA")):
        return None
    form = config.model
    if "shape_a" not in form:
        form = shapes(config, load_data(config, cache=False))
    sides = [form["shape_a"], form["shape_b"]]
    a, b = sides[::-1] if config.data.get("direction") == B_TO_A else sides
    changes |= {"channels_a": a[-1], "channels_b": b[-1]}
    try:
        return load_data(config, **changes)
    except ValueError:
        stretched = {"preprocess": "resize_and_crop", "load_size": a[:2], "crop_size": None}
        return load_data(config, **{**changes, **stretched})


def shapes(config: Configuration, data: Any) -> dict[str, list[int]]:
    """What the constructor of a run's model is told of the data: a dict of names to shapes; nothing
    where another model decides them."""
    spec = data.element_spec
    parts = spec if isinstance(spec, tuple) else (spec,)
    found = [part.shape[1:].as_list() for part in parts]
    if config.cls.data_kind == "images":
        vectors = {"condition_dim": found[1][0]} if any(found[1:]) else {}
        known = {"data_shape": found[0]} if "data_shape" in parameters(config.cls) else {}
        return {**known, **vectors}
    if None in found[0] + found[1]:
        raise ValueError(
            "The images differ in (height, width), and a model trains on one: cut them by a "
            f"crop_size, or stretch them to a load_size. Received: data={config.data}"
        )
    return {"shape_a": found[0], "shape_b": found[1]}


def steps_per_epoch(config: Configuration, data: Any) -> int:
    """The batches of an epoch: those of the data that fill whole executions."""
    together = config.compile.get("steps_per_execution") or 1
    return max(len(data) // together, 1) * together


def endless(config: Configuration, files: list[str], data: Any, used: int) -> Any:
    """The data again and again, each time in another order, from after `used` batches on."""
    return load_shard(config, files, start=used) if used else data.repeat()


def some(config: Configuration, n: int) -> tuple[Any, str]:
    """A batch of the split "test" of a run's data in order, or of "train" if there is none.

    Args:
        config: the run's settings.
        n: int, how many at most.

    Returns:
        What the model trains on, an array or a pair of such, and "test" or "train".
    """
    size = {"batch_size": n, "drop_remainder": False, "cache": False}  # not to decode all
    try:
        if data := load_test(config, **size):
            return next(data.as_numpy_iterator()), "test"
    except Exception as error:  # of TensorFlow's too; what is looked at never stops what trains
        warnings.warn(
            f'The split "test" cannot be read, so that training data are looked at: {error}',
            stacklevel=2,
        )
    shuffle = config.cls.task == "generate"  # for one class may follow another
    return next(load_data(config, **size, shuffle=shuffle).as_numpy_iterator()), "train"


def images(batch: Any) -> np.ndarray:
    """The images of a batch, be there labels or not."""
    return batch[0] if isinstance(batch, tuple) else batch
