"""Trains models of the ring and of the grid of Gaussians, and scores their samples."""

SCORES = ("modes", "high_quality", "reverse_kl")


def score(samples, data):
    """The three scores of samples of "ring" or "grid"."""
    import kerasgan as kg
    from apps import toy_2d

    _, means, std = toy_2d.DATA[data]
    found = kg.metrics.mode_statistics(samples, means, std)
    return {"scores": {name: found[name] for name in SCORES}}


def batches(points, labels, size, seed):
    """Endless batches of points, and labels if there are any, each point drawn anew.

    `fit` takes less time with them than with the whole array, which goes through tf.data: under
    JAX 4.3 ms a step in place of 5.1 on one busy core.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    while True:
        chosen = rng.integers(len(points), size=size)
        yield (points[chosen],) if labels is None else (points[chosen], labels[chosen])


def train(make, configuration, seed, folder):
    """Train the model that `make` gives of a configuration and a seed, and score its samples."""
    import keras

    from apps import toy_2d

    given = configuration
    keras.utils.set_random_seed(seed)
    draw, means, _ = toy_2d.DATA[given["data"]]
    real = draw(n=given["points"], seed=seed)
    model = make(given, seed)
    critic_steps = given["steps"] * given["critic_steps"]
    fast = keras.backend.backend() != "torch" and given["steps"] % 50 == 0
    model.compile(
        optimizer={
            "discriminator": optimizer(given, critic_steps),
            "generator": optimizer(given, given["steps"]),
        },
        penalty=penalties(given["penalty"], critic_steps),
        steps_per_execution=50 if fast else 1,  # PyTorch has no such thing
    )
    labels = None if model.condition is None else toy_2d.nearest(real, means)
    stream = batches(real, labels, given["batch"] * given["critic_steps"], seed)
    model.fit(stream, steps_per_epoch=given["steps"], shuffle=False, verbose=0)
    return score(model.generate(given["samples"], seed=seed), given["data"])


def optimizer(configuration, steps):
    """Adam or RMSprop with half a cosine from the rate to zero."""
    import keras

    given = configuration
    rate = keras.optimizers.schedules.CosineDecay(given["rate"], steps)
    if given["optimizer"] == "rmsprop":
        return keras.optimizers.RMSprop(rate)
    names = ("beta_1", "beta_2", "epsilon")
    return keras.optimizers.Adam(rate, **{name: given[name] for name in names})


def penalties(weights, steps):
    """Penalties of a dict of name to first and last weight; of None, the variant's own."""
    from kerasgan import losses, optimizers

    if not weights:
        return None if weights is None else "none"
    return [
        getattr(losses, name)(first if first == last else optimizers.Cosine(first, last, steps))
        for name, (first, last) in weights.items()
    ]
