"""Where a network attends to all of a map at once."""

from collections.abc import Collection, Sequence

from kerasgan.utils import checks


def attention_sides(attention: int | Sequence[int] | None, sides: Collection[int]) -> set[int]:
    """The heights of the maps that get a block of self-attention.

    Args:
        attention: int or tuple of ints or None.
        sides: the heights of the network's hidden maps.

    Raises:
        ValueError: if one is none of these, which the message lists.

    Example:

    >>> sorted(attention_sides((8, 16), [4, 8, 16]))
    [8, 16]
    """
    if attention is None:
        return set()
    several = attention if isinstance(attention, tuple | list) else (attention,)
    for side in checks.widths("attention", several):
        if side not in sides:
            raise ValueError(
                "`attention` must be heights of the network's hidden maps, which are "
                f"{', '.join(map(str, sorted(set(sides))))}. Received: {attention=}"
            )
    return set(several)
