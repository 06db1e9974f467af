"""What several processes that train one model in one run agree on.

Each of them runs all of `kerasgan.runs`. Only the first locks, logs and writes; the others wait for
it, and read.
"""

import contextlib
import json
import logging
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any

from kerasgan import backend
from kerasgan.utils.versions import versions

SIGNALS = signal.SIGINT, signal.SIGTERM  # Ctrl-C, and what a cluster sends before it kills
PATIENCE = 20  # seconds to end a step and save the model; launchers kill after 30
LOST = re.compile("gloo|nccl|coordination service|connection (closed|reset)", re.IGNORECASE)
logger = logging.getLogger("kerasgan")


@contextlib.contextmanager
def together() -> Iterator[None]:
    """What one of the processes raises within, all raise at its end, which they wait for.

    Raises:
        ValueError: if it was another one.
    """
    raised = None
    try:
        yield
    except Exception as error:
        raised = error
    said = backend.gathered("" if raised is None else f"{type(raised).__name__}: {raised}")
    if raised is not None:
        raise raised
    for number, what in enumerate(said):
        if what:
            raise ValueError(f"Process {number} of {len(said)} cannot go on: {what}")


def common(value: Any, what: str) -> Any:
    """A JSON value that all processes must have; those with None get it.

    Raises:
        ValueError: if two have different ones, naming `what`.
    """
    if backend.process()[1] == 1:
        return value
    texts = backend.gathered(json.dumps(value, sort_keys=True))
    found = {text: number for number, text in reversed([*enumerate(texts)]) if text != "null"}
    if len(found) > 1:
        one, other = sorted(found.items(), key=lambda item: item[1])[:2]
        raise ValueError(
            f"The processes differ in {what}: start all alike, with the same packages and data. "
            f"Received: {one[0]} in process {one[1]}, {other[0]} in process {other[1]}"
        )
    return json.loads(next(iter(found), "null"))


@contextlib.contextmanager
def several(devices: int | str | None) -> Iterator[int]:
    """Within, this process trains with those that a launcher started beside it, on some devices.

    Args:
        devices: int, "auto" or None, see `kerasgan.backend`.

    Yields:
        How many devices train, in all processes.

    Raises:
        ValueError: if there are not so many devices, the backend cannot, or the processes run
            different versions.
        ConnectionError: if another process has ended.
    """
    backend.join(devices)
    with backend.on_devices(devices) as n, _leaving(), _explained():
        common({"backend": backend.name, **versions()}, "versions")
        yield n


@contextlib.contextmanager
def _explained():
    """Says of an error within that another process has ended, if that was its cause."""
    try:
        yield
    except Exception as error:
        number, count = backend.process()
        if count == 1 or not LOST.search(str(error)):
            raise
        raise ConnectionError(
            f"Another of the {count} processes that train together has ended or cannot be reached: "
            f"see what it said. Process {number} ends too; go on by --resume. {error}"
        ) from error


@contextlib.contextmanager
def _leaving():
    """Within, a signal ends a process of several after `PATIENCE` seconds, even where it waits for
    another one that is gone and no handler of Python's is called."""
    if backend.process()[1] == 1 or threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGTERM, signal.SIG_DFL)  # JAX has one that goes on
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    left = threading.Event()

    def watch():
        while number := os.read(reading, 1):
            if number[0] in SIGNALS and not left.wait(PATIENCE):
                logger.info("stopped by a signal, in wait for another process")
                os._exit(128 + number[0])
        os.close(reading)

    threading.Thread(target=watch, daemon=True).start()
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield
    finally:
        left.set()
        signal.set_wakeup_fd(before)
        signal.signal(signal.SIGTERM, handler or signal.SIG_DFL)  # None, if Python did not set it
        os.close(writing)


def one_of_host() -> bool:
    """Whether this process looks at the data for all of its machine."""
    return os.environ.get("LOCAL_RANK", "0") == "0"


def leave(code: Any) -> None:
    """Ends this process at once if it is one of several: at a usual end it waits for the others,
    which may wait for it."""
    if backend.process()[1] > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)
