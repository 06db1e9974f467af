import inspect
import json
import os
import signal
import sys

import keras
import numpy as np
import pytest

import kerasgan as kg
from kerasgan import cli, runs
from kerasgan.cli import arguments, names, options
from kerasgan.datasets import folder
from kerasgan.runs.fitting import Stop

pytestmark = pytest.mark.any_backend

VARIANTS = {name.lower(): getattr(kg, name) for name in names.models()}
SIDES = ("cyclegan", "cut", "pix2pix")
TRANSLATORS = (*SIDES, "srgan", "srresnet")
FINDERS = ("fanogan",)  # of anomalies


def small(name):
    """Options that make a model small."""
    found = options.parameters(VARIANTS[name], "__init__")
    sizes = {
        "filters": "8",
        "generator_filters": "8",
        "discriminator_filters": "8",
        "generator_units": "8",
        "discriminator_units": "8",
        "blocks": "1",
        "pool_size": "4",
    }
    return [t for k, v in sizes.items() if k in found for t in ("--" + k.replace("_", "-"), v)]


@pytest.mark.parametrize("name", VARIANTS)
def test_train_offers_every_argument_and_explains_it(name, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["train", name, "--help"])
    assert stop.value.code == 0
    said = capsys.readouterr().out
    cls = VARIANTS[name]
    constructor = options.parameters(cls, "__init__")
    shape = "shape_a" if name in SIDES else "gan" if name in FINDERS else "data_shape"
    assert shape in constructor
    offered = arguments.model_options(cls)
    assert set(constructor) - set(offered) <= arguments.NOT_OPTIONS | set(arguments.NETWORKS)
    for parameter, (_, text) in [*offered.items(), *options.parameters(cls, "compile").items()]:
        assert f"--{parameter.replace('_', '-')}" in said
        assert text, f"{cls.__name__}: {parameter} is in no Args section"
    flat = " ".join(said.split())
    for part in ("arXiv", "data:", "model:", "training:", f"example: kerasgan train {name}"):
        assert part in flat
    if name in FINDERS:
        assert f"kerasgan anomalies runs/{name} DIR" in flat and "--gan MODEL" in flat
    elif name in TRANSLATORS:
        assert f"kerasgan translate runs/{name}" in flat
    else:
        assert f"(default: {constructor['critic_steps'][0].default})" in flat
        assert f"kerasgan generate runs/{name}" in flat and "--n-epochs" not in flat


def test_there_is_a_command_for_every_model():
    assert {"gan", "dcgan", "wgangp", "cyclegan", "pix2pix", "srgan", "srresnet"} <= set(VARIANTS)
    assert "noisetodata" not in VARIANTS
    for name, cls in VARIANTS.items():
        assert name == cls.__name__.lower() and inspect.getdoc(cls)


@pytest.fixture
def untrained(monkeypatch):
    """Takes the place of training: a list of what would have been trained, on which data."""
    found = []

    def fit(config, model, files, data, *rest):
        found.append((model, data))
        return config

    monkeypatch.setattr("kerasgan.runs.run.fit", fit)
    return found


@pytest.mark.parametrize("name", [name for name in VARIANTS if name not in SIDES + FINDERS])
def test_every_model_gets_the_data_it_wants(name, quick, untrained, tmp_path):
    cli.main(["train", name, *quick, *small(name)])
    ((model, data),) = untrained
    found = options.parameters(VARIANTS[name], "__init__")
    assert type(model) is VARIANTS[name] and model.compiled
    assert getattr(model, "condition", None) == (
        3 if arguments.needs_classes(VARIANTS[name]) else None
    )
    images = model.batch(next(iter(data)))[0]
    times = found["critic_steps"][0].default if "critic_steps" in found else 1
    assert images.shape == (4 * times, 16, 16, 1)
    config = runs.read_config(tmp_path / "run")
    assert config.command.startswith(f"kerasgan train {name} --data ")
    assert config.variant == VARIANTS[name].__name__ and config.max_steps == 2


@pytest.mark.parametrize("name", SIDES)
def test_translators_get_both_sides(name, sides, untrained, tmp_path):
    cli.main(
        ["train", name, "--data", str(sides), "--load-size", "18,20", "--crop-size", "16"]
        + ["--channels-b", "1", "--no-flip", "--batch-size", "2", "--out", str(tmp_path / "run")]
        + ["--generator", "resnet", "--discriminator", "pixel", *small(name)]
        + ["--n-epochs", "3", "--n-epochs-decay", "2", "--track", "tensorboard"]
        + (["--direction", "BtoA"] if name == "pix2pix" else ["--lambda-identity", "0"])
    )
    ((model, data),) = untrained
    a, b = next(iter(data))
    assert type(model) is VARIANTS[name] and a.shape == b.shape == (2, 16, 16, 1)
    config = runs.read_config(tmp_path / "run")
    assert config.model["shape_a"] == config.model["shape_b"] == [16, 16, 1]
    assert config.model["generator"] == "resnet" and config.model["seed"] == 0
    assert (config.epochs, config.n_epochs_decay, config.track) == (5, 2, ["tensorboard"])
    want = {"load_size": [18, 20], "crop_size": 16, "flip": False, "channels_b": 1}
    assert config.data == {**config.data, **want}
    rates = []
    for step in (0, 6, 8):  # of 2 an epoch
        for optimizer in model.optimizer.optimizers:
            optimizer.iterations.assign(step)
            rates.append(round(float(optimizer.learning_rate), 6))
    assert rates == [2e-4, 2e-4, 2e-4, 2e-4, 1e-4, 1e-4]


def test_srgan_starts_from_srresnet(quick, untrained, failure, tmp_path):
    first = kg.SRResNet((16, 16, 1), 2, filters=4, blocks=1)
    first.save(tmp_path / "model.keras")
    argv = ["train", "srgan", *quick, "--from", str(tmp_path)]
    cli.main([*argv, "--discriminator-filters", "4"])
    ((model, _),) = untrained
    assert (model.scale, model.filters, model.blocks) == (2, 4, 1)
    for a, b in zip(first.generator.get_weights(), model.generator.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    config = runs.read_config(tmp_path / "run")
    assert config.model["scale"] == 2 and config.initial == str(tmp_path)
    said = failure([*argv, "--filters", "8", "--overwrite"])
    assert "fits this model" in said and "filters=8 (there 4)" in said and "scale" not in said


def test_train_leaves_what_it_says(quick, tmp_path, capsys):
    cli.main(["train", "gan", *quick, *small("gan")])
    said = capsys.readouterr().out
    for file in (
        "index.html",
        "latest.png",
        "timelapse.gif",
        "samples/",
        "losses.png",
        "history.csv",
    ):
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


def test_epochs_to_keep(quick, untrained, tmp_path):
    argv = ["train", "gan", *quick, *small("gan"), "--overwrite"]
    for more, keep, metrics in (
        ([], 2, None),
        (["--keep", "all", "--keep-best", "swd"], None, ["swd"]),
        (["--keep", "9", "--evaluate", "l1,psnr", "--keep-best", "psnr"], 9, ["psnr", "l1"]),
    ):
        cli.main([*argv, *more])
        config = runs.read_config(tmp_path / "run")
        assert config.keep == keep
        assert (config.evaluation and config.evaluation["metrics"]) == metrics


def test_labels_are_loaded_when_asked_for(quick, untrained):
    for classes, condition in (("5", 5), ("none", None)):
        cli.main(
            ["train", "sngan", *quick, *small("sngan"), "--num-classes", classes, "--overwrite"]
        )
        assert untrained.pop()[0].condition == condition


def test_train_says_what_is_wrong_on_one_line(quick, data, sides, failure, tmp_path):
    for argv, want in (
        (["train", "gan", *quick, "--loss", "l2"], "Unknown loss"),
        (["train", "gan", *quick, "--penalty", "r9"], "r9"),
        (["train", "gan", *quick, "--optimizer", "sdg"], "sdg"),
        (["train", "gan", *quick, "--ema-decay", "2"], "at least 0 and below 1"),
        (["train", "dcgan", *quick, "--image-size", "17"], "17"),
        (["train", "gan", "--data", "no_such", "--out", str(tmp_path / "run")], "No such data set"),
        (["train", "gan", "--data", data, "--epochs", "0"], "`epochs` must be"),
        (["train", "cyclegan", *quick[2:], "--data", str(sides / "testA")], "neither trainA"),
        (["train", "srresnet", *quick, "--n-epochs-decay", "2"], "how many there are, not steps"),
        (["train", "pix2pix", *quick, "--n-epochs-decay", "-1"], "`n_epochs_decay` must be"),
        (["train", "--resume", str(tmp_path)], "There is no run"),
        (["train", "--epochs", "3", "gan", *quick], "follow the model, or go with --resume"),
        (["train", "--accept-changed-data", "gan", *quick], "follow the model"),
        (["generate", "no_such"], "no such preset"),
    ):
        said = failure(argv)
        assert said.startswith("kerasgan: error: ") and said.count("\n") == 1, said
        assert want in said
        assert not (tmp_path / "run").exists()
    for argv, want in (
        (["train"], "name a model, --config FILE or --resume RUN"),
        (["train", "gam", *quick], "invalid choice: 'gam': did you mean gan?"),
        (["train", "--resume", "run", "gan"], "unrecognized arguments: gan"),
        (["train", "--resume=run", "--filters", "8"], "unrecognized arguments: --filters 8"),
        (["train", "gan", "--resume", "run"], "unrecognized arguments: gan"),
        (["train", "gan", *quick, "--latent-dim", "many"], "--latent-dim: invalid int value"),
        (["train", "gan", *quick, "--filters", "8"], "unrecognized arguments: --filters"),
        (["train", "gan"], "--data"),
        (["train", "cyclegan", *quick, "--generator", "mlp"], "invalid choice: 'mlp'"),
        (["train", "gan", *quick, "--epochs", "3"], "not allowed with"),
        (["train", "gan", *quick, "--optimizer", "{"], "--optimizer: invalid optimizer value"),
    ):
        assert want in failure(argv)


def test_ctrl_c_and_resume(quick, tmp_path, monkeypatch, failure, capsys):
    end = Stop.on_train_batch_end

    def interrupt(self, batch, logs=None):
        os.kill(os.getpid(), signal.SIGINT)
        end(self, batch, logs)

    with monkeypatch.context() as patch:
        patch.setattr(Stop, "on_train_batch_end", interrupt)
        with pytest.raises(SystemExit) as stop:
            cli.main(["train", "gan", *quick, *small("gan")])
    assert stop.value.code == 130
    said = capsys.readouterr().out
    run = tmp_path / "run"
    assert f"The model as it is now: {run / 'model.keras'}" in said
    assert f"kerasgan train --resume {run}" in said
    cli.main(["train", "--resume", str(run)])
    assert runs.read_config(run).steps == 2
    assert "is complete" in failure(["train", "--resume", str(run)])
    assert "already holds a run" in failure(["train", "gan", *quick])


def test_what_resume_takes(tmp_path, monkeypatch):
    given = []

    def resume(folder, **kwargs):
        given.append((folder, kwargs))
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "resume", resume)
    nothing = {"epochs": None, "source": None, "accept_changed_data": False}
    nothing |= {"distribute": None, "keep": None, "verbose": 2}
    for more, passed in (
        ([], {}),
        (["--epochs", "40"], {"epochs": 40}),
        (["--data", "there"], {"source": "there"}),
        (["--accept-changed-data"], {"accept_changed_data": True}),
        (["--distribute", "auto"], {"distribute": "auto"}),
        (["--distribute", "2"], {"distribute": 2}),
        (["--keep", "all"], {"keep": "all"}),
        (["--keep", "5"], {"keep": 5}),
    ):
        with pytest.raises(SystemExit):
            cli.main(["train", "--resume", str(tmp_path), *more])
        assert given.pop() == (tmp_path, nothing | passed)


def test_broken_pixels_in_a_stream_are_named(sides, tmp_path, failure, monkeypatch):
    monkeypatch.setattr(folder, "fits_in_memory", lambda *shape: False)
    path = sides / "testB/1.png"
    path.write_bytes(path.read_bytes()[:300])
    argv = ["--data", str(sides / "testB"), "--batch-size", "3", "--epochs", "1", *small("gan")]
    said = failure(["train", "gan", *argv, "--out", str(tmp_path / "run")])
    assert "kerasgan: error: The image file is broken: " in said and "InvalidArgument" not in said
    assert said.endswith(f"Repair or remove it. Received: file='{path}'\n")


def test_condition_vectors_train_and_draw(quick, tmp_path):
    words = np.random.default_rng(0).normal(size=(3, 5)).astype("float32")
    arrays = dict(np.load(tmp_path / "data.npz"))
    vectors = words[arrays.pop("labels")]
    np.savez(tmp_path / "data.npz", **arrays, conditions=vectors)
    looking = ["--mismatched", "--evaluate", "psnr", "--health"]
    cli.main(["train", "conditionalgan", *quick, *small("conditionalgan"), *looking])
    report = json.loads((tmp_path / "run/best.json").read_text())["reports"][0]
    config = json.loads((tmp_path / "run/config.json").read_text())
    assert config["model"]["condition_dim"] == 5 and config["model"]["num_classes"] is None
    np.savez(tmp_path / "words.npz", conditions=words)
    out = tmp_path / "made.npz"
    given = ["--conditions", str(tmp_path / "words.npz"), "--n", "4", "--out", str(out)]
    cli.main(["generate", str(tmp_path / "run"), *given])
    made = np.load(out)
    np.testing.assert_array_equal(made["labels"], words[[0, 1, 2, 0]])
    gan = kg.load(tmp_path / "run")
    np.testing.assert_allclose(gan.generate(seed=0, labels=made["labels"]), made["images"])
    scored = ["--split", "train", "--metrics", "psnr", "--out", str(tmp_path / "scores.json")]
    cli.main(["evaluate", str(tmp_path / "run"), "--data", str(tmp_path / "data.npz"), *scored])
    found = json.loads((tmp_path / "scores.json").read_text())["scores"]["psnr"]
    real = arrays["images"][..., None] / 127.5 - 1  # each has its own vector
    assert found == pytest.approx(kg.metrics.psnr(real, gan.generate(seed=0, labels=vectors)))
    assert report["scores"]["psnr"] == pytest.approx(found, rel=1e-2)  # in another order


def test_condition_vectors_are_for_models_that_take_them(quick, tmp_path, failure):
    arrays = dict(np.load(tmp_path / "data.npz"))
    np.savez(tmp_path / "data.npz", images=arrays["images"], conditions=np.eye(40))
    assert "takes class ids" in failure(["train", "acgan", *quick])
    np.savez(tmp_path / "data.npz", **arrays, conditions=np.eye(40))
    assert "not both" in failure(["train", "conditionalgan", *quick])
    np.savez(tmp_path / "data.npz", images=arrays["images"], conditions=np.eye(39))
    assert "for each of the 40 images" in failure(["train", "conditionalgan", *quick])


OWN = """
import kerasgan as kg

class MyGAN(kg.GAN):
    def __init__(self, data_shape, latent_dim, *, width: int = 8, rate=0.5, **kwargs):
        super().__init__(data_shape, latent_dim, **kwargs)

    def build_discriminator(self):
        return kg.networks.mlp_discriminator(self.judged_shape, (self.width,))

class Settled(kg.GAN):
    def __init__(self, data_shape, latent_dim, *, width: int = 8, **kwargs):
        super().__init__(
            data_shape, latent_dim, ema_decay=0.99, generator_units=(width,), **kwargs
        )

class Needs(MyGAN):
    def __init__(self, data_shape, latent_dim, *, depth: int, **kwargs):
        super().__init__(data_shape, latent_dim, **kwargs)

def none():
    pass
"""


def test_a_class_of_ones_own(quick, tmp_path, monkeypatch, failure, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own_models_of_a_test.py").write_text(OWN)
    name = "own_models_of_a_test:MyGAN"
    cli.main(
        ["train", name, *quick, *small("gan"), "--width", "4", "--rate", "1", "--latent-dim", "3"]
    )
    config = json.loads((tmp_path / "run/config.json").read_text())
    assert config["variant"] == name and config["model"]["width"] == 4
    assert config["model"]["rate"] == 1.0
    gan = kg.load(tmp_path / "run")
    assert type(gan).__name__ == "MyGAN" and gan.width == 4
    draw = ["generate", str(tmp_path / "run"), "--n", "4", "--out", str(tmp_path / "x.png")]
    cli.main(draw)
    assert "--trust" in capsys.readouterr().out  # how to use the run is said with it
    again = ["train", "--resume", str(tmp_path / "run")]
    tune = ["train", "gan", *quick, "--overwrite", "--from", str(tmp_path / "run")]
    for argv, want in ((draw, None), (again, "is complete"), (tune, None)):
        monkeypatch.delitem(sys.modules, "own_models_of_a_test", raising=False)
        said = failure([*argv])
        assert "runs its code" in said or argv is again
        if want:
            assert want in failure([*argv, "--trust"])
        else:
            cli.main([*argv, "--trust"])
    assert "--depth" in failure(["train", "own_models_of_a_test:Needs", *quick])
    settled = ["train", "own_models_of_a_test:Settled", *quick, "--overwrite"]
    cli.main([*settled, "--discriminator-units", "8", "--width", "4"])
    assert kg.load(tmp_path / "run").average.decay == 0.99
    for option in ("--ema-decay=0.5", "--generator-units=8"):
        assert f"unrecognized arguments: {option}" in failure([*settled, option])
    for wrong in ("own_models_of_a_test:Missing", "no_such_module:X", "own_models_of_a_test:none"):
        said = failure(["train", wrong, *quick])
        assert said.startswith("kerasgan: error: ") and f"Received: model='{wrong}'" in said


def test_fine_tuning_starts_with_what_fits(quick, untrained, tmp_path):
    first = kg.DCGAN((16, 16, 1), 100, filters=8, ema_decay=0.5, seed=1)
    first.save(tmp_path / "first.keras")
    given = [*quick, "--from", str(tmp_path / "first.keras"), "--freeze-discriminator", "1"]
    cli.main(["train", "dcgan", *given, "--filters", "8", "--ema-decay", "0.9", "--seed", "7"])
    ((model, _),) = untrained
    for name in ("generator", "discriminator", "average"):
        pairs = zip(getattr(model, name).weights, getattr(first, name).weights, strict=True)
        for ours, theirs in pairs:
            np.testing.assert_array_equal(*map(keras.ops.convert_to_numpy, (ours, theirs)))
    config = json.loads((tmp_path / "run/config.json").read_text())
    assert config["initial"] == str(tmp_path / "first.keras")
    assert config["compile"]["freeze_discriminator"] == 1
    with pytest.warns(UserWarning, match="generator .* does not fit and begins anew"):
        cli.main(["train", "dcgan", *given, "--overwrite", "--filters", "8", "--latent-dim", "5"])


def test_fine_tuning_from_what_does_not_fit_at_all(quick, tmp_path, failure):
    kg.GAN((8, 8, 1), 4, generator_units=(8,)).save(tmp_path / "gan.keras")
    given = ["--from", str(tmp_path / "gan.keras"), *small("dcgan")]
    assert "No network of" in failure(["train", "dcgan", *quick, *given])
