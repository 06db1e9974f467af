"""Which images make up which batch, and which part of it is this process's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kerasgan import backend
from kerasgan.utils.checks import whole

if TYPE_CHECKING:
    import tensorflow as tf


class Batching:
    """Shuffles what chooses the images, and batches it: images that are not wanted are never read.

    Args:
        batch_size, shuffle, seed, drop_remainder, shard, start: as `load` takes them.

    Raises:
        ValueError: if they do not fit each other.
    """

    def __init__(
        self,
        batch_size: int,
        shuffle: bool,
        seed: int | None,
        drop_remainder: bool,
        shard: tuple[int, int] | None,
        start: int | None,
    ):
        self.batch_size = whole("batch_size", batch_size)
        self.shuffle, self.seed = shuffle, seed
        self.drop_remainder = drop_remainder
        self.shard: int
        self.parts: int
        self.shard, self.parts = backend.data_shard() if shard is None else shard
        self.start = None if start is None else whole("start", start, least=0)
        whole("shard[1]", self.parts)
        whole("shard[0]", self.shard, least=0, most=self.parts - 1)
        if self.parts > 1:
            self._check_parts()
        size = batch_size // self.parts
        self.own = slice(self.shard * size, (self.shard + 1) * size)

    def _check_parts(self):
        received = f"Received: shard={(self.shard, self.parts)}"
        if self.batch_size % self.parts:
            raise ValueError(
                f"A batch is cut into equal parts, so batch_size must be a multiple of {self.parts}"
                f" here; it is that of all processes together. {received}, "
                f"batch_size={self.batch_size}"
            )
        if not self.drop_remainder:
            raise ValueError(
                "A last batch that is not full has no equal parts: pass drop_remainder=True, or "
                f"shard=(0, 1) where every process wants all. {received}, drop_remainder=False"
            )
        if self.shuffle and self.seed is None:
            raise ValueError(
                "All processes must draw one order: pass seed=, the same to each. "
                f"{received}, seed=None"
            )

    def of_part(self) -> Batching:
        """That of this process's part alone, where no other process has the same examples."""
        size = self.batch_size // self.parts
        return Batching(size, self.shuffle, self.seed, self.drop_remainder, (0, 1), self.start)

    def check_enough(self, count: int, what: str = "images") -> None:
        """Raises a ValueError if `count` examples do not make one batch."""
        if self.drop_remainder and self.batch_size > count:
            raise ValueError(
                f"There are {count} {what}, too few for a batch: use a smaller batch_size or "
                f"drop_remainder=False. Received: batch_size={self.batch_size}"
            )

    def batches(self, chosen: tf.data.Dataset, whole_epochs: bool = True) -> tf.data.Dataset:
        """Batches of what images are chosen by, cut to this process's part, from `start` on.

        Args:
            chosen: a `tf.data.Dataset` of one epoch, such as of indices.
            whole_epochs: bool, whether each pass draws one order, no matter how far it goes.

        Returns:
            A `tf.data.Dataset` of one epoch, or without end.
        """
        import tensorflow as tf

        batches = chosen.batch(self.batch_size, self.drop_remainder)
        if self.parts > 1:
            batches = batches.map(
                lambda *parts: tf.nest.map_structure(lambda part: part[self.own], parts)
            )
        if self.start is None:
            return batches
        passes, rest = divmod(self.start, len(batches)) if whole_epochs else (0, self.start)
        for _ in range(passes):
            iter(batches)  # draws an order
        return batches.repeat().skip(rest)
