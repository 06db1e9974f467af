"""Adam by the backend's fused kernel."""

import keras

from kerasgan import backend


@keras.saving.register_keras_serializable("kerasgan")
class Adam(keras.optimizers.Adam):
    """`keras.optimizers.Adam`, one pass over the memory a step: the same arguments and numbers.

    Under TensorFlow and PyTorch Keras reads and writes weights and moments a dozen times a step.

    Args:
        *args: as for `keras.optimizers.Adam`.
        **kwargs: as for `keras.optimizers.Adam`.

    Example:

    >>> weight = keras.Variable([1.0, -1.0])
    >>> Adam(0.5).apply([keras.ops.array([3.0, -2.0])], [weight])
    >>> keras.ops.convert_to_numpy(weight).round(3).tolist()
    [0.5, -0.5]
    """

    def update_step(self, gradient, variable, learning_rate):
        """Update one variable and its moments."""
        index = self._get_variable_index(variable)
        moments = self._momentums[index], self._velocities[index]
        usual = backend.fused_adam and not self.amsgrad and variable.dtype == "float32"
        if not (usual and backend.fused_adam(self, gradient, variable, *moments, learning_rate)):
            super().update_step(gradient, variable, learning_rate)
