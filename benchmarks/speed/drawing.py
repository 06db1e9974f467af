"""One measurement: `python -m benchmarks.speed.drawing CASE CONTENDER` prints a line of JSON."""

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.runner import BACKENDS
from benchmarks.speed import cases

BATCH, ROUNDS = 64, 5
IMAGES = {"draw_dcgan28": 2048, "draw_dcgan64": 256, "draw_sngan": 512, "draw_cyclegan_1": 64}
CONTENDERS = (
    *(f"kerasgan_{backend}" for backend in BACKENDS),
    "savedmodel",
    "onnx",
    "torch",
    "torch_channels_last",
)


def given(case, count):
    """What is drawn from: latents, or images of the side A."""
    rng = np.random.default_rng(0)
    if case.variant == "CycleGAN":
        return rng.uniform(-1, 1, (count, *case.settings["shape_a"])).astype("float32")
    return rng.standard_normal((count, case.settings["latent_dim"])).astype("float32")


def batched(draw, inputs):
    """All that a function of a batch makes of the inputs."""
    parts = range(0, len(inputs), BATCH)
    return np.concatenate([draw(inputs[i : i + BATCH]) for i in parts])


def drawer(case, contender):
    """A function of an array of inputs to an array of images.

    Args:
        case: `benchmarks.speed.cases.Case`.
        contender: str, of `CONTENDERS`.
    """
    kind, _, backend = contender.partition("_")
    if kind == "torch":
        return _torch(case, **cases.TORCH[contender])
    os.environ["KERAS_BACKEND"] = backend or "tensorflow"
    model = case.model()
    if kind == "kerasgan":
        if case.variant == "CycleGAN":
            return lambda images: model.translate(images, batch_size=BATCH)
        return lambda latents: model.generate(latents=latents, batch_size=BATCH)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("model.onnx" if kind == "onnx" else "model")
        model.export(path, format="onnx" if kind == "onnx" else "tf_saved_model", verbose=False)
        return (_onnx if kind == "onnx" else _saved_model)(path)


def _onnx(path):
    import onnxruntime

    file = min(path.parent.glob("*.onnx"))  # a CycleGAN's first is AtoB
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda inputs: batched(lambda part: session.run(None, {name: part})[0], inputs)


def _saved_model(path):
    import tensorflow as tf

    signature = tf.saved_model.load(str(path)).signatures["serving_default"]
    (name,) = signature.structured_input_signature[1]

    def draw(part):
        (images,) = signature(**{name: tf.constant(part)}).values()
        return images.numpy()

    return lambda inputs: batched(draw, inputs)


def _torch(case, channels_last=False):
    import torch

    from benchmarks.speed import torch_plain

    networks, _ = torch_plain.make(case, channels_last=channels_last)
    network = networks["G_A" if case.variant == "CycleGAN" else "generator"].eval()
    layout = torch.channels_last if channels_last else torch.contiguous_format

    def draw(part):
        x = torch.from_numpy(part)
        if x.ndim == 4:
            x = x.permute(0, 3, 1, 2).contiguous(memory_format=layout)
        with torch.inference_mode():
            return network(x).permute(0, 2, 3, 1).contiguous().numpy()

    return lambda inputs: batched(draw, inputs)


def measure(case, contender, count):
    """Images a second, the median of some rounds after a first one, a dict."""
    draw, inputs = drawer(case, contender), given(case, count)
    rates = []
    for _ in range(1 + ROUNDS):
        began = time.perf_counter()
        images = draw(inputs)
        rates.append(len(images) / (time.perf_counter() - began))
    return {"rate": round(statistics.median(rates[1:]), 2)}


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", choices=IMAGES)
    parser.add_argument("contender", choices=CONTENDERS)
    args = parser.parse_args(argv)
    case = cases.find(args.case.removeprefix("draw_"))
    print(json.dumps(measure(case, args.contender, IMAGES[args.case])))


if __name__ == "__main__":
    main()
