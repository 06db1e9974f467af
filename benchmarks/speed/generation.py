"""How fast trained models draw and translate, in kerasgan, exported, and in plain PyTorch.

    python -m benchmarks.speed.generation

`generate` and `translate` on each backend, the SavedModel under TensorFlow and the ONNX file under
ONNX Runtime that `export` makes of the same model, and the same network in plain PyTorch under
`torch.inference_mode`: from numpy arrays to numpy arrays, in batches of 64 and float32. Each
measurement is a process of its own, and the contenders take turns; its figure is the median of five
rounds after a first one.

Results go to where `benchmarks.speed`'s go, the measurements of a repeat in place of older ones.
"""

import sys

from benchmarks.speed.drawing import CONTENDERS, IMAGES
from benchmarks.speed.turns import program

PAIRS = [(case, contender) for case in IMAGES for contender in CONTENDERS]

if __name__ == "__main__":
    sys.exit(program("benchmarks.speed.generation", __doc__, "benchmarks.speed.drawing", PAIRS))
