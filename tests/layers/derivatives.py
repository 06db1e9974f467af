"""First and second derivatives of a layer, to be held against another's."""

import keras
from keras import ops

from kerasgan.engine import gradient


def derivatives(layer, inputs, weighting, **kwargs):
    """The outputs, the gradients of their weighted sum by inputs and trainable weights, and the
    gradients of the squares of these."""

    def value(*sources):
        with keras.StatelessScope(zip(layer.trainable_weights, sources[1:], strict=True)):
            return layer(sources[0], **kwargs)

    def each_gradient(function, sources):
        return [
            gradient(lambda x, i=i: function(*sources[:i], x, *sources[i + 1 :]), sources[i])
            for i in range(len(sources))
        ]

    def first(*sources):
        return each_gradient(lambda *x: ops.sum(value(*x) * weighting), sources)

    def squares(*sources):
        return sum(ops.sum(ops.square(g)) for g in first(*sources))

    def everything(*sources):
        return [value(*sources), *first(*sources), *each_gradient(squares, sources)]

    if keras.backend.backend() == "jax":
        import jax

        everything = jax.jit(everything)
    given = (inputs, *map(ops.convert_to_numpy, layer.trainable_weights))
    sources = [ops.convert_to_tensor(x) for x in given]
    return [ops.convert_to_numpy(ops.stop_gradient(x)) for x in everything(*sources)]
