"""What the tabs of models that draw from noise do: pictures, and words on them."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from kerasgan import latents
from kerasgan.latents.mixing import style_networks
from kerasgan.latents.sheets import film, sheet
from kerasgan.studio.library import Opened
from kerasgan.studio.pictures import fitted, uploaded
from kerasgan.utils import checks, image_grid
from kerasgan.utils.animations import save_animation
from kerasgan.utils.archives import read_conditions
from kerasgan.utils.figures import figure_pixels, new_figure
from kerasgan.utils.images import titled

MOST = 256  # samples of one picture


class Abilities(NamedTuple):
    """What a model that draws from noise can be asked for.

    Attributes:
        images: bool, whether it makes images; else points.
        classes: int, how many, or 0.
        vectors: bool, whether it takes condition vectors.
        categorical: tuple of ints, the classes of each of an InfoGAN's codes.
        continuous: int, how many such codes.
        layers: int, the layers of styles that can be mixed, or 0.
    """

    images: bool
    classes: int
    vectors: bool
    categorical: tuple[int, ...]
    continuous: int
    layers: int


def abilities(model: Any) -> Abilities:
    """What the tabs are made by.

    Example:

    >>> import kerasgan as kg
    >>> abilities(kg.ACGAN((16, 16, 1), 4, num_classes=3, filters=4)).classes
    3
    """
    condition, coded = model.condition, hasattr(model, "with_codes")
    layers = 0
    if hasattr(model, "truncated"):
        layers = style_networks(*model.preset_networks())[0].output_shape[1]
    return Abilities(
        len(model.data_shape) == 3,
        condition if isinstance(condition, int) else 0,
        isinstance(condition, tuple),
        tuple(model.categorical) if coded else (),
        model.continuous if coded else 0,
        layers,
    )


def draw(
    opened: Opened,
    n: int,
    seed: int,
    truncation: float | None = None,
    labels: Sequence[int] = (),
    codes: Mapping[str, Sequence[float]] | None = None,
    conditions: str | None = None,
) -> np.ndarray:
    """A picture of samples, uint8 (height, width, channels).

    Args:
        opened: the model.
        n: int, at most 256.
        seed: int.
        truncation: float, as in `generate`.
        labels: class ids, a column for each of several; none for random ones.
        codes: of an InfoGAN, dict of a kind of codes to one row of them.
        conditions: str, the path of an `.npz` file of condition vectors.

    Raises:
        ValueError: as the model's `generate`.
    """
    n = checks.whole("n", n, most=MOST)
    given: Any = labels if conditions is None else read_conditions(conditions)
    rows = {kind: np.array([row]) for kind, row in (codes or {}).items()}
    how: dict[str, Any] = {"truncation": truncation, "codes": rows, "names": opened.classes}
    made = sheet(opened.model, n, seed=seed, labels=given, **how)
    return made.picture() if made.images.ndim == 4 else points_picture(made.images)


def class_grid(opened: Opened, rows: int, seed: int, truncation: float | None = None) -> np.ndarray:
    """A picture of samples, a column for each class, or value of an InfoGAN's first code."""
    can = abilities(opened.model)
    columns = range(can.classes or can.categorical[0])
    checks.whole("n", checks.whole("rows", rows) * len(columns), most=10 * MOST)
    how: dict[str, Any] = {"seed": seed, "truncation": truncation}
    if can.classes:
        how |= {"labels": columns, "names": opened.classes}
    else:
        others = [0] * (len(can.categorical) - 1)
        how["codes"] = {"categorical": np.array([[i, *others] for i in columns])}
    return sheet(opened.model, rows * len(columns), **how).picture()


def walk(opened: Opened, path: Path, n: int, **how: Any) -> Path:
    """Writes a closed walk as a GIF or MP4.

    Args:
        opened: the model.
        path: `pathlib.Path`, where; its ending says which.
        n: int, how many walks beside each other, at most 256.
        **how: as for `kerasgan.latents.sheets.film`.

    Returns:
        The path.
    """
    checks.whole("n", n, most=MOST)
    checks.number("seconds", how["seconds"], above=0, most=60)
    save_animation(film(opened.model, n, **how), path, how["fps"])
    return path


def mixed(
    opened: Opened,
    rows: int,
    cols: int,
    seed: int,
    layers: Sequence[int],
    label: int | None = None,
) -> np.ndarray:
    """A picture of styles mixed, each with each: above the columns' images, before the rows'.

    Args:
        opened: a model of styles.
        rows: int, how many images keep their styles but in `layers`.
        cols: int, how many give theirs in `layers`.
        seed: int, of all of them.
        layers: ints.
        label: int, of a model with classes.
    """
    checks.whole("n", checks.whole("rows", rows) * checks.whole("cols", cols), most=MOST)
    checks.whole("seed", seed, least=0)
    model = opened.model
    drawn = np.random.default_rng(seed).standard_normal((rows + cols, model.latent_dim))
    own = model.generate(latents=drawn, labels=label)
    labels = None if label is None else np.full(rows + cols, label)
    made = latents.style_mixing(model, drawn[:rows], drawn[rows:], layers, labels)
    lines = [np.ones_like(own[:1]), *own[rows:, None]]
    for i in range(rows):
        lines += [own[i : i + 1], *made[i * cols : (i + 1) * cols, None]]
    return image_grid(np.concatenate(lines), cols + 1)


def inverted(
    opened: Opened, upload: str | None, steps: int, label: int | None = None, styles: bool = False
) -> tuple[np.ndarray, str]:
    """A picture of what was uploaded and what the model makes most like it, and how like it is."""
    checks.whole("steps", steps, most=2000)
    *size, channels = opened.model.data_shape
    images = fitted(uploaded(upload), tuple(size), channels)  # type: ignore[arg-type]
    found = latents.invert(
        opened.model,
        images,
        steps,
        labels=label,
        space="styles" if styles else "latents",
    )
    picture = image_grid(np.concatenate([images, found.images]), 2)
    words = (
        "the same to the eye"
        if found.psnr[0] > 30
        else "alike"
        if found.psnr[0] > 20
        else ("as near as it comes to what the model cannot draw, or more steps are needed")
    )
    return picture, f"{found.psnr[0]:.1f} dB: {words}"


def nearest(
    opened: Opened, data: Any, n: int, k: int, seed: int, labels: Sequence[int] = ()
) -> np.ndarray:
    """A picture of samples, each before the k training images that are nearest to it.

    Args:
        opened: the model.
        data: batches of images, see `kerasgan.latents.nearest`.
        n: int, how many samples.
        k: int, how many neighbours each.
        seed: int, of the samples.
        labels: class ids, as for `draw`.
    """
    made = sheet(opened.model, checks.whole("n", n, most=MOST), seed=seed, labels=labels).images
    found = latents.nearest(made, data, checks.whole("k", k, most=16)).images
    rows = np.concatenate([made[:, None], found], axis=1)
    return image_grid(rows.reshape(-1, *made.shape[1:]), k + 1)


def epochs_side_by_side(
    opened: Mapping[str, Opened], n: int, seed: int, labels: Sequence[int] = ()
) -> np.ndarray:
    """A picture of what several models make of the same latents, a row for each.

    Args:
        opened: dict of what stands before a row to a model, all of one size of images.
        n: int, how many of each.
        seed: int.
        labels: class ids, as for `draw`.
    """
    rows = [
        sheet(each.model, checks.whole("n", n, most=32), seed=seed, labels=labels).images
        for each in opened.values()
    ]
    return titled(image_grid(np.concatenate(rows), n), list(opened))


def points_picture(points: np.ndarray) -> np.ndarray:
    """Points by their first two coordinates, a uint8 array (height, width, 3)."""
    figure = new_figure(5, 5)
    axes = figure.add_subplot()
    axes.scatter(points[:, 0], points[:, -1] if points.shape[1] == 1 else points[:, 1], s=8)
    axes.set_aspect("equal" if math.isfinite(float(points.sum())) else "auto")
    return figure_pixels(figure)
