"""What the callbacks ask of their arguments."""

import numbers


def check_count(least=1, **arguments):
    """Raises ValueError unless every argument is a whole number of at least `least`."""
    for name, value in arguments.items():
        if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < least:
            raise ValueError(
                f"`{name}` must be a whole number, at least {least}. Received: {name}={value!r}"
            )


def check_fps(fps):
    """Raises ValueError unless a GIF can show `fps` frames a second."""
    if not isinstance(fps, numbers.Real) or not 0 < fps <= 50:
        raise ValueError(f"`fps` must be above 0 and at most 50. Received: fps={fps!r}")
