"""How a resumable command of many measurements ends."""

import sys


def end(failed, stopped):
    """Says what failed, and how to go on.

    Args:
        failed: int, how many measurements.
        stopped: bool, whether by Ctrl-C.

    Returns:
        The exit code.
    """
    if failed:
        print(f"{failed} failed, see above", file=sys.stderr)
    if stopped:
        print("stopped; the same command goes on", file=sys.stderr)
        return 130
    return 1 if failed else 0
