"""What clients get: JSON, PNG or npz."""

import base64
import io
import json
import math
from typing import Any

import numpy as np
from starlette.responses import Response

from kerasgan.serve.limits import Refused
from kerasgan.utils.images import image_grid, pillow_image

JSON, PNG, NPZ = "application/json", "image/png", "application/x-npz"
WANTED = {
    JSON: JSON,
    PNG: PNG,
    NPZ: NPZ,
    "*/*": JSON,
    "": JSON,
    "application/*": JSON,
    "image/*": PNG,
    "application/octet-stream": NPZ,
}
FORMS: dict[str, Any] = {
    JSON: {"schema": {"type": "object"}},
    PNG: {"schema": {"type": "string", "format": "binary"}},
    NPZ: {"schema": {"type": "string", "format": "binary"}},
}


def wanted(accept: str) -> str:
    """The media type of an answer, the first in an Accept header that there is.

    Raises:
        Refused: if there is none.

    Example:

    >>> wanted("text/html, image/png;q=0.8"), wanted("")
    ('image/png', 'application/json')
    """
    for part in accept.split(","):
        found = WANTED.get(part.partition(";")[0].strip().lower())
        if found:
            return found
    raise Refused(406, f"The answer can be {JSON}, {PNG} or {NPZ}.")


def answer(
    kind: str, shown: str, arrays: dict[str, np.ndarray], facts: dict[str, Any] | None = None
) -> Response:
    """The response that holds arrays.

    Args:
        kind: str, what `wanted` gave.
        shown: str, the name of the array that is a picture, or points.
        arrays: dict of arrays; those of images are (n, height, width, channels), as bytes or
            floats in [-1, 1].
        facts: dict or None, what JSON says beside them.

    Raises:
        Refused: if points are wanted as a picture.
    """
    images = arrays[shown]
    if kind == NPZ:
        file = io.BytesIO()
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        return Response(file.getvalue(), media_type=NPZ)
    if kind == PNG:
        if images.ndim != 4:
            raise Refused(406, f"The model makes points, no images: ask for {JSON} or {NPZ}.")
        alone = len(images) == 1
        cols = math.ceil(math.sqrt(len(images)))
        grid = image_grid(_floats(images), cols, padding=0 if alone else 2)
        return Response(_png(grid), media_type=PNG)
    found: dict[str, Any] = dict(facts or {})
    for name, array in arrays.items():
        if array.ndim == 4:
            files = [_png(image_grid(_floats(image[None]), 1, padding=0)) for image in array]
            found[name] = [base64.b64encode(file).decode() for file in files]
        else:
            found[name] = array.tolist()
    return told(found)


def told(facts: dict[str, Any]) -> Response:
    """The response that says facts in JSON."""
    return Response(json.dumps(facts), media_type=JSON)


def _floats(images):
    return images / np.float32(127.5) - 1 if images.dtype == np.uint8 else images


def _png(pixels):
    file = io.BytesIO()
    pillow_image(pixels).save(file, "PNG")
    return file.getvalue()
