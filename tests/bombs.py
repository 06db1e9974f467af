"""What small files that unpack to much must not do."""

import contextlib
import time
import tracemalloc

from kerasgan.utils import archives

MANY = (
    2**26 + 2**22
)  # bytes, as zeros some 70 kB packed: more than is free, and than 100 times them


@contextlib.contextmanager
def little(memory=2**23, seconds=2):
    """Asserts that what is done inside takes little memory, in bytes, and time."""
    began = time.monotonic()
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < memory
    finally:
        tracemalloc.stop()
    assert time.monotonic() - began < seconds


assert MANY > archives.FREE
