"""Runs random command lines of `kerasgan` in one process, and counts what no command should do.

    KERAS_BACKEND=torch python -m tools.fuzz_cli --lines 500 --seed 0

Half of the lines are well formed, with random values; the other half is nonsense. A line is to end
well, or with 1 or 2 and one sentence: another exception is "uncaught" (one that only the command's
last net caught, too), a line that is not over in time is a "hang".
"""

import argparse
import collections
import contextlib
import functools
import io
import json
import os
import random
import resource
import shlex
import signal
import sys
import tempfile
import traceback
import warnings
from importlib import import_module
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from kerasgan import cli, runs
from kerasgan.cli import train

BYTES = 24 * 2**30  # of address space, so that no line takes the machine down
HUGE = str(10**12), str(10**30), "9" * 5000
INTS = "-1", "0", "1", "2", "3", "5", "8", "16", *HUGE
FLOATS = "nan", "inf", "-1", "0", "1e-3", "0.5", "1", "2", "1e308", "1e400"
WORDS = (
    *("", " ", "none", "true", "adam", "r1=nan", "r1=0.5", "hinge,hinge", "A2B", "1,2", "1,,2"),
    *("each", "~nouser", "~", "/dev/null", "/proc/self/mem", "..", "x" * 300, "a\x00b", "ß\udcff"),
    *("tfds:", "tfds:none", "{", "[" * 5000, '{"a":' * 5000, "null", "%s", "--", "-", "-h"),
)
OPTIMIZERS = (
    *("adam", "sdg", "{}", '{"generator": null}', '{"generator": {"generator": {"a": 1}}}'),
    *('{"class_name": "Adam", "config": []}', '{"class_name": 3, "config": {"learning_rate": []}}'),
    *(
        '{"generator": {"class_name": "Adam", "config": {"learning_rate": "a"}}}',
        '{"rater": "sgd"}',
    ),
    '{"class_name": "Adam", "config": {"learning_rate": NaN, "beta_1": 1e999}}',
)
SMALL = {  # options that keep a model small
    "filters": "2", "generator_filters": "2", "discriminator_filters": "2", "blocks": "1",
    "generator_units": "4", "discriminator_units": "4", "pool_size": "2", "latent_dim": "3",
}  # fmt: skip
ADAM = {"class_name": "Adam", "config": {"learning_rate": 1e-3}}
LENGTHS = ("epochs", "in_all", "steps")  # options that would only make a training long
UNFIT = ("broken", "empty", "text.npz")  # data
ENDLESS = ("studio", "serve")  # which wait for Ctrl-C
COMMANDS = [name for name in cli.COMMANDS if name not in ENDLESS]
WEIGHTS = {
    **{"train": 12, "generate": 4, "translate": 4, "anomalies": 4, "evaluate": 4},
    **{"demo": 1, "list": 1},
}
EDITS = (  # of a run's settings
    *({"epochs": -1}, {"data": None}, {"model": {"latent_dim": None}}, {"compile": [1]}),
    *({"variant": ["GAN"]}, {"variant": "models"}, {"seed": 1e99}, {"steps": "x"}, {"mine": 1}),
    *({"evaluation": {"metrics": 3}}, {"data": {"source": 3}}, {"schedule": ["cosine"]}),
    *({"compile": {"optimizer": {"generator": {"generator": ADAM}}}}, {"backend": 3}),
)


class Hang(BaseException):
    """A line took too long."""


def prepare() -> dict[str, list[str]]:
    """Makes data, pictures and runs in the working folder; what values there are, by kind."""
    pixels = np.random.default_rng(0)
    np.savez(
        "data.npz", images=pixels.integers(0, 256, (48, 16, 16), "uint8"), labels=[0, 1, 2] * 16
    )
    np.savez("points.npz", images=pixels.normal(size=(12, 2)))
    for side in ("trainA", "trainB", "testA", "testB"):
        Path("sides", side).mkdir(parents=True)
        for i in range(4):
            picture = Image.fromarray(pixels.integers(0, 256, (16, 16, 3), "uint8"))
            picture.save(Path("sides", side, f"{i}.png"))
    Path("broken").mkdir()
    Path("broken", "a.png").write_bytes(Path("sides", "trainA", "0.png").read_bytes()[:60])
    Path("empty").mkdir()
    Path("text.npz").write_text("no array")
    model = {"latent_dim": 3, "generator_units": [4], "discriminator_units": [4]}
    data = {"source": "data.npz", "batch_size": 4}
    base = {"data": data, "max_steps": 2, "compile": {}}
    runs.start({**base, "variant": "GAN", "model": model}, "gan", verbose=0)
    classes = {"num_classes": 3, **model}
    runs.start({**base, "variant": "ConditionalGAN", "model": classes}, "classes", verbose=0)
    small = {"scale": 2, "filters": 2, "blocks": 1}
    runs.start({**base, "variant": "SRResNet", "model": small}, "large", verbose=0)
    settings = json.loads(Path("gan", "config.json").read_text())
    texts = [json.dumps({**settings, "steps": None, **edit}) for edit in EDITS]
    texts += ["null", "[]", "{", "[" * 99_999, '{"a":' * 9999, json.dumps(settings)[:99], ""]
    for i, text in enumerate(texts):
        Path(f"edited{i}").mkdir()
        Path(f"edited{i}", "config.json").write_text(text)
    edited = [f"edited{i}" for i in range(len(texts))]
    models = [
        "gan",
        "classes",
        "large",
        "gan/model.keras",
        "dcgan_fashion_mnist",
        "gan/config.json",
    ]
    return {
        "model": [*12 * models, "sides", *edited],
        "run": [*models[:3], *edited, "empty", "."],
        "data": [*3 * ["data.npz", "sides/trainA"], *("points.npz", "sides"), *UNFIT],
        "against": [f"{place}/config.json" for place in edited],
        "out": ["new", "new.png", "new.npz", "new.json", "gan", "sides", "data.npz", "new.onnx"],
    }


def value(action: argparse.Action, places: dict[str, list[str]], rng: random.Random) -> str:
    """A random value of an option or argument, of its type more often than not."""
    if rng.random() < 0.1:
        return rng.choice((*WORDS, *INTS, *FLOATS))
    if action.choices:
        return str(rng.choice(list(action.choices)))
    kind = getattr(action.type, "__name__", "")
    known = {
        **{"int": INTS, "float": FLOATS, "optimizer": OPTIMIZERS},
        **{"numbers": ("4", "4,4", *INTS), "one_or_more": ("8", "8,8", *INTS)},
        **{"model": places["model"], "resume": places["run"]},
        **{name: places[name] for name in ("data", "out", "against")},
        "gan": places["model"],
    }
    return rng.choice(known.get(action.dest) or known.get(kind) or WORDS)


@functools.cache
def options(command: str, model: str | None = None) -> list[argparse.Action]:
    """The options and arguments of a command, or of the training of a model."""
    parser = cli.Command()
    if model is None:
        import_module(f"kerasgan.cli.{command}").add_arguments(parser)
    else:
        train._add_model(parser, model)
    return [action for action in parser._actions if action.dest not in ("help", "variant")]


def well_formed(places: dict[str, list[str]], rng: random.Random) -> list[str]:
    """A line of options that are there, with what must be there, and random values."""
    words = rng.choices(COMMANDS, [WEIGHTS.get(name, 2) for name in COMMANDS])
    if words == ["train"]:
        words += [rng.choice(list(cli.names.models()))] * (rng.random() < 0.85)
    if words == ["demo"]:
        return [*words, "--epochs", rng.choice(("-1", "0", "x")), "--seed", rng.choice(INTS)]
    actions = options(*words)
    line = [word.lower() for word in words]
    given = {}
    if words == ["train"]:
        line += ["--resume", rng.choice(places["run"])]
    if words == ["evaluate"]:
        line += ["--split", "train"]
    if len(words) == 2:
        sides = words[1] in ("CUT", "CycleGAN", "Pix2Pix")
        line += ["--data", "sides" if sides else "data.npz", "--steps", "1", "--batch-size", "4"]
        line += ["--out", f"run{rng.randrange(10**6)}"]
        names = {action.dest for action in actions}
        line += [t for n, v in SMALL.items() if n in names for t in (f"--{n.replace('_', '-')}", v)]
    for action in actions:
        if action.required and not (action.dest == "data" and len(words) == 2):
            given[action] = value(action, places, rng)
    free = [a for a in actions if a.option_strings and a.dest not in LENGTHS]
    for action in rng.sample(free, min(len(free), rng.choice((1, 1, 1, 2, 3)))):
        given[action] = None if action.nargs == 0 else value(action, places, rng)
    for action, text in given.items():
        flag = [rng.choice(action.option_strings)] if action.option_strings else []
        line += flag + ([text] if text is not None and action.nargs != 0 else [])
    return line


def nonsense(places: dict[str, list[str]], rng: random.Random) -> list[str]:
    """A line of words that do not belong together, of which none begins a long training."""
    flags = ["--" + n for n in ("n", "data", "out", "labels", "resume", "seed", "steps", "format")]
    flags += ["--optimizer", "--image-size", "--metrics", "--against", "--as-uint8", "--tile", "-h"]
    pool = [*COMMANDS, *flags, *WORDS, *INTS, *OPTIMIZERS]
    pool += [name.lower() for name in cli.names.models()]
    pool += [place for found in places.values() for place in found]
    if rng.random() < 0.5:
        line = [rng.choice(pool) for _ in range(rng.randrange(6))]
        line = [w for w in [rng.choice(COMMANDS[1:]), *line] if w != "demo"]
    else:
        line = well_formed(places, rng)
        for _ in range(rng.choice((1, 1, 2, 3))):
            i = rng.randrange(len(line))
            change = rng.choice(("drop", "swap", "add", "double", "cut"))
            if change == "drop":
                line.pop(i)
            elif change == "swap":
                line[i] = rng.choice(pool)
            elif change == "cut":
                line[i] = line[i][: rng.randrange(len(line[i]) + 1)]
            else:
                line.insert(i, rng.choice(pool) if change == "add" else line[i])
            if not line:
                break
    if line[:1] == ["train"] and len(line) > 1:
        line += ["--steps", "1"]
    return [] if line[:1] == ["demo"] else line


MAKERS = well_formed, nonsense
ENDS = "ok", "1", "2", "uncaught", "hang"


def outcome(line: list[str], seconds: int) -> tuple[str, str]:
    """How a line ends: "ok", "1", "2", "uncaught" or "hang"; and what there is to tell of it."""
    out, err = io.StringIO(), io.StringIO()
    signal.alarm(seconds)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            cli.main(line)
        code = 0
    except SystemExit as stop:
        code = stop.code or 0
    except Hang:
        return "hang", f"more than {seconds} s"
    except BaseException:
        return "uncaught", traceback.format_exc(limit=-4)
    finally:
        signal.alarm(0)
    said = [text for text in err.getvalue().splitlines() if "error: " in text]
    sentence = said[-1] if said else err.getvalue()[-300:]
    fine = code == 0 or (
        code in (1, 2)
        and len(said) == 1
        and err.getvalue().rstrip().endswith(sentence.rstrip())
        and "PYTHONDEVMODE" not in sentence
        and not sentence.rstrip().endswith("error:")
    )
    return ("ok" if code == 0 else str(code)) if fine else "uncaught", sentence


def fuzz(lines: int, seed: int, seconds: int = 60, verbose: bool = False) -> dict:
    """Runs lines in the working folder, which gets data and runs for them.

    Returns:
        Dict of (kind of line, end) to the lines that ended so.
    """

    def ring(*_):
        raise Hang

    before = signal.signal(signal.SIGALRM, ring)
    rng, found = random.Random(seed), collections.defaultdict(list)
    places = prepare()
    for number in range(lines):
        maker = MAKERS[number % 2]
        line = maker(places, rng)
        end, told = outcome(line, seconds)
        keras.backend.clear_session()
        shown = " ".join(shlex.quote(w if len(w) < 60 else f"{w[:40]}...") for w in line)
        found[maker.__name__, end].append(f"{number}: {end}: {ascii(shown)[1:-1]} -> {ascii(told)}")
        if verbose:
            print(found[maker.__name__, end][-1][:500], flush=True)
    signal.signal(signal.SIGALRM, before)
    return found


def main() -> None:
    """Prints what went wrong, and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=60, help="after which a line hangs")
    parser.add_argument("--verbose", action="store_true", help="print how each line ended")
    args = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(KERAS_HOME=home, HOME=home)
        Path(home, "work").mkdir()
        with contextlib.chdir(Path(home, "work")):
            found = fuzz(**vars(args))
    wrong = [line for key in found for line in found[key] if key[1] in ENDS[3:]]
    print(*wrong, sep="\n")
    print(f"{keras.backend.backend():10}, seed {args.seed:3}", *(f"{e:>9}" for e in ENDS), sep="")
    for kind in MAKERS:
        numbers = (len(found[kind.__name__, end]) for end in ENDS)
        print(f"{kind.__name__:20}", *(f"{n:>9}" for n in numbers), sep="")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
