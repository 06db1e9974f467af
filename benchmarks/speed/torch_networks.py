"""The cases' networks in plain PyTorch, as its tutorials write them."""

import itertools
import math

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm


def dense(sizes, normalized=False, dropout=0.0):
    """Linear layers with LeakyReLU, all but the first with batch norm or dropout."""
    layers = []
    for i, (start, end) in enumerate(itertools.pairwise(sizes)):
        layers.append(nn.Linear(start, end))
        if normalized and i:
            layers.append(nn.BatchNorm1d(end))
        if dropout and i:
            layers.append(nn.Dropout(dropout))
        layers.append(nn.LeakyReLU(0.2))
    return layers


def mlp(data_shape, latent_dim):
    """The GAN of multilayer perceptrons."""
    height, width, channels = data_shape
    pixels = math.prod(data_shape)
    return {
        "generator": nn.Sequential(
            *dense((latent_dim, 256, 512, 1024)),
            nn.Linear(1024, pixels),
            nn.Tanh(),
            nn.Unflatten(1, (channels, height, width)),
        ),
        "discriminator": nn.Sequential(nn.Flatten(), *dense((pixels, 512, 256)), nn.Linear(256, 1)),
    }


class Told(nn.Module):
    """A network of vectors that a label's vector is joined to."""

    def __init__(self, network, num_classes, embedding_dim=10):
        super().__init__()
        self.embedding = nn.Embedding(num_classes, embedding_dim)
        self.network = network

    def forward(self, x, labels):
        return self.network(torch.cat([x.flatten(1), self.embedding(labels)], 1))


def conditional(data_shape, latent_dim, num_classes):
    """The conditional GAN of multilayer perceptrons."""
    height, width, channels = data_shape
    pixels = math.prod(data_shape)
    generator = nn.Sequential(
        *dense((latent_dim + 10, 128, 256, 512, 1024), normalized=True),
        nn.Linear(1024, pixels),
        nn.Tanh(),
        nn.Unflatten(1, (channels, height, width)),
    )
    discriminator = nn.Sequential(
        *dense((pixels + 10, 512, 512, 512), dropout=0.4), nn.Linear(512, 1)
    )
    return {
        "generator": Told(generator, num_classes),
        "discriminator": Told(discriminator, num_classes),
    }


def halvings(size):
    """How often a side can be halved down to 4 or an odd number, and what is left."""
    count = 0
    while size % 2 == 0 and size >= 8:
        size, count = size // 2, count + 1
    return count, size


def batch_norm(channels):
    return nn.BatchNorm2d(channels)


def layer_norm(channels):
    return nn.GroupNorm(1, channels)


def dcgan(data_shape, latent_dim, filters=128, norm=batch_norm):
    """DCGAN's networks for square images; the discriminator is half as wide, and takes `norm`."""
    size, _, channels = data_shape
    count, start = halvings(size)
    widths = [filters * 2**i for i in range(count)]
    up = [
        nn.Unflatten(1, (latent_dim, 1, 1)),
        nn.ConvTranspose2d(latent_dim, widths[-1], start, bias=False),
        nn.BatchNorm2d(widths[-1]),
        nn.ReLU(),
    ]
    for wide, narrow in itertools.pairwise(reversed(widths)):
        up.append(nn.ConvTranspose2d(wide, narrow, 4, 2, 1, bias=False))
        up += [nn.BatchNorm2d(narrow), nn.ReLU()]
    up += [nn.ConvTranspose2d(filters, channels, 4, 2, 1, bias=False), nn.Tanh()]
    widths = [width // 2 for width in widths]
    down = [nn.Conv2d(channels, widths[0], 4, 2, 1, bias=False), nn.LeakyReLU(0.2)]
    for narrow, wide in itertools.pairwise(widths):
        down.append(nn.Conv2d(narrow, wide, 4, 2, 1, bias=False))
        down += [norm(wide), nn.LeakyReLU(0.2)]
    down += [nn.Conv2d(widths[-1], 1, start, bias=False), nn.Flatten()]
    return {"generator": nn.Sequential(*up), "discriminator": nn.Sequential(*down)}


def wgan_gp(data_shape, latent_dim, filters=128):
    """DCGAN's networks with layer norm in the critic."""
    return dcgan(data_shape, latent_dim, filters, layer_norm)


class Residual(nn.Module):
    """The sum of two ways."""

    def __init__(self, main, shortcut):
        super().__init__()
        self.main, self.shortcut = main, shortcut

    def forward(self, x):
        return self.main(x) + self.shortcut(x)


def up_block(width):
    """SNGAN's block that doubles the map."""
    main = nn.Sequential(
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.Upsample(scale_factor=2),
        nn.Conv2d(width, width, 3, padding=1),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.Conv2d(width, width, 3, padding=1),
    )
    return Residual(main, nn.Sequential(nn.Conv2d(width, width, 1), nn.Upsample(scale_factor=2)))


def down_block(start, end, first=False, halve=False):
    """SNGAN's block of the discriminator."""
    main = [] if first else [nn.ReLU()]
    main += [spectral_norm(nn.Conv2d(start, end, 3, padding=1)), nn.ReLU()]
    main.append(spectral_norm(nn.Conv2d(end, end, 3, padding=1)))
    shortcut = []
    if halve:
        main.append(nn.AvgPool2d(2))
        shortcut = [nn.AvgPool2d(2), spectral_norm(nn.Conv2d(start, end, 1))]
    return Residual(nn.Sequential(*main), nn.Sequential(*shortcut))


class Sum(nn.Module):
    """The sum over a map."""

    def forward(self, x):
        return x.sum((2, 3))


def sngan(data_shape, latent_dim, generator_filters=256, discriminator_filters=128):
    """SNGAN's residual networks for square images of at most three doublings."""
    size, _, channels = data_shape
    count, start = halvings(size)
    g, d = generator_filters, discriminator_filters
    generator = nn.Sequential(
        nn.Linear(latent_dim, start * start * g),
        nn.Unflatten(1, (g, start, start)),
        *(up_block(g) for _ in range(count)),
        nn.BatchNorm2d(g),
        nn.ReLU(),
        nn.Conv2d(g, channels, 3, padding=1),
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        down_block(channels, d, first=True, halve=True),
        down_block(d, d, halve=True),
        down_block(d, d),
        down_block(d, d),
        nn.ReLU(),
        Sum(),
        spectral_norm(nn.Linear(d, 1)),
    )
    return {"generator": generator, "discriminator": discriminator}


def translator(channels_in, channels_out, filters, blocks):
    """CycleGAN's generator."""

    def block(width):
        layers = []
        for _ in range(2):
            layers += [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3)]
            layers += [nn.InstanceNorm2d(width), nn.ReLU()]
        return Residual(nn.Sequential(*layers[:-1]), nn.Identity())

    layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels_in, filters, 7)]
    layers += [nn.InstanceNorm2d(filters), nn.ReLU()]
    for width in (filters, 2 * filters):
        layers += [nn.Conv2d(width, 2 * width, 3, 2, 1), nn.InstanceNorm2d(2 * width), nn.ReLU()]
    layers += [block(4 * filters) for _ in range(blocks)]
    for width in (4 * filters, 2 * filters):
        layers.append(nn.ConvTranspose2d(width, width // 2, 3, 2, 1, output_padding=1))
        layers += [nn.InstanceNorm2d(width // 2), nn.ReLU()]
    layers += [nn.ReflectionPad2d(3), nn.Conv2d(filters, channels_out, 7), nn.Tanh()]
    return nn.Sequential(*layers)


def patchgan(channels, filters):
    """CycleGAN's discriminator of patches of 70 pixels."""
    layers = [nn.Conv2d(channels, filters, 4, 2, 1), nn.LeakyReLU(0.2)]
    for start, end, stride in ((1, 2, 2), (2, 4, 2), (4, 8, 1)):
        layers.append(nn.Conv2d(start * filters, end * filters, 4, stride, 1))
        layers += [nn.InstanceNorm2d(end * filters), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Conv2d(8 * filters, 1, 4, 1, 1))


def cyclegan(shape_a, shape_b, blocks, filters=64, discriminator_filters=64):
    """CycleGAN's four networks."""
    a, b = shape_a[2], shape_b[2]
    return {
        "G_A": translator(a, b, filters, blocks),
        "G_B": translator(b, a, filters, blocks),
        "D_A": patchgan(b, discriminator_filters),
        "D_B": patchgan(a, discriminator_filters),
    }


class Maxout(nn.Module):
    """The largest of some linear pieces."""

    def __init__(self, start, end, pieces):
        super().__init__()
        self.linear, self.pieces = nn.Linear(start, pieces * end), pieces

    def forward(self, x):
        return self.linear(x).unflatten(1, (self.pieces, -1)).amax(1)


def points(data_shape, latent_dim):
    """PacGAN's networks for points."""
    layers = []
    for start, end in itertools.pairwise((latent_dim, 400, 400, 400, 400)):
        layers += [nn.Linear(start, end, bias=False), nn.BatchNorm1d(end), nn.ReLU()]
    judging = [Maxout(start, 200, 5) for start in (*data_shape, 200, 200)]
    return {
        "generator": nn.Sequential(*layers, nn.Linear(400, *data_shape)),
        "discriminator": nn.Sequential(*judging, nn.Linear(200, 1)),
    }


NETWORKS = {
    "GAN": mlp,
    "ConditionalGAN": conditional,
    "DCGAN": dcgan,
    "WGANGP": wgan_gp,
    "SNGAN": sngan,
    "CycleGAN": cyclegan,
    "points": points,
}
