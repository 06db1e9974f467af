"""`load`: one function from any source of images to one form of `tf.data.Dataset`."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kerasgan.datasets.arrays import read_arrays, read_npz
from kerasgan.datasets.batching import Batching
from kerasgan.datasets.folder import read_folder
from kerasgan.datasets.idx import SPLITS, read_named
from kerasgan.datasets.tfds import read_tfds
from kerasgan.utils.checks import height_and_width, one_of
from kerasgan.utils.files import expanded
from kerasgan.utils.pipelines import AHEAD, AT_ONCE, without_tuning
from kerasgan.utils.types import PathLike, Size

if TYPE_CHECKING:
    import tensorflow as tf


def load(
    source: PathLike | np.ndarray | tuple[np.ndarray, np.ndarray],
    batch_size: int = 64,
    *,
    image_size: int | Size | None = None,
    labels: bool = False,
    split: str = "train",
    data_dir: PathLike | None = None,
    channels: int | None = None,
    augment: Callable | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    drop_remainder: bool = True,
    cache: bool | None = None,
    files: Sequence[str] | None = None,
    shard: tuple[int, int] | None = None,
    start: int | None = None,
) -> tf.data.Dataset:
    """Makes batches of images in [-1, 1] for `fit`, under every backend.

    Sources:

    - `"fashion_mnist_10k"`: the 10,000 test images of Fashion-MNIST (Xiao, Rasul and Vollgraf,
      2017, arXiv:1708.07747), which come with this package. They are its split "train".
    - `"mnist"`, `"fashion_mnist"`: from `data_dir` or from the folder that the environment
      variable `KERASGAN_DATA` names (either the folder of idx files or one that holds a folder
      of that name), else downloaded by Keras. The test split of Fashion-MNIST needs no download.
    - `"tfds:NAME"`: the features `image` and `label` of a data set of TensorFlow Datasets.
    - A folder: every png, jpeg, webp, bmp, gif, tiff (the first frame or page), pgm and ppm at any
      depth, turned as its Exif data say, laid over white where transparent; linked folders too,
      but nothing hidden. What else lies there is counted in a warning, by ending. The labels
      are the top-level subfolders in the order of their sorted names. A name above wins over a
      folder called the same: write "./mnist" for the folder.
    - An array (n, h, w) or (n, h, w, c), uint8 or float in [-1, 1], a tuple (images, labels), or
      an `.npz` file of `images` and perhaps `labels`, or `conditions` (n, d), vectors that are
      given as labels. Float points (n, 2) pass unscaled.

    Args:
        source: str, path, numpy array or tuple of two arrays, as above.
        batch_size: int, images in a batch, of all processes together.
        image_size: int or (height, width) in pixels: images are resized to cover it and
            cut to their centre. None keeps their size, which must then be the same for all.
        labels: bool, whether to give (images, labels).
        split: str, "train" or "test", for TFDS anything it takes. Sources without splits have
            one, "train".
        data_dir: folder that holds a named data set; for TFDS, its data folder.
        channels: 1 converts to grey, 3 to RGB; None keeps what is there (a folder is RGB unless
            every file is stored as grey).
        augment: callable from float32 images (batch, h, w, c) to the same, within [-1, 1]. It
            runs in `tf.data`, after any caching: TensorFlow functions and Keras preprocessing
            layers, several of them in a `keras.layers.Pipeline`, work under every backend.
        shuffle: bool, whether to draw a new order for each epoch.
        seed: int that makes the orders repeat, given the same `keras.utils.set_random_seed`.
        drop_remainder: bool, whether to leave out a last batch that is not full.
        cache: for folders and TFDS: True decodes all images once, into memory; False decodes
            them anew in each epoch; None does the first if that takes less than a quarter of the
            free memory that this process may use. A broken file is found before training, or when
            its turn comes; all headers are looked at if `image_size` is None.
        files: the image files as seen from the folder, such as ["cat/1.png"], where they are known:
            it is not listed again. What is no folder takes no notice.
        shard: (i, n): the i-th of n equal parts of each batch, for the i-th of n processes that
            train one model. All pass the same `seed` and the same `keras.utils.set_random_seed`,
            and have the same data. None takes `kerasgan.backend.data_shard()`, which is (0, 1) but
            under a distribution.
        start: None gives one epoch a pass. An int gives batches without end, epoch after epoch,
            each in a new order, going on after so many; the images of those are not read.

    Returns:
        A `tf.data.Dataset` of float32 images (batch, h, w, c), or of (images, int32 labels), or
        of (images, float32 condition vectors).

    Raises:
        ValueError: if the source is not there, cannot be read, or does not fit the arguments.
        TypeError: if an argument is of a type that is not listed here.

    Example:

    >>> from kerasgan import datasets
    >>> data = datasets.load("fashion_mnist_10k", batch_size=100, labels=True)
    >>> len(data)
    100
    >>> images, labels = next(iter(data))
    >>> images.shape, labels.shape
    (TensorShape([100, 28, 28, 1]), TensorShape([100]))
    """
    batching = Batching(batch_size, shuffle, seed, drop_remainder, shard, start)
    one_of("channels", channels, (1, 3, None))
    if augment is not None and not callable(augment):
        raise TypeError(f"augment must be a function or a layer. Received: augment={augment!r}")
    image_size = height_and_width("image_size", image_size)
    found = _read(source, image_size, channels, labels, split, data_dir, cache, files)
    if isinstance(found, tuple):
        images, targets = found
        if labels and targets is None:
            raise ValueError(
                "The source holds no labels: train without classes, --num-classes none. "
                "Received: labels=True"
            )
        batches = _take([images, targets] if labels else [images], batching)
    else:
        batches = found.batches(batching)

    import tensorflow as tf

    def finish(images, *targets):
        if images.dtype == tf.uint8:
            images = tf.cast(images, tf.float32) / 127.5 - 1
        if augment is not None:
            images = tf.cast(augment(images), tf.float32)  # a layer may compute in half precision
        return (images, *targets) if labels else images

    at_once = AT_ONCE if augment is None else None  # in turn: else its draws do not repeat
    return without_tuning(batches.map(finish, at_once).prefetch(AHEAD))


def _take(arrays, batching):
    import tensorflow as tf

    with tf.device("CPU"):
        arrays = [tf.constant(a) if isinstance(a, np.ndarray) else a for a in arrays]

    def take_from(array, indices):
        if tf.is_tensor(array):
            return tf.gather(array, indices)
        taken = tf.numpy_function(array.__getitem__, [indices], array.dtype, stateful=False)
        return tf.ensure_shape(taken, indices.shape + array.shape[1:])

    def take(indices):
        return tuple(take_from(array, indices) for array in arrays)

    count = len(arrays[0])
    batching.check_enough(count)
    indices = tf.data.Dataset.range(count)
    if batching.shuffle:
        indices = indices.shuffle(count, batching.seed)
    return batching.batches(indices).map(take, AT_ONCE)


def _read(source, image_size, channels, labels, split, data_dir, cache, files):
    if isinstance(source, str) and source in SPLITS:
        return read_arrays(read_named(source, split, data_dir), image_size, channels)
    if isinstance(source, str) and source.startswith("tfds:"):
        return read_tfds(source[5:], image_size, channels, labels, split, data_dir, cache)
    if split != "train":
        raise ValueError(f'This source has one split, "train". Received: split={split!r}')
    if data_dir is not None:
        raise ValueError(
            f"data_dir is for {', '.join(SPLITS)} and tfds:NAME. Received: data_dir={data_dir!r}"
        )
    if isinstance(source, np.ndarray | tuple):
        if isinstance(source, tuple) and len(source) > 1 and not labels:
            warnings.warn("The labels are left out: labels=True gives them, too.", stacklevel=3)
        return read_arrays(source, image_size, channels)
    if not isinstance(source, str | os.PathLike):
        raise TypeError(
            "A source is a name, a path, a numpy array (np.asarray makes one) or a tuple "
            f"(images, labels). Received: type(source)={type(source).__name__}"
        )
    path = folder_or_file(source)
    if path.is_dir():
        return read_folder(path, image_size, channels, labels, cache, files)
    return read_npz(path, image_size, channels)


def folder_or_file(source: PathLike) -> Path:
    """Gives the `pathlib.Path` of a folder or an `.npz` file, or an error."""
    path = expanded(source)
    if path.is_dir() or (path.is_file() and path.suffix == ".npz"):
        return path
    raise ValueError(
        f"No such data set, folder or .npz file; the names are {', '.join(SPLITS)} and "
        f"tfds:NAME. Received: source={str(source)!r}"
    )
