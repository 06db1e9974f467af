"""CycleGAN: translation between two sets of images without pairs."""

import functools
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.layers import Average, ImagePool
from kerasgan.losses import l1
from kerasgan.models.image_to_image import ImageToImage
from kerasgan.models.objective import Objective
from kerasgan.networks import image_discriminator, image_translator
from kerasgan.networks.checks import both_ways, identity_weight, image_shapes
from kerasgan.utils import checks
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class CycleGAN(ImageToImage, Objective):
    """Two generators that translate between A and B, each the way back of the other, and a
    discriminator at each end.

    One step moves both generators together down the sum of the two adversarial losses, the two
    cycle losses and the two identity losses; then both discriminators, each by half its loss, on
    images from a pool of earlier ones. The adversarial loss is least squares, Adam has rate 2e-4
    and β1 0.5. Names and logged values are those of the authors' code: `G_A` goes from A to B and
    `D_A` judges what it makes; `cycle_A` and `idt_A` are weighted.

    Reference: Zhu, Park, Isola & Efros 2017, Unpaired Image-to-Image Translation using
    Cycle-Consistent Adversarial Networks, arXiv:1703.10593.

    Args:
        shape_a: tuple (height, width, channels) of the images A that are trained on.
        shape_b: tuple, of the images B. Heights and widths are free afterwards, in `translate`.
        generator: "resnet", "resnet_torch" (padded as PyTorch pads, for weights from there),
            "unet", or a tuple of two Keras models, A to B and B to A.
        discriminator: "patch", "pixel", or a tuple of two Keras models, the judge of B's images
            and that of A's, to logits (rows, columns, 1).
        filters: int, the generators' first width; 64 in the paper.
        blocks: int or None, residual blocks of "resnet", 9 from 256 pixels on and 6 below where it
            is None, as in the paper; or the depth of "unet".
        discriminator_filters: int, the discriminators' first width; 64 in the paper.
        discriminator_layers: int, strided layers of "patch"; 3 judges patches of 70 x 70 pixels.
        normalization: "instance", "batch" or None, in all networks.
        lambda_a: float, the weight of A's cycle loss, and of the identity loss of `G_B`.
        lambda_b: float, the weight of B's cycle loss, and of the identity loss of `G_A`.
        lambda_identity: float or None, the weight of the identity losses, relative to these; None
            is 0.5, or 0 where A and B differ in channels and there can be none.
        pool_size: int, how many earlier images each discriminator is shown from.
        critic_steps: int. Steps of the discriminators for one of the generators. Each takes its own
            part of the batch, which must be that many times as large.
        ema_decay: float in [0, 1) or None. Decay of the generators' moving averages, which
            `translate` then uses.
        seed: int or None. Seed of the model's random numbers.
        **kwargs: `name`, `dtype` for `keras.Model`.

    Raises:
        ValueError: if a name is not known, or a shape and a network do not fit.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> gan = kg.CycleGAN((16, 16, 3), (16, 16, 3), filters=2, blocks=1, discriminator="pixel")
    >>> gan.compile()
    >>> a, b = np.random.uniform(-1, 1, (2, 4, 16, 16, 3)).astype("float32")
    >>> sorted(gan.fit(a, b, batch_size=1, verbose=0).history)
    ['D_A', 'D_B', 'G_A', 'G_B', 'cycle_A', 'cycle_B', 'idt_A', 'idt_B']
    >>> gan.translate(b, "BtoA").shape
    (4, 16, 16, 3)
    """

    data_kind = "unpaired"
    default_loss = "least_squares"
    judge_player = "discriminators"
    retired_arguments = ("change_threshold",)
    log_names = {
        f"{name}_{side}": "discriminators" if name == "D" else "generators"
        for side in "AB"
        for name in ("D", "G", "cycle", "idt")
    }

    def __init__(
        self,
        shape_a: Sequence[int],
        shape_b: Sequence[int],
        *,
        generator: str | tuple[keras.Model, keras.Model] = "resnet",
        discriminator: str | tuple[keras.Model, keras.Model] = "patch",
        filters: int = 64,
        blocks: int | None = None,
        discriminator_filters: int = 64,
        discriminator_layers: int = 3,
        normalization: str | None = "instance",
        lambda_a: float = 10.0,
        lambda_b: float = 10.0,
        lambda_identity: float | None = None,
        pool_size: int = 50,
        critic_steps: int = 1,
        ema_decay: float | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed=seed, **kwargs)
        self.shape_a, self.shape_b = image_shapes(shape_a, shape_b)
        checks.number("lambda_a", lambda_a, least=0), checks.number("lambda_b", lambda_b, least=0)
        self.critic_steps = checks.whole("critic_steps", critic_steps)
        self.identity_weight = identity_weight(lambda_identity, self.shape_a, self.shape_b)
        with self.own_policy():
            given = both_ways("generator", generator), both_ways("discriminator", discriminator)
            self.G_A, self.D_A = self._networks("A", given, self.shape_a, self.shape_b)
            self.G_B, self.D_B = self._networks("B", given, self.shape_b, self.shape_a)
        if ema_decay is not None:
            self.average_a, self.average_b = (Average(g, ema_decay) for g in (self.G_A, self.G_B))
            self.averages["generators"] = [self.average_a, self.average_b]
        seeds = (None, None) if seed is None else (seed, seed + 1)  # not to swap in step
        self.pool_a = ImagePool(self.shape_a, pool_size, seeds[0])
        self.pool_b = ImagePool(self.shape_b, pool_size, seeds[1])
        self.data_spec = {"images_a": self.shape_a, "images_b": self.shape_b}

    def _networks(self, side, given, here, there):
        """A generator from one side to the other, and the judge of what it makes."""
        g, d = (kind["AB".index(side)] for kind in given)
        norm = {"normalization": self.normalization}
        sizes = {"filters": self.filters, "blocks": self.blocks, "name": f"G_{side}"}
        judge = {"filters": self.discriminator_filters, "layers": self.discriminator_layers}
        return (
            image_translator(g, here, there[2], **sizes, **norm),
            image_discriminator(d, there, name=f"D_{side}", **judge, **norm),
        )

    def players(self) -> dict[str, list[keras.Model]]:
        """The two generators together, and the two discriminators together."""
        return {"generators": [self.G_A, self.G_B], "discriminators": [self.D_A, self.D_B]}

    def translators(self) -> dict[str, keras.Model]:
        """`G_A` and `G_B`, by their moving averages where there are such."""
        if self.ema_decay is not None:
            return {"AtoB": self.average_a.network, "BtoA": self.average_b.network}
        return {"AtoB": self.G_A, "BtoA": self.G_B}

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """One step of both generators, then one of both discriminators; before them those that the
        discriminators make alone."""
        *alone, (a, b) = self.minibatches(data)
        for part in alone:
            self.discriminators_step(*part, *self.one_pass(self.fakes, "generators", *part).outputs)
        _, (losses, fake_a, fake_b) = self.minimize(self.generators_loss, "generators", a, b)
        return self.logs(**losses, **self.discriminators_step(a, b, fake_a, fake_b))

    def fakes(self, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """Fake A and fake B, in training."""
        return self.G_B(b, training=True), self.G_A(a, training=True)

    def discriminators_step(
        self, a: Tensor, b: Tensor, fake_a: Tensor, fake_b: Tensor
    ) -> dict[str, Tensor]:
        """One step of both discriminators on fakes from the pools; their losses by name."""
        fakes = self.pool_a(fake_a), self.pool_b(fake_b)
        return self.minimize(self.discriminators_loss, "discriminators", a, b, *fakes)[1]

    def generators_loss(self, a: Tensor, b: Tensor, training: bool = True) -> tuple[Tensor, tuple]:
        """The sum of six losses, and a tuple of these by name, fake A and fake B."""
        g_a, g_b = (functools.partial(g, training=training) for g in (self.G_A, self.G_B))
        fake_b, fake_a, identity = g_a(a), g_b(b), self.identity_weight
        losses = {
            "G_A": self.fooling_loss(self.D_A, b, fake_b, training),
            "G_B": self.fooling_loss(self.D_B, a, fake_a, training),
            "cycle_A": self.lambda_a * l1(g_b(fake_b), a),
            "cycle_B": self.lambda_b * l1(g_a(fake_a), b),
            "idt_A": identity * self.lambda_b * l1(g_a(b), b) if identity else ops.zeros(()),
            "idt_B": identity * self.lambda_a * l1(g_b(a), a) if identity else ops.zeros(()),
        }
        return sum(losses.values()), (losses, fake_a, fake_b)

    def discriminators_loss(
        self, a: Tensor, b: Tensor, fake_a: Tensor, fake_b: Tensor, training: bool = True
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The sum of both discriminators' losses with their penalties, and the losses by name."""
        judged = {
            "D_A": self.judging_loss(self.D_A, b, fake_b, training),
            "D_B": self.judging_loss(self.D_B, a, fake_a, training),
        }
        total = sum(judged.values())
        if training:
            for network, real, fake in ((self.D_A, b, fake_b), (self.D_B, a, fake_a)):
                total += self.penalty(functools.partial(network, training=True), real, fake)
        return total, judged

    def test_step(self, data: Any) -> dict[str, Tensor]:
        """The eight losses at inference, without penalties and pools."""
        a, b = self.batch(data)
        _, (losses, fake_a, fake_b) = self.generators_loss(a, b, training=False)
        _, judged = self.discriminators_loss(a, b, fake_a, fake_b, training=False)
        return self.logs(**losses, **judged)
