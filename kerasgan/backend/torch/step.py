"""PyTorch: `torch.autograd.grad`, which leaves every `.grad` alone."""

import contextlib

import torch

from kerasgan.utils.private import moments

building = contextlib.nullcontext


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
    """Update `variables` in place."""
    with torch.no_grad():
        optimizer.apply(list(gradients), variables)


def fused_adam(optimizer, usual, gradients, variables, learning_rate):
    """See `kerasgan.backend`; PyTorch scales epsilon otherwise than Keras."""
    weights = [v.value.detach() for v in variables]
    if optimizer.amsgrad or any(w.dtype != torch.float32 for w in weights):
        return usual(gradients, variables, learning_rate)
    momentums, velocities = moments(optimizer, variables)
    step = int(optimizer.iterations) + 1
    beta_1, beta_2 = float(optimizer.beta_1), float(optimizer.beta_2)
    torch._fused_adam_(
        weights,
        [g.to(torch.float32).contiguous() for g in gradients],  # convolutions' lie otherwise
        [m.value.detach() for m in momentums],
        [v.value.detach() for v in velocities],
        [],
        [torch.full((), float(step), device=w.device) for w in weights],
        lr=float(learning_rate),
        beta1=beta_1,
        beta2=beta_2,
        weight_decay=0.0,
        eps=optimizer.epsilon / (1 - beta_2**step) ** 0.5,
        amsgrad=False,
        maximize=False,
    )


def make_train_function(model, make, force):
    """Keras's PyTorch trainer calls `train_step(data)` as it is."""
    make(force)


make_test_function = make_train_function
