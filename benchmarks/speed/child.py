"""One measurement: `python -m benchmarks.speed.child CASE CONTENDER` prints a line of JSON."""

import argparse
import itertools
import json
import os
import platform
import re
import statistics
import time
from pathlib import Path

START = time.perf_counter()

from benchmarks.speed import cases, peak  # noqa: E402

LEAST, PATIENCE = 4, 4


class Clock:
    """Notes when a contender's first step, then its warm-up and its blocks of steps have ended.

    Args:
        block: int, steps in a block.
        seconds: float, the least that is timed after the warm-up, a block.
    """

    def __init__(self, block, seconds):
        self.block, self.seconds = block, seconds
        self.ends = []

    def start(self):
        """All is built, and the first step begins."""
        self.began = time.perf_counter()

    def first(self):
        """The first step has ended."""
        self.ends = [time.perf_counter()]

    def next(self):
        """A block has ended.

        Returns:
            True if there are enough: the warm-up and three more in `seconds` or longer, or two
            in all if these took 4 times as long.
        """
        self.ends.append(time.perf_counter())
        times = self._times()
        patient = len(times) >= 2 and sum(times) >= PATIENCE * self.seconds
        return patient or (len(times) >= LEAST and sum(times[1:]) >= self.seconds)

    def _times(self):
        return [end - start for start, end in itertools.pairwise(self.ends)]

    def report(self):
        """The figures, a dict. Where there are but two blocks, the first is taken too."""
        times = self._times()
        times = times[1:] if len(times) > 2 else times
        ms = [t / self.block * 1e3 for t in times]
        first = self.ends[0] - self.began
        return {
            "ms": round(statistics.median(ms), 4),
            "seconds_to_first_step": round(self.ends[0] - START, 3),
            "compile_seconds": round(max(0.0, first - statistics.median(ms) / 1e3), 3),
        }


def train_kerasgan(case, clock, **settings):
    """`fit`, whose epochs are the blocks, of the case's model with `settings`."""
    import keras

    class Epochs(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if clock.next():
                self.model.stop_training = True

    model, data = case.model(**settings), case.dataset()
    clock.start()
    model.fit(data, steps_per_epoch=1, verbose=0)
    clock.first()
    model.fit(data, steps_per_epoch=clock.block, epochs=10**6, verbose=0, callbacks=[Epochs()])


def train_by_steps(step, batches, clock):
    """A loop over batches."""
    batches = itertools.cycle(batches)
    clock.start()
    step(*next(batches))
    clock.first()
    enough = False
    while not enough:
        for _ in range(clock.block):
            step(*next(batches))
        enough = clock.next()


def train_stock(case, clock):
    """The recipe of `keras_stock`."""
    from benchmarks.speed import keras_stock

    _, step = keras_stock.make(case)
    parts = [array.reshape(-1, case.batch, *array.shape[1:]) for array in case.arrays()]
    train_by_steps(step, list(zip(*parts, strict=True)), clock)


def train_torch(case, clock, **settings):
    """The loop of `torch_plain`."""
    from benchmarks.speed import torch_plain

    _, step = torch_plain.make(case, **settings)
    layout = settings.get("channels_last", False)
    train_by_steps(step, torch_plain.batches(case, layout), clock)


def measure(case, contender, seconds):
    """The figures of a case and a contender, a dict; in a fresh process, or start-up and memory are
    of no use."""
    if case.variant == "peak":
        return {"gflops": peak.measure(contender, **case.settings, seconds=seconds)}
    clock = Clock(case.block, seconds)
    kind, _, backend = contender.partition("_")
    if kind in ("torch", "lightning"):
        if kind == "torch":
            train_torch(case, clock, **cases.TORCH[contender])
        else:
            from benchmarks.speed import torch_lightning

            torch_lightning.train(case, clock)
        return {**clock.report(), "peak_mib": peak_mib(), "versions": torch_versions()}
    os.environ["KERAS_BACKEND"], _, otherwise = backend.partition("_")
    if kind == "kerasgan":
        train_kerasgan(case, clock, **cases.OTHERWISE.get(otherwise, {}))
    else:
        train_stock(case, clock)
    found = {**clock.report(), "peak_mib": peak_mib()}

    from benchmarks.speed import flops
    from kerasgan.utils.versions import versions

    step = flops.step(case.model(), case.batch)
    return {**found, "gflop": round(step / 1e9, 4), "versions": versions()}


def torch_versions():
    import torch

    return {"torch": torch.__version__, "python": platform.python_version()}


def peak_mib():
    """The most memory that the process has held, where Linux tells; else None.

    `getrusage` would count the process that started this one too.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    return round(int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case")
    parser.add_argument("contender")
    parser.add_argument("--seconds", type=float, default=1.5)
    args = parser.parse_args(argv)
    load = os.getloadavg()[0]
    found = measure(cases.find(args.case), args.contender, args.seconds)
    print(json.dumps({**found, "load_before": round(load, 2)}))


if __name__ == "__main__":
    main()
