import math

import keras
import numpy as np
import pytest
import torch

from benchmarks.speed import cases, keras_stock, torch_plain
from tests.benchmarks.speed.tiny import TINY, tiny

on_torch = pytest.mark.skipif(
    keras.backend.backend() != "torch", reason="plain PyTorch is the same under each"
)


def moved(before, after):
    """For each array, whether it has changed."""
    return [not np.array_equal(a, b) for a, b in zip(before, after, strict=True)]


def players(model):
    names = (
        ("G_A", "G_B", "D_A", "D_B") if hasattr(model, "G_A") else ("generator", "discriminator")
    )
    return {name: getattr(model, name) for name in names}


def count_torch(module):
    return sum(p.numel() for p in module.parameters())


def count_keras(network):
    return sum(math.prod(w.shape) for w in network.trainable_weights)


@on_torch
@pytest.mark.parametrize("case", cases.CASES[1:], ids=lambda case: case.name)
def test_plain_pytorch_trains_as_many_weights(case):
    networks, _ = torch_plain.make(case)
    ours = {name: count_keras(network) for name, network in players(case.model()).items()}
    assert {name: count_torch(network) for name, network in networks.items()} == ours


@on_torch
@pytest.mark.parametrize("variant", ["DCGAN", "WGANGP", "SNGAN", "CycleGAN"])
def test_plain_pytorch_maps_have_the_same_shapes(variant):
    case = tiny(variant)
    networks, _ = torch_plain.make(case)
    real, *others = torch_plain.batches(case)[0]
    given = {"discriminator": real, "G_A": real, "D_B": real}
    given |= dict.fromkeys(("G_B", "D_A"), *others) if others else {}
    given["generator"] = torch.zeros(10, case.settings.get("latent_dim", 1))
    for name, ours in players(case.model()).items():
        x, made = given[name], networks[name](given[name])
        x, made = (t.permute(0, 2, 3, 1) if t.ndim == 4 else t for t in (x, made))
        assert made.shape == ours(x).shape


@on_torch
@pytest.mark.parametrize("variant", TINY)
def test_plain_pytorch_trains_all_players(variant):
    case = tiny(variant)
    networks, step = torch_plain.make(case)

    def weights():
        return [p.detach().numpy().copy() for n in networks.values() for p in n.parameters()]

    before, batch = weights(), torch_plain.batches(case)[0]
    assert np.isfinite([*step(*batch), *step(*batch)]).all()
    assert all(moved(before, weights()))


@on_torch
@pytest.mark.parametrize(("name", "most"), [("torch_fused", 1e-4), ("torch_bfloat16", 0.05)])
@pytest.mark.parametrize("variant", ["GAN", "DCGAN"])
def test_a_careful_user_s_settings_are_the_same_step(name, most, variant):
    losses = []
    for settings in ({}, cases.TORCH[name]):
        torch.manual_seed(0)
        _, step = torch_plain.make(tiny(variant), **settings)
        batch = torch_plain.batches(tiny(variant), settings.get("channels_last", False))[0]
        losses.append([step(*batch) for _ in range(2)])
    assert name != "torch_bfloat16" or losses[0] != losses[1]
    np.testing.assert_allclose(*losses, rtol=most)


@on_torch
def test_channels_last_is_another_layout_of_the_same_numbers():
    losses = []
    for channels_last in (False, True):
        torch.manual_seed(0)
        networks, step = torch_plain.make(tiny("DCGAN"), channels_last)
        batch = torch_plain.batches(tiny("DCGAN"), channels_last)[0]
        losses.append([step(*batch) for _ in range(2)])
        kernel = networks["discriminator"][2].weight
        assert kernel.is_contiguous(memory_format=torch.channels_last) == channels_last
    np.testing.assert_allclose(*losses, rtol=1e-4)


@on_torch
def test_the_pool_gives_back_what_it_was_given():
    pool = torch_plain.Pool(2)
    given = [pool(torch.full((1, 1, 1, 1), float(i))).item() for i in range(40)]
    kept = [image.item() for image in pool.images]
    assert sorted(given + kept) == sorted([0, 1, *range(40)])  # the first two were given and kept
    assert 5 < sum(value < i for i, value in enumerate(given)) < 33


@pytest.mark.parametrize("variant", ["ConditionalGAN", "DCGAN"])
def test_the_stock_recipe_trains_one_player_after_the_other(variant, monkeypatch):
    case = tiny(variant)
    networks, step = keras_stock.make(case)
    train, steps = keras.Model.train_on_batch, []

    def watched(*args):
        before = {name: network.get_weights() for name, network in networks.items()}
        loss = train(*args)
        steps.append({name: moved(before[name], n.get_weights()) for name, n in networks.items()})
        return loss

    monkeypatch.setattr(keras.Model, "train_on_batch", watched)
    batch = [array[: case.batch] for array in case.arrays()]
    assert np.isfinite([*step(*batch), *step(*batch)]).all()
    for i, move in enumerate(steps):
        mover, other = list(move.values())[:: -1 if i % 2 == 0 else 1]
        assert all(mover) and not any(other)
    assert len(steps) == 4


@pytest.mark.parametrize("variant", ["points", "DCGAN"])
def test_stock_networks_are_the_same_of_keras_own_layers(variant):
    model = tiny(variant).model()
    for network in (model.generator, model.discriminator):
        own = keras_stock.stock(network)
        assert [w.shape for w in own.weights] == [w.shape for w in network.weights]
        assert not any("kerasgan" in type(layer).__module__ for layer in own.layers)
