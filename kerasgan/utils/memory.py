"""How much memory there is, and how freed memory is kept for the next step."""

import ctypes
import functools
import logging
import os
import sys

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3  # of malloc.h
_MOST = 2**31 - 1


def physical_memory() -> int:
    """The machine's memory in bytes; 8 GiB where the system does not tell, as Windows does not."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError):
        return 8 * 2**30


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
