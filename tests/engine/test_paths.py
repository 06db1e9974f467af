import keras
import pytest

from tests.models.variants import VARIANTS


@pytest.mark.parametrize("name", ["gan_batch_norm", "cyclegan", "acgan", "conditional_gan_vectors"])
def test_paths_name_their_network_and_do_not_depend_on_what_was_built(name):
    found = []
    for _ in range(2):
        keras.layers.Dense(1)  # whose name counts on
        model = VARIANTS[name]()
        found.append([v.path for v in model.variables if "seed" not in v.path])
    assert found[0] == found[1]
    assert len(set(found[0])) == len(found[0])
    for networks in model.players().values():
        for network in networks:
            (begins,) = {v.path.split("/")[0] for v in network.trainable_variables}
            assert getattr(model, begins) is network
