"""CUT: translation without pairs in one direction, by contrasting patches."""

import functools
import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.layers import Average
from kerasgan.models.image_to_image import ImageToImage
from kerasgan.models.objective import Objective
from kerasgan.models.patches import contrast
from kerasgan.networks import image_discriminator, image_translator
from kerasgan.networks.checks import image_shapes
from kerasgan.networks.patch_features import projection_heads, tapped
from kerasgan.utils import checks
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class CUT(ImageToImage, Objective):
    """Contrastive unpaired translation: one generator from A to B, one discriminator, and no way
    back.

    A contrastive loss ties what is made to its source: read by the generator's own encoder, and
    a perceptron for each of some of its layers, a patch is to be found among the source's patches
    at its own place; and so is a patch of what becomes of images B, which the generator should
    leave alone. The generator minimizes the least-squares adversarial loss, `lambda_nce` times the
    one and `lambda_identity` times the other, which are logged unweighted as `nce_loss` and
    `idt_loss`: means over layers, places and images. With `fast` it is the paper's FastCUT, whose
    generator is given half of the images mirrored.

    Networks are CycleGAN's, antialiased in the authors' code only; Adam has rate 2e-4 and β1 0.5,
    as there, for generator and perceptrons together.

    Reference: Park, Efros, Zhang & Zhu 2020, Contrastive Learning for Unpaired Image-to-Image
    Translation, arXiv:2007.15651.

    Args:
        shape_a: tuple (height, width, channels) of the images A that are trained on.
        shape_b: tuple, of the images B, the same. Heights and widths are free in `translate`.
        generator: "resnet", "unet" or a functional Keras model, A to B. Compared are the pixels,
            its convolutions with strides, its first and its middle residual sum. What its layers
            add by `add_loss` is left out.
        discriminator: "patch", "pixel" or a Keras model, images B to logits (rows, columns, 1).
        filters: int, the generator's first width; 64 in the paper.
        blocks: int or None, residual blocks of "resnet"; None is 9 from 256 pixels on, as in the
            paper, and 6 below; or the depth of "unet".
        discriminator_filters: int, the discriminator's first width; 64 in the paper.
        discriminator_layers: int, strided layers of "patch"; 3 judges patches of 70 x 70 pixels.
        normalization: "instance", "batch" or None, in both networks.
        fast: bool, whether it is FastCUT.
        lambda_nce: float or None, the weight of the contrastive loss of A; None is 1, 10 if fast.
        lambda_identity: float or None, the weight of that of B; None is 1, 0 if fast.
        temperature: float, what the products of patches are divided by.
        patches: int, how many patches of each layer are compared; all, where there are no more.
        projection_units: int, the width of the perceptrons.
        ema_decay: float in [0, 1) or None. Decay of the generator's moving average, which
            `translate` then uses.
        seed: int or None. Seed of the model's random numbers.
        **kwargs: `name`, `dtype` for `keras.Model`.

    Raises:
        ValueError: if a name is not known, or a shape and a network do not fit.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> gan = kg.CUT((16, 16, 3), (16, 16, 3), filters=2, blocks=1, discriminator="pixel")
    >>> gan.compile()
    >>> a, b = np.random.uniform(-1, 1, (2, 4, 16, 16, 3)).astype("float32")
    >>> sorted(gan.fit(a, b, batch_size=1, verbose=0).history)
    ['d_loss', 'g_loss', 'idt_loss', 'nce_loss']
    >>> gan.translate(a).shape
    (4, 16, 16, 3)
    """

    data_kind = "unpaired"
    default_loss = "least_squares"
    log_names = {
        "d_loss": "discriminator",
        **dict.fromkeys(("g_loss", "nce_loss", "idt_loss"), "generator"),
    }
    contrast = contrast

    def __init__(
        self,
        shape_a: Sequence[int],
        shape_b: Sequence[int],
        *,
        generator: str | keras.Model = "resnet",
        discriminator: str | keras.Model = "patch",
        filters: int = 64,
        blocks: int | None = None,
        discriminator_filters: int = 64,
        discriminator_layers: int = 3,
        normalization: str | None = "instance",
        fast: bool = False,
        lambda_nce: float | None = None,
        lambda_identity: float | None = None,
        temperature: float = 0.07,
        patches: int = 256,
        projection_units: int = 256,
        ema_decay: float | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed=seed, **kwargs)
        self.shape_a, self.shape_b = a, b = image_shapes(shape_a, shape_b)
        if a != b:
            raise ValueError(
                "One encoder reads A and B, which must have the same channels. "
                f"Received: {shape_a=}, {shape_b=}"
            )
        self.nce_weight = _weight("lambda_nce", lambda_nce, 10.0 if fast else 1.0)
        self.identity_weight = _weight("lambda_identity", lambda_identity, 0.0 if fast else 1.0)
        checks.number("temperature", temperature, above=0), checks.whole("patches", patches)
        norm: dict[str, Any] = {"normalization": normalization}
        sizes: dict[str, Any] = {"filters": filters, "blocks": blocks}
        judge: dict[str, Any] = {"filters": discriminator_filters, "layers": discriminator_layers}
        with self.own_policy():
            self.generator = image_translator(generator, a, b[2], **sizes, **norm)
            self.discriminator = image_discriminator(discriminator, b, **judge, **norm)
            self.translating, self.encoder = tapped(self.generator)
            image = keras.KerasTensor((1, *a))
            maps = [image.shape, *(tensor.shape for tensor in self.encoder(image))]
            self.heads = projection_heads([shape[-1] for shape in maps], projection_units)
        self.places = tuple(math.prod(shape[1:3]) for shape in maps)
        if ema_decay is not None:
            self.average = Average(self.generator, ema_decay)
            self.averages["generator"] = [self.average]
        self.data_spec = {"images_a": a, "images_b": b}

    def players(self) -> dict[str, list[keras.Model]]:
        """The discriminator, and the generator with the perceptrons that read its features."""
        return {"discriminator": [self.discriminator], "generator": [self.generator, self.heads]}

    def translators(self) -> dict[str, keras.Model]:
        """The generator, from A to B, by its moving average where there is one."""
        return {"AtoB": self.generator if self.ema_decay is None else self.average.network}

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """One step of the discriminator, then one of generator and perceptrons."""
        a, b = self.batch(data)
        made = self.one_pass(self.passes, "generator", a, b)
        d_loss = self.minimize(self.discriminator_loss, "discriminator", b, made.outputs[0])
        _, losses = self.minimize(self.generator_loss, "generator", b, made)
        return self.logs(d_loss=d_loss, **losses)

    def passes(self, a: Tensor, b: Tensor, training: bool = True) -> tuple[Tensor, Tensor, Tensor]:
        """All that the generator does: fake B, and the contrastive losses of A and of B."""
        fake, nce_loss = self.contrast(a, training)
        identity = self.identity_weight > 0
        return fake, nce_loss, self.contrast(b, training)[1] if identity else ops.zeros(())

    def discriminator_loss(self, b: Tensor, fake: Tensor, training: bool = True) -> Tensor:
        """What the discriminator minimizes; in training with the penalties."""
        loss = self.judging_loss(self.discriminator, b, fake, training)
        if not training:
            return loss
        return loss + self.penalty(functools.partial(self.discriminator, training=True), b, fake)

    def generator_loss(
        self, b: Tensor, made: tuple[Tensor, Tensor, Tensor], training: bool = True
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """What the generator minimizes, and its parts by their names in the logs."""
        fake, nce, identity = made
        g_loss = self.fooling_loss(self.discriminator, b, fake, training)
        total = g_loss + self.nce_weight * nce + self.identity_weight * identity
        return total, {"g_loss": g_loss, "nce_loss": nce, "idt_loss": identity}

    def test_step(self, data: Any) -> dict[str, Tensor]:
        """The losses at inference, without penalties."""
        a, b = self.batch(data)
        made = self.passes(a, b, training=False)
        d_loss = self.discriminator_loss(b, made[0], training=False)
        return self.logs(d_loss=d_loss, **self.generator_loss(b, made, training=False)[1])


def _weight(name, value, usual):
    return usual if value is None else checks.number(name, value, least=0)
