import json
import math

import keras
import numpy as np
import pytest

from benchmarks import scaling
from benchmarks.scaling import all_reduce_seconds, projection, reduced
from kerasgan import backend
from tests.models.variants import VARIANTS, batches


@pytest.mark.skipif(backend.name != "torch", reason="PyTorch's step names what it reduces")
@pytest.mark.parametrize("name", ["gan", "gan_batch_norm", "wgan_gp", "cyclegan"])
def test_the_bytes_are_those_that_a_step_reduces(name, monkeypatch):
    from kerasgan.backend.torch import step

    sizes = []

    def means(tensors):
        sizes.append(sum(tensor.numel() for tensor in tensors))
        return list(tensors)

    model = VARIANTS[name]()
    model.compile()
    counted = reduced(model)
    monkeypatch.setattr(step, "_means", means)
    model.train_step(tuple(map(keras.ops.convert_to_tensor, batches(model))))
    gradients = [size for size in sizes if size > 1]
    assert 4 * sum(gradients) == counted["gradients"]
    moving = [w for v, w in zip(model.weights, model.get_weights(), strict=True)
              if "moving" in v.path]  # fmt: skip
    assert counted["statistics"] == 4 * sum(map(np.size, moving))
    assert counted["calls"] == len(gradients) + bool(moving) + len(model.log_names)


@pytest.mark.any_backend
def test_a_ring_or_a_tree():
    ring = all_reduce_seconds(1e9, 1, 8, 1e9, 0)
    assert ring == pytest.approx(2 * 7 / 8)
    tree = all_reduce_seconds(8, 3, 512, 1e9, 1e-3)
    assert tree == pytest.approx(3 * 2 * 9 * 1e-3, rel=1e-3)


@pytest.mark.any_backend
def test_a_reduction_that_takes_as_long_as_the_step_halves_it():
    counted = {"gradients": 9e9, "statistics": 0, "logs": 0, "calls": 0}
    rows = projection(counted, 1e3 * 2 * 7 / 8 * 9e9 / 450e9)
    assert [(row["interconnect"], row["devices"]) for row in rows[:3]] == [
        ("NVLink 4", 8),
        ("InfiniBand NDR", 64),
        ("InfiniBand NDR", 512),
    ]
    assert rows[0]["apart"] == pytest.approx(0.5)
    assert rows[0]["overlapped"] == pytest.approx(1)
    assert rows[1]["overlapped"] < 0.15


@pytest.mark.any_backend
def test_the_program(tmp_path, monkeypatch, capsys):
    figures = {"ms": 3.0, "reduced": {}}
    monkeypatch.setattr(scaling, "child", lambda *words: figures)
    out = tmp_path / "scaling.json"
    words = ["--devices", "1", "2", "--out", str(out)]
    assert scaling.main([*words, "--measure", "jax", "torch"]) == 0
    assert scaling.main([*words, "--measure", "none", "--step-ms", "5", "--model", "mlp"]) == 0
    found = json.loads(out.read_text())
    assert [row["devices"] for row in found["measured"]] == [1, 2, 1, 2]
    weights = found["projection"]["reduced"]["gradients"] / 4
    assert math.isclose(weights, 2_000_000, rel_tol=0.9)
    text = capsys.readouterr().out
    assert "| torch | 3 | 3 |" in text and "| NVLink 4 | 8 | " in text


@pytest.mark.skipif(backend.name != "torch", reason="the others' devices are made at the start")
def test_a_measurement(monkeypatch):
    import contextlib

    from tests.benchmarks.speed.tiny import tiny

    monkeypatch.setattr(scaling, "several", lambda *_: (contextlib.nullcontext(), 2))
    found = scaling.measure("torch", 2, steps=2, repeats=1, case=tiny("DCGAN"))
    assert found["ms"] > 0 and found["reduced"]["gradients"] > 1000
