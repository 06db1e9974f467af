"""Requests that come at the same time, carried out together."""

import asyncio
import contextlib
import dataclasses
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
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
    """Runs a model, in a thread of its own, on batches of jobs in the order in which they come.

    A batch waits while others come, so that the more requests there are, the fewer batches carry
    them out. It is filled up to a power of two, with repetitions that nobody gets to see, so that
    the backend meets few shapes. It is made where an event loop runs.

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
        self._waiting: deque[Job] = deque()
        self._some = asyncio.Event()  # set while jobs wait
        self._thread = ThreadPoolExecutor(1, "model")
        self._task = asyncio.get_running_loop().create_task(self._work())

    @property
    def alive(self) -> bool:
        """Whether it still works."""
        return not self._task.done()

    async def submit(self, key: Hashable, arrays: Sequence[np.ndarray], pixels: int) -> Arrays:
        """What the model makes of arrays, once their turn has come.

        Raises:
            Exception: what the model raises for them.
        """
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(Job(key, tuple(arrays), pixels, future))
        self._some.set()
        return await future

    async def close(self) -> None:
        """End the thread; whoever still waits is sent away."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._thread.shutdown()

    async def _work(self):
        loop = asyncio.get_running_loop()
        while True:
            await self._some.wait()
            await self._gather()
            batch = self._next()
            results = await loop.run_in_executor(self._thread, self._carry_out, batch)
            for job, result in zip(batch, results, strict=True):
                if job.future.done():  # its request was cancelled
                    continue
                if isinstance(result, Exception):
                    job.future.set_exception(result)
                else:
                    job.future.set_result(result)

    async def _gather(self):
        """Wait until a batch is full, nobody else is expected, or nobody has come for a while.

        The time counts from the last who came: a loop that is busy with many requests lets all of
        them in, however long it takes, since a batch takes about as long as a single one.
        """
        count, since = 0, 0.0
        wait = self._limits.wait / 1000
        while len(self._waiting) < self._expected():
            if sum(job.rows for job in self._waiting) >= self._limits.batch:
                return
            if len(self._waiting) > count:
                count, since = len(self._waiting), time.monotonic()
            elif time.monotonic() - since >= wait:
                return
            await asyncio.sleep(wait / 4)

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
        if not left:
            self._some.clear()
        return batch

    def _carry_out(self, batch: list[Job]) -> list[Any]:
        """What jobs give, arrays or an error each."""
        try:
            return self._together(batch)
        except Exception as error:  # of any backend
            if len(batch) == 1:
                return [error]
        return [self._carry_out([job])[0] for job in batch]  # one bad job harms no other

    def _together(self, batch):
        rows = sum(job.rows for job in batch)
        size = 1 << (rows - 1).bit_length()
        taken = np.minimum(np.arange(size), rows - 1)
        parts = zip(*(job.arrays for job in batch), strict=True)
        arrays = [np.concatenate(part)[taken] for part in parts]
        self._seen(rows)
        made = self._run(batch[0].key, *arrays)
        ends = np.cumsum([job.rows for job in batch])
        return [
            tuple(x[end - job.rows : end] for x in made)
            for job, end in zip(batch, ends, strict=True)
        ]
