"""Weights that PyTorch stored, read without PyTorch and without running what a file may hold."""

import io
import math
import os
import pickle
import pickletools
import struct
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

MAGIC = 0x1950A86A20F9469CFC6C  # begins a file of PyTorch before 1.6, which is no zip
DTYPES = {
    "DoubleStorage": "<f8",
    "FloatStorage": "<f4",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "<i1",
    "ByteStorage": "<u1",
    "BoolStorage": "?",
}


def read_weights(path: str | os.PathLike) -> dict[str, np.ndarray]:
    """The tensors of a state dict that `torch.save` wrote, in its zip form or the one before.

    Of the pickled names only those of tensors, of their storages and of OrderedDict are looked
    up, so a file cannot run code of its own.

    Args:
        path: str or path-like.

    Returns:
        Dict of str to numpy array.

    Raises:
        ValueError: if the file is damaged or holds something else.
    """
    path = Path(path)
    if not path.is_file():  # a pipe would be waited for
        raise ValueError(f"There is no such file. Received: path={str(path)!r}")
    try:
        state = _read_zip(path) if zipfile.is_zipfile(path) else _read_legacy(path)
    except Exception as error:  # a damaged pickle raises whatever its bytes happen to mean
        raise ValueError(f"{path} is damaged, or holds more than weights: {error}") from error
    if not isinstance(state, dict) or not all(isinstance(v, np.ndarray) for v in state.values()):
        raise ValueError(f"{path} holds no state dict. Received: {type(state).__name__}")
    return dict(state)


class _Storages(dict):
    """Flat arrays by their keys, which together are no larger than the file: PyTorch packs none."""

    def __init__(self, path: Path):
        super().__init__()
        self._left = path.stat().st_size

    def add(self, key: str, dtype: str, count: int) -> None:
        """Make room for `count` numbers, or refuse."""
        self._left -= count * np.dtype(dtype).itemsize
        if count < 0 or self._left < 0:
            raise pickle.UnpicklingError("its storages are larger than the file")
        self[key] = np.empty(count, dtype)

    def fill(self, key: str, content: bytes) -> None:
        """Copy the numbers in."""
        if len(content) != self[key].nbytes:
            raise pickle.UnpicklingError("it ends too early")
        self[key][:] = np.frombuffer(content, self[key].dtype)


class _Unpickler(pickle.Unpickler):
    """Makes arrays, and nothing else."""

    def __init__(self, file: BinaryIO, storages: _Storages | None = None):
        _check_memo(file)
        super().__init__(file)
        self._storages = storages

    def find_class(self, module: str, name: str) -> Any:
        if module == "torch" and name in DTYPES:
            return DTYPES[name]
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        raise pickle.UnpicklingError(f"{module}.{name} is not of weights")

    def persistent_load(self, parts: tuple) -> np.ndarray:
        _, dtype, key, _, count, *_ = parts
        if self._storages is None:
            raise pickle.UnpicklingError("a tensor stands where there is none")
        if key not in self._storages:
            self._storages.add(key, dtype, count)
        return self._storages[key]


def _check_memo(file):
    """Refuse places in the memo beyond what the pickle can fill: Python makes room up to each."""
    start = file.tell()
    for count, (_, place, _) in enumerate(
        op for op in pickletools.genops(file) if op[0].name in ("PUT", "BINPUT", "LONG_BINPUT")
    ):
        if place > 2 * count + 256:
            raise pickle.UnpicklingError(f"it asks for place {place} of the memo")
    file.seek(start)


def _tensor(storage, offset, shape, strides, *_):
    """A view of a flat array, of which it must not reach beyond the end."""
    reach = sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))
    whole = all(n >= 0 for n in (offset, *shape, *strides))
    end = max(offset + reach + 1, math.prod(shape))  # a stride of 0 would repeat what is there
    if not whole or (0 not in shape and end > len(storage)):
        raise pickle.UnpicklingError("a tensor reaches beyond its storage")
    steps = [stride * storage.itemsize for stride in strides]
    return np.lib.stride_tricks.as_strided(storage[offset:], shape, steps)


def _read_zip(path):
    storages = _Storages(path)
    with zipfile.ZipFile(path) as archive:
        (index,) = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        folder = index.removesuffix("data.pkl")

        def read(name, most):
            with archive.open(name) as file:
                return file.read(most + 1)

        state = _Unpickler(io.BytesIO(read(index, path.stat().st_size)), storages).load()
        for key, array in storages.items():
            storages.fill(key, read(f"{folder}data/{key}", array.nbytes))
    return state


def _read_legacy(path):
    """Three pickles of numbers and settings, the state dict, the storages' order, their bytes."""
    storages = _Storages(path)
    with open(path, "rb") as file:
        if _Unpickler(file).load() != MAGIC:
            raise pickle.UnpicklingError("not a file of torch.save")
        for _ in ("protocol", "system"):
            _Unpickler(file).load()
        state = _Unpickler(file, storages).load()
        order = _Unpickler(file).load()
        if set(order) != set(storages):
            raise pickle.UnpicklingError("its storages are not those of its tensors")
        for key in order:
            (count,) = struct.unpack("<q", file.read(8))
            if count != len(storages[key]):
                raise pickle.UnpicklingError("its storages are not as long as it says")
            storages.fill(key, file.read(storages[key].nbytes))
    return state
