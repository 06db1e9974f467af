import numpy as np
from keras import ops

from kerasgan.layers.basis import DiscriminativeBasis, GenerativeBasis


def test_bases_by_hand():
    layer = GenerativeBasis((1, 2))
    layer.build((None, 2))
    layer.set_weights([np.array([[[1.0, 2.0], [3.0, 4.0]]])])
    y = layer(np.array([[10.0, 100.0]], "float32"))
    assert ops.convert_to_numpy(y).tolist() == [[[[10, 200], [30, 400]]]]
    layer = DiscriminativeBasis()
    layer.build((None, 1, 2, 2))
    layer.set_weights([np.array([[[1.0, 2.0], [3.0, 4.0]]])])
    assert ops.convert_to_numpy(layer(y)).tolist() == [[100, 2000]]
