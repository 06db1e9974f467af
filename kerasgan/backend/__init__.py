"""All that differs between TensorFlow, JAX and PyTorch, under one set of names.

`vjp(fn, variables, inputs, differentiable)` runs `fn(*inputs)`, a function that returns a list of
tensors, and gives back these tensors and `pull`, which takes a list of cotangents to the list of
gradients for `[*variables, *inputs]`. `apply(optimizer, gradients, variables)` makes one update.
`fused_adam(optimizer, gradient, variable, momentum, velocity, learning_rate)` is Adam's update of
one float32 variable by a kernel of the backend's, with Keras's numbers, and says whether it made
it; or is None.
`building()` is a context in which what runs only once, as the drawing of first weights does, is
compiled quickly.
`Trainer` is the mixin that fits a plain `train_step(data)` to that backend's `fit`.

The kernels may be None, and each may return None: then Keras's own way is the best there is.
`convolve(layer, inputs, kernel)` and `convolve_transposed(layer, inputs, kernel)` are a
`Conv2D`'s and a `Conv2DTranspose`'s outputs before bias and activation, channels last.
`batch_normalize(inputs, gamma, beta, epsilon)` normalizes by the batch, channels last: the outputs,
and mean and variance (that of the batch itself, without Bessel's correction) in float32.
"""

import importlib

import keras

name = keras.backend.backend()
_step = importlib.import_module(f"kerasgan.backend.{name}.step")
_kernels = importlib.import_module(f"kerasgan.backend.{name}.kernels")
vjp, apply, Trainer = _step.vjp, _step.apply, _step.Trainer
fused_adam, building = _step.fused_adam, _step.building
convolve, convolve_transposed = _kernels.convolve, _kernels.convolve_transposed
batch_normalize = _kernels.batch_normalize
