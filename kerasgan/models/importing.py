"""Models out of the files that well-known PyTorch code writes."""

import os
from collections.abc import Sequence
from typing import Any

from kerasgan.models.cyclegan import CycleGAN
from kerasgan.models.dcgan import DCGAN
from kerasgan.models.pix2pix import Pix2Pix
from kerasgan.networks import dcgan_discriminator
from kerasgan.networks.torch_states import READERS, fill
from kerasgan.utils import checks
from kerasgan.utils.files import expanded
from kerasgan.utils.torch_file import read_weights
from kerasgan.utils.types import PathLike, Size

ROLES = {  # what the files hold, in their order
    "cyclegan": ("G_A", "G_B", "D_A", "D_B"),
    "pix2pix": ("generator", "discriminator"),
    "dcgan": ("generator", "discriminator"),
}


def import_torch(
    architecture: str, files: PathLike | Sequence[PathLike], size: int | Size | None = None
) -> Any:
    """A model with the weights of networks that PyTorch trained.

    Known are the state dicts of CycleGAN's and pix2pix's own code (`ResnetGenerator`,
    `UnetGenerator` and `NLayerDiscriminator`, with instance or batch norm), and of PyTorch's DCGAN
    example and tutorial. The model then gives the same images at inference, and its discriminators
    the same logits. No PyTorch is needed, and no code of a file is run.

    Two things differ: dropout in residual blocks, which plays no part at inference, is missing
    here; and DCGAN's discriminator ends before the sigmoid.

    Args:
        architecture: str, "cyclegan", "pix2pix" or "dcgan".
        files: paths of `.pth` files: of the generators A to B and B to A, then, or not, of the
            discriminators `D_A` and `D_B`; of the generator, then, or not, of the discriminator.
        size: int or (height, width), what a translator is to be trained on further; it translates
            other sizes too. None is 256. A DCGAN's is that of its generator.

    Returns:
        `kerasgan.CycleGAN`, `kerasgan.Pix2Pix` or `kerasgan.DCGAN`, not compiled.

    Raises:
        ValueError: if a file is damaged, or does not fit; the first name that does not is told.

    Example:

    >>> import_torch("pix2pix", "latest_net_G.pth")
    Traceback (most recent call last):
    ...
    ValueError: There is no such file. Received: path='latest_net_G.pth'
    """
    checks.one_of("architecture", architecture, ROLES)
    paths = [files] if isinstance(files, str | os.PathLike) else [*files]
    roles = ROLES[architecture]
    if len(paths) not in (len(roles) // 2, len(roles)):
        raise ValueError(
            f"The files must be those of {', '.join(roles)}; discriminators may be left out. "
            f"Received: {len(paths)} files"
        )
    states = [_state(path) for path in paths]

    def fit(i, function, *args):
        try:
            return function(*args, states[i])
        except ValueError as error:
            raise ValueError(f"{paths[i]} is no {roles[i]} of a {architecture}: {error}") from error

    readers = READERS["dcgan" if architecture == "dcgan" else "translators"]
    found = [fit(i, readers[i >= len(roles) // 2]) for i in range(len(paths))]
    if architecture == "dcgan":
        model = _dcgan(size, *found)
    else:
        model = _translator(CycleGAN if architecture == "cyclegan" else Pix2Pix, size, *found)
    for i, part in enumerate(found):
        fit(i, fill, getattr(model, roles[i]), part.modules)
    return model


def _state(path):
    """Of what `DataParallel` wrapped, too."""
    state = read_weights(expanded(path))
    return {name.removeprefix("module."): array for name, array in state.items()}


def _translator(cls, size, generator, *others):
    sides = checks.height_and_width("size", 256 if size is None else size)
    shapes = [(*sides, channels) for channels in (generator.inputs, generator.outputs)]
    last = others[-1].settings if others else {}
    return cls(*shapes, **{**last, **generator.settings})


def _dcgan(size, generator, *others):
    if size is not None:
        raise ValueError(f"A DCGAN's size is that of its generator. Received: {size=}")
    side = generator.settings["side"]
    shape = (side, side, generator.outputs)
    judge = {}
    if others:
        judge["discriminator"] = dcgan_discriminator(shape, others[0].settings["filters"])
    return DCGAN(shape, generator.inputs, filters=generator.settings["filters"], **judge)
