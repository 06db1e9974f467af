"""Any image data set of TensorFlow Datasets."""

from __future__ import annotations

from difflib import get_close_matches
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasgan.datasets.batching import Batching
from kerasgan.datasets.folder import open_image
from kerasgan.utils.conversion import convert_array, fits_in_memory, to_array
from kerasgan.utils.pipelines import AT_ONCE, without_tuning
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
    cache: bool | None,
) -> tuple[Any, Any] | Stream:
    """Reads the features `image` and `label` of one split, with the arguments of `load`.

    Args:
        name: what `tfds.load` takes, such as "cifar10" or "celeb_a/2.*"; so is `split`, such as
            "train[:10%]".
        cache: True for arrays, False for a stream, None to let the memory decide.

    Returns:
        uint8 images (n, h, w, c) and int32 labels (n,) or None; or else what reads the same from
        disk in every epoch: a `Stream`, or `Records` in place of the arrays where the files are
        array_record's, which have random access.
    """
    import tensorflow as tf

    wanted = ["image", "label"] if labels else ["image"]
    builder = open_images(name, data_dir, wanted)
    examples = encoded(builder, split)
    native = builder.info.features["image"].shape
    size = image_size or native[:2]
    if None in size:
        raise ValueError(
            f"The images of {name} differ in size: pass image_size=. Received: image_size=None"
        )
    shape, count = (*size, channels or native[2]), len(examples)
    cache = fits_in_memory(count, *shape) if cache is None else cache
    if isinstance(examples, tf.data.Dataset):
        stream = Stream(builder, split, shape, labels)
        return stream.read_all(count) if cache else stream
    images = Records(examples, "image", shape, "uint8")
    targets = Records(examples, "label", (), "int32") if labels else None
    if cache:
        every = np.arange(count)
        return images[every], None if targets is None else targets[every]
    return images, targets


class Records:
    """One feature of examples that have random access, read anew each time that some are taken.

    Args:
        examples: a data source of TensorFlow Datasets.
        name: of the feature.
        shape, dtype: of the feature of one example, an image to be brought to it.
    """

    def __init__(self, examples: Any, name: str, shape: tuple, dtype: str):
        self.examples, self.name, self.dtype = examples, name, dtype
        self.shape = (len(examples), *shape)

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, indices: np.ndarray) -> np.ndarray:
        examples = self.examples.__getitems__(indices.tolist())
        found = [
            self._read(example[self.name], i) for example, i in zip(examples, indices, strict=True)
        ]
        return np.stack(found).astype(self.dtype)

    def _read(self, value, index):
        if self.name != "image":
            return value
        with open_image(BytesIO(value), f"image {index}") as image:
            return to_array(image, self.shape[1:3], self.shape[3])


class Stream:
    """The images of a data set of TensorFlow Datasets, read in the order that they lie in.

    Args:
        builder: that of the data set.
        split: what `tfds.load` takes.
        shape: (height, width, channels) that all images are brought to.
        labels: whether their labels are wanted.
    """

    def __init__(self, builder: Any, split: str, shape: tuple, labels: bool):
        self.builder, self.split, self.shape, self.labels = builder, split, shape, labels

    def read_all(self, count: int) -> tuple[np.ndarray, np.ndarray | None]:
        """Decodes all images, uint8 (n, h, w, c), and their labels, int32 (n,) or None."""

        examples = encoded(self.builder, self.split)
        return _collect(examples.map(self._read, AT_ONCE), count, self.shape)

    def batches(self, batching: Batching) -> tf.data.Dataset:
        """Batches of what `read_all` gives.

        A part of each batch is one of as many images of a part of the split, which no other
        process reads; what is shuffled and passed over is not decoded.
        """
        import tensorflow as tf
        import tensorflow_datasets as tfds

        split, own = self.split, batching
        if batching.parts > 1:
            splits = tfds.even_splits(split, batching.parts, drop_remainder=True)
            split, own = splits[batching.shard], batching.of_part()
        examples = encoded(self.builder, split)
        own.check_enough(int(examples.cardinality()))
        if batching.shuffle:
            examples = examples.shuffle(BUFFER, batching.seed)
        kinds = (tf.TensorSpec(self.shape, tf.uint8), tf.TensorSpec((), tf.int32))

        def read(batch):
            return tf.map_fn(self._read, batch, fn_output_signature=kinds[: 1 + self.labels])

        return own.batches(examples).map(read, AT_ONCE)

    def _read(self, example):
        import tensorflow as tf

        image = self.builder.info.features["image"].decode_example(example["image"])
        if image.shape != self.shape:
            image = tf.numpy_function(
                lambda array: convert_array(array, self.shape[:2], self.shape[2]),
                [image],
                tf.uint8,
                stateful=False,
            )
            image = tf.ensure_shape(image, self.shape)
        return (image, tf.cast(example["label"], tf.int32)) if self.labels else (image,)


def read_encoded(name: str, split: str, data_dir: PathLike | None) -> list[bytes]:
    """Reads the feature `image` of one split as the bytes of its image files."""
    import tensorflow as tf

    examples = encoded(open_images(name, data_dir, ["image"]), split)
    if isinstance(examples, tf.data.Dataset):
        examples = examples.as_numpy_iterator()
    return [example["image"] for example in examples]


def open_images(name: str, data_dir: PathLike | None, wanted: list[str]) -> Any:
    """Prepares a data set and checks its features.

    Args:
        name, data_dir: as in `read_tfds`.
        wanted: the features that must be there, "image" among them.

    Returns:
        Its `tfds.core.DatasetBuilder`.
    """
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
    return builder


def encoded(builder: Any, split: Any) -> Any:
    """The examples of one split, dicts, in which "image" is the bytes of a file: a data source with
    random access where the files are array_record's, else a `tf.data.Dataset`."""
    import tensorflow_datasets as tfds

    random_access = builder.info.file_format is tfds.core.FileFormat.ARRAY_RECORD
    read = builder.as_data_source if random_access else builder.as_dataset
    try:
        return read(split=split, decoders={"image": tfds.decode.SkipDecoding()})
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
    for batch, *targets in without_tuning(dataset.batch(256)).as_numpy_iterator():
        images[end : end + len(batch)] = batch
        labels.extend(targets)
        end += len(batch)
    return images, np.concatenate(labels) if labels else None
