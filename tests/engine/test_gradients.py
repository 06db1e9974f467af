import keras
import numpy as np
import pytest
from keras import layers, ops

from kerasgan.engine import AdversarialModel, gradient, gradient_norm


class Penalised(AdversarialModel):
    """One player that minimizes `penalty(critic, x)` and nothing else."""

    log_names = {"d_loss": "discriminator"}

    def __init__(self, critic, penalty):
        super().__init__()
        self.critic = critic
        self.penalty = penalty
        self.data_spec = {"points": tuple(critic.input_shape[1:])}

    def players(self):
        return {"discriminator": [self.critic]}

    def train_step(self, data):
        (x,) = self.batch(data)
        loss = self.minimize(lambda: self.penalty(self.critic, x), "discriminator")
        return self.logs(d_loss=loss)


def one_step(critic, penalty, x, rate=0.1):
    model = Penalised(critic, penalty)
    model.compile(optimizer=keras.optimizers.SGD(rate))
    history = model.fit(x, batch_size=len(x), verbose=0)
    return history.history["d_loss"][0]


def numpy(x):
    return ops.convert_to_numpy(x)


def test_gradient_of_a_quadratic():
    a = np.array([[2.0, 1.0], [1.0, 3.0]], "float32")
    x = np.array([[1.0, 2.0], [-1.0, 0.5]], "float32")

    def form(z):
        return ops.sum(ops.matmul(z, a) * z, axis=1)

    np.testing.assert_allclose(numpy(gradient(form, ops.array(x))), 2 * x @ a, rtol=1e-6)


def test_gradient_of_a_gradient():
    def cube_slope_squared(z):  # (d/dz z^3)^2 = 9 z^4, whose slope is 36 z^3
        return gradient(lambda y: y**3, z) ** 2

    x = np.array([1.0, -2.0, 0.5], "float32")
    np.testing.assert_allclose(
        numpy(gradient(cube_slope_squared, ops.array(x))), 36 * x**3, rtol=1e-5
    )


def test_gradient_does_not_reach_into_the_callers_tensor():
    x = ops.array([1.0, 2.0])
    gradient(lambda z: z**2, x)
    assert not getattr(x, "requires_grad", False)


def test_norms_are_each_samples_own_and_zero_is_safe():
    x = np.zeros((3, 2, 2), "float32")
    x[0] = [[1, 2], [2, 4]]
    norms = gradient_norm(lambda z: ops.sum(z * z, axis=(1, 2)) / 2, ops.array(x))
    np.testing.assert_allclose(numpy(norms), [5, 0, 0])
    slope = gradient(
        lambda z: gradient_norm(lambda y: ops.sum(y * y, axis=(1, 2)) / 2, z), ops.array(x)
    )
    np.testing.assert_allclose(numpy(slope), x / 5 * (x != 0), atol=1e-6)


def linear_critic(w):
    critic = keras.Sequential([keras.Input((len(w),)), layers.Dense(1, use_bias=False)])
    critic.set_weights([np.array(w, "float32")[:, None]])
    return critic


def test_step_down_a_penalty_on_a_linear_critic():
    # D(x) = w.x has gradient w everywhere; the loss (|w| - 1)^2 has gradient 2 (|w| - 1) w / |w|.
    w = np.array([3.0, 4.0])
    critic = linear_critic(w)
    loss = one_step(
        critic, lambda d, x: ops.mean((gradient_norm(d, x) - 1) ** 2), np.ones((5, 2), "float32")
    )
    assert loss == pytest.approx(16, rel=1e-5)
    np.testing.assert_allclose(numpy(critic.weights[0])[:, 0], w - 0.1 * 2 * 4 * w / 5, rtol=1e-5)


def test_step_at_a_zero_gradient_is_finite():
    critic = linear_critic([0.0, 0.0])
    loss = one_step(
        critic, lambda d, x: ops.mean((gradient_norm(d, x) - 1) ** 2), np.ones((5, 2), "float32")
    )
    assert loss == 1
    np.testing.assert_array_equal(numpy(critic.weights[0]), 0)


@pytest.mark.compiled
def test_step_through_batch_norm():
    # y = sum z^3 of the normalised batch z, scaled by gamma: the gradient is that of a batch norm,
    # times gamma^3: the mean square P of the gradient goes with gamma^6, dP/dgamma = 6 P / gamma.
    norm = layers.BatchNormalization(epsilon=0.01, momentum=0.9)
    critic = keras.Sequential([keras.Input((1,)), norm])
    x = np.array([[-1.0], [0.0], [0.5], [3.0]], "float32")

    def penalty(d, x):
        return ops.mean(gradient(lambda v: d(v, training=True) ** 3, x) ** 2)

    std = np.sqrt(x.var() + 0.01)
    z = (x - x.mean()) / std
    slope = 3 * z**2
    want = ((slope - slope.mean() - z * (slope * z).mean()) / std) ** 2
    loss = one_step(critic, penalty, x, rate=0.01)
    assert loss == pytest.approx(want.mean(), rel=1e-4)
    np.testing.assert_allclose(numpy(norm.gamma), 1 - 0.01 * 6 * want.mean(), rtol=1e-4)
    np.testing.assert_allclose(numpy(norm.moving_mean), 0.1 * x.mean(), rtol=1e-5)
    np.testing.assert_allclose(numpy(norm.moving_variance), 0.9 + 0.1 * x.var(), rtol=1e-5)
