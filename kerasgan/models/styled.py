"""How a trained StyleGAN2 is asked for images, drawn towards that of its mean style.

Methods of `kerasgan.StyleGAN2`.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import keras
from keras import ops

from kerasgan.export import Endpoint
from kerasgan.latents.mixing import style_networks
from kerasgan.models import sampling
from kerasgan.utils.checks import number


@contextlib.contextmanager
def truncated(self: keras.Model, truncation: float | None) -> Iterator[None]:
    """Within, all images are made of styles drawn towards their mean.

    Args:
        truncation: float, at least 0: 1 leaves styles alone, 0 makes all of them the mean. None
            is that of the block around this one, or 1.
    """
    if truncation is not None:
        number("truncation", truncation, least=0)
    mapping, _ = style_networks(*self.preset_networks())
    strength = mapping.get_layer("mean_style").strength
    with self.one_at_a_time:
        before = ops.convert_to_numpy(strength).copy()
        strength.assign(before if truncation is None else [truncation])
        try:
            yield
        finally:
            strength.assign(before)


def generate(self: keras.Model, *args: Any, truncation: float | None = None, **kwargs: Any) -> Any:
    """As `kerasgan.models.NoiseToData.generate`, of styles drawn towards their mean by
    `truncation`, which makes better images that vary less: 0.7, or 0.5, is usual. None is as in
    `truncated`."""
    with self.truncated(truncation):
        return sampling.generate(self, *args, **kwargs)


def export(
    self: keras.Model, *args: Any, truncation: float | None = None, **kwargs: Any
) -> dict[str, dict]:
    """As `kerasgan.models.NoiseToData.export`; `truncation` is written into the generator. It is
    not the one that a SavedModel's `generate` takes, which bounds the latents. A page has it as a
    slider, which starts there."""
    with self.truncated(truncation):
        return sampling.export(self, *args, **kwargs)


def page(self: keras.Model, endpoints: dict[str, Endpoint]) -> tuple[dict, dict]:
    """As `kerasgan.models.NoiseToData.page`, with the two parts of the generator by themselves, so
    that the page can draw styles towards their mean, and mix them."""
    ((network, inputs, outputs, _),) = endpoints.values()
    mapping, synthesis = style_networks(network)
    styles = {"styles": (synthesis.input_shape, "float32")}
    mean_style = mapping.get_layer("mean_style")
    _, spec = sampling.page(self, endpoints)
    spec |= {
        "truncation": float(ops.convert_to_numpy(mean_style.strength)[0]),
        "mean": ops.convert_to_numpy(mean_style.mean).tolist(),
        "layers": synthesis.input_shape[1],
    }
    mean_style.strength.assign([1.0])
    parts = {"mapping": Endpoint(mapping, inputs, styles)}
    return {**parts, "synthesis": Endpoint(synthesis, styles, outputs)}, spec
