"""kerasgan: generative adversarial networks for Keras 3 on TensorFlow, JAX and PyTorch.

The names are those in `__init__.pyi`. The `kerasgan` command imports each when it is first used, so
that `kerasgan --help` starts no backend. A program has the models at once, so that
`keras.models.load_model` knows them.
"""

import os
import sys

import lazy_loader

__version__ = "0.1.0"  # the only place where it is written
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

_COMMANDS = ("kerasgan", "kerasgan.exe", "-m")  # the last while `python -m kerasgan` looks for it
if os.path.basename("".join(sys.argv[:1])) not in _COMMANDS:
    __getattr__("models")
