"""What goes wrong in adversarial training, told from samples, logits and weights."""

from typing import NamedTuple

import numpy as np

SIDE = 32  # images are averaged down to that many pixels, where modes still show and time is saved
COLLAPSED = 0.2  # the presets lie above 0.65, copies of eight images with noise on them below 0.17
GROWING = 1.1  # a young generator's samples are all alike too, but grow apart from epoch to epoch
NEAR = 0.1  # of the mean distance of real points: far less than from mode to mode of a ring or grid
THERE = 0.7  # of samples have a real point near, so that the generator has learned where these are
COVERED = 0.5  # of real points have a sample near; of a ring's eight modes that is four
SATURATED = 0.99  # a loss at 1% of a guess's; it stayed below 0.8 in healthy runs of the zoo
STILL = 1e-6  # float32 rounds to 1e-7, a single step of Adam moves weights by about 1e-3
TWICE = 1 / 3  # nearest distance over the second nearest, as Yoon et al. draw the line
MEMORISED = 0.2  # of all samples: over five standard errors of 256, and the presets lie at 0
DRIFTED = 0.5  # half as far as from one sample to the next; the presets lie below 0.25


class Finding(NamedTuple):
    """What a diagnosis measured, and what to say of it: a message, or None if all is well."""

    value: float
    message: str | None


def features(data):
    """Data as rows in which distances mean something.

    Args:
        data: array (n, height, width, channels) or (n, d).

    Returns:
        float32 array (n, features): of images the pixels, averaged in squares where a side is
        longer than 32; of points their coordinates.

    Example:

    >>> features(np.zeros((5, 64, 48, 3))).shape
    (5, 2304)
    """
    data = np.asarray(data, "float32")
    if data.ndim == 4:
        n, *sides, channels = data.shape
        size = -(-max(sides) // SIDE)
        rows, columns = (max(side // size, 1) for side in sides)
        data = data[:, : rows * size, : columns * size]
        data = data.reshape(n, rows, -1, columns, data.shape[2] // columns, channels).mean((2, 4))
    return data.reshape(len(data), -1)


def distances(x, y):
    """Euclidean distances (n, m) of rows x (n, d) from rows y (m, d), in float64."""
    centre = y.mean(axis=0, dtype="float64")  # |x|^2 + |y|^2 - 2 x.y rounds least near the origin
    x, y = x - centre, y - centre
    squares = (x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1) - 2 * x @ y.T
    return np.sqrt(np.maximum(squares, 0))


def _spread(x):
    """The mean distance of two rows, and the median distance of a row from its nearest."""
    apart = distances(x, x)[~np.eye(len(x), dtype=bool)].reshape(len(x), -1)
    return np.array([apart.mean(), np.median(apart.min(axis=1))])


def diversity(samples, real):
    """How far apart samples are, in units of how far apart real ones are.

    Args:
        samples: array (n, d), see `features`.
        real: array (m, d). As many rows of both are used, at least two.

    Returns:
        The smaller of two ratios, a float: of the mean distances of two rows, which are small if
        all samples are alike; and of the median distances of a row from its nearest, which are
        small if samples repeat a few. 1.0 if the real ones are all the same.

    Example:

    >>> real = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
    >>> diversity(real / 4, real)
    0.25
    """
    n = min(len(samples), len(real))
    ours, theirs = _spread(samples[:n]), _spread(real[:n])
    known = theirs > 0
    return float((ours[known] / theirs[known]).min()) if known.any() else 1.0


def mode_collapse(samples, real, before=None, of="samples"):
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
    if value >= COLLAPSED or (before is not None and value > GROWING * before):
        return Finding(value, None)
    return Finding(
        value,
        f"Mode collapse: {of} are {value:.0%} as far apart as real ones, all alike or copies of a "
        "few. Try a lower learning rate for the generator, `pack=2`, another loss or a penalty.",
    )


def class_collapse(samples, labels, real, real_labels, before=None):
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


def missing_modes(samples, real):
    """Do samples in the plane, or the like, keep to a part of where the real points are?

    Samples that are not where real points are either have not learned yet, and say nothing of it.

    Args:
        samples: array (n, d) of points.
        real: array (m, d) of points.

    Returns:
        A `Finding` of the share of real points that have a sample near.
    """
    apart = distances(real, samples)
    near = apart <= NEAR * _spread(real)[0]
    value, right = float(near.any(axis=1).mean()), near.any(axis=0).mean()
    if value >= COVERED or right < THERE:
        return Finding(value, None)
    return Finding(
        value,
        f"Missing modes: {right:.0%} of the samples lie near real points, but only {value:.0%} of "
        "the real points have a sample near. Try `pack=2`, a wider latent, another loss or a "
        "penalty.",
    )


def saturation(loss, real, fake):
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
    if value < SATURATED:
        return Finding(value, None)
    return Finding(
        value,
        f"Saturated discriminator: its loss is {1 - value:.2%} of a guess's, so that the generator "
        "learns little from it. Try a lower learning rate for it, `augment`, or a penalty such as "
        "'r1'.",
    )


def change(before, after):
    """How much arrays changed: the norm of the differences over the norm of what they were.

    Args:
        before: list of arrays.
        after: list of arrays of the same shapes.

    Returns:
        A float, at least 0.

    Example:

    >>> change([np.array([3.0, 4.0])], [np.array([3.0, 4.5])])
    0.1
    """
    moved = sum(np.square(a - b).sum(dtype="float64") for a, b in zip(after, before, strict=True))
    size = sum(np.square(b).sum(dtype="float64") for b in before)
    return float(np.sqrt(moved / size)) if size else float(moved > 0)


def no_learning(weights, samples):
    """Does the generator stay as it is?

    Args:
        weights: float, the `change` of its weights since the last look.
        samples: float, that of its outputs for the same inputs.

    Returns:
        A `Finding` of the smaller one.
    """
    value = min(weights, samples)
    if value >= STILL:
        return Finding(value, None)
    return Finding(
        value,
        f"The generator no longer learns: since the last look its weights changed by {weights:.0e} "
        f"of their size, its outputs by {samples:.0e}. See whether its learning rate is 0, its "
        "outputs are stuck at the ends of their range, or its gradients vanish.",
    )


def copies(samples, training, own=None):
    """Which samples lie on one training example, by the distances of the nearest two.

    A sample that lies on an example is much nearer to it than to the next. So Yoon, Choi, Kwon &
    Ryu 2023, Diffusion Probabilistic Models Generalize when They Fail to Memorize, tell copies;
    blurred samples, which are near to everything, are none.

    Args:
        samples: array (n, d), see `features`.
        training: array (m, d), at least three rows, each there once.
        own: int array (n,), rows of `training` that the samples are themselves, not to be counted.

    Returns:
        bool array (n,).
    """
    apart = distances(samples, training)
    if own is not None:
        apart[np.arange(len(samples)), own] = np.inf
    nearest, second = np.partition(apart, 1, axis=1)[:, :2].T
    return nearest < TWICE * second


def memorisation(samples, training, usual=0.0):
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
    if value - usual < MEMORISED:
        return Finding(value, None)
    return Finding(
        value,
        f"Memorisation: {value:.0%} of the samples are copies of a training example, against "
        f"{usual:.0%} among these examples. Try more data, `augment`, a smaller generator, or "
        "stop earlier.",
    )


def drift(training, inference):
    """Does batch normalization at inference give something else than in training?

    Args:
        training: array (n, d), outputs with the statistics of their batch, see `features`.
        inference: array (n, d), outputs for the same inputs with the running statistics.

    Returns:
        A `Finding` of the mean distance of the two outputs, over the mean distance of outputs for
        two inputs.
    """
    apart = np.linalg.norm(training - inference, axis=1).mean()
    spread = max(_spread(training)[0], _spread(inference)[0])
    value = float(apart / spread) if spread else float(apart > 0)
    if value < DRIFTED:
        return Finding(value, None)
    return Finding(
        value,
        "Batch statistics: at inference the generator's outputs differ from those in training by "
        f"{value:.0%} of what two outputs differ by. Train for longer, use larger batches, or "
        "lower the momentum of its batch normalization.",
    )


def non_finite(arrays):
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
