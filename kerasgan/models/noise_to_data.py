"""What all models that turn noise into data share: their constructor and their networks."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import ops

from kerasgan import layers
from kerasgan.models.combined import Combined
from kerasgan.models.objective import Objective
from kerasgan.models.pretrained import Pretrained
from kerasgan.models.sampling import export, generate, interpolate, page
from kerasgan.networks.checks import check_network
from kerasgan.utils.checks import whole, width, widths
from kerasgan.utils.types import Tensor


class NoiseToData(Pretrained, Objective):
    """Base of models with one generator, latents to data, and one discriminator, data to a logit.

    A conditional variant has `num_classes` or `condition_dim` among its arguments; its networks
    then take `[latents, labels]` and `[data, labels]`, and batches are (data, labels). Fakes are
    made for the labels of the batch.

    Args:
        data_shape: tuple. (height, width, channels) of images, or (d,) of points.
        latent_dim: int, the length of a latent vector.
        generator: Keras model, `(n, latent_dim)` to `(n, *data_shape)`; None for the variant's.
        discriminator: Keras model, `(n, *data_shape)` to logits `(n, 1)`; None for the variant's.
        ema_decay: float in [0, 1) or None. Decay of a moving average of the generator, which
            `generate` and `predict` then use.
        critic_steps: int. Steps of the discriminator for one of the generator. Each takes its
            own part of the batch, so a batch must be that many times as large as one step's.
        pack: int. The discriminator judges that many samples at once, joined along their last
            axis, so that it sees when they are too much alike (Lin, Khetan, Fanti & Oh 2018,
            PacGAN, arXiv:1712.04086); its input then is `(n, ..., pack * channels)`.
        augment: None, "diff_augment", "ada", "diff_augment:KIND,KIND" or a layer of
            `kerasgan.layers`: what is done to real and generated images before the discriminator
            sees them, against too little data.
        seed: int or None. Seed of the model's random numbers.
        **kwargs: `name`, `dtype` for `keras.Model`.

    Attributes:
        condition: what the networks take beside latents and data: None, an int (class ids below
            it) or a tuple `(d,)` (condition vectors).

    Raises:
        ValueError: if a size is not positive, or a network does not fit the shapes.
    """

    num_classes: int | None = None
    condition_dim: int | None = None
    condition: Any = None

    generate, interpolate, export, page = generate, interpolate, export, page

    def __init__(
        self,
        data_shape: Sequence[int],
        latent_dim: int,
        *,
        generator: keras.Model | None = None,
        discriminator: keras.Model | None = None,
        ema_decay: float | None = None,
        critic_steps: int = 1,
        pack: int = 1,
        augment: str | layers.Augment | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed=seed, **kwargs)
        self.latent_dim = width("latent_dim", latent_dim)
        self.data_shape = widths("data_shape", data_shape)
        if len(self.data_shape) not in (1, 3):
            raise ValueError(
                "`data_shape` must be (height, width, channels) for images or (d,) for points. "
                f"Received: {data_shape=}"
            )
        self.critic_steps, self.pack = whole("critic_steps", critic_steps), whole("pack", pack)
        self.data_spec = {"images" if len(self.data_shape) == 3 else "points": self.data_shape}
        self._set_condition()
        self.augment = layers.get_augment(augment, self.seed)
        if self.augment is not None and len(self.data_shape) != 3:
            raise ValueError(
                "Augmentation is for images; leave `augment` out for points. "
                f"Received: {augment=}, {data_shape=}"
            )
        with self.own_policy():
            self.build_fixed()
            self.discriminator = (
                self.build_discriminator() if discriminator is None else discriminator
            )
            self.generator = self.build_generator() if generator is None else generator
        self.check_networks()
        self.average: Any = None
        if ema_decay is not None:
            self.average = layers.Average(self.generator, ema_decay)
            self.averages["generator"] = [self.average]

    def _set_condition(self):
        if self.num_classes is not None:
            self.condition = self.data_spec["labels"] = width("num_classes", self.num_classes)
        elif self.condition_dim is not None:
            self.condition = (width("condition_dim", self.condition_dim),)
            self.data_spec["conditions"] = self.condition
        if self.condition is not None and self.pack > 1:
            raise ValueError(
                "A pack holds samples of different classes, which one label cannot describe; use "
                f"`pack` without classes. Received: pack={self.pack}, condition={self.condition}"
            )

    @property
    def judged_shape(self) -> tuple[int, ...]:
        """The shape of what the discriminator takes: the data's, `pack` times as deep."""
        return (*self.data_shape[:-1], self.data_shape[-1] * self.pack)

    def build_fixed(self) -> None:
        """Make what no player trains, before the players' networks; as a rule nothing."""

    def build_generator(self) -> keras.Model:
        """The variant's own generator."""
        raise NotImplementedError(f"{type(self).__name__} needs a generator.")

    def build_discriminator(self) -> keras.Model:
        """The variant's own discriminator."""
        raise NotImplementedError(f"{type(self).__name__} needs a discriminator.")

    def check_networks(self) -> None:
        """Refuse networks that do not fit the shapes."""
        condition = [] if self.condition is None else [self.condition]
        latents, (kind, *_) = [(self.latent_dim,), *condition], self.data_spec
        check_network("generator", self.generator, latents, self.data_shape, gives=kind)
        self.check_discriminator()

    def check_discriminator(self) -> None:
        """Refuse a discriminator that does not fit what it judges."""
        condition = [] if self.condition is None else [self.condition]
        judged = [self.judged_shape, *condition]
        check_network("discriminator", self.discriminator, judged, (1,), gives="logits")

    def players(self) -> dict[str, list[keras.Model]]:
        """The discriminator and the generator, each with one network."""
        return {"discriminator": [self.discriminator], "generator": [self.generator]}

    def preset_networks(self) -> list[keras.Model]:
        """The generator, by its moving average where there is one; it is the first of the list
        where a variant adds others."""
        return [self.generator if self.average is None else self.average.network]

    @functools.cached_property
    def combined(self) -> Combined:
        """The generator, then the frozen discriminator: `kerasgan.models.combined.Combined`."""
        return Combined(self.generator, self.discriminator)

    def __dir__(self) -> list[str]:
        # Keras saves what it finds by `dir`; `combined` has nothing of its own to save.
        return [name for name in super().__dir__() if name != "combined"]

    def compile(  # type: ignore[override]
        self, loss: Any = None, optimizer: Any = None, penalty: Any = None, **kwargs: Any
    ) -> None:
        super().compile(loss, optimizer, penalty, **kwargs)
        centred = self.adversarial_loss.centred
        if self.augment is not None and self.augment.needs_centred_logits and not centred:
            name = type(self.adversarial_loss).__name__
            raise ValueError(
                f"{type(self.augment).__name__} takes its strength from the sign of the real "
                f"logits, which {name} gives no meaning to; use DiffAugment, or a loss such as "
                f"'non_saturating'. Received: loss={name}"
            )

    # ---- what a step is made of

    def smallest_batch(self, training: bool) -> int:
        """`pack` samples, and in training as many for each of the discriminator's steps."""
        return self.pack * super().smallest_batch(training)

    def sample_latents(self, n: int | Tensor) -> Tensor:
        """`n` latent vectors from N(0, I), a tensor `(n, latent_dim)`, new ones at each call."""
        return keras.random.normal((n, self.latent_dim), seed=self.seed_generator)

    def draw(self, latents: Tensor, labels: Sequence[Tensor]) -> Tensor:
        """What the generator makes of latents, and labels if there are any, in training."""
        return self.generator(joined(latents, labels), training=True)

    def judge(
        self,
        data: Tensor,
        labels: Sequence[Tensor],
        training: bool = True,
        by: Callable | None = None,
    ) -> Any:
        """What the discriminator, or `by`, says of data; in training, of augmented data."""
        if training and self.augment is not None:
            data = self.augment(data)
        judge = by or self.discriminator
        return judge(joined(self.shown(packed(data, self.pack)), labels), training=training)

    def shown(self, data: Tensor) -> Any:
        """What the discriminator gets to see of augmented packs; as a rule they themselves."""
        return data

    def observe(self, real_logits: Tensor) -> None:
        """Let the augmentation adapt to the logits of real data."""
        if self.augment is not None:
            self.augment.observe(real_logits)

    def call(self, inputs: Any, training: bool | None = None) -> Tensor:
        """Data from latents, or from `[latents, labels]`: at inference by the averaged generator,
        if there is one."""
        averaged = self.average is not None and not training
        network = self.average if averaged else self.generator
        return network(inputs, training=training)


def joined(data: Tensor, labels: Sequence[Tensor]) -> Any:
    """What a network takes: `data`, or a list of it and the labels."""
    return [data, *labels] if labels else data


def packed(data: Tensor, m: int) -> Tensor:
    """Packs of `m` samples, joined along the last axis; samples left over are dropped.

    Example:

    >>> packs = packed(ops.array([[1, 2], [3, 4], [5, 6], [7, 8], [9, 9]]), 2)
    >>> ops.convert_to_numpy(packs).tolist()
    [[1, 2, 3, 4], [5, 6, 7, 8]]
    """
    if m == 1:
        return data
    sizes = tuple(data.shape)[1:]
    n = ops.shape(data)[0] // m
    data = ops.reshape(data[: n * m], (n, m, *sizes))
    data = ops.moveaxis(data, 1, -2)
    return ops.reshape(data, (n, *sizes[:-1], m * sizes[-1]))
