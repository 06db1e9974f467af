"""Images and points that are already numpy arrays, or lie in an `.npz` file."""

import numpy as np

from kerasgan.utils import archives
from kerasgan.utils.checks import bounded
from kerasgan.utils.conversion import convert_array
from kerasgan.utils.types import PathLike, Size

Arrays = tuple[np.ndarray, np.ndarray | None]


def read_arrays(
    source: np.ndarray | tuple, image_size: Size | None, channels: int | None
) -> Arrays:
    """Checks `images` or `(images, labels)`, with the arguments of `load`.

    Returns:
        Images, uint8 or float32 (n, h, w, c), or points (n, 2); labels, int32 (n,), or None.
    """
    images, *labels = source if isinstance(source, tuple) else (source,)
    if len(labels) > 1 or not isinstance(images, np.ndarray):
        raise TypeError(
            "A tuple must be (images, labels), both numpy arrays (np.asarray makes one). "
            f"Received: types={[type(part).__name__ for part in (images, *labels)]}"
        )
    images = _check_images(images)
    if images.ndim == 4:
        images = _conform(images, image_size, channels)
    elif image_size or channels:
        raise ValueError(
            "image_size and channels are for images, these are points. "
            f"Received: images.shape={images.shape}"
        )
    return images, _check_labels(np.asarray(labels[0]), len(images)) if labels else None


def read_npz(path: PathLike, image_size: Size | None, channels: int | None) -> Arrays:
    """Reads `images` and, when there are any, `labels` or else `conditions` (n, d) from a file that
    `np.savez` wrote."""
    try:
        arrays = archives.read_npz(path)
    except Exception as error:
        raise ValueError(
            f"Not a readable .npz file of plain arrays: {error}. Received: source={str(path)!r}"
        ) from error
    if "images" not in arrays:
        raise ValueError(
            f"The file must hold an array `images`, it holds {sorted(arrays)}. "
            f"Received: source={str(path)!r}"
        )
    found = tuple(arrays[key] for key in ("images", "labels") if key in arrays)
    try:
        images, labels = read_arrays(found, image_size, channels)
        if "conditions" not in arrays:
            return images, labels
        return images, _check_conditions(arrays["conditions"], len(images), labels)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{path}: {error}") from error


def _check_images(images):
    received = f"Received: images.shape={images.shape}, images.dtype={images.dtype}"
    floating = np.issubdtype(images.dtype, np.floating)
    points = floating and images.ndim == 2 and images.shape[1] == 2
    if images.ndim not in (3, 4) and not points:
        raise ValueError(
            "Images must be (n, height, width) or (n, height, width, channels), "
            f"points float (n, 2). {received}"
        )
    if images.size == 0:
        raise ValueError(f"The array is empty. {received}")
    if not floating and images.dtype != np.uint8:
        raise TypeError(
            "Images must be uint8 in [0, 255] or float in [-1, 1]; for other integers in [0, 255] "
            f'use images.astype("uint8"). {received}'
        )
    if floating:
        if not np.isfinite(images).all():
            raise ValueError(f"The data hold NaN or infinite values; remove them. {received}")
        if not points:
            bounded("images", images)
            if images.min() >= 0:
                raise ValueError(
                    "Float images must reach below 0: use images * 2 - 1 if they lie in [0, 1]. "
                    f"Received: images.min()={images.min()}, images.max()={images.max()}"
                )
        images = images.astype("float32")
    return images[..., None] if images.ndim == 3 else images


def _conform(images, image_size, channels):
    size = image_size or images.shape[1:3]
    channels = channels or images.shape[3]
    if images.shape[1:] == (*size, channels):
        return images
    if images.dtype != np.uint8 or images.shape[3] not in (1, 3):
        raise ValueError(
            "Only uint8 images of 1 or 3 channels can be resized or converted to "
            f"{(*size, channels)}. Received: images.shape={images.shape}, "
            f"images.dtype={images.dtype}"
        )
    return np.stack([convert_array(image, size, channels) for image in images])


def _check_labels(labels, count):
    if labels.shape not in ((count,), (count, 1)) or not np.issubdtype(labels.dtype, np.integer):
        numbers = labels.ndim == 2 and labels.size and labels.dtype.kind in "biuf"
        one_hot = numbers and (np.sort(labels) == np.eye(labels.shape[1])[-1]).all()
        raise ValueError(
            f"Labels must be one integer for each of the {count} images"
            f"{'; of these one-hot rows, take labels.argmax(1)' if one_hot else ''}. "
            f"Received: labels.shape={labels.shape}, labels.dtype={labels.dtype}"
        )
    return labels.reshape(count).astype("int32")


def _check_conditions(conditions, count, labels):
    received = f"Received: conditions.shape={conditions.shape}, conditions.dtype={conditions.dtype}"
    if labels is not None:
        raise ValueError(f"The file must hold `labels` or `conditions`, not both. {received}")
    numbers = conditions.dtype.kind in "biuf" and conditions.ndim == 2 and conditions.shape[1]
    if not numbers or len(conditions) != count:
        raise ValueError(f"Conditions must be a vector for each of the {count} images. {received}")
    conditions = conditions.astype("float32")
    if not np.isfinite(conditions).all():
        raise ValueError(f"The conditions hold NaN or infinite values. {received}")
    return conditions
