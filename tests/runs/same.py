"""Whether two runs left the same, bit for bit."""

import csv
import io
import json
import zipfile

import h5py
import numpy as np

OWN = {".kerasgan.lock", ".kerasgan.pid", "log.txt"}  # of each run, as are times
PICTURES = {".png", ".gif"}


def assert_same_run(one, two):
    """Asserts that two folders hold the same files, with the same in them but for times."""
    files = [
        {
            str(path.relative_to(folder))
            for path in folder.rglob("*")
            if path.is_file() and ".tfevents." not in path.name  # one of each process
        }
        - OWN
        for folder in (one, two)
    ]
    assert files[0] == files[1]
    for name in sorted(files[0]):
        paths = one / name, two / name
        if paths[0].suffix in PICTURES and name != "losses.png":  # drawn when there is time
            assert paths[0].read_bytes() == paths[1].read_bytes(), name
        elif paths[0].suffix == ".keras":
            for (where, a), (_, b) in zip(*map(weights, paths), strict=True):
                np.testing.assert_array_equal(a, b, err_msg=f"{name}: {where}")
        elif paths[0].suffix == ".csv":
            assert rows(paths[0]) == rows(paths[1])
        elif paths[0].suffix == ".json":
            assert timeless(json.loads(paths[0].read_text())) == timeless(
                json.loads(paths[1].read_text())
            ), name


def weights(path):
    """All that a .keras file stores, a sorted list of paths in it and arrays."""
    found = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            found[name] = item[()]

    with zipfile.ZipFile(path) as archive, archive.open("model.weights.h5") as file:
        h5py.File(io.BytesIO(file.read())).visititems(visit)
    return sorted(found.items())


def rows(path):
    """The rows of a table, without its times."""
    with path.open(newline="") as file:
        return [timeless(row) for row in csv.DictReader(file)]


def timeless(value):
    """JSON without seconds."""
    if isinstance(value, list):
        return [timeless(item) for item in value]
    if isinstance(value, dict):
        return {k: timeless(v) for k, v in value.items() if not k.endswith("seconds")}
    return value
