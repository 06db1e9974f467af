"""What the loaders' arguments must be."""

import numbers


def check_batch_size(batch_size):
    """Raises unless `batch_size` is a positive int."""
    if not isinstance(batch_size, numbers.Integral) or batch_size < 1:
        raise ValueError(f"batch_size must be a positive int. Received: batch_size={batch_size!r}")


def check_channels(**channels):
    """Raises unless each of the named arguments is 1, 3 or None."""
    for name, value in channels.items():
        if value not in (None, 1, 3):
            raise ValueError(f"{name} must be 1, 3 or None. Received: {name}={value!r}")


def check_count(count, batch_size, drop_remainder, what="images"):
    """Raises if `count` examples do not make one batch."""
    if drop_remainder and batch_size > count:
        raise ValueError(
            f"There are {count} {what}, too few for a batch: use a smaller batch_size or "
            f"drop_remainder=False. Received: batch_size={batch_size}"
        )


def height_and_width(**size):
    """Gives the named argument, an int or (height, width), as a tuple of both; None stays None."""
    ((name, value),) = size.items()
    if value is None:
        return None
    pair = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(pair) != 2 or not all(isinstance(n, numbers.Integral) and n > 0 for n in pair):
        raise ValueError(
            f"{name} must be a positive int or (height, width). Received: {name}={value!r}"
        )
    return pair
