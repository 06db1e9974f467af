"""What differs between the backends, under one set of names.

`vjp(fn, variables, inputs, differentiable)` runs `fn(*inputs)`, a function that returns a list of
tensors, and gives back these tensors and `pull`, which takes a list of cotangents to the list of
gradients for `[*variables, *inputs]`. `apply(optimizer, gradients, variables)` makes one update.
`fused_adam(optimizer, gradient, variable, momentum, velocity, learning_rate)` is Adam's update of
one float32 variable by a kernel of the backend's, with Keras's numbers, and says whether it made
it; or is None.
`building()` is a context in which what runs only once, as the drawing of first weights does, is
compiled quickly.
`Trainer` is the mixin that fits a plain `train_step(data)` to that backend's `fit`.
"""

import importlib

import keras

_module = importlib.import_module(f"kerasgan.engine.{keras.backend.backend()}")
vjp, apply, Trainer = _module.vjp, _module.apply, _module.Trainer
fused_adam, building = _module.fused_adam, _module.building
