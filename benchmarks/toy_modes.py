"""How many modes of a ring and a grid of Gaussians each variant finds.

    KERAS_BACKEND=jax python -m benchmarks.toy_modes           # train all that is not there yet
    KERAS_BACKEND=jax python -m benchmarks.toy_modes --only R3GAN --data grid --seeds 0
    python -m benchmarks.toy_modes --table                     # print the results

Data and scores are those of PacGAN (Lin, Khetan, Fanti & Oh 2018, arXiv:1712.04086, section 4.1):
100,000 points of eight Gaussians of standard deviation 0.01 on a circle of radius 1, or of 25 of
0.05 on a 5 by 5 grid of spacing 2; latents from N(0, I_2); 2,500 samples are scored. Networks and
training are not: here both networks have three hidden layers of 128 with LeakyReLU 0.2 (the paper's
are 4 of 400 with batch norm, and 3 of 200 maxout units of 5 pieces, for 400,000 steps).

`SETTINGS` says what each variant does else. ConditionalGAN and ACGAN are told the number of the
Gaussian, and their samples' labels are drawn uniformly, so their modes come nearly for free.

Each run is added to `benchmarks/results/toy_modes.json` when it ends, and is not made again as long
as its settings stay the same.
"""

import argparse
import json
import time
from pathlib import Path

PATH = Path(__file__).parent / "results" / "toy_modes.json"
STEPS = 25_000
UNITS = (128, 128, 128)
BATCH = 128  # for each step of the discriminator
POINTS = 100_000

# name: variant of `apps.toy_2d.VARIANTS`; else only what differs from `DEFAULTS`
DEFAULTS = {
    "pack": 1,
    "optimizer": "adam",
    "rate": 1e-3,
    "beta_1": 0.0,
    "beta_2": 0.999,
    "ema_decay": 0.999,
}
SETTINGS = {
    "R3GAN": {"rate": 3e-3, "beta_1": 0.0, "beta_2": 0.99, "gamma": 0.5},
    "GAN, R1, pack 2": {"variant": "GAN", "rate": 3e-3, "r1": 0.5, "pack": 2},
    "GAN, R1": {"variant": "GAN", "rate": 3e-3, "r1": 0.5},
    "GAN": {},
    "GAN, pack 2": {"variant": "GAN", "pack": 2},
    "GAN, pack 4": {"variant": "GAN", "pack": 4},
    "ConditionalGAN": {},
    "ACGAN": {},
    "DCGAN": {},
    "LSGAN": {},
    "WGAN": {"optimizer": "rmsprop", "clip": 0.1},
    "WGANGP": {"beta_1": 0.0, "beta_2": 0.9, "gradient_penalty": 1.0},
    "SNGAN": {"beta_1": 0.0, "beta_2": 0.9},
}
SEEDS = {"R3GAN": (0, 1, 2), "GAN, R1, pack 2": (0, 1, 2)}  # the others: 0


def settings_of(name):
    """All settings of a row of the table, those of `DEFAULTS` included."""
    from apps import toy_2d

    settings = {"variant": name, **DEFAULTS, **SETTINGS[name]}
    critic_steps = toy_2d.VARIANTS[settings["variant"]][0].get("critic_steps", 1)
    return {**settings, "critic_steps": critic_steps, "units": list(UNITS), "batch": BATCH}


def optimizer(settings, steps):
    """Adam or RMSprop with half a cosine from the rate to zero."""
    import keras

    rate = keras.optimizers.schedules.CosineDecay(settings["rate"], steps)
    if settings["optimizer"] == "rmsprop":
        return keras.optimizers.RMSprop(rate)
    return keras.optimizers.Adam(rate, beta_1=settings["beta_1"], beta_2=settings["beta_2"])


def penalty(settings, steps):
    """The discriminator's penalty; None for the variant's own."""
    from kerasgan import losses, optimizers

    if "gamma" in settings:
        gamma = optimizers.Cosine(settings["gamma"], settings["gamma"] / 10, steps)
        return [losses.R1(gamma), losses.R2(gamma)]
    if "r1" in settings:
        return losses.R1(settings["r1"])
    if "clip" in settings:
        return losses.WeightClipping(settings["clip"])
    if "gradient_penalty" in settings:
        return losses.GradientPenalty(settings["gradient_penalty"])
    return None


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


def train(settings, data, seed, steps):
    """Train a model and score it.

    Args:
        settings: dict as of `settings_of`.
        data: "ring" or "grid".
        seed: int, of the data, the networks and the latents.
        steps: int, of the generator.

    Returns:
        Dict of `modes`, `high_quality`, `reverse_kl`, `kl`, and `seconds` of training.
    """
    import keras

    import kerasgan as kg
    from apps import toy_2d

    keras.utils.set_random_seed(seed)
    draw, means, std = toy_2d.DATA[data]
    points = draw(n=POINTS, seed=seed)
    gan = toy_2d.make(
        settings["variant"],
        units=settings["units"],
        pack=settings["pack"],
        classes=len(means),
        critic_steps=settings["critic_steps"],
        ema_decay=settings["ema_decay"],
        seed=seed,
    )
    labels = None if gan.condition is None else toy_2d.nearest(points, means)
    fast = keras.backend.backend() != "torch" and steps % 50 == 0  # PyTorch has no such thing
    gan.compile(
        optimizer={
            "discriminator": optimizer(settings, steps * settings["critic_steps"]),
            "generator": optimizer(settings, steps),
        },
        penalty=penalty(settings, steps * settings["critic_steps"]),
        steps_per_execution=50 if fast else 1,
    )
    size = settings["batch"] * settings["critic_steps"]
    start = time.perf_counter()
    gan.fit(batches(points, labels, size, seed), steps_per_epoch=steps, shuffle=False, verbose=0)
    seconds = time.perf_counter() - start
    samples = gan.generate(2500, seed=seed)
    return {**kg.metrics.mode_statistics(samples, means, std), "seconds": round(seconds, 3)}


def versions():
    """Releases of what the runs depend on."""
    import importlib.metadata

    import keras

    backend = keras.backend.backend()
    return {name: importlib.metadata.version(name) for name in ("keras", backend, "numpy")}


def read(path=PATH):
    """The records made so far, a list of dicts."""
    path = Path(path)
    return json.loads(path.read_text()) if path.exists() else []


def add(record, path=PATH):
    """Add a record, in place of one of the same row, data and seed."""
    path = Path(path)
    kept = [old for old in read(path) if key(old) != key(record)]
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps([*kept, record], indent=1) + "\n")
    new.replace(path)


def key(record):
    """What a record is the result of, besides settings."""
    return record["name"], record["data"], record["seed"]


def runs(only=None, data=("ring", "grid"), seeds=None):
    """All (name, data, seed) to be trained, in order."""
    return [
        (name, which, seed)
        for name in only or SETTINGS
        for which in data
        for seed in (seeds or SEEDS.get(name, (0,)))
    ]


def train_all(wanted, steps=STEPS, path=PATH):
    """Train what is not in the file yet with the same settings and steps.

    Args:
        wanted: list of (name, data, seed).
        steps: int, of the generator.
        path: path of the JSON file.
    """
    import keras

    for name, data, seed in wanted:
        settings = settings_of(name)
        plan = {"name": name, "data": data, "seed": seed, "steps": steps, "settings": settings}
        if any({**old, **plan} == old for old in read(path)):
            print(f"{name}, {data}, seed {seed}: there already", flush=True)
            continue
        scores = train(settings, data, seed, steps)
        backend = {"backend": keras.backend.backend(), "versions": versions()}
        add({**plan, **scores, **backend}, path)
        print(f"{name}, {data}, seed {seed}: {scores}", flush=True)


def table(records):
    """The records as a markdown table, one row for each name, seeds side by side."""
    totals = {"ring": 8, "grid": 25}
    heads = [f"{data}: modes of {n} | HQ % | reverse KL" for data, n in totals.items()]
    lines = [f"| variant | {' | '.join(heads)} | seeds |", "|---|" + "---|" * 7]
    for name in SETTINGS:
        cells, seeds = [], set()
        for data in totals:
            found = sorted(
                (r for r in records if r["name"] == name and r["data"] == data),
                key=lambda r: r["seed"],
            )
            seeds.update(r["seed"] for r in found)
            cells.append(", ".join(str(r["modes"]) for r in found))
            cells.append(", ".join(f"{r['high_quality']:.1%}"[:-1] for r in found))
            cells.append(", ".join(f"{r['reverse_kl']:.3f}" for r in found))
        if seeds:
            cells = [cell or "-" for cell in cells]
            lines.append(f"| {name} | {' | '.join(cells)} | {', '.join(map(str, sorted(seeds)))} |")
    return "\n".join(lines)


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=SETTINGS, help="rows of the table")
    parser.add_argument("--data", nargs="+", choices=("ring", "grid"), default=("ring", "grid"))
    parser.add_argument("--seeds", nargs="+", type=int)
    parser.add_argument("--steps", type=int, default=STEPS, help="of the generator")
    parser.add_argument("--out", type=Path, default=PATH, help="the JSON file")
    parser.add_argument("--table", action="store_true", help="print the table, train nothing")
    args = parser.parse_args(argv)
    if not args.table:
        train_all(runs(args.only, args.data, args.seeds), args.steps, args.out)
    print(table(read(args.out)))


if __name__ == "__main__":
    main()
