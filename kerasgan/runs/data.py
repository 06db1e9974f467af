"""The data of a run, by the loader that its model wants."""

from pathlib import Path

from kerasgan import datasets

SIDES = {"CycleGAN": datasets.load_unpaired, "Pix2Pix": datasets.load_paired}


def load_data(config, **changes):
    """The data of a run.

    Args:
        config: dict, see `kerasgan.runs.start`.
        **changes: arguments of the loader that replace the run's.

    Returns:
        A `tf.data.Dataset`.
    """
    settings = {**config["data"], "seed": config["seed"]}
    load = SIDES.get(config["variant"])
    if load is None:
        load = datasets.load
        settings["labels"] = config["model"].get("num_classes") is not None
        settings["batch_size"] *= config["model"].get("critic_steps") or 1
    settings = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in {**settings, **changes}.items()
    }
    return load(settings.pop("source"), **settings)


def load_test(config, **changes):
    """The split "test" of a run's data, in its own order.

    Args:
        config: dict, see `kerasgan.runs.start`.
        **changes: arguments of the loader that replace the run's.

    Returns:
        A `tf.data.Dataset`, or None if there is no such split, or the run trains on it.
    """
    if config["data"].get("split") == "test":
        return None
    settings = {"split": "test", "shuffle": False, **changes}
    source = Path(config["data"]["source"]).expanduser()
    if config["variant"] in SIDES and source.is_dir():
        there = any((source / name).is_dir() for name in ("test", "testA"))
        return load_data(config, **settings) if there else None
    try:
        return load_data(config, **settings)
    except ValueError:
        return None


def shapes(config, data):
    """What the constructor of a run's model is told of the data: a dict of names to shapes."""
    spec = data.element_spec
    parts = spec if isinstance(spec, tuple) else (spec,)
    found = [part.shape[1:].as_list() for part in parts]
    if config["variant"] not in SIDES:
        return {"data_shape": found[0]}
    if None in found[0] + found[1]:
        raise ValueError(
            "The images differ in (height, width), and a model trains on one: cut them by a "
            f"crop_size, or stretch them to a load_size. Received: data={config['data']}"
        )
    return {"shape_a": found[0], "shape_b": found[1]}


def steps_per_epoch(config, data):
    """The batches of an epoch: those of the data that fill whole executions."""
    together = config["compile"].get("steps_per_execution") or 1
    return max(len(data) // together, 1) * together


def endless(config, data, used):
    """The data again and again, each time in another order, from after `used` batches on."""
    if config["variant"] == "CycleGAN":  # the orders of the shorter side end within epochs
        return data.repeat().skip(used)
    passes, rest = divmod(used, len(data))
    for _ in range(passes):
        iter(data)  # draws an order
    return data.repeat().skip(rest)


def real_images(config, n):
    """Images of the split "test" of a run's data, or "train" if there is no such split.

    Args:
        config: dict, see `kerasgan.runs.start`, of a model that draws from noise.
        n: int, how many at most.

    Returns:
        An array in [-1, 1].
    """
    some = {"batch_size": n, "drop_remainder": False}
    data = load_test(config, **some)
    batch = next(iter(load_data(config, **some) if data is None else data))
    return (batch[0] if isinstance(batch, tuple) else batch).numpy()


def images_to_translate(config, model, n):
    """Images of the split "test" of a translator's data, or "train" if there is no such split.

    Args:
        config: dict, see `kerasgan.runs.start`.
        model: the translator.
        n: int, how many at most.

    Returns:
        Images A, images B, and "test" or "train": two arrays in [-1, 1], equally many. B are
        what A should become or, without pairs, what is translated back.
    """
    some = {"batch_size": n, "drop_remainder": False}
    split, data = "test", load_test(config, **some)
    if data is None:
        split, data = "train", load_data(config, **some, shuffle=False)
    batch = next(iter(data))
    if config["variant"] in SIDES:
        return *(images.numpy() for images in batch), split
    large = batch.numpy()
    return model.small(large), large, split
