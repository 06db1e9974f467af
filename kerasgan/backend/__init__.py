"""All that differs between TensorFlow, JAX and PyTorch, under one set of names.

`vjp(fn, variables, inputs, differentiable)` runs `fn(*inputs)`, a function that returns a list of
tensors, and gives back these tensors and `pull`, which takes a list of cotangents to the list of
gradients for `[*variables, *inputs]`. `apply(optimizer, gradients, variables, after)` makes one
update, once the tensors `after` are there. `fused_adam` is None, or takes the place of the update
that an Adam of Keras's makes of all variables: see `kerasgan.utils.private.replace_update`.
`building()` is a context in which what runs only once, as the drawing of first weights does, is
compiled quickly. `make_train_function(model, make, force)` and `make_test_function` let Keras's
`make` compile the plain `train_step(data)` and `test_step(data)` of a model.
`check_place(variables, computing=True)` refuses those that cannot be trained, or not together with
tensors that are made now, because of the `keras.device` they were made in; if something is to be
computed, also a device that computes nothing.

`replicas()` says how many replicas, each with its own part of the batch, share the step that calls
it, and `mean_over_replicas(x)` is the mean of a tensor over them. `mean_over_processes(x)` is one
where each replica is a process with metrics of its own. JAX's are one program with one batch.

`join(devices)` makes this process one of several, if a launcher such as torchrun started it so.
`process()` is its number among those that train the model together, and how many there are.
`first()` is true for the first of them, which is the one to write files. `gathered(value)` is the
list of the texts that all of them give, in their order; all must call it.
Within `on_devices(devices)`, models are made and trained on so many devices, which it yields:
"auto" for all that there are, None for the one that the backend takes by itself or for those of
several processes. `data_shard()` is the part of every batch that this process loads, and how many
parts there are; `dealt_to(model)` is how many devices share each batch of the model's `fit`.
Within `alone()`, Keras may be called in one process that is not in the others.

`profile(directory)` is a context whose work is traced by the backend's own profiler, into files in
the directory when it ends; one may be open in a process. `profiled_step(number)` is a context that
marks a training step in it.

The kernels may be None, and each may return None: then Keras's own way is the best there is.
`convolve(layer, inputs, kernel, bias)` and `convolve_transposed(layer, inputs, kernel, bias)` are a
`Conv2D`'s and a `Conv2DTranspose`'s outputs before the activation, channels last; `bias` may be
None. `average_pool(inputs, size)` are means of blocks of so many pixels, channels last.
`batch_normalize(inputs, gamma, beta, epsilon)` normalizes by the batch, channels last: the outputs,
and mean and variance (that of the batch itself, without Bessel's correction) in float32.
"""

import importlib

import keras

name = keras.backend.backend()
_step = importlib.import_module(f"kerasgan.backend.{name}.step")
_processes = importlib.import_module(f"kerasgan.backend.{name}.processes")
_profiling = importlib.import_module(f"kerasgan.backend.{name}.profiling")
_kernels = importlib.import_module(f"kerasgan.backend.{name}.kernels")
vjp, apply = _step.vjp, _step.apply
fused_adam, building = _step.fused_adam, _step.building
make_train_function, make_test_function = _step.make_train_function, _step.make_test_function
check_place = _step.check_place
convolve, convolve_transposed = _kernels.convolve, _kernels.convolve_transposed
average_pool, batch_normalize = _kernels.average_pool, _kernels.batch_normalize
replicas, mean_over_replicas = _step.replicas, _step.mean_over_replicas
mean_over_processes = _step.mean_over_processes
join, process, gathered = _processes.join, _processes.process, _processes.gathered
on_devices, alone = _processes.on_devices, _processes.alone
data_shard, dealt_to = _processes.data_shard, _processes.dealt_to
profile, profiled_step = _profiling.profile, _profiling.profiled_step


def accelerated() -> bool:
    """Whether there is a GPU or a TPU for the backend.

    Example:

    >>> accelerated() in (True, False)
    True
    """
    if name == "torch":  # which Keras lists no devices for
        return importlib.import_module("torch").cuda.is_available()
    return not all(device.startswith("cpu") for device in keras.distribution.list_devices())


def first() -> bool:
    """Whether this process is the one that writes files, of all that train the model together.

    Example:

    >>> first()
    True
    """
    return process()[0] == 0
