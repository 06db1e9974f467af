"""What all models that turn noise into data share: their constructor and their sampling."""

import functools

import keras
import numpy as np

from kerasgan.engine import AdversarialModel, Combined


def _positive(name, value):
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"`{name}` must be a positive integer. Received: {name}={value!r}")
    return int(value)


class NoiseToData(AdversarialModel):
    """Base of models with one generator, latents to data, and one discriminator, data to a logit.

    Args:
        data_shape: tuple. (height, width, channels) of images, or (d,) of points.
        latent_dim: int, the length of a latent vector.
        generator: Keras model, `(n, latent_dim)` to `(n, *data_shape)`; None for the variant's.
        discriminator: Keras model, `(n, *data_shape)` to logits `(n, 1)`; None for the variant's.
        ema_decay: float in [0, 1) or None. Decay of a moving average of the generator, which
            `generate` and `predict` then use.
        seed: int or None. Seed of the model's random numbers.
        **kwargs: `name`, `dtype` for `keras.Model`.

    Raises:
        ValueError: if a size is not positive, or a network does not fit the shapes.
    """

    def __init__(
        self,
        data_shape,
        latent_dim,
        *,
        generator=None,
        discriminator=None,
        ema_decay=None,
        seed=None,
        **kwargs,
    ):
        super().__init__(seed=seed, **kwargs)
        self.latent_dim = _positive("latent_dim", latent_dim)
        if len(tuple(data_shape)) not in (1, 3):
            raise ValueError(
                "`data_shape` must be (height, width, channels) for images or (d,) for points. "
                f"Received: {data_shape=}"
            )
        self.data_shape = tuple(_positive("data_shape", size) for size in data_shape)
        name = "images" if len(self.data_shape) == 3 else "points"
        self.data_spec = {name: self.data_shape}
        self._given = {"generator": generator, "discriminator": discriminator}
        self.ema_decay = ema_decay
        with self.own_policy():
            self.discriminator = discriminator or self.build_discriminator()
            self.generator = generator or self.build_generator()
        _check_network("generator", self.generator, (self.latent_dim,), self.data_shape)
        _check_network("discriminator", self.discriminator, self.data_shape, (1,))
        self.average = None
        if ema_decay is not None:
            (self.average,) = self.track_average("generator", ema_decay)

    def build_generator(self):
        """The variant's own generator."""
        raise NotImplementedError(f"{type(self).__name__} needs a generator.")

    def build_discriminator(self):
        """The variant's own discriminator."""
        raise NotImplementedError(f"{type(self).__name__} needs a discriminator.")

    def players(self):
        """The discriminator and the generator, each with one network."""
        return {"discriminator": [self.discriminator], "generator": [self.generator]}

    @functools.cached_property
    def combined(self):
        """The generator, then the frozen discriminator: `kerasgan.engine.Combined`."""
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
        }

    def sample_latents(self, n):
        """`n` latent vectors from N(0, I), a tensor `(n, latent_dim)`, new ones at each call."""
        return keras.random.normal((n, self.latent_dim), seed=self.seed_generator)

    def call(self, latents, training=None):
        """Data made from latents: by the averaged generator, if there is one, at inference."""
        averaged = self.average is not None and not training
        return (self.average if averaged else self.generator)(latents, training=training)

    def generate(self, n=1, seed=None, latents=None, batch_size=256):
        """Make data at inference: batch norm uses its running statistics, whatever the batch.

        Args:
            n: int, how many; ignored if `latents` are given.
            seed: int or None. The same seed draws the same latents on every backend; None draws
                from numpy's global generator, which `keras.utils.set_random_seed` sets.
            latents: float array `(n, latent_dim)` to be used instead.
            batch_size: int, how many are made at once.

        Returns:
            float32 numpy array `(n, *data_shape)`, images in [-1, 1].

        Raises:
            ValueError: if `n` is not positive or the latents have a wrong shape.
        """
        if latents is None:
            rng = np.random.default_rng(np.random.randint(2**31) if seed is None else seed)
            latents = rng.standard_normal((_positive("n", n), self.latent_dim))
        latents = np.asarray(latents, "float32")
        if latents.ndim != 2 or latents.shape[1] != self.latent_dim or len(latents) == 0:
            raise ValueError(
                f"`latents` must have shape (n, {self.latent_dim}). "
                f"Received: latents.shape={latents.shape}"
            )
        size = _positive("batch_size", batch_size)
        parts = [latents[i : i + size] for i in range(0, len(latents), size)]
        return np.concatenate([self.predict_on_batch(part) for part in parts]).astype("float32")

    def interpolate(self, a, b, steps=8, method="spherical"):
        """Data along the way from one latent vector to another.

        Args:
            a: float array `(latent_dim,)`, the start.
            b: float array `(latent_dim,)`, the end.
            steps: int, how many points, both ends included.
            method: "spherical", along the great circle, which keeps to lengths that normal latents
                have (White 2016, arXiv:1609.04468), or "linear".

        Returns:
            float32 numpy array `(steps, *data_shape)`.

        Raises:
            ValueError: if the method is unknown or a vector has a wrong shape.
        """
        a, b = np.asarray(a, "float64"), np.asarray(b, "float64")
        for name, vector in (("a", a), ("b", b)):
            if vector.shape != (self.latent_dim,):
                raise ValueError(
                    f"`{name}` must have shape ({self.latent_dim},). "
                    f"Received: {name}.shape={vector.shape}"
                )
        t = np.linspace(0, 1, _positive("steps", steps))[:, None]
        lengths = np.linalg.norm(a) * np.linalg.norm(b)
        angle = np.arccos(np.clip(a @ b / lengths, -1, 1)) if lengths else 0.0
        if method not in ("spherical", "linear"):
            raise ValueError(
                f"`method` must be 'spherical' or 'linear'. Received: method={method!r}"
            )
        if method == "linear" or np.sin(angle) < 1e-6:
            path = (1 - t) * a + t * b
        else:
            path = (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)
        return self.generate(latents=path)


def _check_network(name, network, input_shape, output_shape):
    try:
        output = network(keras.KerasTensor((None, *input_shape)))
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"The {name} does not take a batch of shape (n, {', '.join(map(str, input_shape))}): "
            f"{error} Received: {name}={network}"
        ) from error
    if tuple(output.shape[1:]) != output_shape:
        raise ValueError(
            f"The {name} must give a batch of shape (n, {', '.join(map(str, output_shape))}). "
            f"Received: {name} with output shape {tuple(output.shape)}"
        )
