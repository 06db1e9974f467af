"""Keras on PyTorch: channels-last `Conv2DTranspose` copies its maps and computes what it cuts off.

To: keras-team/keras, `conv_transpose` of keras/src/backend/torch/nn.py. Known, of the copies only:
#23279 for `Conv2D`, mended by #23199, which is not in 3.15.1; #23649 for pooling; #22324. The cut
came with #22876, for odd kernels.

- An NHWC tensor permuted to NCHW has PyTorch's memory format `channels_last` and needs no copy, but
  `_transpose_spatial_inputs` makes it contiguous as NCHW.
- With "same" padding all of the result is computed and its borders are cut off, also where they are
  equal and the `padding` of PyTorch's function leaves them out. What is left is not contiguous.

Expected: no copy, and `padding` where both sides lose as much.
Here: 1.50 times the time on views; the copy alone takes it to 1.08; `Conv2D` 1.16 times.
"""

import os
import statistics
import sys
import time

os.environ["KERAS_BACKEND"] = "torch"
import keras
import torch
from keras.layers import Conv2D, Conv2DTranspose
from torch.nn.functional import conv2d, conv_transpose2d
from torch.utils._python_dispatch import TorchDispatchMode

SHAPE = (16, 32, 32, 64)


class Seen(TorchDispatchMode):
    """Notes what is copied, and what convolutions compute."""

    def __torch_dispatch__(self, op, types, args=(), kwargs=None):
        result = op(*args, **(kwargs or {}))
        if op in (torch.ops.aten.clone.default, torch.ops.aten.convolution.default):
            self.seen.append((op.__name__.split(".")[0], *result.shape[1:]))
        return result


def measure(layer, function, **settings):
    """Times the layer beside PyTorch's function, and returns what is seen in the layer."""
    x = torch.randn(SHAPE, requires_grad=True)
    layer.build(SHAPE)
    kernel = layer.kernel.value
    maps, weights = x.permute(0, 3, 1, 2), kernel.permute(3, 2, 0, 1)
    runs = {
        "layer": lambda: layer(x),
        "copied": lambda: function(maps.contiguous(), weights, **settings).permute(0, 2, 3, 1),
        "views": lambda: function(maps, weights, **settings).permute(0, 2, 3, 1),
    }
    torch.testing.assert_close(runs["layer"](), runs["views"](), rtol=1e-4, atol=1e-4)
    seconds = {name: [] for name in runs}
    for _ in range(11):
        for name, run in runs.items():
            start = time.perf_counter()
            y = run()
            torch.autograd.grad(y, [x, kernel], torch.ones_like(y))
            seconds[name].append(time.perf_counter() - start)
    base = statistics.median(seconds["views"])
    print(type(layer).__name__, "forward and backward, of the time on views:")
    print(*(f"  {name} {statistics.median(times) / base:.2f}" for name, times in seconds.items()))
    with torch.no_grad(), Seen() as mode:
        mode.seen = []
        y = layer(x)
    print(f"  {mode.seen}, output contiguous: {y.is_contiguous()}")
    return mode.seen


if __name__ == "__main__":
    print(f"keras {keras.__version__}, torch {torch.__version__}; {SHAPE} to 64 channels")
    measure(Conv2D(64, 3, padding="same", use_bias=False), conv2d, padding=1)
    layer = Conv2DTranspose(64, 4, 2, padding="same", use_bias=False)
    seen = measure(layer, conv_transpose2d, stride=2, padding=1)
    sys.exit(0 if seen != [("convolution", 64, 64, 64)] else "not reproduced")
