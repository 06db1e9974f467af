"""What is called without Keras's `__call__`, what is not, and that nobody sees the difference."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from kerasgan import backend

if backend.name != "torch":
    pytest.skip("PyTorch's own", allow_module_level=True)

import torch

import kerasgan as kg
from kerasgan.backend.torch import lean
from tests.models.variants import VARIANTS, batches


@keras.saving.register_keras_serializable("tests")
class Shifted(layers.Dense):
    """Adds to the loss, and knows whether it is trained."""

    def call(self, inputs, training=None):
        self.add_loss(ops.mean(inputs))
        outputs = super().call(inputs)
        return outputs + 1 if training else outputs


@pytest.fixture
def by_keras(monkeypatch):
    """The names of the layers that are called by Keras."""
    names = []
    monkeypatch.setattr(torch.nn.Module, "__call__", _forwarding(names))
    return names


def _forwarding(names):
    usual = torch.nn.Module.__call__

    def call(self, *args, **kwargs):
        if isinstance(self, layers.Layer):
            names.append(self.name)
        return usual(self, *args, **kwargs)

    return call


def run(network, *inputs, training=True):
    """The network's outputs, by its lean call where it has one."""
    inputs = [ops.convert_to_tensor(x) for x in inputs]
    inputs = inputs[0] if len(inputs) == 1 else inputs
    holder = lean.LeanStep(lambda _: network(inputs, training=training))
    holder.look_at(network)
    return holder(None)


X = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")


def network_of(*stack, dtype=None):
    x = inputs = keras.Input((4,))
    for layer in stack:
        x = layer(x)
    return keras.Model(inputs, x, name="network", dtype=dtype)


def both(network, *inputs, **kwargs):
    """What Keras gives, and what the lean call gives."""
    given = [ops.convert_to_tensor(x) for x in inputs]
    want = network(given[0] if len(given) == 1 else given, training=True)
    found = run(network, *inputs)
    for w, f in zip(keras.tree.flatten(want), keras.tree.flatten(found), strict=True):
        assert w.dtype == f.dtype
        torch.testing.assert_close(f, w, rtol=0, atol=0)
    return found


@pytest.mark.parametrize("name", ["gan", "conditional_gan", "sngan", "stylegan2", "cyclegan"])
def test_steps_are_the_same_to_the_last_digit(name):
    name = next(n for n in VARIANTS if n.replace("_", "") == name.replace("_", ""))
    ends = []
    for is_lean in (False, True):
        keras.utils.set_random_seed(0)
        model = VARIANTS[name]()
        model.compile()
        data = tuple(torch.from_numpy(a) for a in batches(model, steps=1))
        model.make_train_function()
        if not is_lean:
            model.train_function.calls = {}
        assert bool(model.train_function.calls) == is_lean
        for _ in range(2):
            logs = model.train_function([data if len(data) > 1 else data[0]])
        variables = [*model.variables, *model.optimizer.variables]
        ends.append([float(v) for v in logs.values()])
        ends[-1] += [ops.convert_to_numpy(v) for v in variables]
    for want, found in zip(*ends, strict=True):
        np.testing.assert_array_equal(found, want)


def test_ordinary_layers_are_called_directly(by_keras):
    plain = layers.GroupNormalization(-1, center=False, scale=False)  # has nothing to be cast
    stack = [layers.Dense(4), layers.BatchNormalization(), layers.LeakyReLU(), layers.Dropout(0)]
    network = network_of(*stack, plain)
    both(network, X)
    by_keras.clear()
    run(network, X)
    assert by_keras == ["network"]


def test_a_layer_that_is_shared_or_takes_several_tensors(by_keras):
    a, b = keras.Input((4,)), keras.Input((4,))
    shared = layers.Dense(4)
    x = layers.Concatenate()([shared(a), shared(b)]) + ops.exp(shared(b))[:, :1]
    network = keras.Model([a, b], [x, layers.Add()([a, b])], name="network")
    both(network, X, X + 1)
    by_keras.clear()
    run(network, X, X + 1)
    assert by_keras == ["network"]


def test_nested_networks_are_lean_too(by_keras):
    inner = layers.Dense(3)
    nested = network_of(inner)
    network = network_of(nested, layers.Dense(2))
    by_keras.clear()
    run(network, X)
    assert len(by_keras) == 2  # the two networks


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision(policy):
    stack = [layers.Dense(4, dtype=policy), layers.BatchNormalization(dtype=policy)]
    ends = layers.Dense(2, dtype="float32")
    network = network_of(*stack, ends, dtype=policy)
    assert both(network, X).dtype is torch.float32
    assert both(network_of(*stack, dtype=policy), X).dtype is not torch.float32
    plain = layers.GroupNormalization(-1, center=False, scale=False, dtype=policy)
    assert both(network_of(*stack, plain, dtype=policy), X).dtype is not torch.float32


def test_what_a_layer_adds_to_the_loss():
    network = network_of(Shifted(4), Shifted(2))
    both(network, X)
    lean_losses = [loss.item() for loss in network.losses]
    network(ops.convert_to_tensor(X), training=True)
    assert lean_losses == [loss.item() for loss in network.losses] and len(lean_losses) == 2


class Odd(layers.Dense):
    def __call__(self, *args, **kwargs):
        return super().__call__(*args, **kwargs)


class Variadic(layers.Dense):
    def call(self, inputs, **kwargs):
        return super().call(inputs)


def hooked():
    layer = layers.Dense(4)
    layer.build((None, 4))
    layer.register_forward_hook(lambda *_: None)
    return layer


@pytest.mark.parametrize(
    "make",
    [
        lambda: layers.Dense(4, activity_regularizer="l2"),
        lambda: layers.Dense(4, dtype="bfloat16"),
        lambda: layers.Dense(4, autocast=False),
        lambda: Odd(4),
        lambda: Variadic(4),
        hooked,
        lambda: keras.Sequential([layers.Dense(4)]),
    ],
    ids=["activity", "dtype", "autocast", "own call", "variadic", "hooks", "subclassed network"],
)
def test_what_keras_must_call(make, by_keras):
    layer = make()
    network = network_of(layers.Dense(4), layer, layers.Dense(2))
    both(network, X)
    by_keras.clear()
    run(network, X)
    assert by_keras[:2] == ["network", layer.name]


def test_a_network_with_masks_is_keras_s_own(by_keras):
    inputs = keras.Input((4,), dtype="int32")
    x = layers.Embedding(5, 3, mask_zero=True)(inputs)
    network = keras.Model(inputs, layers.LSTM(2)(x), name="network")
    assert not lean.lean_calls(network)
    both(network, np.array([[1, 2, 0, 0]], "int32"))


def test_a_mask_that_is_passed_and_no_word_on_training():
    network = network_of(layers.Dense(4), layers.Dropout(0.5, seed=0))
    (call,) = lean.lean_calls(network).values()
    x = ops.convert_to_tensor(X)
    torch.testing.assert_close(call(x), call(x, training=False))
    masked = ops.convert_to_tensor(X)
    masked._keras_mask = ops.ones((3,), "bool")
    assert call(masked, training=False)._keras_mask is masked._keras_mask


def test_what_is_changed_between_steps_is_seen():
    model = kg.GAN((2,), 2)
    model.compile()
    model.make_train_function()
    calls = model.train_function.calls
    model.make_train_function()
    assert model.train_function.calls is calls
    seen = []
    dense = next(x for x in model.generator.layers if isinstance(x, layers.Dense))
    dense.register_forward_hook(lambda *_: seen.append(1))
    model.train_on_batch(X[:, :2])
    assert seen and model.train_function.calls is not calls
    assert "call" not in vars(model.generator)
