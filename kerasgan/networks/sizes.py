"""Which image sizes a network that halves or doubles by strides can take."""

from collections.abc import Sequence

from kerasgan.utils.checks import widths


def stages(data_shape: Sequence[int], smallest: int = 4) -> tuple[int, int, int]:
    """The start of a network that doubles height and width stage by stage up to an image's.

    Both sides are halved as long as both stay whole and none falls below `smallest`: 64x64 comes
    from 4x4 in four doublings, 28x28 from 7x7 in two, 32x64 from 4x8 in three.

    Args:
        data_shape: tuple. (height, width, channels) of the images.
        smallest: int, the least height and width to start from.

    Returns:
        `(height, width, doublings)` at the start, ints.

    Raises:
        ValueError: if `data_shape` is not an image's, or a side cannot be halved twice; the message
            names the nearest sizes that work.

    Example:

    >>> stages((64, 64, 3)), stages((28, 28, 1)), stages((32, 64, 3))
    ((4, 4, 4), (7, 7, 2), (4, 8, 3))
    """
    if len(widths("data_shape", data_shape)) != 3:
        raise ValueError(
            "A convolutional network makes images: `data_shape` must be (height, width, channels). "
            "For points pass `generator=` and `discriminator=`, such as "
            f"`kerasgan.networks.mlp_generator` makes. Received: {data_shape=}"
        )
    height, width, _ = data_shape
    least = 4 * smallest
    if height % 4 or width % 4 or min(height, width) < least:
        nearest = tuple(max(least, (side + 2) // 4 * 4) for side in (height, width))
        raise ValueError(
            f"Height and width must be multiples of 4, at least {least}, for the strides to divide "
            f"them; the nearest size that works is {nearest[0]}x{nearest[1]}. "
            f"Received: {data_shape=}"
        )
    doublings = 0
    while height % 2 == 0 and width % 2 == 0 and min(height, width) >= 2 * smallest:
        height, width, doublings = height // 2, width // 2, doublings + 1
    return height, width, doublings


def check_size(data_shape: Sequence[int], multiple: int, least: int | None = None) -> None:
    """Check that a network's strides divide an image's height and width.

    Args:
        data_shape: tuple (height, width, channels).
        multiple: int, of which height and width must be multiples.
        least: int, the least height and width that the network takes; None for `multiple`.

    Raises:
        ValueError: if `data_shape` is not an image's, or the network does not take the size; the
            message names the nearest that works.

    Example:

    >>> check_size((256, 128, 3), multiple=4, least=8)
    """
    if len(widths("data_shape", data_shape)) != 3:
        raise ValueError(f"An image's shape is (height, width, channels). Received: {data_shape=}")
    least = least or multiple
    height, width, _ = data_shape
    nearest = tuple(
        max(-(-least // multiple), (side + multiple // 2) // multiple) * multiple
        for side in (height, width)
    )
    if nearest != (height, width):
        raise ValueError(
            f"Height and width must be multiples of {multiple}, at least {least}; the nearest size "
            f"that works is {nearest[0]}x{nearest[1]}. Received: {data_shape=}"
        )
