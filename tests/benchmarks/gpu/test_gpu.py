import importlib
import json

import numpy as np
import pytest

from benchmarks.gpu import __main__ as program
from benchmarks.gpu import child
from kerasgan import backend
from tests.benchmarks.speed.tiny import tiny


@pytest.fixture
def engine():
    return importlib.import_module(f"benchmarks.gpu.{backend.name}_engine")


@pytest.mark.compiled
def test_all_that_is_measured(engine, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(child, "STEPS", 1)
    monkeypatch.setattr(child, "SMALL", {"DCGAN": {**child.SMALL["DCGAN"], "filters": 2}})
    found = child.measure(backend.name, [tiny("GAN")], 1, tmp_path, seconds=0.01)
    assert all(row["right"] for row in found["correct"].values())
    assert [row["dtype"] for row in found["speed"]] == ["float32", "bfloat16"]
    assert all(row["steps_s"] > 0 and row["peak_mib"] > 50 for row in found["speed"])
    assert found["speed"][0]["images_s"] == pytest.approx(10 * found["speed"][0]["steps_s"])
    assert found["waits"]["found"] == []
    assert found["trace"] and all(size > 0 for size in found["trace"].values())
    monkeypatch.setattr(program, "child", lambda *words: found)
    out = tmp_path / "gpu.json"
    assert program.main(["--backends", "jax", "--out", str(out)]) == 0
    assert json.loads(out.read_text())["backends"]["jax"] == json.loads(json.dumps(found))
    assert f"| jax | {found['device']} | tiny | float32 |" in capsys.readouterr().out


@pytest.mark.parametrize(
    "variant, smaller", [("WGANGP", {"filters": 2}), ("CycleGAN", {"discriminator": "pixel"})]
)
def test_others_are_compared_too(engine, monkeypatch, variant, smaller):
    monkeypatch.setattr(child, "STEPS", 1)
    monkeypatch.setitem(child.SMALL, variant, {**child.SMALL[variant], **smaller})
    found = child.correct(child.small(variant), engine)
    assert found == {"losses": 0, "images": 0, "right": True}


def test_a_device_that_computes_otherwise_is_found(engine, monkeypatch):
    ends = iter([(None, np.ones(2), np.ones(3)), (None, np.ones(2), np.ones(3) + 0.002)])
    monkeypatch.setattr(child, "trained", lambda *_: next(ends))
    found = child.correct(None, engine)
    assert not found["right"] and found["losses"] == 0
    assert found["images"] == pytest.approx(0.002)


@pytest.mark.skipif(backend.name != "torch", reason="PyTorch's own")
def test_waits_are_found_on_a_gpu_that_tells_them(engine, monkeypatch):
    import warnings

    import torch

    modes, step = [], tiny("GAN").model().__class__.train_step

    def waiting(self, data):
        warnings.warn("called a synchronizing CUDA operation", stacklevel=1)
        return step(self, data)

    monkeypatch.setattr(engine, "GPU", True)
    monkeypatch.setattr(torch.cuda, "set_sync_debug_mode", modes.append)
    monkeypatch.setattr(tiny("GAN").model().__class__, "train_step", waiting)
    (line,) = engine.waits(tiny("GAN"))
    assert line.startswith("test_gpu.py:") and modes == ["warn", "default"]


@pytest.mark.skipif(backend.name != "torch", reason="PyTorch's own")
def test_a_wait_is_found_on_the_meta_device(engine, monkeypatch):
    cls = type(tiny("GAN").model())
    monkeypatch.setattr(cls, "train_step", lambda self, data: float(data[0].sum()))
    (message,) = engine.waits(tiny("GAN"))
    assert "meta" in message
