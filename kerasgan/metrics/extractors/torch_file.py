"""Weights that PyTorch stored, read without PyTorch and without running what a file may hold."""

import os
import pickle
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
    try:
        state = _read_zip(path) if zipfile.is_zipfile(path) else _read_legacy(path)
    except Exception as error:  # a damaged pickle raises whatever its bytes happen to mean
        raise ValueError(f"{path} is damaged, or holds more than weights: {error}") from error
    if not isinstance(state, dict) or not all(isinstance(v, np.ndarray) for v in state.values()):
        raise ValueError(f"{path} holds no state dict. Received: {type(state).__name__}")
    return dict(state)


class _Unpickler(pickle.Unpickler):
    """Makes arrays, and nothing else. `storage(key, dtype, count)` gives a flat one."""

    def __init__(self, file: BinaryIO, storage: Any = None):
        super().__init__(file)
        self._storage = storage

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
        return self._storage(key, dtype, count)


def _tensor(storage, offset, shape, strides, *_):
    """A view of a flat array, of which it must not reach beyond the end."""
    reach = sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))
    whole = all(n >= 0 for n in (offset, *shape, *strides))
    if not whole or (0 not in shape and offset + reach >= len(storage)):
        raise pickle.UnpicklingError("a tensor reaches beyond its storage")
    steps = [stride * storage.itemsize for stride in strides]
    return np.lib.stride_tricks.as_strided(storage[offset:], shape, steps)


def _read_zip(path):
    with zipfile.ZipFile(path) as archive:
        (index,) = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        folder = index.removesuffix("data.pkl")

        def storage(key, dtype, count):
            return np.frombuffer(archive.read(f"{folder}data/{key}"), dtype, count)

        with archive.open(index) as file:
            return _Unpickler(file, storage).load()


def _read_legacy(path):
    """Three pickles of numbers and settings, the state dict, the storages' order, their bytes."""
    storages = {}
    size = path.stat().st_size

    def storage(key, dtype, count):
        if not 0 <= count * np.dtype(dtype).itemsize <= size:
            raise pickle.UnpicklingError("a storage is larger than the file")
        return storages.setdefault(key, np.empty(count, dtype))

    with open(path, "rb") as file:
        if _Unpickler(file).load() != MAGIC:
            raise pickle.UnpicklingError("not a file of torch.save")
        for _ in ("protocol", "system"):
            _Unpickler(file).load()
        state = _Unpickler(file, storage).load()
        order = _Unpickler(file).load()
        if set(order) != set(storages):
            raise pickle.UnpicklingError("its storages are not those of its tensors")
        for array in map(storages.get, order):
            (count,) = struct.unpack("<q", file.read(8))
            content = file.read(array.nbytes)
            if count != len(array) or len(content) != array.nbytes:
                raise pickle.UnpicklingError("it ends too early")
            array[:] = np.frombuffer(content, array.dtype)
    return state
