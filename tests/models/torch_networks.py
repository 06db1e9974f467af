"""PyTorch's networks, written after the published architectures, with the names that the state
dicts of the well-known code have."""

import torch
from torch import nn

NORMS = {"batch": nn.BatchNorm2d, "instance": nn.InstanceNorm2d}


class ResnetGenerator(nn.Module):
    def __init__(self, inputs, outputs, filters, blocks, norm, dropout=False):
        super().__init__()
        Norm, bias = NORMS[norm], norm == "instance"

        def conv(a, b, size, stride=1, padding=0):
            return nn.Conv2d(a, b, size, stride, padding, bias=bias)

        def normed(layer, channels):
            return [layer, Norm(channels), nn.ReLU()]

        f = filters
        layers = [nn.ReflectionPad2d(3), *normed(conv(inputs, f, 7), f)]
        layers += [*normed(conv(f, 2 * f, 3, 2, 1), 2 * f)]
        layers += [*normed(conv(2 * f, 4 * f, 3, 2, 1), 4 * f)]
        for _ in range(blocks):
            layers.append(Block(4 * f, conv, Norm, dropout))
        for a, b in ((4 * f, 2 * f), (2 * f, f)):
            up = nn.ConvTranspose2d(a, b, 3, 2, padding=1, output_padding=1, bias=bias)
            layers += normed(up, b)
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(f, outputs, 7), nn.Tanh()]
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x)


class Block(nn.Module):
    def __init__(self, channels, conv, Norm, dropout):
        super().__init__()
        first = [nn.ReflectionPad2d(1), conv(channels, channels, 3), Norm(channels), nn.ReLU()]
        second = [nn.ReflectionPad2d(1), conv(channels, channels, 3), Norm(channels)]
        self.conv_block = nn.Sequential(*first, *[nn.Dropout(0.5)] * dropout, *second)

    def forward(self, x):
        return x + self.conv_block(x)


class UnetGenerator(nn.Module):
    def __init__(self, inputs, outputs, filters, depth, norm):
        super().__init__()
        widths = [filters * min(2**i, 8) for i in range(depth)]
        inner = None
        for level in reversed(range(depth)):
            inner = Level(level, depth, inputs, outputs, widths, norm, inner)
        self.model = inner

    def forward(self, x):
        return self.model(x)


class Level(nn.Module):
    def __init__(self, level, depth, inputs, outputs, widths, norm, inner):
        super().__init__()
        Norm, bias = NORMS[norm], norm == "instance"
        self.outermost, innermost = level == 0, level == depth - 1
        outer = inputs if self.outermost else widths[level - 1]
        width = widths[level]
        down = nn.Conv2d(outer, width, 4, 2, 1, bias=bias)
        wide = width if innermost else 2 * width
        if self.outermost:
            up = nn.ConvTranspose2d(wide, outputs, 4, 2, 1)
            layers = [down, inner, nn.ReLU(), up, nn.Tanh()]
        else:
            up = nn.ConvTranspose2d(wide, outer, 4, 2, 1, bias=bias)
            into = [nn.LeakyReLU(0.2), down] + ([] if innermost else [Norm(width), inner])
            layers = [*into, nn.ReLU(), up, Norm(outer)]
            if not innermost and width == outer == widths[-1]:
                layers.append(nn.Dropout(0.5))
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        made = self.model(x)
        return made if self.outermost else torch.cat([x, made], 1)


class NLayerDiscriminator(nn.Module):
    def __init__(self, channels, filters, layers, norm):
        super().__init__()
        Norm, bias = NORMS[norm], norm == "instance"
        parts = [nn.Conv2d(channels, filters, 4, 2, 1), nn.LeakyReLU(0.2)]
        widths = [filters * min(2**i, 8) for i in range(layers + 1)]
        for i in range(1, layers + 1):
            stride = 2 if i < layers else 1
            parts.append(nn.Conv2d(widths[i - 1], widths[i], 4, stride, 1, bias=bias))
            parts += [Norm(widths[i]), nn.LeakyReLU(0.2)]
        self.model = nn.Sequential(*parts, nn.Conv2d(widths[-1], 1, 4, 1, 1))

    def forward(self, x):
        return self.model(x)


class Generator(nn.Module):
    """PyTorch's DCGAN example."""

    def __init__(self, latent_dim, filters, channels, doublings=4):
        super().__init__()
        widths = [latent_dim] + [filters * 2**i for i in reversed(range(doublings))]
        layers = []
        for i in range(doublings):
            stride, padding = (1, 0) if i == 0 else (2, 1)
            up = nn.ConvTranspose2d(widths[i], widths[i + 1], 4, stride, padding, bias=False)
            layers += [up, nn.BatchNorm2d(widths[i + 1]), nn.ReLU()]
        last = nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1, bias=False)
        self.main = nn.Sequential(*layers, last, nn.Tanh())

    def forward(self, x):
        return self.main(x[:, :, None, None])


class Discriminator(nn.Module):
    """PyTorch's DCGAN example."""

    def __init__(self, channels, filters, halvings=4):
        super().__init__()
        layers = [nn.Conv2d(channels, filters, 4, 2, 1, bias=False), nn.LeakyReLU(0.2)]
        for i in range(1, halvings):
            a, b = filters * 2 ** (i - 1), filters * 2**i
            layers += [nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
        self.main = nn.Sequential(*layers, nn.Conv2d(b, 1, 4, bias=False), nn.Sigmoid())

    def forward(self, x):
        return self.main(x).flatten()


def store(folder, *networks):
    """Gives networks random weights and statistics, writes them into files, gives their paths."""
    paths = []
    for i, network in enumerate(networks):
        generator = torch.Generator().manual_seed(i)
        state = network.state_dict()
        for name, value in state.items():
            if value.dtype.is_floating_point:
                scale = name.endswith("var") or (value.ndim == 1 and name.endswith("weight"))
                low, high = (0.5, 1.5) if scale else (-0.3, 0.3)
                value.uniform_(low, high, generator=generator)
        paths.append(folder / f"net_{i}.pth")
        torch.save(state, paths[-1])
    return paths
