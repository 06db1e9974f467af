"""How a step's time grows with the batch and with the image.

    python -m benchmarks.speed.growth

A DCGAN of 32 filters, at 32 px in batches of 1 to 256, and in batches of 16 at 32 to 128 px, by
kerasgan on each backend and by plain PyTorch. Results go to where `benchmarks.speed`'s go.
"""

import sys

from benchmarks.speed.__main__ import program
from benchmarks.speed.cases import GROWTH

if __name__ == "__main__":
    sys.exit(program("benchmarks.speed.growth", __doc__, GROWTH, repeats=2, seconds=0.5))
