import json
import os
from pathlib import Path

import numpy as np
import pytest

import kerasgan as kg
from kerasgan import cli
from kerasgan.export.page import RUNTIME

pytestmark = pytest.mark.any_backend


@pytest.fixture
def gan(tmp_path, monkeypatch):
    """A small conditional GAN, saved as `model.keras` in the working folder."""
    monkeypatch.chdir(tmp_path)
    units = {"generator_units": (4,), "discriminator_units": (4,)}
    gan = kg.ConditionalGAN((8, 8, 1), 4, num_classes=3, **units)
    gan.save("model.keras")
    return gan


def test_what_is_printed_works(gan, capsys):
    cli.main(["export", "model.keras", "--as-uint8", "--out", "serving/gan/1"])
    said = capsys.readouterr().out
    heading, body, *program = said.split("\n\n")
    assert heading == (
        "serving/gan/1\n"
        "  serving_default(latents: float32 (n, 4), labels: int32 (n))"
        " -> images: uint8 (n, 8, 8, 1)\n"
        "  generate(n: int32, seed: int32, labels: int32 (n), truncation: float32)"
        " -> images: uint8 (n, 8, 8, 1)"
    )
    assert body.startswith(
        "TensorFlow Serving, POST http://localhost:8501/v1/models/NAME:predict\n"
    )
    names = {}
    exec("\n".join(program).removeprefix("Python\n"), names)
    assert names["made"].shape == (4, 8, 8, 1) and names["made"].dtype == np.uint8
    request = json.loads(body.split("\n")[1])
    made = names["model"].signatures[request["signature_name"]](**request["inputs"])["images"]
    np.testing.assert_array_equal(made, names["made"])


def test_weights_and_refusals(gan, capsys, failure):
    argv = ["export", "model.keras", "--format", "weights", "--out", "gan.weights.h5"]
    cli.main(argv)
    assert capsys.readouterr().out == "gan.weights.h5\n"
    other = kg.ConditionalGAN.from_config(gan.get_config())
    other.generator.load_weights("gan.weights.h5")
    want, made = (model.generate(2, seed=0, labels=1) for model in (gan, other))
    np.testing.assert_array_equal(made, want)
    assert "written over: remove it, or choose another path" in failure(argv)
    assert "must end in .tflite" in failure([*argv[:3], "litert", "--out", "gan.onnx"])
    assert "invalid choice: 'pb'" in failure([*argv[:3], "pb", "--out", "gan"])
    assert "There is no such preset" in failure(["export", "nothing", "--out", "gan"])
    Path(RUNTIME.file).write_text("no archive")
    said = failure([*argv[:3], "web", "--out", "gan.html", "--packages", "."])
    assert f"is not {RUNTIME} as it was published, or is damaged" in said
    assert sorted(os.listdir()) == ["gan.weights.h5", "model.keras", RUNTIME.file]


def test_a_missing_package_is_named(gan, monkeypatch, failure):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    said = failure(["export", "model.keras", "--format", "onnx", "--out", "gan.onnx"])
    assert 'needs onnx and tf2onnx: pip install "kerasgan[export]"' in said
