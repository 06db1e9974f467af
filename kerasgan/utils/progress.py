"""Bars on a terminal for what takes more than two seconds."""

import contextlib
import threading
from collections.abc import Iterable, Iterator
from typing import Any

from tqdm import tqdm

DELAY = 2.0  # seconds
TICK = 0.5


def progress(
    items: Iterable[Any], label: str, total: int | None = None, unit: str = "it"
) -> Iterable[Any]:
    """The items, and on stderr how many of them are done; nothing where that is no terminal.

    Args:
        items: iterable.
        label: str, what stands before the bar.
        total: int or None, how many there are, where they have no length.
        unit: str, what one of them is.

    Example:

    >>> list(progress([1, 2], "adding"))
    [1, 2]
    """
    return tqdm(items, label, total, leave=None, unit=unit, delay=DELAY, disable=None)


@contextlib.contextmanager
def waiting(label: str) -> Iterator[None]:
    """Within, the seconds are counted on stderr, for what has no parts to count.

    Args:
        label: str, what stands before them.

    Example:

    >>> with waiting("resting"):
    ...     pass
    """
    clock = tqdm(desc=label, bar_format="{desc}: {elapsed}", leave=None, delay=DELAY, disable=None)
    over = threading.Event()

    def tick():
        pause = DELAY
        while not over.wait(pause):
            pause = TICK
            clock.refresh()

    thread = threading.Thread(target=tick, daemon=True)
    if not clock.disable:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if not clock.disable:
            thread.join()
        clock.close()
