"""Runs that start from a trained model, freeze layers, or train a class of one's own, and go on."""

import functools
import sys

import numpy as np
import pytest

import kerasgan as kg
from kerasgan import runs
from kerasgan.runs.starting import opened, take_networks
from tests.models.variants import VARIANTS, moved, weights
from tests.runs.interrupting import interrupt_at
from tests.runs.same import assert_same_run

pytestmark = pytest.mark.any_backend

OWN = """
import kerasgan as kg

class MyGAN(kg.GAN):
    def __init__(self, data_shape, latent_dim, *, width=8, **kwargs):
        super().__init__(
            data_shape, latent_dim, generator_units=(width,), ema_decay=0.9, **kwargs
        )
"""


def interrupted(config, folder, monkeypatch, step):
    with monkeypatch.context() as patch:
        interrupt_at(patch, step)
        with pytest.raises(KeyboardInterrupt):
            runs.start(config, folder, verbose=0)


@pytest.fixture
def first(config, tmp_path):
    """The settings of a run that starts from another one, with a frozen layer."""
    runs.start({**config, "seed": 8, "epochs": 1}, tmp_path / "first", verbose=0)
    compiled = {**config["compile"], "freeze_discriminator": 1}
    return {**config, "epochs": 2, "initial": str(tmp_path / "first"), "compile": compiled}


@pytest.mark.parametrize("step", [2, 5], ids=["before an epoch was whole", "after"])
def test_a_run_that_began_with_anothers_networks_goes_on(first, tmp_path, monkeypatch, step):
    model = runs.start(first, tmp_path / "whole", verbose=0)
    begun = kg.load(tmp_path / "first").discriminator
    assert moved(weights(begun), weights(model.discriminator)) == [False, False, True, True]
    interrupted(first, tmp_path / "run", monkeypatch, step)
    resumed = runs.resume(tmp_path / "run", verbose=0)
    assert_same_run(tmp_path / "whole", tmp_path / "run")
    assert moved(weights(model.discriminator), weights(resumed.discriminator)) == [False] * 4
    assert resumed.freeze_discriminator == 1


def test_from_a_run_is_from_its_networks(first, tmp_path, monkeypatch):
    monkeypatch.setattr("kerasgan.runs.run.fit", lambda config, *rest: config)
    model, begun = runs.start(first, tmp_path / "run", verbose=0), kg.load(tmp_path / "first")
    assert int(begun.optimizer["generator"].iterations) == 3
    assert int(model.optimizer["generator"].iterations) == 0
    networks = [(x.generator, x.discriminator, x.average.network) for x in (begun, model)]
    for a, b in zip(*networks, strict=True):
        assert not any(moved(weights(a), weights(b)))


def test_from_a_preset_is_from_its_generator(config, tmp_path, monkeypatch):
    monkeypatch.setattr("kerasgan.runs.run.fit", lambda config, *rest: config)
    small = kg.GAN(
        **{k: v for k, v in config["model"].items() if k != "ema_decay"}, data_shape=(8, 8, 1)
    )
    small.save_to_preset(tmp_path / "small")
    rng = np.random.default_rng(0)
    large = {"generator_units": [128, 256, 512], "discriminator_units": [512, 256]}
    for preset, size, of in (
        (str(tmp_path / "small"), 8, config["model"]),
        ("gan_fashion_mnist", 28, {**config["model"], **large, "latent_dim": 100}),
    ):
        images = rng.integers(0, 256, (30, size, size), "uint8")
        np.savez(tmp_path / "data.npz", images=images)
        settings = {**config, "model": of, "initial": preset}
        with pytest.warns(UserWarning, match=f"{preset} holds no discriminator, which begins anew"):
            model = runs.start(settings, tmp_path / "run", overwrite=True, verbose=0)
        begun = kg.load(preset)
        assert not any(moved(weights(begun.generator), weights(model.generator)))
        assert not any(moved(weights(begun.generator), weights(model.average.network)))


def test_what_is_not_given_is_as_in_the_model_to_start_from(config, tmp_path, monkeypatch):
    monkeypatch.setattr("kerasgan.runs.run.fit", lambda config, *rest: config)
    sizes = {"latent_dim": 3, "filters": (16, 8, 8), "gamma": 0.5}
    first = kg.R3GAN((16, 16, 1), **sizes, num_classes=2, schedule_steps=9, ema_decay=0.9, seed=4)
    images = np.random.default_rng(0).integers(0, 256, (30, 16, 16), "uint8")
    np.savez(tmp_path / "data.npz", images=images, labels=np.arange(30) % 2)
    settings = {**config, "variant": "R3GAN", "initial": str(tmp_path / "first.keras")}
    settings |= {"model": {"gamma": 0.25}, "compile": {}}
    first.average.network.set_weights([w + 1 for w in first.generator.get_weights()])
    first.save(tmp_path / "first.keras")
    model = runs.start(settings, tmp_path / "run", verbose=0)
    assert not any(moved(weights(first.average.network), weights(model.generator)))
    assert (model.latent_dim, model.filters, model.gamma) == (3, (16, 8, 8), 0.25)
    assert (model.num_classes, model.schedule_steps, model.average) == (2, None, None)
    assert model.seed == settings["seed"]
    settings["model"] = {"filters": 8, "num_classes": None}
    with pytest.raises(ValueError, match=r"fits this model.*filters=8 \(there .16, 8, 8.\)"):
        runs.start(settings, tmp_path / "run", overwrite=True, verbose=0)
    kg.SRResNet((16, 16, 1), 2, filters=2, blocks=1).save(tmp_path / "first.keras")
    with pytest.raises(ValueError, match="R3GAN needs `latent_dim`, which .* does not have"):
        runs.start({**settings, "model": {}}, tmp_path / "run", overwrite=True, verbose=0)


@pytest.mark.parametrize(
    "name, player, missing",
    [
        ("cut", "generator", "heads"),
        ("f_anogan", "encoder", None),
        ("fastgan", "generator", "decoder"),  # averaged unless told otherwise
    ],
)
def test_what_a_preset_holds_is_taken(name, player, missing, tmp_path, recwarn):
    first, model = VARIANTS[name](), VARIANTS[name]()
    first.set_preset_weights([w + 1 for w in first.preset_weights()])
    first.save_to_preset(tmp_path / "first")
    model.compile()
    take_networks(model, opened(str(tmp_path / "first")))
    (theirs, *others), (ours, *rest) = (x.players()[player] for x in (first, model))
    assert not any(moved(weights(theirs), weights(ours)))
    if missing:
        assert any(f"holds no {missing}, which begins anew" in str(w.message) for w in recwarn)
    if others:
        assert any(moved(weights(*others), weights(*rest)))


def test_a_network_that_pads_otherwise_is_told_of(tmp_path, recwarn):
    small = {"filters": 2, "blocks": 1, "discriminator": "pixel", "pool_size": 0}
    theirs, alike, other = (
        kg.CycleGAN((8, 8, 1), (8, 8, 1), generator=kind, **small)
        for kind in ("resnet_torch", "resnet_torch", "resnet")
    )
    theirs.save(tmp_path / "imported.keras")
    for model, told in ((alike, set()), (other, {"generator"})):
        model.compile()
        recwarn.clear()
        take_networks(model, opened(str(tmp_path / "imported.keras")))
        said = [str(warning.message) for warning in recwarn]
        assert {text.split()[0] for text in said if "pads images otherwise" in text} == told
        assert not any(moved(weights(theirs.G_A), weights(model.G_A)))


def test_a_class_of_ones_own_goes_on_once_its_module_is_imported(config, tmp_path, monkeypatch):
    (tmp_path / "own_models_to_go_on.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)
    config |= {"variant": "own_models_to_go_on:MyGAN", "model": {"latent_dim": 4, "width": 6}}
    with pytest.raises(ValueError, match="runs its code: .*--trust. Received: model='own_models"):
        runs.start(config, tmp_path / "run", verbose=0)
    __import__("own_models_to_go_on")
    runs.start(config, tmp_path / "whole", verbose=0)
    interrupted(config, tmp_path / "run", monkeypatch, 5)
    resumed = runs.resume(tmp_path / "run", verbose=0)
    assert_same_run(tmp_path / "whole", tmp_path / "run")
    assert resumed.width == 6 and resumed.average.decay == 0.9
    runs.resume(tmp_path / "run", epochs=5, keep="all", verbose=0)
    kept = sorted(path.name for path in (tmp_path / "run/checkpoints").iterdir())
    assert kept == [f"epoch_000{i}.keras" for i in (2, 3, 4, 5)]
    assert runs.read_config(tmp_path / "run").keep is None
    monkeypatch.delitem(sys.modules, "own_models_to_go_on")
    for again in (kg.load, functools.partial(runs.resume, epochs=7)):
        with pytest.raises(ValueError, match="runs its code: if you trust it"):
            again(tmp_path / "run")
    assert runs.read_config(tmp_path / "run").model["width"] == 6
    assert type(kg.load(tmp_path / "run", safe_mode=False)).__name__ == "MyGAN"
    config |= {"variant": "GAN", "model": {"latent_dim": 4}, "max_steps": 1}
    monkeypatch.delitem(sys.modules, "own_models_to_go_on")
    runs.start(config, tmp_path / "run", overwrite=True, verbose=0)
