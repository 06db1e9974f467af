"""Any image data set of TensorFlow Datasets."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasgan.datasets.conversion import convert_array, fits_in_memory
from kerasgan.utils.types import PathLike, Size

if TYPE_CHECKING:
    import tensorflow as tf

BUFFER = 10_000  # examples; TFDS writes its files in a random order, so a window is shuffle enough


def read_tfds(
    name: str,
    image_size: Size | None,
    channels: int | None,
    labels: bool,
    split: str,
    data_dir: PathLike | None,
    shuffle: bool,
    seed: int | None,
    cache: bool | None,
) -> tuple[np.ndarray, np.ndarray | None] | tf.data.Dataset:
    """Reads the features `image` and `label` of one split, with the arguments of `load`.

    Args:
        name: what `tfds.load` takes, such as "cifar10" or "celeb_a/2.*"; so is `split`, such as
            "train[:10%]".
        shuffle, seed: the order of a stream.
        cache: True for arrays, False for a stream, None to let the memory decide.

    Returns:
        uint8 images (n, h, w, c) and int32 labels (n,) or None; or else a `tf.data.Dataset` of
        the same, one by one, read from disk in every epoch.
    """
    import tensorflow as tf

    wanted = ["image", "label"] if labels else ["image"]
    dataset, native = open_images(name, split, data_dir, wanted)
    size = image_size or native[:2]
    if None in size:
        raise ValueError(
            f"The images of {name} differ in size: pass image_size=. Received: image_size=None"
        )
    shape = (*size, channels or native[2])

    def read(example):
        image = example["image"]
        if image.shape != shape:
            image = tf.numpy_function(
                lambda array: convert_array(array, size, shape[2]),
                [image],
                tf.uint8,
                stateful=False,
            )
            image = tf.ensure_shape(image, shape)
        return (image, tf.cast(example["label"], tf.int32)) if labels else (image,)

    count = int(dataset.cardinality())
    if cache or (cache is None and fits_in_memory(count, *shape)):
        return _collect(dataset.map(read, num_parallel_calls=tf.data.AUTOTUNE), count, shape)
    if shuffle:
        dataset = dataset.shuffle(BUFFER, seed)
    return dataset.map(read, num_parallel_calls=tf.data.AUTOTUNE)


def read_encoded(name: str, split: str, data_dir: PathLike | None) -> list[bytes]:
    """Reads the feature `image` of one split as the bytes of its image files."""
    dataset, _ = open_images(name, split, data_dir, ["image"], decode=False)
    return [example["image"] for example in dataset.as_numpy_iterator()]


def open_images(
    name: str,
    split: str,
    data_dir: PathLike | None,
    wanted: list[str],
    decode: bool = True,
) -> tuple[tf.data.Dataset, Any]:
    """Prepares one split and checks its features.

    Args:
        name, split, data_dir: as in `read_tfds`.
        wanted: the features that must be there, "image" among them.
        decode: whether images are arrays, else the bytes of their files.

    Returns:
        A `tf.data.Dataset` of dicts, and the (height, width, channels) of the images, with None
        for what differs.
    """
    import tensorflow_datasets as tfds

    builder = _prepared(name, data_dir)
    features = builder.info.features
    if missing := set(wanted) - set(features):
        raise ValueError(
            f"{name} has no feature {missing.pop()!r}, it has {sorted(features)}. "
            f"Received: source='tfds:{name}'"
        )
    native = features["image"].shape
    if features["image"].dtype != np.uint8 or native[2:] not in ((1,), (3,)):
        raise ValueError(
            f"Only uint8 images of 1 or 3 channels are read; those of {name} are "
            f"{features['image']}. Received: source='tfds:{name}'"
        )
    decoders = None if decode else {"image": tfds.decode.SkipDecoding()}
    try:
        return builder.as_dataset(split=split, decoders=decoders), native
    except ValueError as error:
        raise ValueError(f"{error} Received: split={split!r}") from error


def describe(
    name: str, splits: list[str], data_dir: PathLike | None
) -> tuple[dict[str, str], list[str] | None]:
    """What identifies splits of a data set, and the names of its classes, if it has any."""
    info = _prepared(name, data_dir).info
    try:
        lengths = {split: info.splits[split].num_examples for split in splits}
    except (KeyError, ValueError) as error:
        raise ValueError(f"{error} Received: split={splits[0]!r}") from error
    held = {f"{info.full_name} {split}": str(length) for split, length in lengths.items()}
    labels = info.features["label"] if "label" in info.features else None
    return held, getattr(labels, "names", None)


def _prepared(name, data_dir):
    import tensorflow_datasets as tfds

    try:
        builder = tfds.builder(name, data_dir=data_dir)
    except tfds.core.DatasetNotFoundError as error:
        known = tfds.list_builders()
        raise ValueError(
            f"TensorFlow Datasets knows {len(known)} names (tfds.list_builders()), near this one "
            f"{get_close_matches(name, known)}. Received: source='tfds:{name}'"
        ) from error
    try:
        builder.download_and_prepare()
    except Exception as error:  # TFDS raises whatever the network gave it
        raise ValueError(
            f"{name} could not be downloaded and prepared ({error}): run "
            f"tfds.load({name!r}) where there is a network, copy its ~/tensorflow_datasets here, "
            f"and name that folder by data_dir=. Received: source='tfds:{name}', "
            f"data_dir={data_dir!r}"
        ) from error
    return builder


def _collect(dataset, count, shape):
    images, labels, end = np.empty((count, *shape), "uint8"), [], 0
    for batch, *targets in dataset.batch(256).as_numpy_iterator():
        images[end : end + len(batch)] = batch
        labels.extend(targets)
        end += len(batch)
    return images, np.concatenate(labels) if labels else None
