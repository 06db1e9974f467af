"""All that differs between TensorFlow, JAX and PyTorch, under one set of names.

`vjp(fn, variables, inputs, differentiable)` runs `fn(*inputs)`, a function that returns a list of
tensors, and gives back these tensors and `pull`, which takes a list of cotangents to the list of
gradients for `[*variables, *inputs]`. `apply(optimizer, gradients, variables, after)` makes one
update, once the tensors `after` are there. `fused_adam` is None, or takes the place of the update
that an Adam of Keras's makes of all variables: see `kerasgan.utils.private.replace_update`.
`building()` is a context in which what runs only once, as the drawing of first weights does, is
compiled quickly. `make_train_function(model, make, force)` and `make_test_function` let Keras's
`make` compile the plain `train_step(data)` and `test_step(data)` of a model.

`replicas()` says how many replicas, each with its own part of the batch, share the step that calls
it, and `mean_over_replicas(x)` is the mean of a tensor over them. `mean_over_processes(x)` is one
where each replica is a process with metrics of its own. JAX's are one program with one batch.

`process()` is the number of this process and how many train the model together. `data_shard()` is
the part of every batch that this process loads, and how many parts there are. `gathered(value)` is
the list of the texts that all processes give, in their order; all of them must call it.

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
_processes = importlib.import_module(f"kerasgan.backend.{name}.processes")
_kernels = importlib.import_module(f"kerasgan.backend.{name}.kernels")
vjp, apply = _step.vjp, _step.apply
fused_adam, building = _step.fused_adam, _step.building
make_train_function, make_test_function = _step.make_train_function, _step.make_test_function
convolve, convolve_transposed = _kernels.convolve, _kernels.convolve_transposed
batch_normalize = _kernels.batch_normalize
replicas, mean_over_replicas = _step.replicas, _step.mean_over_replicas
mean_over_processes = _step.mean_over_processes
process, data_shard, gathered = _processes.process, _processes.data_shard, _processes.gathered
