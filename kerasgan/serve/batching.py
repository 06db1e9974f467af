"""Requests that come at the same time, carried out together."""

import asyncio
import dataclasses
import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

from kerasgan.serve.limits import Limits

Arrays = tuple[np.ndarray, ...]


@dataclasses.dataclass
class Job:
    """What one request wants of a model.

    Attributes:
        key: what is the same in all jobs that can be carried out together.
        arrays: the model's inputs, with an axis of rows in front.
        pixels: int, of what goes in or comes out.
        future: gets the arrays that came out.
    """

    key: Hashable
    arrays: Arrays
    pixels: int
    future: asyncio.Future

    @property
    def rows(self) -> int:
        """How many rows the arrays have."""
        return len(self.arrays[0])


class Batcher:
    """A thread that runs a model on batches of jobs, in the order in which they come.

    Batches are filled up to a power of two, with repetitions that nobody gets to see, so that the
    backend meets few shapes.

    Args:
        run: function of a key and arrays, which gives arrays of as many rows.
        limits: `Limits`.
        expected: function that says how many requests are on their way, waiting or running: for
            these a batch waits.
        seen: function that is told how many rows each batch has.
    """

    def __init__(
        self,
        run: Callable[..., Arrays],
        limits: Limits,
        expected: Callable[[], int],
        seen: Callable[[int], object],
    ):
        self._run, self._limits, self._expected, self._seen = run, limits, expected, seen
        self._new: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._waiting: deque[Job] = deque()
        self._thread = threading.Thread(target=self._work, name="batches", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it still works."""
        return self._thread.is_alive()

    async def submit(self, key: Hashable, arrays: Sequence[np.ndarray], pixels: int) -> Arrays:
        """What the model makes of arrays, once their turn has come.

        Raises:
            Exception: what the model raises for them.
        """
        future = asyncio.get_running_loop().create_future()
        self._new.put(Job(key, tuple(arrays), pixels, future))
        return await future

    def close(self) -> None:
        """End the thread, after all that waits."""
        self._new.put(None)
        self._thread.join()

    def _work(self):
        while True:
            if not self._waiting:
                job = self._new.get()
                if job is None:
                    return
                self._waiting.append(job)
            self._gather()
            self._carry_out(self._next())

    def _gather(self):
        """Take what comes until a batch is full, nobody else is expected, or the wait is over."""
        until = time.monotonic() + self._limits.wait / 1000
        while True:
            full = sum(job.rows for job in self._waiting) >= self._limits.batch
            left = 0 if full or len(self._waiting) >= self._expected() else until - time.monotonic()
            try:
                job = self._new.get(timeout=left) if left > 0 else self._new.get_nowait()
            except queue.Empty:
                return
            if job is None:
                self._new.put(None)  # for `_work`, after what waits
                return
            self._waiting.append(job)

    def _next(self):
        """The first job, and those like it that fit into its batch."""
        first, rows, pixels = self._waiting[0], 0, 0
        batch, left = [], deque()
        for job in self._waiting:
            fits = rows + job.rows <= self._limits.batch
            fits = fits and pixels + job.pixels <= self._limits.pixels
            if job is first or (job.key == first.key and fits):
                batch.append(job)
                rows, pixels = rows + job.rows, pixels + job.pixels
            else:
                left.append(job)
        self._waiting = left
        return batch

    def _carry_out(self, batch):
        try:
            made = self._together(batch)
        except Exception as error:  # of any backend
            if len(batch) == 1:
                _settle(batch, [error])
                return
            for job in batch:  # so that one bad job harms no other
                self._carry_out([job])
        else:
            _settle(batch, made)

    def _together(self, batch):
        rows = sum(job.rows for job in batch)
        size = 1 << (rows - 1).bit_length()
        taken = np.minimum(np.arange(size), rows - 1)
        arrays = [
            np.concatenate(parts)[taken] for parts in zip(*(j.arrays for j in batch), strict=True)
        ]
        self._seen(rows)
        made = self._run(batch[0].key, *arrays)
        ends = np.cumsum([job.rows for job in batch])
        return [
            tuple(x[e - job.rows : e] for x in made) for job, e in zip(batch, ends, strict=True)
        ]


def _settle(batch: list[Job], results: list[Any]) -> None:
    """Hand over results, or errors, in the loops that wait for them."""

    def hand_over(pairs):
        for future, result in pairs:
            if future.done():  # its request was cancelled
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)

    loops: dict[asyncio.AbstractEventLoop, list] = {}
    for job, result in zip(batch, results, strict=True):
        loops.setdefault(job.future.get_loop(), []).append((job.future, result))
    for loop, pairs in loops.items():
        try:
            loop.call_soon_threadsafe(hand_over, pairs)
        except RuntimeError:  # it is closed, and nobody waits
            logging.getLogger("kerasgan").warning("results came after the service had ended")
