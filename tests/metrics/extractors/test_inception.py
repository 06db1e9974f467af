import hashlib
from unittest import mock

import keras
import numpy as np
import pytest
import torch

from kerasgan.metrics.extractors import inception
from kerasgan.metrics.extractors.preparing import resized


@pytest.fixture(scope="module")
def oracle(fidelity):
    """torch-fidelity's network with random weights that keep the maps' size through all layers."""
    from torch_fidelity import feature_extractor_inceptionv3

    module = feature_extractor_inceptionv3.FeatureExtractorInceptionV3
    with mock.patch.object(torch, "load"), mock.patch.object(module, "load_state_dict"):
        network = module("oracle", ["2048", "logits_unbiased"], "none")
    generator = torch.Generator().manual_seed(0)
    for name, value in network.state_dict().items():
        if name.endswith(("running_var", "bn.weight")):
            value.uniform_(0.75, 1.25, generator=generator)
        elif name.endswith(("running_mean", "bn.bias")):
            value.normal_(0, 0.1, generator=generator)
        elif value.ndim == 4:
            value.normal_(0, (2 / value[0].numel()) ** 0.5, generator=generator)
    return network


@pytest.fixture(scope="module")
def path(oracle, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / inception.FILE
    torch.save(oracle.state_dict(), path)
    return path


def test_agrees_with_torch_fidelity(oracle, path):
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    with mock.patch.object(inception, "SHA256", sha256):
        extractor = inception.inception(path.parent)
    levels = np.random.default_rng(0).integers(0, 256, (2, 36, 60, 3), "uint8")
    levels[1] //= 4
    with torch.no_grad():
        features, logits = (x.numpy() for x in oracle(torch.tensor(levels).permute(0, 3, 1, 2)))
    images = levels / 127.5 - 1
    made = extractor.features(images)
    np.testing.assert_allclose(made, features, rtol=1e-4, atol=1e-5)
    # the two are alike in these random weights: what tells them apart must agree as well
    np.testing.assert_allclose(made[1] - made[0], features[1] - features[0], atol=1e-5)
    made = keras.ops.convert_to_numpy(extractor.head(made))
    np.testing.assert_allclose(made, logits, rtol=1e-4, atol=1e-5)
    assert extractor.fingerprint == {
        "extractor": "inception",
        "weights": sha256,
        "resize": "tf1",
        "size": [299, 299],
    }


@pytest.mark.parametrize("size", [(28, 28), (299, 299), (64, 200), (301, 513), (32, 1000)])
def test_resizes_as_tensorflow_1(fidelity, size):
    from torch_fidelity import interpolate_compat_tensorflow

    interpolate = interpolate_compat_tensorflow.interpolate_bilinear_2d_like_tensorflow1x
    images = np.random.default_rng(0).integers(0, 256, (1, *size, 3)).astype("float32")
    want = interpolate(torch.tensor(images).permute(0, 3, 1, 2), (299, 299), align_corners=False)
    made = keras.ops.convert_to_tensor(images)
    for axis in (1, 2):
        made = resized(made, axis, 299, "tf1")
    want = want.permute(0, 2, 3, 1).numpy()
    np.testing.assert_allclose(keras.ops.convert_to_numpy(made), want, atol=1e-4)


def test_finds_the_weights(path, monkeypatch):
    assert inception.find(path.parent) == path
    monkeypatch.setenv("KERASGAN_WEIGHTS", str(path.parent))
    with pytest.raises(ValueError, match="is damaged: its sha256 is not 6726825d"):
        inception.inception()


def test_weights_that_are_not_to_be_had(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match=f"There is no {inception.FILE}.*https://.*Received"):
        inception.inception(tmp_path)
    monkeypatch.delenv("KERASGAN_WEIGHTS", raising=False)
    monkeypatch.setattr(keras.utils, "get_file", mock.Mock(side_effect=Exception("no network")))
    with pytest.raises(ValueError, match="could not be downloaded .no network.*KERASGAN_WEIGHTS"):
        inception.inception()


def test_the_download_is_checked_and_kept(tmp_path, monkeypatch):
    get_file = mock.Mock(return_value=str(tmp_path / inception.FILE))
    monkeypatch.setattr(keras.utils, "get_file", get_file)
    assert inception.find() == tmp_path / inception.FILE
    (name, url), settings = get_file.call_args
    assert name == inception.FILE and url.endswith(f"/{inception.FILE}")
    assert settings["file_hash"].startswith("6726825d")
