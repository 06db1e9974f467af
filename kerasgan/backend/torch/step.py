"""PyTorch: `torch.autograd.grad`, which leaves every `.grad` alone."""

import contextlib

import torch
from keras import ops
from torch import distributed

from kerasgan.backend.draws import own_draws
from kerasgan.backend.torch.lean import LeanStep
from kerasgan.backend.torch.processes import process
from kerasgan.utils.private import moments

building = contextlib.nullcontext


def check_place(variables, computing=True):
    """See `kerasgan.backend`."""
    if not all(isinstance(v.value, torch.nn.Parameter) for v in variables):
        raise ValueError(
            'PyTorch has one CPU, and Keras cannot train what is made under its name "cpu:0": '
            'write `keras.device("cpu")`. Received: weights that are no torch.nn.Parameter'
        )
    here, there = ops.zeros(()).device, {v.value.device for v in variables}
    if there - {here}:
        raise ValueError(
            "The weights lie on another device than what would be computed with them: make, "
            "compile, train and ask the model within the same `keras.device`. "
            f"Received: weights on {', '.join(sorted(map(str, there)))}, device={str(here)!r}"
        )
    if computing and here.type == "meta":
        raise ValueError(
            "The meta device holds shapes and no numbers; nothing can be trained or made there. "
            "Received: device='meta'"
        )


def vjp(fn, variables, inputs=(), differentiable=False):
    """See `kerasgan.backend`."""
    inputs = [x if x.requires_grad else x.detach().requires_grad_() for x in inputs]
    sources = [*(v.value for v in variables), *inputs]
    with torch.enable_grad():
        outputs = fn(*inputs)

    def pull(cotangents):
        pairs = [(y, c) for y, c in zip(outputs, cotangents, strict=True) if y.requires_grad]
        if not pairs:
            return [torch.zeros_like(s) for s in sources]
        ys, cs = zip(*pairs, strict=True)
        return torch.autograd.grad(
            ys, sources, cs, create_graph=differentiable, materialize_grads=True
        )

    return [y.detach() for y in outputs], pull


def apply(optimizer, gradients, variables, after):
    """Update `variables` in place, by the mean of the gradients of all processes."""
    with torch.no_grad():
        optimizer.apply(_means(gradients), variables)


def replicas():
    """See `kerasgan.backend`."""
    return process()[1]


def mean_over_replicas(x):
    """See `kerasgan.backend`."""
    return _means([x])[0]


mean_over_processes = mean_over_replicas


def _means(tensors):
    """The means of tensors over all processes, by one call."""
    if replicas() == 1 or not tensors:
        return list(tensors)
    flat = torch.cat([tensor.detach().to(torch.float32).flatten() for tensor in tensors])
    distributed.all_reduce(flat)
    parts = torch.split(flat / replicas(), [tensor.numel() for tensor in tensors])
    return [part.view_as(t).to(t.dtype) for part, t in zip(parts, tensors, strict=True)]


def fused_adam(optimizer, usual, gradients, variables, learning_rate):
    """See `kerasgan.backend`."""
    weights = [v.value.detach() for v in variables]
    if optimizer.amsgrad or any(w.dtype != torch.float32 for w in weights):
        return usual(gradients, variables, learning_rate)
    gradients = [g.to(torch.float32) for g in gradients]
    moved = [[m.value.detach() for m in each] for each in moments(optimizer, variables)]
    step = ops.cast(optimizer.iterations, "float32") + 1
    on_cpu = all(w.device.type == "cpu" for w in weights)
    (_fused if on_cpu else _foreach)(optimizer, weights, gradients, *moved, step, learning_rate)


def _fused(optimizer, weights, gradients, momentums, velocities, step, learning_rate):
    """All in one kernel, whose epsilon is scaled otherwise than Keras's: it must know the step."""
    beta_1, beta_2 = float(optimizer.beta_1), float(optimizer.beta_2)
    torch._fused_adam_(
        weights,
        [g.contiguous() for g in gradients],  # convolutions' lie otherwise
        momentums,
        velocities,
        [],
        [step.clone() for _ in weights],
        lr=float(learning_rate),
        beta1=beta_1,
        beta2=beta_2,
        weight_decay=0.0,
        eps=optimizer.epsilon / (1 - beta_2 ** float(step)) ** 0.5,
        amsgrad=False,
        maximize=False,
    )


def _foreach(optimizer, weights, gradients, momentums, velocities, step, learning_rate):
    """Eight kernels for all weights together, without a wait for the device to say the step."""
    beta_1, beta_2 = float(optimizer.beta_1), float(optimizer.beta_2)
    rate = learning_rate * torch.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    torch._foreach_lerp_(momentums, gradients, 1 - beta_1)
    torch._foreach_mul_(velocities, beta_2)
    torch._foreach_addcmul_(velocities, gradients, gradients, 1 - beta_2)
    divisors = torch._foreach_sqrt(velocities)  # noqa: SLF001
    torch._foreach_add_(divisors, optimizer.epsilon)
    changes = torch._foreach_div(momentums, divisors)  # noqa: SLF001
    torch._foreach_mul_(changes, rate)
    torch._foreach_sub_(weights, changes)


def make_train_function(model, make, force):
    """Let Keras's PyTorch trainer call `train_step(data)` as it is.

    Where there are several processes (`torch.distributed`), all begin with the state of the first,
    each draws its own random numbers, and the moving statistics of batches are their mean after
    each step, as under `tf.distribute`.
    """
    before = model.train_function
    check_place([*model.variables, *(v for v in model.optimizer.variables if v.shape)])
    make(force)
    if replicas() > 1:
        _share(model, before)
    if not isinstance(model.train_function, LeanStep):
        model.train_function = LeanStep(model.train_function)
    model.train_function.look_at(model)


def _share(model, before):
    for variable in [*model.variables, *model.optimizer.variables]:
        distributed.broadcast(variable.value.data, src=0)
    if model.train_function is before:
        return
    step = model.train_function

    def train_function(data):
        with own_draws(model, process()[0]) as scope:
            logs = step(data)
        moving = [v for v in scope.changed if v.path.endswith(("moving_mean", "moving_variance"))]
        for variable, mean in zip(moving, _means([v.value for v in moving]), strict=True):
            variable.assign(mean)
        return logs

    model.train_function = train_function


def make_test_function(model, make, force):
    """Keras's PyTorch trainer calls `test_step(data)` as it is."""
    check_place(model.variables)
    make(force)
