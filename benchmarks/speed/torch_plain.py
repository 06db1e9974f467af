"""The cases' steps in plain PyTorch, as its tutorials write them.

One pass of the generator serves both players: the discriminator gets its images detached. As in the
tutorials, a GAN's generator step leaves gradients in the discriminator's weights too, which the
next `zero_grad` throws away; CycleGAN's does not, as in its authors' code.
"""

import functools
import itertools
import random

import torch
from torch import nn
from torch.nn import functional as F

from benchmarks.speed.torch_networks import NETWORKS

CRITIC_STEPS = 5


def make(case, channels_last=False, fused=False, bfloat16=False, compiled=False):
    """The networks of a case and its step.

    Args:
        case: `benchmarks.speed.cases.Case`.
        channels_last: bool, whether weights and images lie in memory as (n, h, w, c).
        fused: bool, whether Adam is one kernel.
        bfloat16: bool, whether the networks compute by `torch.autocast`.
        compiled: bool, whether the networks are compiled by `torch.compile`, which needs a C++
            compiler.

    Returns:
        Dict of name to module, and a function of a batch's tensors that makes a step and gives its
        losses.
    """
    networks = NETWORKS[case.variant](**case.settings)
    for network in networks.values():
        if channels_last:
            network.to(memory_format=torch.channels_last)
        if bfloat16:
            network.forward = half(network.forward)
        if compiled:
            network.compile()
    given = {**networks, "adam": functools.partial(adam, fused=fused)}
    if case.variant == "CycleGAN":
        return networks, cyclegan_step(**given)
    step = {"WGANGP": wgan_gp_step, "SNGAN": sngan_step}.get(case.variant, gan_step)
    return networks, step(**given, latent_dim=case.settings["latent_dim"])


def half(forward):
    """A network's forward pass in bfloat16, and its outputs for a loss in float32."""

    def call(*inputs):
        with torch.autocast("cpu", torch.bfloat16):
            outputs = forward(*inputs)
        return outputs.float()

    return call


def batches(case, channels_last=False):
    """The case's batches as tensors, images as (n, c, h, w)."""
    layout = torch.channels_last if channels_last else torch.contiguous_format

    def tensor(array):
        x = torch.from_numpy(array)
        if x.ndim == 4:
            return x.permute(0, 3, 1, 2).contiguous(memory_format=layout)
        return x.long() if x.ndim == 1 else x

    parts = [tensor(array).split(case.batch) for array in case.arrays()]
    return list(zip(*parts, strict=True))


def adam(parameters, rate=2e-4, betas=(0.5, 0.999), fused=False):
    return torch.optim.Adam(parameters, rate, betas, fused=fused)


def gan_step(generator, discriminator, latent_dim, adam):
    """Goodfellow's non-saturating game."""
    g_optimizer, d_optimizer = adam(generator.parameters()), adam(discriminator.parameters())
    loss = nn.BCEWithLogitsLoss()

    def step(real, *labels):
        ones, zeros = torch.ones(len(real), 1), torch.zeros(len(real), 1)
        fake = generator(torch.randn(len(real), latent_dim), *labels)
        d_optimizer.zero_grad()
        d_loss = loss(discriminator(real, *labels), ones)
        d_loss = d_loss + loss(discriminator(fake.detach(), *labels), zeros)
        d_loss.backward()
        d_optimizer.step()
        g_optimizer.zero_grad()
        g_loss = loss(discriminator(fake, *labels), ones)
        g_loss.backward()
        g_optimizer.step()
        return d_loss.item(), g_loss.item()

    return step


def critic_step(generator, discriminator, latent_dim, adam, rate, judging):
    """Five steps of a critic by its loss `judging(real, fake)`, then one of the generator up its
    score."""
    g_optimizer = adam(generator.parameters(), rate, (0.0, 0.9))
    d_optimizer = adam(discriminator.parameters(), rate, (0.0, 0.9))

    def step(images):
        for real in images.chunk(CRITIC_STEPS):
            fake = generator(torch.randn(len(real), latent_dim))
            d_optimizer.zero_grad()
            d_loss = judging(real, fake.detach())
            d_loss.backward()
            d_optimizer.step()
        g_optimizer.zero_grad()
        g_loss = -discriminator(fake).mean()
        g_loss.backward()
        g_optimizer.step()
        return d_loss.item(), g_loss.item()

    return step


def wgan_gp_step(generator, discriminator, latent_dim, adam):
    """The Wasserstein distance, its critic held by a gradient penalty."""

    def penalty(real, fake):
        at = torch.rand(len(real), 1, 1, 1)
        points = (real + at * (fake - real)).requires_grad_()
        (gradient,) = torch.autograd.grad(discriminator(points).sum(), points, create_graph=True)
        return 10 * ((gradient.flatten(1).norm(dim=1) - 1) ** 2).mean()

    def judging(real, fake):
        distance = discriminator(fake).mean() - discriminator(real).mean()
        return distance + penalty(real, fake)

    return critic_step(generator, discriminator, latent_dim, adam, 1e-4, judging)


def sngan_step(generator, discriminator, latent_dim, adam):
    """The hinge loss."""

    def judging(real, fake):
        loss = F.relu(1 - discriminator(real)).mean()
        return loss + F.relu(1 + discriminator(fake)).mean()

    return critic_step(generator, discriminator, latent_dim, adam, 2e-4, judging)


class Pool:
    """Up to 50 earlier images, one of which is given back in place of every second one."""

    def __init__(self, size=50):
        self.size, self.images = size, []

    def __call__(self, images):
        given = []
        for image in images.split(1):
            if len(self.images) < self.size:
                self.images.append(image)
            elif random.random() > 0.5:
                place = random.randrange(self.size)
                self.images[place], image = image, self.images[place]
            given.append(image)
        return torch.cat(given)


def cyclegan_step(G_A, G_B, D_A, D_B, adam):
    """Least squares, cycles and identities."""
    judges = nn.ModuleList([D_A, D_B])
    g_optimizer = adam(itertools.chain(G_A.parameters(), G_B.parameters()))
    d_optimizer = adam(judges.parameters())
    l1, pools = nn.L1Loss(), (Pool(), Pool())

    def squares(logits, target):
        return ((logits - target) ** 2).mean()

    def step(a, b):
        judges.requires_grad_(False)
        g_optimizer.zero_grad()
        fake_b, fake_a = G_A(a), G_B(b)
        g_loss = squares(D_A(fake_b), 1) + squares(D_B(fake_a), 1)
        g_loss = g_loss + 10 * (l1(G_B(fake_b), a) + l1(G_A(fake_a), b))
        g_loss = g_loss + 5 * (l1(G_A(b), b) + l1(G_B(a), a))
        g_loss.backward()
        g_optimizer.step()
        judges.requires_grad_(True)
        d_optimizer.zero_grad()
        d_loss = 0
        for judge, real, fake, pool in zip(judges, (b, a), (fake_b, fake_a), pools, strict=True):
            shown = pool(fake.detach())
            loss = (squares(judge(real), 1) + squares(judge(shown), 0)) / 2
            loss.backward()
            d_loss += loss.item()
        d_optimizer.step()
        return d_loss, g_loss.item()

    return step
