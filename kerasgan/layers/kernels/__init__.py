"""What a backend does faster by other means than Keras's, under one set of names.

Each may be None, and each may return None: then Keras's own way is the best there is.

`convolve(layer, inputs, kernel)` and `convolve_transposed(layer, inputs, kernel)` are a
`Conv2D`'s and a `Conv2DTranspose`'s outputs before bias and activation, channels last.
`batch_normalize(inputs, gamma, beta, epsilon)` normalizes by the batch, channels last: the outputs,
and mean and variance (that of the batch itself, without Bessel's correction) in float32.
"""

import importlib

import keras

_module = importlib.import_module(f"kerasgan.layers.kernels.{keras.backend.backend()}")
convolve = _module.convolve
convolve_transposed = _module.convolve_transposed
batch_normalize = _module.batch_normalize
