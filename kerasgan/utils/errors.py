"""Errors as they were before another library wrapped them."""

import contextlib
import re
from collections.abc import Iterator


@contextlib.contextmanager
def unwrapped() -> Iterator[None]:
    """Within, what was said of a file inside a `tf.data.Dataset` is the ValueError that it was, not
    TensorFlow's error around it.

    Example:

    >>> with unwrapped():
    ...     raise RuntimeError("{{node}} ValueError: It is broken. Received: file='a.png'\\n{{...")
    Traceback (most recent call last):
    ...
    ValueError: It is broken. Received: file='a.png'
    """
    try:
        yield
    except Exception as error:
        found = re.search(r"ValueError: (.*?Received: file=.*)", str(error))
        if found is None:
            raise
        raise ValueError(found[1]) from None
