import numpy as np
import pytest

from benchmarks.speed import drawing, generation, torch_plain, turns
from tests.benchmarks.speed.tiny import tiny

pytestmark = pytest.mark.any_backend


def equal_networks(monkeypatch):
    """Plain PyTorch's networks, of one seed."""
    import torch

    make = torch_plain.make

    def seeded(*args, **kwargs):
        torch.manual_seed(0)
        return make(*args, **kwargs)

    monkeypatch.setattr(torch_plain, "make", seeded)


@pytest.mark.parametrize("variant", ["DCGAN", "CycleGAN"])
def test_layouts_of_plain_pytorch_draw_the_same(variant, monkeypatch):
    case = tiny(variant)
    equal_networks(monkeypatch)
    inputs = drawing.given(case, 70)
    plain, last = (drawing.drawer(case, f"torch{n}")(inputs) for n in ("", "_channels_last"))
    assert plain.shape == (70, *case.settings.get("data_shape", (24, 24, 3)))
    np.testing.assert_allclose(plain, last, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["DCGAN", "CycleGAN"])
def test_what_is_exported_draws_what_the_model_does(variant, monkeypatch):
    case = tiny(variant)
    model = case.model()
    monkeypatch.setattr(type(case), "model", lambda self: model)
    inputs = drawing.given(case, 70)
    want, *others = (drawing.drawer(case, n)(inputs) for n in ("kerasgan_torch", "savedmodel"))
    for images in others:
        np.testing.assert_allclose(images, want, atol=1e-5)


def test_a_measurement(monkeypatch):
    times = iter([0.0, 9.0, *(x for i in range(10, 20, 2) for x in (i, i + 0.5))])
    monkeypatch.setattr(drawing.time, "perf_counter", lambda: next(times))
    monkeypatch.setattr(drawing, "drawer", lambda case, contender: lambda inputs: inputs)
    assert drawing.measure(tiny("DCGAN"), "torch", 40) == {"rate": 80.0}


def test_rates_are_in_the_table(tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "child", lambda *words: {"rate": 100.0 + 50 * ("onnx" in words)})
    places = {"--results": "a.json", "--out": "a.md", "--chart": "a.png"}
    words = [word for name, file in places.items() for word in (name, str(tmp_path / file))]
    turns.program("p", "doc", "module", generation.PAIRS, ["--repeats", "1", *words])
    text = (tmp_path / "a.md").read_text()
    assert "| `onnx` | 150 (1.50) | 150 (1.50) | 150 (1.50) | 150 (1.50) |\n" in text
    assert "| `torch` | 100 (1.00) |" in text
