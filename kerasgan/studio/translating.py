"""What the tabs of models that take pictures do: translations, and where anomalies are."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from kerasgan.callbacks.translation import translation_grid
from kerasgan.models.anomalies import anomaly_picture
from kerasgan.studio.library import Opened
from kerasgan.studio.pictures import fitted, own_size, sketched, uploaded
from kerasgan.utils import image_grid
from kerasgan.utils.checks import whole
from kerasgan.utils.images import titled


def given(
    opened: Opened,
    direction: str,
    upload: str | None = None,
    sketch: dict[str, Any] | None = None,
    own: bool = False,
) -> np.ndarray:
    """What a user has uploaded or drawn, as a translator takes it.

    Args:
        opened: the translator.
        direction: str, one of its directions.
        upload: str, the path of a picture; None for the sketch.
        sketch: dict, see `kerasgan.studio.pictures.sketched`.
        own: bool, whether an uploaded picture keeps its size; else it becomes the one that the
            model was trained on.

    Returns:
        A float32 array (1, height, width, channels) in [-1, 1].

    Raises:
        ValueError: if there is no picture, or the file is broken or too large.
    """
    channels = opened.model.translators()[direction].input_shape[-1]
    size = opened.model.trained_size(direction)
    if upload is None:
        return sketched(sketch, size, channels)
    return own_size(upload, channels) if own else fitted(upload, size, channels)


def translate(
    opened: Opened, images: np.ndarray, direction: str
) -> tuple[np.ndarray, np.ndarray | None]:
    """What becomes of a picture, and what becomes of that on the way back.

    Args:
        opened: the translator.
        images: float array (1, height, width, channels).
        direction: str, one of its directions.

    Returns:
        Two uint8 arrays (height, width, channels); the second is None of a model that goes one way.
    """
    made = opened.model.translate(images, direction, pad=True)
    other = [way for way in opened.model.directions if way != direction]
    back = opened.model.translate(made.clip(-1, 1), other[0], pad=True) if other else None
    return image_grid(made, 1, padding=0), None if back is None else image_grid(back, 1, padding=0)


def side_by_side(opened: Mapping[str, Opened], images: np.ndarray, direction: str) -> np.ndarray:
    """A picture of what several translators make of the same picture, after the picture itself.

    Args:
        opened: dict of what stands above each to a translator.
        images: float array (1, height, width, channels).
        direction: str, one of their directions.
    """
    made = [each.model.translate(images, direction, pad=True) for each in opened.values()]
    return titled(translation_grid([[images, *made]]), ["given", *opened], "top")


def anomaly(opened: Opened, upload: str | None, method: str, steps: int) -> tuple[np.ndarray, str]:
    """A picture of what was uploaded, what the model makes of it and where they differ; its score.

    Args:
        opened: a model such as `kerasgan.FAnoGAN`.
        upload: str, the path of a picture.
        method: "encoder" or "search".
        steps: int, of the search.
    """
    *size, channels = opened.model.data_shape
    images = fitted(uploaded(upload), tuple(size), channels)  # type: ignore[arg-type]
    made = opened.model.reconstruct(images, method=method, steps=whole("steps", steps, most=2000))
    score, heat = opened.model.anomaly_scores(images, made), opened.model.anomaly_maps(images, made)
    words = f"Anomaly score {score[0]:.4g}: the higher, the less like the normal pictures."
    return anomaly_picture(images[0], made[0], heat[0]), words
