"""What all models that turn noise into data share: their constructor and their step."""

import functools

import keras
from keras import ops

from kerasgan import layers
from kerasgan.engine import AdversarialModel
from kerasgan.models.combined import Combined
from kerasgan.models.objective import Objective
from kerasgan.models.sampling import Sampling
from kerasgan.networks.checks import check_network, joined
from kerasgan.utils.checks import whole


class NoiseToData(Sampling, Objective, AdversarialModel):
    """Base of models with one generator, latents to data, and one discriminator, data to a logit.

    A conditional variant sets `num_classes` or `condition_dim` before it calls this constructor;
    its networks then take `[latents, labels]` and `[data, labels]`, and batches are
    (data, labels). Fakes are made for the labels of the batch.

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
        augment: None, "diff_augment", "ada" or a layer of `kerasgan.layers`: what is done to real
            and generated images before the discriminator sees them, against too little data.
        seed: int or None. Seed of the model's random numbers.
        **kwargs: `name`, `dtype` for `keras.Model`.

    Raises:
        ValueError: if a size is not positive, or a network does not fit the shapes.
    """

    num_classes = None
    condition_dim = None

    def __init__(
        self,
        data_shape,
        latent_dim,
        *,
        generator=None,
        discriminator=None,
        ema_decay=None,
        critic_steps=1,
        pack=1,
        augment=None,
        seed=None,
        **kwargs,
    ):
        super().__init__(seed=seed, **kwargs)
        self.latent_dim = whole("latent_dim", latent_dim)
        if len(tuple(data_shape)) not in (1, 3):
            raise ValueError(
                "`data_shape` must be (height, width, channels) for images or (d,) for points. "
                f"Received: {data_shape=}"
            )
        self.data_shape = tuple(whole("data_shape", size) for size in data_shape)
        self.critic_steps = whole("critic_steps", critic_steps)
        self.pack = whole("pack", pack)
        self._set_condition()
        self.augment = layers.get_augment(augment, self.seed)
        if self.augment is not None and len(self.data_shape) != 3:
            raise ValueError(
                "Augmentation is for images; leave `augment` out for points. "
                f"Received: {augment=}, {data_shape=}"
            )
        self._given = {"generator": generator, "discriminator": discriminator}
        self.ema_decay = ema_decay
        with self.own_policy():
            self.discriminator = discriminator or self.build_discriminator()
            self.generator = generator or self.build_generator()
        self.check_networks()
        self.average = None
        if ema_decay is not None:
            self.average = layers.Average(self.generator, ema_decay)
            self.averages["generator"] = [self.average]

    def _set_condition(self):
        self.data_spec = {"images" if len(self.data_shape) == 3 else "points": self.data_shape}
        if self.num_classes is not None:
            self.condition = whole("num_classes", self.num_classes)
            self.data_spec["labels"] = self.condition
        elif self.condition_dim is not None:
            self.condition = (whole("condition_dim", self.condition_dim),)
            self.data_spec["conditions"] = self.condition
        if self.condition is not None and self.pack > 1:
            raise ValueError(
                "A pack holds samples of different classes, which one label cannot describe; use "
                f"`pack` without classes. Received: pack={self.pack}, condition={self.condition}"
            )

    @property
    def judged_shape(self):
        """The shape of what the discriminator takes: the data's, `pack` times as deep."""
        return (*self.data_shape[:-1], self.data_shape[-1] * self.pack)

    def build_generator(self):
        """The variant's own generator."""
        raise NotImplementedError(f"{type(self).__name__} needs a generator.")

    def build_discriminator(self):
        """The variant's own discriminator."""
        raise NotImplementedError(f"{type(self).__name__} needs a discriminator.")

    def check_networks(self):
        """Refuse networks that do not fit the shapes."""
        condition = [] if self.condition is None else [self.condition]
        check_network(
            "generator", self.generator, [(self.latent_dim,), *condition], self.data_shape
        )
        check_network("discriminator", self.discriminator, [self.judged_shape, *condition], (1,))

    def players(self):
        """The discriminator and the generator, each with one network."""
        return {"discriminator": [self.discriminator], "generator": [self.generator]}

    @functools.cached_property
    def combined(self):
        """The generator, then the frozen discriminator: `kerasgan.models.combined.Combined`."""
        return Combined(self.generator, self.discriminator)

    def __dir__(self):
        # Keras saves what it finds by `dir`; `combined` has nothing of its own to save.
        return [name for name in super().__dir__() if name != "combined"]

    def get_config(self):
        """The constructor's arguments; networks only if they were passed in."""
        return {
            **super().get_config(),
            "data_shape": self.data_shape,
            "latent_dim": self.latent_dim,
            **self._given,
            "ema_decay": self.ema_decay,
            "critic_steps": self.critic_steps,
            "pack": self.pack,
            "augment": self.augment,
        }

    # ---- compile

    def compile(self, loss=None, optimizer=None, penalty=None, **kwargs):
        super().compile(loss, optimizer, penalty, **kwargs)
        centred = self.adversarial_loss.centred
        if self.augment is not None and self.augment.needs_centred_logits and not centred:
            name = type(self.adversarial_loss).__name__
            raise ValueError(
                f"{type(self.augment).__name__} takes its strength from the sign of the real "
                f"logits, which {name} gives no meaning to; use DiffAugment, or a loss such as "
                f"'non_saturating'. Received: loss={name}"
            )

    # ---- one step

    def train_step(self, data):
        """`critic_steps` steps of the discriminator, then one of the generator.

        The generator's step uses the latents of the discriminator's last one, so that one pass
        of the generator serves both.
        """
        for real, *condition in self._parts(self.batch(data)):
            fake, d_loss = self._step_discriminator(real, condition)
        g_loss = self.minimize(
            lambda images: self.generator_loss(real, images, condition), "generator", through=fake
        )
        return self.logs(d_loss=d_loss, g_loss=g_loss)

    def _step_discriminator(self, real, condition):
        latents = self.sample_latents(ops.shape(real)[0])
        fake = self.one_pass(
            lambda: self.generator(joined(latents, condition), training=True), "generator"
        )

        def loss():
            critic_loss = self.discriminator_loss(real, fake.outputs, condition)
            return critic_loss + self.penalty(
                lambda data: self.logit(data, condition), real, fake.outputs
            )

        d_loss = self.minimize(loss, "discriminator")
        self.after_judges_step()
        return fake, d_loss

    def discriminator_loss(self, real, fake, condition, training=True):
        """The discriminator's loss on a batch, without penalties."""
        real_logits, fake_logits = (self.judge(x, condition, training) for x in (real, fake))
        self.observe(real_logits, training)
        return self.adversarial_loss.discriminator(real_logits, fake_logits)

    def generator_loss(self, real, fake, condition, training=True):
        """The generator's loss on what it made; a relativistic one looks at `real` too."""
        relativistic = self.adversarial_loss.relativistic
        real_logits = self.judge(real, condition, training) if relativistic else None
        return self.adversarial_loss.generator(self.judge(fake, condition, training), real_logits)

    def judge(self, data, condition, training):
        """What the discriminator says of data; in training, of augmented data."""
        if training and self.augment is not None:
            data = self.augment(data)
        return self.discriminator(joined(packed(data, self.pack), condition), training=training)

    def logit(self, data, condition):
        """The function of data whose gradient penalties look at."""
        return self.judge(data, condition, training=True)

    def observe(self, real_logits, training):
        """Let the augmentation adapt to the logits of real data."""
        if training and self.augment is not None:
            self.augment.observe(real_logits)

    def _parts(self, batch):
        """A batch cut into equal parts, one for each step of the discriminator."""
        rows, least = batch[0].shape[0], self.critic_steps * self.pack
        if rows is not None and rows < least:
            raise ValueError(
                f"A batch must hold at least critic_steps * pack = {least} samples. "
                f"Received: a batch of {rows}"
            )
        if self.critic_steps == 1:
            return [batch]
        size = ops.shape(batch[0])[0] // self.critic_steps
        return [
            [part[i * size : (i + 1) * size] for part in batch] for i in range(self.critic_steps)
        ]

    def test_step(self, data):
        """Both losses at inference, without penalty and augmentation."""
        real, *condition = self.batch(data)
        latents = self.sample_latents(ops.shape(real)[0])
        fake = self(joined(latents, condition))
        return self.logs(
            d_loss=self.discriminator_loss(real, fake, condition, training=False),
            g_loss=self.generator_loss(real, fake, condition, training=False),
        )

    def sample_latents(self, n):
        """`n` latent vectors from N(0, I), a tensor `(n, latent_dim)`, new ones at each call."""
        return keras.random.normal((n, self.latent_dim), seed=self.seed_generator)

    def call(self, inputs, training=None):
        """Data from latents, or from `[latents, labels]`: at inference by the averaged generator,
        if there is one."""
        averaged = self.average is not None and not training
        return (self.average if averaged else self.generator)(inputs, training=training)


def packed(data, m):
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
