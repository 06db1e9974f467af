"""Arguments that make no sense.

`spoiled` puts some into one of the calls of `tools/calls.py`, and `outcome` says how kerasgan takes
that. `tools/fuzz.py` does so by the thousand.
"""

import functools
import numbers
import signal
import types
import typing
from typing import Any

import keras
import numpy as np

from kerasgan import metrics
from kerasgan.engine.config import parameters
from tools.calls import calls

NUMBERS = [float("nan"), float("inf"), -float("inf"), -1, 0, -0.5, 1.5, 2**31, 10**9, 10**30]
NUMBERS += [10**400, 1j, True, np.float32("nan"), np.int64(-3), np.bool_(True), np.float64(1e300)]
OTHERS = ["x", "", b"x", None, object(), int, [], [None], ["x"], {}, {"x": 1}, {1}, (), (1, 2)]
OTHERS += [np.zeros((0, 2)), np.array(["x"]), np.array([object()]), lambda: 0, range(3), "\0"]
NONSENSE = [*NUMBERS, *OTHERS]

FREE = {"name", "directory", "path", "weights", "ignore"}  # any text will do


class Hang(BaseException):
    """Something took too long."""


def _kinds(annotation):
    """The types that an annotation has, flat; None stands for what can be anything."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return set().union(*map(_kinds, typing.get_args(annotation)))
    ours = getattr(annotation, "__module__", "").startswith("keras")  # a network, a schedule
    if annotation in (int, float, bool, str, type(None)) or (isinstance(annotation, type) and ours):
        return {annotation}
    return {annotation if typing.get_args(annotation) == (int,) else None}


@functools.cache
def kinds(name: str) -> dict[str, set]:
    """The types of each argument of a call."""
    found = calls()[name][0]
    if isinstance(found, type) and issubclass(found, keras.Model):
        signature = parameters(found)
        hints = {k: p.annotation for k, p in signature.items()}
    else:
        init = found.__init__ if isinstance(found, type) else found
        hints = typing.get_type_hints(
            init, {"np": np, "keras": keras, "extractors": metrics.extractors, **vars(typing)}
        )
    return {k: _kinds(hints.get(k)) for k in calls()[name][1]}


def fits(argument: str, value: Any, allowed: set) -> bool:
    """Whether an argument of these types may take a value, so that it is none that must be refused;
    what may be allowed by its range is taken to fit."""
    if None in allowed or argument in FREE or bool in allowed:  # anything is true or false
        return True
    if value is None:
        return type(None) in allowed
    if isinstance(value, bool | np.bool_):
        return False
    if isinstance(value, numbers.Integral):
        whole = int in allowed and 0 <= value < 2**31
        return whole or (float in allowed and value < 10**300)
    if isinstance(value, numbers.Real):
        return float in allowed and bool(np.isfinite(value))
    if isinstance(value, list | tuple | range | np.ndarray) and not all(
        kind in (int, float, str, type(None)) for kind in allowed
    ):
        return len(value) == 0 or all(isinstance(v, int) and v >= 0 for v in value)
    return False


def spoiled(name: str, places: list[tuple[str, int, Any]]) -> tuple[dict[str, Any], bool]:
    """The arguments of a call with nonsense in some places.

    Args:
        name: str, of `calls()`.
        places: list of an argument's name, a number that chooses one of its elements if it is a
            tuple (or all of it), and the value to put there.

    Returns:
        The arguments, and whether each value might be meant.
    """
    arguments = dict(calls()[name][1])
    meant = True
    last = {argument: (index, value) for argument, index, value in places}
    for argument, (index, value) in last.items():
        allowed = kinds(name)[argument]
        whole = arguments[argument]
        if isinstance(whole, tuple) and index < len(whole):
            arguments[argument] = (*whole[:index], value, *whole[index + 1 :])
            sizes = any(typing.get_args(kind) == (int,) for kind in allowed)
            meant &= fits(argument, value, {int if sizes else None})
        else:
            arguments[argument] = value
            meant &= fits(argument, value, allowed)
    return arguments, meant


def outcome(name: str, arguments: dict[str, Any], seconds: float = 1) -> str:
    """Calls and says what came of it: "accepted", "refused", or the name of another error.

    Args:
        name: str, of `calls()`.
        arguments: dict.
        seconds: float, of the processor, that it may take.

    Raises:
        Hang: if it takes longer.
    """

    def stop(*_):
        raise Hang(name)

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        calls()[name][0](**arguments)
    except (TypeError, ValueError):
        return "refused"
    except Exception as error:  # which is what is looked for
        return f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return "accepted"
