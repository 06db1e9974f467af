"""What a model draws, laid out as pictures: samples by classes and codes, walks, directions."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from kerasgan.latents.directions import directions, traverse
from kerasgan.latents.walks import walk
from kerasgan.utils import checks
from kerasgan.utils.images import image_grid, titled
from kerasgan.utils.memory import check_fits

FEW, EACH = 64, 8  # samples, and samples of each of several classes
SIDES = 7  # how often an image is moved along a direction


class Order(NamedTuple):
    """What is to be drawn, as `order` works it out.

    Attributes:
        n: int, how many samples.
        labels: the class ids or condition vectors of each, an array of n, or None.
        how: dict, the further arguments of a model's `generate`.
        cols: int, how many stand in a row.
        titles: list of str, of the columns; an empty one without.
    """

    n: int
    labels: np.ndarray | None
    how: dict[str, Any]
    cols: int
    titles: list[str]


class Sheet(NamedTuple):
    """What was drawn.

    Attributes:
        images: float32 array (n, *data_shape).
        order: the `Order` that they are of.
    """

    images: np.ndarray
    order: Order

    def picture(self) -> np.ndarray:
        """The images in a grid, a uint8 array (height, width, channels).

        Raises:
            ValueError: if they are points.
        """
        if self.images.ndim != 4:
            raise ValueError(
                f"The model makes points, no images. Received: shape {self.images.shape}"
            )
        picture = image_grid(self.images, self.order.cols)
        return titled(picture, self.order.titles, "top") if self.order.titles else picture


def order(
    n: int | None = None,
    *,
    labels: Sequence[int] | np.ndarray = (),
    codes: Mapping[str, np.ndarray] | None = None,
    truncation: float | None = None,
    names: Sequence[str] = (),
) -> Order:
    """Works out which samples to draw; of several classes or codes in turn, a column for each.

    Args:
        n: int, how many; None for 64, for 8 of each of several classes or codes, or for one of
            each condition vector.
        labels: class ids, or condition vectors (m, d), used in turn; random classes if there are
            none.
        codes: of an InfoGAN, dict of a kind of codes to rows of them, used in turn.
        truncation: float, as in the model's `generate`; None is without.
        names: those of the classes, in the order of their ids; empty if nobody knows them.

    Returns:
        An `Order`.

    Raises:
        ValueError: if the labels of so many do not fit in the memory.

    Example:

    >>> order(labels=[2, 0], names=["coat", "dress", "bag"]).titles
    ['bag', 'coat']
    """
    given, codes = np.asarray(labels), codes or {}
    ids = [] if given.ndim > 1 else given.tolist()
    several = max([len(ids), *map(len, codes.values())])
    if n is None:
        few = min(FEW, len(given)) if given.ndim > 1 else FEW
        n = EACH * several if several > 1 else few
    check_fits(n, 3 * 8 * (given.size > 0 or bool(codes)))  # for the turns
    turns = np.arange(max(n, 1) if len(given) or codes else 0)
    how: dict[str, Any] = {} if truncation is None else {"truncation": truncation}
    if codes:
        how["codes"] = {kind: rows[turns % len(rows)] for kind, rows in codes.items()}
    cols = min(several, n) if several > 1 else math.ceil(math.sqrt(max(n, 1)))
    known = dict(enumerate(names))
    titles = [known.get(i, str(i)) for i in ids[:cols]] if names and len(ids) > 1 else []
    return Order(n, given[turns % len(given)] if len(given) else None, how, cols, titles)


def sheet(model: Any, n: int | None = None, *, seed: int = 0, **which: Any) -> Sheet:
    """Draws samples.

    Args:
        model: a model that draws from noise, such as `kerasgan.DCGAN`.
        n: int or None, how many, as in `order`.
        seed: int, the same seed, the same samples.
        **which: `labels`, `codes`, `truncation` and `names`, as in `order`.

    Returns:
        A `Sheet`.

    Raises:
        ValueError: as the model's `generate`.

    Example:

    >>> import kerasgan as kg
    >>> gan = kg.ACGAN((16, 16, 1), 4, num_classes=3, filters=4)
    >>> made = sheet(gan, labels=[2, 0], names=["coat", "dress", "bag"])
    >>> len(made.images), made.order.cols
    (16, 2)
    """
    chosen = order(n, **which)
    images = model.generate(chosen.n, seed=seed, labels=chosen.labels, **chosen.how)
    return Sheet(images, chosen)


def film(
    model: Any,
    n: int | None = None,
    *,
    seconds: float = 8.0,
    fps: float = 12.0,
    labels: Sequence[int] = (),
    **how: Any,
) -> Iterator[np.ndarray]:
    """The frames of closed walks beside each other, for `kerasgan.utils.animations`.

    Args:
        model: a model that draws images from noise, such as `kerasgan.DCGAN`.
        n: int, how many walks; None for 16, or for one of each of several classes.
        seconds: float, how long it takes.
        fps: float, frames a second.
        labels: class ids, used in turn; random ones if there are none.
        **how: `stops`, `seed` and `truncation`, as in `kerasgan.latents.walk`.

    Returns:
        An iterator over uint8 arrays (height, width, channels).

    Raises:
        ValueError: if a number is out of range, or the model makes points.

    Example:

    >>> import kerasgan as kg
    >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(16,), discriminator_units=(16,))
    >>> [frame.shape for frame in film(gan, 4, seconds=0.5, fps=4)]
    [(22, 22, 1), (22, 22, 1)]
    """
    checks.number("seconds", seconds, above=0)
    checks.number("fps", fps, above=0, most=50)
    if len(model.data_shape) != 3:
        raise ValueError(f"The model makes points, no images. Received: {model.data_shape=}")
    if n is None:
        n = len(labels) if len(labels) > 1 else 16
    frames = walk(
        model,
        n,
        frames=max(1, round(seconds * fps)),
        labels=[labels[i % len(labels)] for i in range(n)] if len(labels) else None,
        **how,
    )
    cols = -(-n // max(1, int(n**0.5)))
    return (image_grid(frame, cols) for frame in frames)


def direction_sheet(
    model: Any, n: int = 8, *, extent: float = 4.0, seed: int = 0, label: int | None = None
) -> np.ndarray:
    """What a model's strongest directions change, a row for each.

    Args:
        model: a model that draws images from noise, such as `kerasgan.DCGAN`.
        n: int, how many directions, at most `latent_dim`.
        extent: float, how far to each side.
        seed: int, of the latents that are moved.
        label: int, of a model with classes, the one to draw; None for the first.

    Returns:
        A uint8 array (height, width, channels).

    Raises:
        ValueError: as `kerasgan.latents.directions`, or if a number is out of range.

    Example:

    >>> import kerasgan as kg
    >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(16,), discriminator_units=(16,))
    >>> direction_sheet(gan, 2).shape
    (22, 72, 1)
    """
    checks.number("extent", extent, above=0)
    checks.whole("seed", seed, least=0)
    made = traverse(
        model,
        np.random.default_rng(seed).standard_normal(model.latent_dim),
        directions(model, min(n, model.latent_dim)),
        np.linspace(-extent, extent, SIDES),
        labels=(label or 0) if isinstance(model.condition, int) else None,
    )
    return image_grid(made, SIDES)
