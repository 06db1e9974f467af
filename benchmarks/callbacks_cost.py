"""What the callbacks take of an epoch: their own time over the epoch's, in the demo's run.

    python -m benchmarks.callbacks_cost            # all backends, table and JSON
    python -m benchmarks.callbacks_cost jax        # one backend, in this process

The demo's GAN on the 10,000 images in the package (156 steps an epoch): the time spent in
`SampleGrid` (64 images) and `LossHistory` at an epoch's end, as a share of the whole epoch; the
median of the epochs after the first.
"""

import statistics
import sys
import tempfile
import time

from benchmarks import each_backend

EPOCHS = 8


def measure():
    """Milliseconds in each callback and in an epoch, and the callbacks' share of it."""
    import keras

    import kerasgan as kg

    seconds = {"SampleGrid": [], "LossHistory": [], "epoch": []}

    def timed(cls):
        class Timed(cls):
            def on_epoch_end(self, epoch, logs=None):
                start = time.perf_counter()
                super().on_epoch_end(epoch, logs)
                seconds[cls.__name__].append(time.perf_counter() - start)

        return Timed

    class Epochs(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.start = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            seconds["epoch"].append(time.perf_counter() - self.start)

    data = kg.datasets.load("fashion_mnist_10k", batch_size=64)
    gan = kg.GAN((28, 28, 1), 100, ema_decay=0.999)
    gan.compile()
    with tempfile.TemporaryDirectory() as folder:
        ours = [timed(c)(folder) for c in (kg.callbacks.SampleGrid, kg.callbacks.LossHistory)]
        gan.fit(data, epochs=EPOCHS, verbose=0, callbacks=[*ours, Epochs()])
    ms = {name: statistics.median(times[1:]) * 1e3 for name, times in seconds.items()}
    share = (ms["SampleGrid"] + ms["LossHistory"]) / ms["epoch"]
    return {**{f"{n}_ms": round(t, 1) for n, t in ms.items()}, "share": round(share, 4)}


def show(backend, result):
    print(f"{backend:11} {result['share']:.2%} of an epoch")


if __name__ == "__main__":
    each_backend.main(sys.modules[__name__], measure, show)
