import inspect
import json
import os
import signal
import subprocess
import sys

import keras
import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from kerasgan import cli, runs
from kerasgan.cli import options, train

VARIANTS = train.variants()


@pytest.fixture
def data(tmp_path):
    """An .npz file of 40 images 16x16x1 in 3 classes."""
    rng = np.random.default_rng(0)
    path = tmp_path / "data.npz"
    np.savez(path, images=rng.integers(0, 256, (40, 16, 16), "uint8"), labels=np.arange(40) % 3)
    return str(path)


@pytest.fixture
def quick(data, tmp_path):
    """A command line of a short training of small networks, without the model's name."""
    argv = ["--data", data, "--batch-size", "4", "--out", str(tmp_path / "run"), "--steps", "2"]
    return argv + ["--run-eagerly"] * (keras.backend.backend() == "tensorflow")


def small(name):
    """Options that make a model small."""
    found = options.parameters(VARIANTS[name], "__init__")
    sizes = {
        "filters": "8",
        "generator_filters": "8",
        "discriminator_filters": "8",
        "generator_units": "8",
        "discriminator_units": "8",
    }
    return [t for k, v in sizes.items() if k in found for t in ("--" + k.replace("_", "-"), v)]


def failure(argv, capsys):
    """What a command says on stderr that ends with 2."""
    with pytest.raises(SystemExit) as stop:
        cli.main(argv)
    assert stop.value.code == 2
    return capsys.readouterr().err


def test_demo_leaves_what_it_says(tmp_path, capsys, monkeypatch):
    load = kg.datasets.load

    def few(source, **kwargs):
        assert source == "fashion_mnist_10k"
        return load(source, **kwargs).take(2)

    monkeypatch.setattr(kg.datasets, "load", few)
    cli.main(["demo", "--epochs", "2", "--out", str(tmp_path)])
    said = capsys.readouterr().out
    for name in ("latest.png", "timelapse.gif", "samples/", "losses.png", "model.keras"):
        assert name in said and (tmp_path / name).exists()
    assert len(list((tmp_path / "samples").glob("*.png"))) == 3
    assert Image.open(tmp_path / "timelapse.gif").n_frames == 3
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 3


def test_list_names_what_there_is(capsys):
    cli.main(["list"])
    said = capsys.readouterr().out
    assert "GAN" in said and "fashion_mnist_10k" in said and "non_saturating" in said


def test_version_and_help(capsys):
    for argv, want in ((["--version"], f"kerasgan {kg.__version__}"), (["--help"], "demo")):
        with pytest.raises(SystemExit) as stop:
            cli.main(argv)
        assert stop.value.code == 0 and want in capsys.readouterr().out


def test_import_starts_neither_tensorflow_nor_pictures():
    """Under JAX and PyTorch, `import kerasgan` adds no TensorFlow to what Keras itself imports."""
    code = (
        "import sys, keras; before = set(sys.modules); import kerasgan; "
        "added = {m.split('.')[0] for m in set(sys.modules) - before}; "
        "print(sorted(added & {'tensorflow', 'matplotlib', 'tensorflow_datasets'}))"
    )
    for backend in ("jax", "torch"):
        made = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "KERAS_BACKEND": backend},
            capture_output=True,
            text=True,
            check=True,
        )
        assert made.stdout.strip() == "[]", made.stdout


def test_the_bundled_images_are_in_the_package():
    images = np.stack([batch for batch in kg.datasets.load("fashion_mnist_10k", 1000)])
    assert images.shape == (10, 1000, 28, 28, 1)
    assert images.min() == -1 and images.max() == 1


@pytest.mark.parametrize("name", VARIANTS)
def test_train_offers_every_argument_and_explains_it(name, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["train", name, "--help"])
    assert stop.value.code == 0
    said = capsys.readouterr().out
    cls = VARIANTS[name]
    for method in ("__init__", "compile"):
        found = options.parameters(cls, method)
        assert {"ema_decay", "critic_steps"} <= set(found) or method == "compile"
        for parameter, (_, text) in found.items():
            if parameter not in train.NOT_OPTIONS:
                assert f"--{parameter.replace('_', '-')}" in said
                assert text, f"{cls.__name__}: {parameter} is in no Args section"
    flat = " ".join(said.split())
    for part in ("arXiv", "data:", "model:", "training:", f"example: kerasgan train {name}"):
        assert part in flat
    rate = options.parameters(cls, "__init__")["critic_steps"][0].default
    assert f"(default: {rate})" in flat


def test_there_is_a_command_for_every_model():
    assert {"gan", "dcgan", "acgan", "wgangp"} <= set(VARIANTS) and "noisetodata" not in VARIANTS
    for name, cls in VARIANTS.items():
        assert name == cls.__name__.lower() and inspect.getdoc(cls)


@pytest.fixture
def untrained(monkeypatch):
    """Takes the place of training: a list of what would have been trained, on which data."""
    found = []
    monkeypatch.setattr(runs, "_fit", lambda model, data, *rest: found.append((model, data)))
    return found


@pytest.mark.parametrize("name", VARIANTS)
def test_every_model_gets_the_data_it_wants(name, quick, untrained, tmp_path):
    cli.main(["train", name, *quick, *small(name)])
    ((model, data),) = untrained
    found = options.parameters(VARIANTS[name], "__init__")
    assert type(model) is VARIANTS[name] and model.compiled
    assert model.condition == (3 if train.classes_needed(found) else None)
    images = model.batch(next(iter(data)))[0]
    assert images.shape == (4 * found["critic_steps"][0].default, 16, 16, 1)
    config = runs.read_config(tmp_path / "run")
    assert config["command"].startswith(f"kerasgan train {name} --data ")
    assert config["variant"] == VARIANTS[name].__name__ and config["max_steps"] == 2


def test_train_leaves_what_it_says(quick, tmp_path, capsys):
    cli.main(["train", "gan", *quick, *small("gan")])
    said = capsys.readouterr().out
    for file in ("latest.png", "timelapse.gif", "samples/", "losses.png", "history.csv"):
        assert file in said and (tmp_path / "run" / file).exists()
    assert keras.models.load_model(tmp_path / "run" / "model.keras").generate(2).shape[0] == 2


def test_settings_reach_the_model(quick, untrained):
    optimizer = {"generator": {"class_name": "Adam", "config": {"beta_1": 0.25}}}
    cli.main(
        ["train", "gan", *quick, "--generator-units", "8,4", "--discriminator-units", "8"]
        + ["--ema-decay", "0.5", "--latent-dim", "6", "--critic-steps", "2", "--pack", "2"]
        + ["--augment", "diff_augment", "--seed", "5", "--loss", "hinge", "--penalty", "r1,r2"]
        + ["--optimizer", json.dumps(optimizer), "--learning-rate", "3e-4"]
    )
    ((model, _),) = untrained
    config = model.get_config()
    want = {"generator_units": (8, 4), "ema_decay": 0.5, "latent_dim": 6, "critic_steps": 2}
    assert {**config, **want, "pack": 2, "seed": 5} == config
    assert type(model.augment).__name__ == "DiffAugment"
    assert type(model.adversarial_loss).__name__ == "Hinge"
    assert [type(p).__name__ for p in model.penalties] == ["R1", "R2"]
    assert abs(model.optimizer["generator"].beta_1 - 0.25) < 1e-9
    for player in ("generator", "discriminator"):
        assert abs(float(model.optimizer[player].learning_rate) - 3e-4) < 1e-9


def test_labels_are_loaded_when_asked_for(quick, untrained):
    for classes, condition in (("5", 5), ("none", None)):
        cli.main(
            ["train", "sngan", *quick, *small("sngan"), "--num-classes", classes, "--overwrite"]
        )
        assert untrained.pop()[0].condition == condition


def test_train_says_what_is_wrong_on_one_line(quick, data, tmp_path, capsys):
    for argv, want in (
        (["train", "gan", *quick, "--loss", "l2"], "Unknown loss"),
        (["train", "gan", *quick, "--penalty", "r9"], "r9"),
        (["train", "gan", *quick, "--optimizer", "sdg"], "sdg"),
        (["train", "gan", *quick, "--ema-decay", "2"], "must lie in [0, 1)"),
        (["train", "dcgan", *quick, "--image-size", "17"], "17"),
        (["train", "gan", "--data", "no_such", "--out", str(tmp_path / "run")], "No such data set"),
        (["train", "gan", "--data", data, "--epochs", "0"], "--epochs must be at least 1"),
        (["train", "--resume", str(tmp_path)], "There is no run"),
        (["train", "--resume", str(tmp_path), "gan", *quick], "its own settings"),
        (["generate", "no_such"], "no such preset"),
    ):
        said = failure(argv, capsys)
        assert said.startswith("kerasgan: error: ") and said.count("\n") == 1, said
        assert want in said
        assert not (tmp_path / "run").exists()
    for argv, want in (
        (["train"], "name a model, or --resume RUN"),
        (["train", "gam", *quick], "invalid choice: 'gam'"),
        (["train", "gan", *quick, "--latent-dim", "many"], "--latent-dim: invalid whole value"),
        (["train", "gan", *quick, "--filters", "8"], "unrecognized arguments: --filters"),
        (["train", "gan"], "--data"),
        (["train", "gan", *quick, "--epochs", "3"], "not allowed with"),
        (["train", "gan", *quick, "--optimizer", "{"], "--optimizer: invalid optimizer value"),
    ):
        assert want in failure(argv, capsys)


def test_ctrl_c_and_resume(quick, tmp_path, monkeypatch, capsys):
    end = runs._Stop.on_train_batch_end

    def interrupt(self, batch, logs=None):
        os.kill(os.getpid(), signal.SIGINT)
        end(self, batch, logs)

    with monkeypatch.context() as patch:
        patch.setattr(runs._Stop, "on_train_batch_end", interrupt)
        with pytest.raises(SystemExit) as stop:
            cli.main(["train", "gan", *quick, *small("gan")])
    assert stop.value.code == 130
    said = capsys.readouterr().out
    run = tmp_path / "run"
    assert f"The model as it is now: {run / 'model.keras'}" in said
    assert f"kerasgan train --resume {run}" in said
    cli.main(["train", "--resume", str(run)])
    assert runs.read_config(run)["steps"] == 2
    assert "is complete" in failure(["train", "--resume", str(run)], capsys)
    assert "already holds a run" in failure(["train", "gan", *quick], capsys)


def test_generate(quick, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cli.main(["train", "acgan", *quick, *small("acgan")])
    cli.main(["generate", "run"])
    assert Image.open("samples.png").size == (8 * 18 + 2, 8 * 18 + 2)
    cli.main(["generate", "run/model.keras", "--labels", "each", "--n", "6", "--out", "a.png"])
    assert Image.open("a.png").size == (3 * 18 + 2, 2 * 18 + 2)  # a column a class
    cli.main(["generate", "run", "--labels", "2,0", "--out", "few", "--grid", "--n", "3"])
    assert sorted(os.listdir("few")) == ["0000.png", "0001.png", "0002.png", "grid.png"]
    assert Image.open("few/0000.png").size == (16, 16)
    for out in ("a.npz", "b.npz"):
        cli.main(["generate", "run", "--labels", "1", "--n", "5", "--seed", "7", "--out", out])
    a, b = np.load("a.npz"), np.load("b.npz")
    assert a["images"].shape == (5, 16, 16, 1) and a["labels"].tolist() == [1] * 5
    assert np.array_equal(a["images"], b["images"])
    assert kg.datasets.load("a.npz", 5, labels=True).element_spec[0].shape == (5, 16, 16, 1)
    assert "[0, 3)" in failure(["generate", "run", "--labels", "3"], capsys)
    assert "must end in" in failure(["generate", "run", "--out", "a.txt"], capsys)
    assert "`n` must be" in failure(["generate", "run", "--n", "0"], capsys)
    assert "invalid labels" in failure(["generate", "run", "--labels", "all"], capsys)
