import h5py
import keras
import pytest

from kerasgan.models import GAN
from tests.models.variants import MLP


@pytest.fixture
def gan():
    gan = GAN(**MLP)
    gan.compile()
    return gan


def test_holds_every_players_variables_once(gan):
    inner = [v for player in gan.players() for v in gan.optimizer[player].variables]
    assert [id(v) for v in gan.optimizer.variables] == [id(v) for v in inner]
    assert len({id(v) for v in inner}) == len(inner)


def test_state_is_stored_once(gan, tmp_path):
    gan.save_weights(tmp_path / "w.weights.h5")
    stored = []
    with h5py.File(tmp_path / "w.weights.h5") as file:
        file.visititems(
            lambda name, item: stored.append(name) if isinstance(item, h5py.Dataset) else None
        )
    in_optimizers = [name for name in stored if name.startswith("optimizer")]
    assert len(in_optimizers) == len(gan.optimizer.variables)


def test_learning_rate_is_each_players_own(gan):
    with pytest.raises(AttributeError, match=r"optimizer\[player\].learning_rate"):
        _ = gan.optimizer.learning_rate


@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_they_are_stored_under_names_that_every_backend_knows(policy):
    gan = GAN(**MLP, dtype=policy)
    gan.compile(optimizer={"generator": keras.optimizers.RMSprop(), "discriminator": "sgd"})
    stored = gan.get_compile_config()["optimizer"]
    if policy == "mixed_float16":
        assert {o["class_name"] for o in stored.values()} == {"LossScaleOptimizer"}
        stored = {player: o["config"]["inner_optimizer"] for player, o in stored.items()}
    for player, name in (("generator", "RMSprop"), ("discriminator", "SGD")):
        assert (stored[player]["module"], stored[player]["class_name"]) == (
            "keras.optimizers",
            name,
        )
