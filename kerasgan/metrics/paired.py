"""How near images come to the very images that they should be."""

from collections.abc import Sequence

import numpy as np

from kerasgan.utils.checks import bounded

CHUNK = 2**18  # float64 numbers handled at once, 2 MiB: what a processor cache holds
RANGE = 2  # from -1 to 1
WINDOW, SIGMA, K1, K2 = 11, 1.5, 0.01, 0.03


def l1(real: np.ndarray, fake: np.ndarray) -> float:
    """Computes the mean absolute error.

    Args:
        real: images (n, height, width, channels) in [-1, 1].
        fake: what was made in their place, likewise.

    Returns:
        A float from 0 to 2.

    Raises:
        ValueError: if the shapes differ, are not such, or values lie outside of [-1, 1].

    Example:

    >>> l1(np.zeros((2, 4, 4, 3)), np.full((2, 4, 4, 3), 0.5))
    0.5
    """
    return _of_images(_l1, real, fake)


def psnr(real: np.ndarray, fake: np.ndarray) -> float:
    """Computes the peak signal-to-noise ratio: that of each image, then the mean over them.

    Args:
        real, fake: as for `l1`.

    Returns:
        A float in decibels, 10 log10(4 / mean squared error over all pixels and channels). It is
        infinite for images that are identical, so the mean is if there is one such pair.

    Example:

    >>> psnr(np.zeros((2, 4, 4, 3)), np.full((2, 4, 4, 3), 0.2))
    20.0
    """
    return _of_images(_psnr, real, fake)


def ssim(real: np.ndarray, fake: np.ndarray) -> float:
    """Computes the structural similarity of Wang, Bovik, Sheikh and Simoncelli 2004.

    See doi:10.1109/TIP.2003.819861. As there: Gaussian weights of standard deviation 1.5 in windows
    of 11x11 that lie wholly inside, K1 = 0.01, K2 = 0.03, here for a range of 2; each channel by
    itself. The mean over windows, channels and images.

    Args:
        real, fake: as for `l1`, of at least 11x11 pixels.

    Returns:
        A float from -1 to 1, which is reached by identical images alone.

    Example:

    >>> images = np.random.default_rng(0).uniform(-1, 1, (2, 16, 16, 3))
    >>> ssim(images, images)
    1.0
    """
    return _of_images(_ssim, real, fake)


def feature_distance(real: Sequence[np.ndarray], fake: Sequence[np.ndarray]) -> float:
    """Computes the distance of feature maps that Zhang, Isola, Efros, Shechtman and Wang 2018 do.

    See arXiv:1801.03924. At each position a map's channels are brought to unit length; the squared
    differences are summed over channels, their means over positions summed over maps. All
    channels weigh the same: this is the paper's distance before it is calibrated to judgements of
    people, and not LPIPS.

    Args:
        real: list of feature maps of real images, arrays (n, height, width, channels).
        fake: list of those of what was made in their place.

    Returns:
        A float from 0 to 4 for each map.

    Raises:
        ValueError: if the maps differ in number or shape, are not such, or a value is not finite.

    Example:

    >>> feature_distance([np.full((1, 2, 2, 1), 3.0)], [np.full((1, 2, 2, 1), -7.0)])
    4.0
    """
    if len(real) != len(fake) or not len(real):
        raise ValueError(
            "`real` and `fake` must be lists of as many feature maps. "
            f"Received: len(real)={len(real)}, len(fake)={len(fake)}"
        )
    total = 0.0
    for x, y in zip(real, fake, strict=True):
        x, y = np.asarray(x), np.asarray(y)
        _check_shapes(x, y)
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            raise ValueError(
                f"A feature map holds NaN or infinite values. Received: a map of shape {x.shape}"
            )
        total += _mean(_map_distance, x, y)
    return total


def _of_images(function, real, fake):
    real, fake = np.asarray(real), np.asarray(fake)
    _check_shapes(real, fake)
    for name, images in (("real", real), ("fake", fake)):
        bounded(name, images)
    return _mean(function, real, fake)


def _check_shapes(real, fake):
    if real.shape != fake.shape or real.ndim != 4 or not real.size:
        raise ValueError(
            "`real` and `fake` must be (n, height, width, channels), of one shape and not empty. "
            f"Received: real.shape={real.shape}, fake.shape={fake.shape}"
        )


def _mean(function, real, fake):
    """The mean of a function that gives a number for each pair, asked for some at a time."""
    step = max(CHUNK // real[0].size, 1)
    parts = [slice(start, start + step) for start in range(0, len(real), step)]
    each = [function(real[i].astype(float), fake[i].astype(float)) for i in parts]
    return float(np.concatenate(each).mean())


def _l1(real, fake):
    return np.abs(real - fake).mean(axis=(1, 2, 3))


def _psnr(real, fake):
    errors = np.square(real - fake).mean(axis=(1, 2, 3))
    with np.errstate(divide="ignore"):
        return 10 * np.log10(RANGE**2 / errors)


def _ssim(real, fake):
    height, width = real.shape[1:3]
    if min(height, width) < WINDOW:
        raise ValueError(
            f"Images must have at least {WINDOW}x{WINDOW} pixels. "
            f"Received: height={height}, width={width}"
        )
    mean_x, mean_y, mean_xx, mean_yy, mean_xy = (
        _windowed(values) for values in (real, fake, real**2, fake**2, real * fake)
    )
    squares, product = mean_x**2 + mean_y**2, mean_x * mean_y
    c1, c2 = (K1 * RANGE) ** 2, (K2 * RANGE) ** 2
    luminance = (2 * product + c1) / (squares + c1)
    structure = (2 * (mean_xy - product) + c2) / (mean_xx + mean_yy - squares + c2)
    return (luminance * structure).mean(axis=(1, 2, 3))


def _windowed(values):
    """The weighted means of (n, h, w, c) in each window, an array (n, h - 10, w - 10, c)."""
    weights = np.exp(-((np.arange(WINDOW) - WINDOW // 2) ** 2) / (2 * SIGMA**2))
    weights /= weights.sum()
    rows, columns = (size - WINDOW + 1 for size in values.shape[1:3])
    values = sum(weight * values[:, k : k + rows] for k, weight in enumerate(weights))
    return sum(weight * values[:, :, k : k + columns] for k, weight in enumerate(weights))


def _map_distance(real, fake):
    lengths = [np.linalg.norm(x, axis=3, keepdims=True) for x in (real, fake)]
    real, fake = (
        x / np.where(length > 0, length, 1) for x, length in zip((real, fake), lengths, strict=True)
    )
    return np.square(real - fake).sum(axis=3).mean(axis=(1, 2))
