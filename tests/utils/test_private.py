"""What is private and used all the same is there: else the message says which release took it."""

import importlib

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import backend
from kerasgan.utils import private


def gone(name, package=keras):
    module = package.__name__
    return f"{module} {package.__version__} has no `{name}` any more, or it means something else"


@pytest.fixture
def adam():
    optimizer = keras.optimizers.Adam(0.1)
    optimizer.build([keras.Variable([1.0, 2.0]), keras.Variable([3.0])])
    return optimizer


def test_flatten_layers():
    inner = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="inside")])
    name = "Layer._flatten_layers"
    assert hasattr(inner, "_flatten_layers"), gone(name)
    found = [layer.name for layer in private.layers_of(keras.Sequential([inner]))]
    assert "inside" in found, gone(name)


def test_trainable_variables(adam):
    name = "Optimizer._trainable_variables"
    assert hasattr(adam, "_trainable_variables"), gone(name)
    shapes = [tuple(v.shape) for v in private.trained_by(adam)]
    assert shapes == [(2,), (1,)], gone(name)
    scaled = keras.optimizers.LossScaleOptimizer(adam)
    assert private.trained_by(scaled) == private.trained_by(adam), gone(name)


@pytest.mark.parametrize("name", ["_get_variable_index", "_momentums", "_velocities"])
def test_moments(adam, name):
    assert hasattr(adam, name), gone(f"Adam.{name}")
    second = private.trained_by(adam)[1]
    adam.apply([ops.array([0.0, 0.0]), ops.array([2.0])])
    (first_moment,), (second_moment,) = private.moments(adam, [second])
    found = [ops.convert_to_numpy(m)[0] for m in (first_moment, second_moment)]
    np.testing.assert_allclose(found, [0.2, 0.004], rtol=1e-5, err_msg=gone(f"Adam.{name}"))


def test_backend_update_step(adam):
    name = "Optimizer._backend_update_step"
    assert hasattr(adam, "_backend_update_step"), gone(name)
    seen = []

    def update(usual, gradients, variables, rate):
        seen.append((len(gradients), len(variables), float(rate)))
        usual(gradients, variables, rate)

    private.replace_update(adam, update)
    adam.apply([ops.array([1.0, 1.0]), ops.array([1.0])])
    assert seen == [(2, 2, pytest.approx(0.1))], gone(name)
    moved = ops.convert_to_numpy(private.trained_by(adam)[1])[0]
    assert moved == pytest.approx(2.9, abs=1e-4), gone(name)


@pytest.mark.parametrize(
    "name, excluded",
    [
        ("_exclude_from_weight_decay", {"var_list": [keras.Variable([1.0])]}),
        ("_exclude_from_weight_decay_pattern", {"var_names": ["bias"]}),
    ],
)
def test_exclude_from_weight_decay(name, excluded):
    optimizer = keras.optimizers.AdamW(0.1)
    optimizer.exclude_from_weight_decay(**excluded)
    assert getattr(optimizer, name, None), gone(f"Optimizer.{name}")
    assert getattr(private.copy_optimizer(optimizer), name) == getattr(optimizer, name)


def test_keras_history():
    dense = keras.layers.Dense(1)
    tensor = keras.Input((2,))
    made = dense(tensor)
    assert hasattr(made, "_keras_history"), gone("KerasTensor._keras_history")
    operation, inputs = private.made_by(made)
    assert operation is dense and inputs[0] is tensor, gone("Operation._inbound_nodes")


def test_path():
    variable = keras.Variable([1.0], name="old")
    private.rename(variable, "network/new")
    assert variable.path == "network/new", gone("Variable._path")


def test_call_context():
    class Noting(keras.layers.Layer):
        def call(self, x):
            seen.append(private.entry_layer())
            return x

    seen = []
    network = keras.Sequential([keras.Input((1,)), Noting()])
    network(np.zeros((1, 1)))
    assert seen[-1] is network, gone("global_state: current_call_ctx")
    assert private.entry_layer() is None


def test_kernels_of_the_backend():
    names = {
        "tensorflow": ["raw_ops.ResourceApplyAdam", "raw_ops.FusedBatchNormV3"],
        "torch": [
            "_fused_adam_",
            *(
                f"_foreach_{name}"
                for name in ("lerp_", "mul_", "addcmul_", "sqrt", "add_", "div", "sub_")
            ),
        ],
        "jax": [],
    }
    package = importlib.import_module(backend.name)
    for name in names[backend.name]:
        found = package
        for part in name.split("."):
            found = getattr(found, part, None)
        assert callable(found), gone(name, package)


@pytest.mark.skipif(backend.name != "torch", reason="PyTorch's optimizers are its own")
def test_torch_optimizers_are_serialized_where_they_are():
    module = keras.saving.serialize_keras_object(keras.optimizers.Adam())["module"]
    prefix = "keras.src.backend.torch.optimizers"
    assert module.startswith(prefix) or module == "keras.optimizers", gone(prefix)


@pytest.mark.skipif(backend.name != "jax", reason="only JAX's trainer keeps state by itself")
def test_jax_state():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model._jax_state = {"trainable_variables": [np.full((1, 1), 7.0, "float32")]}
    model._jax_state_synced = False
    model.jax_state_sync()
    assert model.get_weights()[0].item() == 7, gone("JAXTrainer._jax_state")


def test_saving_makes_no_layers_and_optimizers(monkeypatch):
    name = "saving_lib.get_attr_skipset"
    private.remember_attributes()
    made = []
    init = keras.layers.Layer.__init__
    monkeypatch.setattr(
        keras.layers.Layer, "__init__", lambda self, **k: made.append(init(self, **k))
    )
    from keras.src.saving import saving_lib  # noqa: TID251

    kinds = ("Layer", "Functional", "Optimizer", "Loss", "Metric")
    first = [saving_lib.get_attr_skipset(kind) for kind in kinds]
    assert not made, gone(name)
    for one, kind in zip(first, kinds, strict=True):
        assert saving_lib.get_attr_skipset(kind) is one, gone(name)


@pytest.mark.skipif(backend.name == "jax", reason="where nothing is assigned in a scope")
def test_direct_assign():
    variable = keras.Variable([1.0])
    with keras.StatelessScope():
        private.assign_now(variable, ops.array([2.0]))
    assert float(ops.convert_to_numpy(variable)[0]) == 2.0, gone("Variable._direct_assign")


def test_data_adapters():
    found = private.data_adapter(np.zeros((6, 1), "float32"), batch_size=4)
    assert found.num_batches == 2, gone("trainers.data_adapters.get_data_adapter")
    assert private.data_adapter(found) is found, gone("get_data_adapter's way with an adapter")
