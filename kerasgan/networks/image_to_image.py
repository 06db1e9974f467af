"""The networks of image translators by their names."""

from collections.abc import Sequence
from typing import Any

import keras

from kerasgan.networks.checks import check_network
from kerasgan.networks.patchgan import patchgan, pixel_discriminator
from kerasgan.networks.resnet_translator import LEAST_SIZE, SIZE_MULTIPLE, resnet_translator
from kerasgan.networks.sizes import check_size
from kerasgan.networks.unet import unet_translator
from kerasgan.utils import checks

DEEPEST = 8


def image_translator(
    kind: str | keras.Model,
    shape: Sequence[int],
    out_channels: int,
    *,
    filters: int = 64,
    blocks: int | None = None,
    normalization: str | None = "instance",
    noise: bool = False,
    name: str = "generator",
) -> keras.Model:
    """A generator of images from images.

    Args:
        kind: "resnet", "resnet_torch" (with `torch_padding`), "unet", or a Keras model, which is
            taken as it is.
        shape: tuple (height, width, channels) of the images it is trained on.
        out_channels: int, of the images it makes.
        filters: int, the channels of the first convolution.
        blocks: int or None, residual blocks of a "resnet", or the depth of "unet". None is 9 blocks
            for images of 256 pixels and more, 6 for smaller ones; and the greatest depth up to
            8 that the size allows.
        normalization: "instance", "batch" or None.
        noise: bool, whether the dropout of "unet" draws in inference too.
        name: str, what errors call it.

    Returns:
        A Keras model.

    Raises:
        ValueError: if the kind is not known, its strides do not divide the size, or it does not
            make such images.

    Example:

    >>> image_translator("resnet", (64, 64, 3), 1, filters=4).output_shape
    (None, None, None, 1)
    """
    shape = checks.widths("shape", shape, 3)
    common: dict[str, Any] = {"filters": filters, "normalization": normalization}
    if isinstance(kind, keras.Model):
        network = kind
    elif kind in ("resnet", "resnet_torch") and not noise:
        check_size(shape, SIZE_MULTIPLE, LEAST_SIZE)
        blocks = (9 if min(shape[:2]) >= 256 else 6) if blocks is None else blocks
        common["torch_padding"] = kind == "resnet_torch"
        network = resnet_translator(shape[2], out_channels, blocks=blocks, **common)
    elif kind == "unet":
        depth = max(2, min(map(_depth, shape[:2]))) if blocks is None else blocks
        checks.whole("blocks", depth, least=2, most=checks.DEEPEST)
        check_size(shape, 2**depth)
        network = unet_translator(shape[2], out_channels, depth, noise=noise, **common)
    else:
        raise ValueError(
            "`generator` must be 'resnet', 'resnet_torch' or 'unet', and 'unet' for noise. "
            f"Received: generator={kind!r}, {noise=}"
        )
    check_network(name, network, [shape], (*shape[:2], out_channels), gives="images")
    return network


def _depth(side):
    return min(DEEPEST, (side & -side).bit_length() - 1)


def image_discriminator(
    kind: str | keras.Model,
    shape: Sequence[int],
    *,
    filters: int = 64,
    layers: int = 3,
    normalization: str | None = "instance",
    name: str = "discriminator",
) -> keras.Model:
    """A discriminator that gives a map of logits.

    Args:
        kind: "patch", "pixel" or a Keras model, which is taken as it is.
        shape: tuple (height, width, channels) of what it judges.
        filters: int, the channels of the first convolution.
        layers: int, the strided convolutions of "patch".
        normalization: "instance", "batch" or None.
        name: str, what errors call it.

    Returns:
        A Keras model.

    Raises:
        ValueError: if the kind is not known, the image is too small for its layers, or it does not
            give a map of logits.

    Example:

    >>> image_discriminator("patch", (64, 64, 3), filters=4).compute_output_shape((1, 64, 64, 3))
    (1, 6, 6, 1)
    """
    shape = checks.widths("shape", shape, 3)
    common: dict[str, Any] = {"filters": filters, "normalization": normalization}
    if isinstance(kind, keras.Model):
        network = kind
    elif kind == "pixel":
        network = pixel_discriminator(shape[2], **common)
    elif kind != "patch":
        raise ValueError(
            f"`discriminator` must be 'patch' or 'pixel'. Received: discriminator={kind!r}"
        )
    elif min(shape[:2]) < 3 * 2 ** checks.whole("layers", layers, 0, checks.DEEPEST):
        raise ValueError(
            f"A PatchGAN of {layers} strided layers needs images of {3 * 2**layers} pixels or more "
            f"in height and width; take fewer layers. Received: shape={tuple(shape)}, {layers=}"
        )
    else:
        network = patchgan(shape[2], layers=layers, **common)
    check_network(name, network, [shape], (None, None, 1), gives="logits")
    return network
