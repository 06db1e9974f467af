import io
import os
import pickle
import zipfile

import numpy as np
import pytest
import torch

from kerasgan.utils import torch_file
from kerasgan.utils.torch_file import read_weights
from tests.bombs import MANY, little

pytestmark = pytest.mark.any_backend


@pytest.mark.parametrize("as_zip", [True, False])
def test_reads_what_torch_reads(tmp_path, as_zip):
    whole = torch.arange(24.0).reshape(4, 6)
    state = {
        "whole": whole,
        "view": whole[1:, ::2].T,
        "half": whole.half(),
        "double": whole.double() / 3,
        "scalar": torch.tensor(7),
        "bytes": torch.tensor([1, 255], dtype=torch.uint8),
        "truth": torch.tensor([True, False]),
        "none": torch.zeros(0, 3),
    }
    torch.save(state, tmp_path / "w.pth", _use_new_zipfile_serialization=as_zip)
    found = read_weights(tmp_path / "w.pth")
    assert list(found) == list(state)
    for name, tensor in state.items():
        np.testing.assert_array_equal(found[name], tensor.numpy(), strict=True)


@pytest.mark.parametrize("as_zip", [True, False])
def test_reads_the_state_of_a_network(tmp_path, as_zip):
    state = torch.nn.Linear(3, 2).state_dict()
    torch.save(state, tmp_path / "w.pth", _use_new_zipfile_serialization=as_zip)
    np.testing.assert_array_equal(read_weights(tmp_path / "w.pth")["weight"], state["weight"])


class Evil:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("as_zip", [True, False])
def test_a_file_runs_no_code(tmp_path, as_zip):
    path, made = tmp_path / "w.pth", tmp_path / "made"
    code = pickle.dumps({"weight": Evil(made)}, protocol=2)
    if as_zip:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("archive/data.pkl", code)
    else:
        path.write_bytes(pickle.dumps(torch_file.MAGIC, 2) + 2 * pickle.dumps(1, 2) + code)
    with pytest.raises(ValueError, match="w.pth is damaged, or holds more than .*mkdir is not"):
        read_weights(path)
    assert not made.exists()


@pytest.mark.parametrize(
    "offset, shape, strides",
    [
        (0, (5,), (1,)),
        (1, (4,), (1,)),
        (0, (2, 2), (3, 1)),
        (-1, (2,), (1,)),
        (3, (2,), (-1,)),
        (0, (10**9,), (0,)),
    ],
)
def test_a_tensor_stays_in_its_storage(offset, shape, strides):
    with pytest.raises(pickle.UnpicklingError, match="reaches beyond"):
        torch_file._tensor(np.zeros(4), offset, shape, strides)


@pytest.mark.parametrize("as_zip", [True, False])
@pytest.mark.parametrize("kept", [0, 10, 0.5, 0.95])
def test_a_file_that_is_cut(tmp_path, as_zip, kept):
    file = io.BytesIO()
    state = {"a": torch.zeros(100), "b": torch.zeros(100)}
    torch.save(state, file, _use_new_zipfile_serialization=as_zip)
    content = file.getvalue()
    count = int(kept * len(content)) if kept < 1 else kept
    (tmp_path / "w.pth").write_bytes(content[:count])
    with pytest.raises(ValueError, match="w.pth is damaged"):
        read_weights(tmp_path / "w.pth")


@pytest.mark.parametrize("state", [[torch.zeros(3)], {"epoch": 3}])
def test_what_is_no_state_dict(tmp_path, state):
    torch.save(state, tmp_path / "w.pth")
    with pytest.raises(ValueError, match="w.pth holds no state dict. Received: (list|dict)"):
        read_weights(tmp_path / "w.pth")


def test_zeros_that_are_packed(tmp_path):
    """PyTorch packs nothing, so a file holds no more than its size."""
    file = io.BytesIO()
    torch.save({"a": torch.zeros(MANY // 4)}, file)
    with (
        zipfile.ZipFile(file) as whole,
        zipfile.ZipFile(tmp_path / "w.pth", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed,
    ):
        for name in whole.namelist():
            packed.writestr(name, whole.read(name))
    with little(), pytest.raises(ValueError, match="w.pth is damaged.*larger than the file"):
        read_weights(tmp_path / "w.pth")


def test_all_storages_together_are_as_large_as_the_file(tmp_path):
    (tmp_path / "w.pth").write_bytes(bytes(1000))
    storages = torch_file._Storages(tmp_path / "w.pth")
    storages.add("a", "<f4", 200)
    with pytest.raises(pickle.UnpicklingError, match="larger than the file"):
        storages.add("b", "<f4", 51)


def test_a_place_far_out_in_the_memo(tmp_path):
    """Python would make room for all places before it: 34 GB here."""
    with zipfile.ZipFile(tmp_path / "w.pth", "w") as archive:
        archive.writestr("archive/data.pkl", b"}r\xff\xff\xff\x7f.")
    with little(), pytest.raises(ValueError, match="place 2147483647 of the memo"):
        read_weights(tmp_path / "w.pth")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "w.pth")
    with pytest.raises(ValueError, match="There is no such file. Received: path='.*w.pth'"):
        read_weights(tmp_path / "w.pth")
