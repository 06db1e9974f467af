import numpy as np
import pytest

from kerasgan.networks import efficientnet
from kerasgan.utils.torch_file import read_weights

pytestmark = pytest.mark.any_backend


def test_the_shapes_are_those_of_the_stored_weights():
    state = read_weights(efficientnet.weights_file())
    stored = {name for name in state if "conv" in name}
    found = {f"{convolution}.weight": shape for convolution, _, shape in efficientnet.shapes()}
    assert stored == set(found)
    for name, shape in found.items():
        assert state[name].shape == shape, name


def test_without_the_package_the_weights_are_not_known(monkeypatch):
    with_package = [w.shape for w in efficientnet.efficientnet_maps().weights]
    monkeypatch.setattr(efficientnet, "PACKAGE", "no_such_package")
    network = efficientnet.efficientnet_maps()
    assert [w.shape for w in network.weights] == with_package
    assert all(np.isnan(w).all() for w in network.get_weights())
    assert [m.shape[-1] for m in network.outputs] == [24, 40, 112, 320]
