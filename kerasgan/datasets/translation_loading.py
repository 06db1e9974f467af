"""Two sides of images for image translation, with or without pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kerasgan.datasets.batching import Batching
from kerasgan.datasets.preprocessing import AnySize, Preprocessing
from kerasgan.datasets.translation_sources import check_pairs, make_readers, read_sides
from kerasgan.utils.checks import one_of
from kerasgan.utils.directions import A_TO_B, B_TO_A, canonical
from kerasgan.utils.pipelines import AHEAD, AT_ONCE, without_tuning
from kerasgan.utils.types import PathLike

if TYPE_CHECKING:
    import tensorflow as tf


def load_unpaired(
    source: PathLike | tuple,
    batch_size: int = 1,
    *,
    split: str = "train",
    preprocess: str = "resize_and_crop",
    load_size: AnySize = None,
    crop_size: AnySize = None,
    flip: bool = True,
    channels_a: int | None = None,
    channels_b: int | None = None,
    shuffle: bool | None = None,
    seed: int | None = None,
    drop_remainder: bool = True,
    cache: bool | None = None,
    data_dir: PathLike | None = None,
    files: Sequence[str] | None = None,
    shard: tuple[int, int] | None = None,
    start: int | None = None,
) -> tf.data.Dataset:
    """Makes batches of images of A and of B that do not belong together, as CycleGAN takes them.

    Sources:

    - A folder with `trainA` and `trainB`, and `testA` and `testB` for `split="test"`; also with
      `train/A` and `train/B` and so on. The files are those that `load` takes.
    - A tuple of two folders, or of two arrays as `load` takes them.
    - `"tfds:NAME"`: the splits `trainA`, `trainB`, `testA` and `testB` of a data set of
      TensorFlow Datasets, such as `"tfds:cycle_gan/horse2zebra"`.

    An epoch has as many pairs as the longer side has images. Both sides are shuffled on their
    own, anew for each epoch, and the shorter one goes round again: whom an image meets is left
    to chance, and how often each is seen differs by one at most.

    Images are scaled once, then kept; random cuts and mirroring come after that, anew for each
    epoch. They are for the split "train" alone: the others are cut in the centre.

    Args:
        source: str, path or tuple, as above.
        batch_size: int, pairs in a batch, of all processes together.
        split: str, what stands before the A and the B of a folder's or data set's sides.
        preprocess: str, what is done to the images, by the names that PyTorch's CycleGAN and
            pix2pix made known:

            - "resize_and_crop": stretch to `load_size`, then cut out `crop_size`; what is None is
              left out, without both all images must have one size already.
            - "crop": cut out `crop_size`, nothing else.
            - "scale_width": bring to the width `load_size`, keep the ratio.
            - "scale_width_and_crop": the same, then cut out `crop_size`.
            - "none": nothing. Here and under "scale_width" the sizes may differ if `batch_size`
              is 1.
        load_size: int or (height, width) in pixels; an int where it is a width.
        crop_size: int or (height, width) in pixels.
        flip: bool, whether to mirror half of the images, left to right, in the split "train".
        channels_a, channels_b: 1 converts that side to grey, 3 to RGB; None keeps what is there
            (files are RGB unless every one of the side is stored as grey).
        shuffle: bool, whether to draw a new order for each epoch. False takes the first of A with
            the first of B and so on. None means True for the split "train" alone.
        seed: int that makes orders, cuts and mirroring repeat, given the same
            `keras.utils.set_random_seed`.
        drop_remainder: bool, whether to leave out a last batch that is not full.
        cache: True decodes all images once, into memory; False decodes them anew in each epoch;
            None does the first if that takes less than a quarter of the free memory that this
            process may use. A file with broken pixels is found before training, or when its turn
            comes; all headers are looked at unless `load_size` and channels tell what they would.
        data_dir: the data folder of TFDS.
        files: the image files of folders where they are known, not to be listed again, as seen
            from them, after "A/" or "B/" where there are two: ["A/1.png", "B/1.png"].
        shard, start: as in `load`.

    Returns:
        A `tf.data.Dataset` of (images_a, images_b), float32 (batch, height, width, channels) in
        [-1, 1].

    Raises:
        ValueError: if the source is not there, cannot be read, or does not fit the arguments.
        TypeError: if the source is of a type that is not listed here.

    Example:

    >>> from kerasgan import datasets
    >>> horses, zebras = np.zeros((5, 40, 30, 3), "uint8"), np.zeros((8, 64, 64, 3), "uint8")
    >>> data = datasets.load_unpaired((horses, zebras), load_size=36, crop_size=32)
    >>> len(data)
    8
    >>> images_a, images_b = next(iter(data))
    >>> images_a.shape, images_b.shape
    (TensorShape([1, 32, 32, 3]), TensorShape([1, 32, 32, 3]))
    """
    scaling = Preprocessing(preprocess, load_size, crop_size, split == "train", flip)
    shuffle = split == "train" if shuffle is None else shuffle
    batching = Batching(batch_size, shuffle, seed, drop_remainder, shard, start)
    more = (channels_a, channels_b), cache, files, data_dir
    return _batches(source, False, split, scaling, batching, *more)


def load_paired(
    source: PathLike | tuple,
    batch_size: int = 1,
    *,
    direction: str = "AtoB",
    split: str = "train",
    preprocess: str = "resize_and_crop",
    load_size: AnySize = None,
    crop_size: AnySize = None,
    flip: bool = True,
    channels_a: int | None = None,
    channels_b: int | None = None,
    shuffle: bool | None = None,
    seed: int | None = None,
    drop_remainder: bool = True,
    cache: bool | None = None,
    files: Sequence[str] | None = None,
    shard: tuple[int, int] | None = None,
    start: int | None = None,
) -> tf.data.Dataset:
    """Makes batches of images of A and those of B that belong to them, as pix2pix takes them.

    Sources:

    - A folder with folders `train`, `test` and so on, of files that hold A in their left and B in
      their right half; or a folder of such files.
    - A folder with `train/A` and `train/B`, or `trainA` and `trainB`, and so on, where what
      belongs together has the same name; extensions may differ.
    - A tuple of two such folders, or of two arrays as `load` takes them.

    Both images of a pair are cut at the same place, and mirrored or not, together.

    Args:
        source: str, path or tuple, as above.
        batch_size: int, pairs in a batch, of all processes together.
        direction: "AtoB", or "BtoA" for batches of (images_b, images_a).
        split: str, the name of the folder, or what stands before its A and B.
        preprocess, load_size, crop_size, flip, channels_a, channels_b: as in `load_unpaired`.
        shuffle, seed, drop_remainder, cache, files, shard, start: as in `load_unpaired`.

    Returns:
        A `tf.data.Dataset` of (images_a, images_b), float32 (batch, height, width, channels) in
        [-1, 1].

    Raises:
        ValueError: if the source is not there, cannot be read, or does not fit the arguments.
        TypeError: if the source is of a type that is not listed here.

    Example:

    >>> from kerasgan import datasets
    >>> drawings, photos = np.zeros((8, 64, 64), "uint8"), np.zeros((8, 64, 64, 3), "uint8")
    >>> data = datasets.load_paired((drawings, photos), 4, crop_size=48, direction="BtoA")
    >>> photos, drawings = next(iter(data))
    >>> photos.shape, drawings.shape
    (TensorShape([4, 48, 48, 3]), TensorShape([4, 48, 48, 1]))
    """
    direction = canonical(direction)
    one_of("direction", direction, (A_TO_B, B_TO_A))
    scaling = Preprocessing(preprocess, load_size, crop_size, split == "train", flip)
    shuffle = split == "train" if shuffle is None else shuffle
    batching = Batching(batch_size, shuffle, seed, drop_remainder, shard, start)
    more = (channels_a, channels_b), cache, files
    batches = _batches(source, True, split, scaling, batching, *more)
    return batches if direction == A_TO_B else batches.map(lambda a, b: (b, a))


def _batches(source, paired, split, preprocessing, batching, channels, cache, files, data_dir=None):
    for name, value in zip(("channels_a", "channels_b"), channels, strict=True):
        one_of(name, value, (1, 3, None))
    sides = read_sides(source, split, channels, paired, data_dir, files, preprocessing.fixed_size)
    count = max(len(side.names) for side in sides)
    batching.check_enough(count, "pairs")
    sizes = [[preprocessing.scaled_size(size) for size in side.sizes] for side in sides]
    if paired:
        check_pairs(sides, sizes)
    shapes = [
        (*preprocessing.final_size(side.names, scaled, batching.batch_size), side.channels)
        for side, scaled in zip(sides, sizes, strict=True)
    ]
    readers = make_readers(sides, sizes, cache)

    import tensorflow as tf

    def stream(side):
        names = sides[side].names
        seed = batching.seed
        seeds = [None if seed is None else seed + 2 * side + i for i in range(2)]
        indices = tf.data.Dataset.range(len(names))
        if batching.shuffle:
            indices = indices.shuffle(len(names), seeds[0])
        draws = tf.data.Dataset.random(seeds[1], rerandomize_each_iteration=True).batch(3)
        return tf.data.Dataset.zip((indices.repeat(), draws))

    def read(side, indices, draws):
        def cut(indices, draws):
            pairs = zip(indices, draws / 2**32, strict=True)
            return np.stack([preprocessing.cut(readers[side](i), draw) for i, draw in pairs])

        images = tf.numpy_function(cut, [indices, draws], sides[side].dtype, stateful=False)
        images = tf.ensure_shape(images, (*indices.shape, *shapes[side]))
        if images.dtype == tf.uint8:
            images = tf.cast(images, tf.float32) / 127.5 - 1
        return images

    def read_both(*chosen):
        return read(0, *chosen[0]), read(1, *chosen[-1])

    streams = (stream(0),) if paired else (stream(0), stream(1))
    # the orders of the shorter side end within epochs, so that how many are drawn is to be seen
    chosen = batching.batches(tf.data.Dataset.zip(streams).take(count), whole_epochs=paired)
    return without_tuning(chosen.map(read_both, AT_ONCE).prefetch(AHEAD))
