"""Run by `test_export.py`: python -m tests.across.run_export FOLDER NAME ..., under
TensorFlow.

Exports models with random weights into FOLDER/NAME, beside files of inputs and of what the model
itself makes of them; and runs what `docs/serving.md` and `kerasgan export` say.
"""

import contextlib
import io
import json
import os
import re
import shlex
import sys
from pathlib import Path

import keras
import numpy as np

import kerasgan as kg
from kerasgan import cli
from kerasgan.models.image_to_image import ImageToImage
from tests.models.variants import CONV, SMALL, VARIANTS

# The other variants' networks are among these.
CONVERTED = (
    "gan_points",
    "conditional_gan_vectors",
    "acgan",
    "infogan",
    "stylegan2",
    "dcgan",
    "sngan",
    "r3gan",
    "fastgan",
    "pix2pix",
    "srgan",
    "cyclegan_instance",
    "half_precision",
    "subclassed",
)
BYTES = "acgan", "srgan"
# Their networks and signatures are those of others, too.
ALIKE = "gan", "conditional_gan", "lsgan", "wgan", "wgan_gp", "projected_gan", "cyclegan"


class Subclassed(keras.Model):
    """A network that Keras cannot copy."""

    def __init__(self):
        super().__init__()
        self.steps = [
            keras.layers.Dense(4 * 4 * 4, "relu"),
            keras.layers.Reshape((4, 4, 4)),
            keras.layers.UpSampling2D(),
            keras.layers.Conv2D(1, 3, padding="same", activation="tanh"),
        ]

    def call(self, inputs):
        for step in self.steps:
            inputs = step(inputs)
        return inputs


MODELS = {
    **VARIANTS,
    "sngan": lambda: kg.SNGAN(
        **SMALL, num_classes=3, generator_filters=4, discriminator_filters=4, attention=8
    ),
    "cut": lambda: kg.CUT((8, 8, 1), (8, 8, 1), filters=2, blocks=1, discriminator="pixel"),
    "cyclegan_instance": lambda: kg.CycleGAN(
        (8, 8, 3), (8, 8, 1), filters=2, blocks=1, discriminator="pixel"
    ),
    "half_precision": lambda: kg.DCGAN(**CONV, dtype="mixed_bfloat16"),
    "subclassed": lambda: kg.GAN((8, 8, 1), 4, generator=Subclassed(), discriminator_units=(4,)),
}
COMMANDS = {
    "cli_translator": "srresnet_avatars --out translator/1",
    "cli_onnx": "conditional_gan_mnist --format onnx --out digits.onnx",
    "cli_litert": "gan_fashion_mnist --format litert --out clothes.tflite --as-uint8",
}


def randomize(network, rng):
    """Other weights, those of batch statistics too."""
    weights = [w.numpy() + rng.normal(0, 0.1, w.shape) for w in network.weights]
    variances = ["variance" in w.path for w in network.weights]
    network.set_weights([abs(w) if v else w for w, v in zip(weights, variances, strict=True)])


def in_float32(model):
    """The model, or a copy that computes in float32."""
    if model.compute_dtype == "float32":
        return model
    copy = type(model).from_config({**model.get_config(), "dtype": "float32"})
    copy.set_weights(model.get_weights())
    return copy


def cases(model, rng):
    """(signature, inputs, what the model makes of them), of several sizes where they are free."""
    if isinstance(model, ImageToImage):
        for way, network in model.translators().items():
            *size, channels = network.input_shape[1:]
            for n, *free in ((2, 8, 8), (1, 16, 24)):
                shape = [side or other for side, other in zip(size, free, strict=True)]
                images = rng.uniform(-1, 1, (n, *shape, channels))
                images = images.astype("float32")
                yield way, {"images": images}, model.translate(images, way)
        return
    for n in (1, 5):
        inputs = {"latents": rng.normal(size=(n, model.latent_dim)).astype("float32")}
        if isinstance(model.condition, int):
            inputs["labels"] = np.arange(n, dtype="int32") % model.condition
        elif model.condition is not None:
            inputs["labels"] = rng.normal(size=(n, *model.condition)).astype("float32")
        yield "serving_default", inputs, model.generate(**inputs)


def make(name, folder):
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    model = MODELS[name]()
    for network in model.preset_networks():
        randomize(network, rng)
    folder.mkdir()
    for i, (signature, inputs, want) in enumerate(cases(in_float32(model), rng)):
        np.savez(folder / f"{signature}.{i}.npz", want=want, **inputs)
    (signatures,) = model.export(folder / "saved").values()
    (folder / "signatures.json").write_text(json.dumps(signatures))
    translates = isinstance(model, ImageToImage)
    networks = model.translators().values() if translates else model.preset_networks()[:1]
    held = [w for network in networks for w in network.weights]
    if name == "fastgan":  # whose noise is of the training alone
        held = [w for w in held if "noise_injection" not in w.path]
    size = sum(int(np.prod(w.shape)) for w in held)
    (folder / "size.json").write_text(json.dumps(size))
    for kind in ("model",) * (name in CONVERTED) + ("bytes",) * (name in BYTES):
        for format, suffix in (("onnx", ".onnx"), ("litert", ".tflite")):
            model.export(folder / f"{kind}{suffix}", format, as_uint8=kind == "bytes")
    if name in BYTES:
        model.export(folder / "bytes", as_uint8=True)


def said(argv):
    """What a command prints."""
    with contextlib.redirect_stdout(io.StringIO()) as text:
        cli.main(argv)
    return text.getvalue()


def main(folder, names):
    for name in names:
        make(name, folder / name)
    same = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, None, False, "identity")])
    kg.GAN((2,), 2, generator=same).export(folder / "latents")
    noisy = kg.Pix2Pix((64, 64, 1), (64, 64, 1), filters=2, discriminator="pixel", noise=True)
    noisy.export(folder / "noisy")
    text = (Path(__file__).parents[2] / "docs" / "serving.md").read_text()
    (folder / "docs" / "cli").mkdir(parents=True)
    os.chdir(folder / "docs")
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL)[1])
    os.chdir(folder / "docs" / "cli")
    for command in re.findall(r"^kerasgan (export .*)$", text, re.MULTILINE):
        said(shlex.split(command))
    for name, command in COMMANDS.items():
        Path(f"{name}.txt").write_text(said(["export", *command.split()]))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
