import keras
import numpy as np
import pytest
import torch

from kerasgan.networks.folding import FoldedConvolutions

pytestmark = pytest.mark.any_backend


@pytest.mark.parametrize("strides", [1, 2])
@pytest.mark.parametrize("size", [(8, 9), (7, 6)])
@pytest.mark.parametrize("kernel", [1, 3, 5])
@pytest.mark.parametrize("groups", [1, 6])
def test_equals_convolution_and_norm(groups, kernel, size, strides):
    torch.manual_seed(0)
    convolution = torch.nn.Conv2d(6, 6, kernel, strides, groups=groups, bias=False)
    norm = torch.nn.BatchNorm2d(6, eps=0.1).eval()
    for tensor in (norm.weight, norm.bias, norm.running_mean, norm.running_var):
        torch.nn.init.uniform_(tensor, 0.5, 2.0)
    state = {f"c.{name}": value.numpy() for name, value in convolution.state_dict().items()}
    state |= {f"n.{name}": value.numpy() for name, value in norm.state_dict().items()}
    images = np.random.default_rng(0).normal(size=(2, *size, 6)).astype("float32")
    # TensorFlow's "same": what is missing for a last step, the odd one below and on the right
    missing = [max((-(-n // strides) - 1) * strides + kernel - n, 0) for n in size]
    down, right = missing
    pads = (right // 2, right - right // 2, down // 2, down - down // 2)
    with torch.no_grad():
        padded = torch.nn.functional.pad(torch.tensor(images).permute(0, 3, 1, 2), pads)
        want = norm(convolution(padded)).clamp(0, 6).permute(0, 2, 3, 1).numpy()

    inputs = keras.Input((*size, 6))
    folded = FoldedConvolutions(state, epsilon=0.1)
    outputs = folded(inputs, "c", "n", strides, activation="relu6")
    made = keras.Model(inputs, outputs)(images, training=False)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(made), want, atol=1e-5)


def test_names_the_weights_that_are_missing():
    with pytest.raises(KeyError, match="c.weight"):
        FoldedConvolutions({})(keras.Input((8, 8, 3)), "c", "n")
