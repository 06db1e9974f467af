"""Run by `test_export.py`: python -m tests.across.run_served FOLDER, with TensorFlow alone.

Calls what `run_export` exported, where neither kerasgan nor Keras can be imported, and leaves what
came out.
"""

import importlib.abc
import io
import json
import os
import re
import sys
import urllib.request
from pathlib import Path

import numpy as np


class Refuse(importlib.abc.MetaPathFinder):
    """TensorFlow looks whether there is Keras, and goes on without."""

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "kerasgan" or name.startswith("keras."):
            raise ImportError(name)


if __name__ == "__main__":
    sys.meta_path.insert(0, Refuse())

import tensorflow as tf  # noqa: E402


def rest(model, body):
    """What TensorFlow Serving's `:predict` answers to a body, both as JSON text."""
    body = json.loads(body)
    signature = model.signatures[body.pop("signature_name", "serving_default")]
    specs = signature.structured_input_signature[1]
    (form,) = body
    given = body[form]
    if form == "instances" and isinstance(given[0], dict):
        given = {key: [row[key] for row in given] for key in given[0]}
    elif not isinstance(given, dict):
        (name,) = specs
        given = {name: given}
    assert given.keys() == specs.keys()
    made = signature(**{key: tf.constant(x, specs[key].dtype) for key, x in given.items()})
    (only,) = made.values()
    answer = {"instances": "predictions", "inputs": "outputs"}[form]
    return json.dumps({answer: only.numpy().tolist()})


def call(model, name, **inputs):
    (made,) = model.signatures[name](**inputs).values()
    return made.numpy()


def serve(folder):
    """Leave what signatures make of the cases in a folder, and what else the export holds."""
    for kind in ("saved", "bytes"):
        if not (folder / kind).exists():
            continue
        model = tf.saved_model.load(str(folder / kind))
        for file in folder.glob("*.npz"):
            with np.load(file) as case:
                inputs = {name: case[name] for name in case.files if name != "want"}
            np.save(
                folder / f"{kind}.{file.stem}.npy", call(model, file.stem.split(".")[0], **inputs)
            )
    held = tf.train.list_variables(str(folder / "saved" / "variables" / "variables"))
    shapes = [shape for name, shape in held if name.startswith("_all_variables")]
    found = {
        name: [
            {key: (spec.shape.as_list(), spec.dtype.name) for key, spec in specs.items()}
            for specs in (f.structured_input_signature[1], f.structured_outputs)
        ]
        for name, f in tf.saved_model.load(str(folder / "saved")).signatures.items()
    }
    size = sum(int(np.prod(shape)) for shape in shapes)
    report = {"signatures": found, "size": size, "names": [name for name, _ in held]}
    (folder / "served.json").write_text(json.dumps(report))


def draws(folder):
    """What `generate` draws: the exported network gives latents as they are."""
    model = tf.saved_model.load(str(folder / "latents"))
    drawn = {
        f"{seed} {truncation}": call(model, "generate", n=5000, seed=seed, truncation=truncation)
        for seed in (7, 8)
        for truncation in (0.0, 0.5, 1.0, 1e-3)
    }
    again = call(model, "generate", n=5000, seed=7, truncation=0.0)
    np.savez(folder / "draws.npz", again=again, **drawn)
    noisy = tf.saved_model.load(str(folder / "noisy"))
    images = np.random.default_rng(0).uniform(-1, 1, (1, 64, 64, 1)).astype("float32")
    np.save(folder / "noisy.npy", [call(noisy, "AtoB", images=images) for _ in range(2)])


def labelled(folder):
    """`generate` of conditional models, with one label for all and with one each."""
    made = {}
    for name, one, several in (
        ("acgan", [2], [2, 2, 2]),
        ("conditional_gan_vectors", np.ones((1, 5), "float32"), np.ones((3, 5), "float32")),
    ):
        model = tf.saved_model.load(str(folder / name / "saved"))
        given = {"n": 3, "seed": 7, "truncation": 0.0}
        made[f"{name} one"] = call(model, "generate", labels=one, **given)
        made[f"{name} several"] = call(model, "generate", labels=several, **given)
        made[f"{name} other"] = call(model, "generate", labels=0 * np.asarray(one), **given)
        try:
            call(model, "generate", labels=several[:2], **given)
        except tf.errors.InvalidArgumentError:
            made[f"{name} refused"] = True
    np.savez(folder / "labelled.npz", **made)


def documented(folder, text):
    """Run the snippets of the page but the first, its request, and what the commands printed."""
    os.chdir(folder / "docs")
    model = tf.saved_model.load("serving/dcgan/1")
    urllib.request.urlopen = lambda request: io.StringIO(rest(model, request.data))
    made = {}
    for i, snippet in enumerate(re.findall(r"```python\n(.*?)```", text, re.DOTALL)[1:]):
        names = {}
        exec(snippet, names)
        made[f"snippet {i}"] = names["images"]
    (body,) = re.findall(r"curl .* -d '(.*)'", text)
    made["request"] = np.array(json.loads(rest(model, body))["outputs"])
    os.chdir("cli")
    for file in Path().glob("*.txt"):
        names, parts = {}, file.read_text().split("\n\n")
        exec(parts[-2].removeprefix("Python\n") + "\n" + parts[-1], names)
        made[file.stem] = names["made"]
        if "TensorFlow Serving" in file.read_text():
            body = json.dumps(eval(parts[1].split("\n")[1], names))
            made[f"{file.stem} request"] = np.array(
                json.loads(rest(names["model"], body))["outputs"]
            )
    np.savez(folder / "documented.npz", **made)


if __name__ == "__main__":
    top = Path(sys.argv[1]).resolve()
    for directory in sorted(path.parent for path in top.glob("*/signatures.json")):
        serve(directory)
    draws(top)
    labelled(top)
    documented(top, (Path(__file__).parents[2] / "docs" / "serving.md").read_text())
    assert not {"keras", "kerasgan"} & set(sys.modules)
