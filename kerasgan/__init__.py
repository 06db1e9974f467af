"""kerasgan: generative adversarial networks for Keras 3 on TensorFlow, JAX and PyTorch.

What `__init__.pyi` names is imported when it is first used, so that `kerasgan --help` starts no
backend. Where Keras is there already, the models are imported at once: then
`keras.models.load_model` knows them, as `kerasgan.load` does always.
"""

import sys

import lazy_loader

__version__ = "0.1.0"  # the only place where it is written
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

if "keras" in sys.modules:
    __getattr__("models")
