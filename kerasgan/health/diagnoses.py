"""What goes wrong in adversarial training, told from samples, logits and weights."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from kerasgan.health.measures import copies, diversity, spread
from kerasgan.losses import AdversarialLoss
from kerasgan.metrics.distances import distances

COLLAPSED = 0.2  # the presets lie above 0.65, copies of eight images with noise on them below 0.17
GROWING = 1.1  # a young generator's samples are all alike too, but grow apart from epoch to epoch
NEAR = 0.1  # of the mean distance of real points: far less than from mode to mode of a ring or grid
THERE = 0.7  # of samples have a real point near, so that the generator has learned where these are
COVERED = 0.5  # of real points have a sample near; of a ring's eight modes that is four
SATURATED = 0.99  # a loss at 1% of a guess's; it stayed below 0.8 in healthy runs of the zoo
STILL = 1e-6  # float32 rounds to 1e-7, a single step of Adam moves weights by about 1e-3
MEMORISED = 0.2  # of all samples: over five standard errors of 256, and the presets lie at 0
DRIFTED = 0.5  # half as far as from one sample to the next; the presets lie below 0.25


class Finding(NamedTuple):
    """What a diagnosis measured, and what to say of it: a message, or None if all is well."""

    value: float | None
    message: str | None


def mode_collapse(
    samples: np.ndarray, real: np.ndarray, before: float | None = None, of: str = "samples"
) -> Finding:
    """Are samples far more alike than real ones are?

    Args:
        samples: array (n, d), see `features`.
        real: array (m, d).
        before: float, the diversity at the last look: while it grows all may be well; or None.
        of: str, what the message calls the samples.

    Returns:
        A `Finding` of their `diversity`.
    """
    value = diversity(samples, real)
    return _found(
        value,
        value < COLLAPSED and (before is None or value <= GROWING * before),
        f"Mode collapse: {of} are {value:.0%} as far apart as real ones, all alike or copies of a "
        "few. Try a lower learning rate for the generator, `pack=2`, another loss or a penalty.",
    )


def class_collapse(
    samples: np.ndarray,
    labels: np.ndarray,
    real: np.ndarray,
    real_labels: np.ndarray,
    before: float | None = None,
) -> Finding | None:
    """Are the samples of one class far more alike than the real ones of that class?

    Args:
        samples: array (n, d), see `features`.
        labels: int array (n,), their classes.
        real: array (m, d).
        real_labels: int array (m,).
        before: as for `mode_collapse`.

    Returns:
        A `Finding` of the least diverse class, or None if no class has four samples of both kinds.
    """
    found = {}
    for label in np.unique(labels):
        parts = samples[labels == label], real[real_labels == label]
        if min(map(len, parts)) >= 4:
            found[label] = diversity(*parts), parts
    if not found:
        return None
    worst = min(found, key=lambda label: found[label][0])
    return mode_collapse(*found[worst][1], before, of=f"samples of class {worst}")


def missing_modes(samples: np.ndarray, real: np.ndarray) -> Finding:
    """Do samples in the plane, or the like, keep to a part of where the real points are?

    Samples that are not where real points are either have not learned yet, and say nothing of it.

    Args:
        samples: array (n, d) of points.
        real: array (m, d) of points.

    Returns:
        A `Finding` of the share of real points that have a sample near.
    """
    apart = distances(real, samples)
    near = apart <= NEAR * spread(real)[0]
    value, right = float(near.any(axis=1).mean()), near.any(axis=0).mean()
    return _found(
        value,
        value < COVERED and right >= THERE,
        f"Missing modes: {right:.0%} of the samples lie near real points, but only {value:.0%} of "
        "the real points have a sample near. Try `pack=2`, a wider latent, another loss or a "
        "penalty.",
    )


def saturation(loss: AdversarialLoss, real: ArrayLike, fake: ArrayLike) -> Finding | None:
    """Does the discriminator tell real from generated so surely that there is nothing to learn?

    Args:
        loss: a `kerasgan.losses.AdversarialLoss`.
        real: array (n, ...), logits of real data.
        fake: array (n, ...), logits of samples.

    Returns:
        A `Finding` of 1 minus the discriminator's loss over that of the best guess, one logit for
        all: 0 if it does no better, 1 if it is sure of all. None for a loss with no such scale, as
        that of a Wasserstein critic is.
    """
    if loss.lipschitz:
        return None
    real, fake = np.asarray(real, "float32"), np.asarray(fake, "float32")
    guesses = np.linspace(-1, 1, 9, dtype="float32").reshape(-1, 1, 1)
    guess = min(float(loss.discriminator(logit, logit)) for logit in guesses)
    value = max(1 - float(loss.discriminator(real, fake)) / guess, 0.0)
    return _found(
        value,
        value >= SATURATED,
        f"Saturated discriminator: its loss is {1 - value:.2%} of a guess's, so that the generator "
        "learns little from it. Try a lower learning rate for it, `augment`, or a penalty such as "
        "'r1'.",
    )


def no_learning(weights: float, samples: float) -> Finding:
    """Does the generator stay as it is?

    Args:
        weights: float, the `change` of its weights since the last look.
        samples: float, that of its outputs for the same inputs.

    Returns:
        A `Finding` of the smaller one.
    """
    value = min(weights, samples)
    return _found(
        value,
        value < STILL,
        f"The generator no longer learns: since the last look its weights changed by {weights:.0e} "
        f"of their size, its outputs by {samples:.0e}. See whether its learning rate is 0, its "
        "outputs are stuck at the ends of their range, or its gradients vanish.",
    )


def memorisation(samples: np.ndarray, training: np.ndarray, usual: float = 0.0) -> Finding:
    """Are samples copies of training examples?

    Args:
        samples: array (n, d), see `features`.
        training: array (m, d), at least three rows, each there once.
        usual: float, the share of `copies` among training examples themselves, each beside all
            others: in the plane about 1 in 9, of images hardly any.

    Returns:
        A `Finding` of the share of `copies` among the samples.
    """
    value = float(copies(samples, training).mean())
    return _found(
        value,
        value - usual >= MEMORISED,
        f"Memorisation: {value:.0%} of the samples are copies of a training example, against "
        f"{usual:.0%} among these examples. Try more data, `augment`, a smaller generator, or "
        "stop earlier.",
    )


def drift(training: np.ndarray, inference: np.ndarray) -> Finding:
    """Does batch normalization at inference give something else than in training?

    Args:
        training: array (n, d), outputs with the statistics of their batch, see `features`.
        inference: array (n, d), outputs for the same inputs with the running statistics.

    Returns:
        A `Finding` of the mean distance of the two outputs, over the mean distance of outputs for
        two inputs.
    """
    apart = np.linalg.norm(training - inference, axis=1).mean()
    usual = max(spread(training)[0], spread(inference)[0])
    value = float(apart / usual) if usual else float(apart > 0)
    return _found(
        value,
        value >= DRIFTED,
        "Batch statistics: at inference the generator's outputs differ from those in training by "
        f"{value:.0%} of what two outputs differ by. Train for longer, use larger batches, or "
        "lower the momentum of its batch normalization.",
    )


def non_finite(arrays: Sequence[tuple[str, np.ndarray]]) -> Finding:
    """Do arrays hold NaN or infinite values?

    Args:
        arrays: list of (name, array).

    Returns:
        A `Finding` of how many values are not finite, whose message names the first such array.
    """
    broken = [
        (name, np.count_nonzero(~np.isfinite(array)), np.size(array))
        for name, array in arrays
        if not np.isfinite(array).all()
    ]
    if not broken:
        return Finding(0, None)
    name, count, size = broken[0]
    more = f", and some of {len(broken) - 1} more arrays" if broken[1:] else ""
    return Finding(
        int(sum(count for _, count, _ in broken)),
        f"Not finite: {count} of {size} values of {name} are NaN or infinite{more}. Go back to an "
        "earlier checkpoint and try a lower learning rate.",
    )


def _found(value, ill, message):
    return Finding(value, message if ill else None)
