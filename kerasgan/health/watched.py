"""What `Health` looks at: a generator, or one direction of a translator, beside real data."""

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.health import diagnoses
from kerasgan.health.diagnoses import Finding
from kerasgan.health.measures import copies, features
from kerasgan.utils.private import layers_of
from kerasgan.utils.types import Tensor

LATENTS = 64  # a batch, as batch statistics want one
TRANSLATED = 16  # images a direction, as translating one takes as long as drawing many


class Drawn:
    """What is drawn from noise, and what it is held against."""

    where = ""
    real: Any = None
    labels: Any = None

    def hold_against(self, parts: list[np.ndarray], n: int, rng: np.random.Generator) -> None:
        """Keep what samples are compared with: the first of real data in random order."""
        self.training = np.unique(features(parts[0]), axis=0)
        self.real = parts[0][:n]
        self.yardstick = features(self.real)
        if len(self.training) < 3:
            raise ValueError(
                "`data` must hold three different rows or more. "
                f"Received: {len(self.training)} different ones"
            )
        own = rng.permutation(len(self.training))[:n]
        self.usual = float(copies(self.training[own], self.training, own).mean())

    def compare(self, samples: np.ndarray, last: dict) -> dict[str, Finding | None]:
        """Diagnoses by real data."""
        if self.real is None:
            return {}
        found: dict[str, Finding | None] = {
            "mode_collapse": diagnoses.mode_collapse(
                samples, self.yardstick, last.get("mode_collapse")
            ),
            "memorisation": diagnoses.memorisation(samples, self.training, self.usual),
        }
        if self.labels is not None and self.labels.ndim == 1:
            found["class_collapse"] = diagnoses.class_collapse(
                samples, self.labels, self.yardstick, self.labels, last.get("class_collapse")
            )
        if self.real.ndim == 2:
            found["missing_modes"] = diagnoses.missing_modes(samples, self.yardstick)
        return found


class Drawing(Drawn):
    """The generator of a model that draws from noise."""

    def __init__(self, model: Any, parts: list[np.ndarray], samples: int, rng: np.random.Generator):
        self.model, self.network = model, model.generator
        self.player, _ = _trained(model, self.network)
        condition = getattr(model, "condition", None)
        if parts and parts[0].shape[1:] != tuple(model.data_shape):
            raise ValueError(
                f"`data` must be {tuple(model.data_shape)} each, as the model's are. "
                f"Received: data of shape {parts[0].shape}"
            )
        if condition is not None and len(parts) < 2 and (parts or not isinstance(condition, int)):
            raise ValueError(
                "A model of classes or conditions takes `data` with labels: (images, labels). "
                f"Received: {len(parts)} arrays"
            )
        n = min(samples, len(parts[0])) if parts else samples
        self.latents = rng.standard_normal((n, model.latent_dim)).astype("float32")
        if condition is not None:
            self.labels = parts[1][:n] if parts else np.arange(n, dtype="int32") % condition
        if parts:
            self.hold_against(parts, n, rng)

    def samples(self) -> np.ndarray:
        """What users get, of the moving average where there is one."""
        given = {} if self.labels is None else {"labels": self.labels}
        # Without a seed it would draw one from numpy's global generator, and change what follows.
        return self.model.generate(latents=self.latents, seed=0, **given)

    def outputs(self, training: bool) -> np.ndarray:
        """What the generator itself makes of some latents."""
        given = [self.latents[:LATENTS], *self._condition()]
        return array(self.network(given if len(given) > 1 else given[0], training=training))

    def _condition(self):
        return [] if self.labels is None else [self.labels[:LATENTS]]

    def judge(self, fake: np.ndarray) -> Finding | None:
        """Whether the discriminator is too sure of these, and of as many real ones."""
        if self.real is None:
            return None
        training = batch_normalised(self.model.discriminator)

        def logits(data):
            judged = self.model.judge(data, self._condition(), training)
            return array(keras.tree.flatten(judged)[0])

        real = self.real[:LATENTS].astype("float32")
        return diagnoses.saturation(self.model.adversarial_loss, logits(real), logits(fake))


class Asked(Drawn):
    """Any other model, of which only what it generates is known."""

    player = None

    def __init__(
        self,
        model: keras.Model,
        generate: Callable,
        parts: list[np.ndarray],
        samples: int,
        seed: int,
        rng: np.random.Generator,
    ):
        self.network, self.generate, self.seed = model, generate, seed
        self.n = min(samples, len(parts[0])) if parts else samples
        if parts:
            self.hold_against(parts, self.n, rng)

    def samples(self) -> None:
        """None, since it is the outputs that users get."""

    def outputs(self, training: bool) -> np.ndarray:
        """What the model generates."""
        return array(self.generate(self.n, seed=self.seed))

    def judge(self, fake: np.ndarray) -> None:
        """Nothing, since nobody knows who judges."""


@dataclasses.dataclass
class Translation:
    """One direction of a translator, and what it is held against."""

    model: Any
    where: str
    translator: keras.Model
    discriminator: keras.Model | None
    inputs: np.ndarray
    real: np.ndarray

    def __post_init__(self) -> None:
        self.player, self.network = _trained(self.model, self.translator)
        self.yardstick = features(self.real)

    def samples(self) -> np.ndarray | None:
        """What users get, of the moving average where there is one; None if it is the outputs."""
        if self.translator is self.network:
            return None
        return array(self.translator(self.inputs, training=False))

    def outputs(self, training: bool) -> np.ndarray:
        """What becomes of the inputs."""
        return array(self.network(self.inputs, training=training))

    def compare(self, samples: np.ndarray, last: dict) -> dict[str, Finding | None]:
        """Diagnoses by real data."""
        before = last.get("mode_collapse")
        return {
            "mode_collapse": diagnoses.mode_collapse(samples, self.yardstick, before, "outputs")
        }

    def judge(self, fake: np.ndarray) -> Finding | None:
        """Whether the discriminator is too sure of these, and of as many real ones."""
        if self.discriminator is None:
            return None
        training = batch_normalised(self.discriminator)
        channels = self.discriminator.input_shape[-1]

        def logits(images):
            if channels > images.shape[-1]:  # it sees the input too
                images = np.concatenate([self.inputs, images], axis=-1)
            return array(self.discriminator(images, training=training))

        return diagnoses.saturation(self.model.adversarial_loss, logits(self.real), logits(fake))


def watched(
    model: keras.Model, parts: list[np.ndarray], samples: int, rng: np.random.Generator
) -> list[Drawing | Translation]:
    """What there is to look at: a generator, or each direction of a translator.

    Args:
        model: a model that declares its `task`.
        parts: the arrays of its data, perhaps none.
        samples: how many a generator draws.
        rng: what draws latents.

    Raises:
        ValueError: if the model neither generates nor translates, or the data do not fit it.
    """
    task = getattr(model, "task", None)
    if task == "generate":
        return [Drawing(model, parts, samples, rng)]
    if task != "translate":
        raise ValueError(
            "Health watches a model that generates or translates. "
            f"Received: model={type(model).__name__}"
        )
    single = model.data_kind == "images"
    if len(parts) != (1 if single else 2):
        raise ValueError(
            "A translator takes `data` to translate: (images A, images B), or for "
            f"super-resolution large images. Received: {len(parts)} arrays"
        )
    parts = [part[:TRANSLATED].astype("float32") for part in parts]
    sides = model.sides(parts[0] if single else parts)
    networks = model.translators()
    judges = model.players().get(getattr(model, "judge_player", None), [None])
    return [
        Translation(model, where if len(networks) > 1 else "", translator, judge, *side)
        for (where, translator), judge, side in zip(
            networks.items(), judges, (sides, sides[::-1])[: len(networks)], strict=True
        )
    ]


def _trained(model, network):
    """Who trains a network, and that network, or the one whose moving average it is; the first
    player, where it is only a part of what they own."""
    for player, networks in model.players().items():
        averages = [average.network for average in model.averages.get(player, ())]
        for one, average in itertools.zip_longest(networks, averages):
            if network is one or network is average:
                return player, one
    return next(iter(model.players())), network


def batch_normalised(network: keras.Model) -> bool:
    """Whether a network has batch normalization, which works otherwise in training."""
    norm = keras.layers.BatchNormalization
    return any(isinstance(layer, norm) for layer in layers_of(network))


def array(tensor: Tensor) -> np.ndarray:
    """A copy as a float32 array: what the backend gives may be a view of what changes."""
    return np.array(ops.convert_to_numpy(tensor), "float32")
