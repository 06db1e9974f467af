import keras
import numpy as np
import pytest

from kerasgan.metrics import extractors


@pytest.mark.parametrize("name", ["digits", "clothes"])
def test_a_name_is_loaded_once(name):
    extractor = extractors.get(name)
    assert extractor.name == name and extractors.get(name) is extractor


def test_a_model_is_wrapped():
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    extractor = extractors.get(model)
    assert extractor.features(np.zeros((3, 8, 8, 1))).shape == (3, 64)
    assert extractor.fingerprint["extractor"] == "Sequential"
    assert extractors.get(extractor) is extractor


def test_what_is_no_extractor():
    with pytest.raises(ValueError, match=r"there are \['inception', .*Received: extractor='vgg'"):
        extractors.get("vgg")
    with pytest.raises(TypeError, match="Received: type.extractor.=int"):
        extractors.get(3)
