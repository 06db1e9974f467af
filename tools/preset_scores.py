"""How good a trained model is, in the numbers of a preset's card."""

from typing import Any

import keras
import numpy as np
from PIL import Image

from kerasgan import metrics
from kerasgan.metrics.paired import psnr
from kerasgan.runs import Configuration
from kerasgan.runs.data import images, load_data, some

SAMPLES = 1000


def scores(model: Any, config: Configuration) -> dict[str, float]:
    """Scores of a run's model, on the test split of its data where there is one.

    - Of what a model draws: `energy_distance_to_test` of 1,000 samples from 1,000 real ones, and
      `energy_distance_train_to_test` of 1,000 real ones of the training data from these.
    - Of a translator without pairs: `energy_distance_fake_b_to_test` of translated images A from
      the images B, and, where A and B have the same shape, `energy_distance_a_to_test_b` of the
      images A themselves from these; likewise in the other direction.
    - Of one with pairs: `l1_to_test`, the mean absolute error on the scale of [-1, 1].
    - Of super-resolution: `psnr_to_test` in decibels, of all channels, the mean over the images,
      and `psnr_bicubic_to_test`, that of a bicubic enlargement.

    Where the data have no test split, real samples are from the training data and `train` stands
    for `test`.

    Args:
        model: the trained model.
        config: its run's settings.

    Returns:
        Dict of these, and of `samples`, how many images there were, 1,000 at most.
    """
    keras.utils.set_random_seed(config.seed)
    if model.task == "generate":
        return _of_samples(model, config)
    batch, split = some(config, SAMPLES)
    a, b = model.sides(batch)
    if model.scale > 1:
        found = {
            f"psnr_to_{split}": psnr(b, model.translate(a)),
            f"psnr_bicubic_to_{split}": psnr(b, enlarged(a, model.scale)),
        }
    elif model.paired:
        found = {f"l1_to_{split}": np.abs(model.translate(a) - b).mean()}
    else:
        found = {
            f"energy_distance_fake_b_to_{split}": _distance(model.translate(a, "AtoB"), b),
            f"energy_distance_fake_a_to_{split}": _distance(model.translate(b, "BtoA"), a),
        }
        if a.shape[1:] == b.shape[1:]:
            found[f"energy_distance_a_to_{split}_b"] = _distance(a, b)
    return {**{name: round(float(x), 4) for name, x in found.items()}, "samples": len(a)}


def _of_samples(model, config):
    try:
        real, split = _real(config, split="test")[:SAMPLES], "test"
        other = _real(config)[:SAMPLES]
    except ValueError:
        both, split = _real(config), "train"
        real, other = both[: len(both) // 2], both[len(both) // 2 :]
    made = model.generate(len(real), seed=config.seed)
    return {
        f"energy_distance_to_{split}": round(_distance(made, real), 4),
        f"energy_distance_train_to_{split}": round(_distance(other, real), 4),
        "samples": len(real),
    }


def _real(config, **changes):
    """Up to twice SAMPLES of the run's data, shuffled."""
    size = {"batch_size": 2 * SAMPLES, "drop_remainder": False}
    return images(next(load_data(config, **size, **changes).as_numpy_iterator()))


def _distance(x, y):
    return metrics.energy_distance(x.reshape(len(x), -1), y.reshape(len(y), -1))


def enlarged(small: np.ndarray, scale: int) -> np.ndarray:
    """Images by Pillow's bicubic filter, channel by channel."""
    size = small.shape[2] * scale, small.shape[1] * scale
    channels = np.moveaxis(small, 3, 1).reshape(-1, *small.shape[1:3])
    large = [
        np.asarray(Image.fromarray(c).resize(size, Image.Resampling.BICUBIC)) for c in channels
    ]
    large = np.reshape(large, (len(small), -1, *size[::-1])).clip(-1, 1)
    return np.moveaxis(large, 1, 3)
