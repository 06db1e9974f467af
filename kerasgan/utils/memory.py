"""How much memory there is, and how freed memory is kept for the next step."""

import ctypes
import functools
import logging
import os
import sys
from pathlib import Path

import psutil

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3  # of malloc.h
_MOST = 2**31 - 1
GROUPS, LIMITS = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")
_FILES = {  # of version 2, which names no controller, and of version 1: limit, use, file cache
    "": ("memory.max", "memory.current", "inactive_file"),
    "memory": ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}


def free_memory() -> int:
    """The memory in bytes that this process may still take.

    What the machine has left, or what the limits of the process's control groups leave, so those
    of its container; of that the same part for each of the `LOCAL_WORLD_SIZE` processes that
    `torchrun` started here. What is only kept of files that were read counts as free.
    """
    free = min([psutil.virtual_memory().available, *_left_by_groups()])
    return free // int(os.environ.get("LOCAL_WORLD_SIZE", 1))


def check_fits(n: int, each: int) -> None:
    """Check that samples fit in the memory that is left.

    Args:
        n: int, how many there are.
        each: int, the bytes that one takes.

    Raises:
        ValueError: if they do not.

    Example:

    >>> check_fits(1000, 4)
    """
    free = free_memory()
    if n * each > free:
        raise ValueError(
            f"These take {n * each / 1e9:.3g} GB, and the machine has {free / 1e9:.3g}: "
            f"draw fewer at once. Received: {n=}"
        )


def _left_by_groups():
    """What each control group above the process that has a limit leaves, of both versions."""
    for line in _read(GROUPS).splitlines():
        controllers, path = line.split(":", 2)[1:]
        if controllers not in ("", "memory"):
            continue
        root = LIMITS / controllers
        group = root / path.lstrip("/")
        limit, used, kept = _FILES[controllers]
        for folder in (group, *group.parents):
            if folder.is_relative_to(root) and _read(folder / limit, "max").isdigit():
                files = dict(line.split() for line in _read(folder / "memory.stat").splitlines())
                in_use = int(_read(folder / used, "0")) - int(files.get(kept, 0))
                yield max(int(_read(folder / limit)) - in_use, 0)


def _read(path, default=""):
    try:
        return path.read_text().strip()
    except OSError:
        return default


@functools.cache
def keep_freed_memory() -> None:
    """Let the C library keep what a step frees, for the next step takes as much again.

    The first `fit` of a process does so, and logs it. glibc gives every large block back to the
    system when it is freed, and each page of the next one costs a page fault: a fifth of a step in
    which tensors are of megabytes. The process holds on to the most that it has used. Nothing
    happens where the C library is another, or where the user has set `MALLOC_TRIM_THRESHOLD_`,
    `MALLOC_MMAP_THRESHOLD_` or `KERASGAN_KEEP_MEMORY=0`.
    """
    chosen = {"MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"} & set(os.environ)
    off = os.environ.get("KERASGAN_KEEP_MEMORY") == "0"
    if sys.platform != "linux" or chosen or off:
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_TRIM_THRESHOLD, _MOST)
        mallopt(_MMAP_THRESHOLD, _MOST)
        mallopt(_TOP_PAD, 64 * 2**20)
        logging.getLogger("kerasgan").info(
            "freed memory is kept for the next step; KERASGAN_KEEP_MEMORY=0 leaves it to the system"
        )
