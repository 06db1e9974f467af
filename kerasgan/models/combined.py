"""The textbook's combined model, with a discriminator that is frozen by construction."""

from typing import Any

import keras

from kerasgan.backend.scope import Scope
from kerasgan.utils.private import has_float16
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class Combined(keras.Model):
    """Generator, then frozen discriminator: latents in, logits out.

    Its trainable variables are the generator's, whatever `discriminator.trainable` says, so it can
    be compiled and trained beside the discriminator itself, in any order of the calls. In training
    the discriminator normalises by the batch and drops units, as in the generator's step of `fit`,
    but neither its weights nor its batch statistics move.

    Args:
        generator: Keras model.
        discriminator: Keras model that takes what the generator gives.

    Example:

    >>> generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    >>> discriminator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    >>> combined = Combined(generator, discriminator)
    >>> [v.path.split("/")[-1] for v in combined.trainable_variables]
    ['kernel', 'bias']
    >>> len(combined.trainable_variables), len(combined.non_trainable_variables)
    (2, 2)
    """

    def __init__(self, generator: keras.Model, discriminator: keras.Model):
        scaled = has_float16([generator, discriminator])  # then `compile` scales the loss
        super().__init__(name="combined", dtype="mixed_float16" if scaled else None)
        self.generator = generator
        self.discriminator = discriminator
        self.built = True

    def get_config(self) -> dict[str, Any]:
        """The two networks."""
        serialize = keras.saving.serialize_keras_object
        return {name: serialize(getattr(self, name)) for name in ("generator", "discriminator")}

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "Combined":
        """Make it from `get_config()`."""
        revive = keras.saving.deserialize_keras_object
        return cls(**{k: revive(v, custom_objects=custom_objects) for k, v in config.items()})

    def call(self, inputs: Any, training: bool | None = None) -> Tensor:
        """Logits of the discriminator for the images made from `inputs`."""
        images = self.generator(inputs, training=training)
        if isinstance(inputs, (list, tuple)):  # latents and conditions, which both networks take
            images = [images, *inputs[1:]]
        return self.judge(images, training=training)

    def judge(self, images: Any, training: bool | None = None) -> Any:
        """What the discriminator says of images, or of a list of images and conditions, while
        nothing of it moves."""
        with Scope(frozen={id(v) for v in self.discriminator.weights}, networks=()) as scope:
            logits = self.discriminator(images, training=training)
        scope.commit()
        return logits

    @property
    def trainable_variables(self) -> list[keras.Variable]:
        """The generator's."""
        return self.generator.trainable_variables

    @property
    def non_trainable_variables(self) -> list[keras.Variable]:
        """All others: the discriminator's, and the generator's statistics and seeds."""
        trained = {id(v) for v in self.trainable_variables}
        return [v for v in self.variables if id(v) not in trained]

    @property
    def trainable_weights(self) -> list[keras.Variable]:
        """The generator's."""
        return self.generator.trainable_weights

    @property
    def non_trainable_weights(self) -> list[keras.Variable]:
        """All others."""
        trained = {id(v) for v in self.trainable_weights}
        return [v for v in self.weights if id(v) not in trained]
