import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan as kg

rng = np.random.default_rng(0)
A = rng.uniform(-1, 1, (3, 2, 2, 1)).astype("float32")
B = rng.uniform(-1, 1, (3, 2, 2, 1)).astype("float32")
NAMES = ["D_A", "G_A", "cycle_A", "idt_A", "D_B", "G_B", "cycle_B", "idt_B"]
WEIGHTS = {"G_A": 0.5, "G_B": -0.75, "D_A": 1.5, "D_B": 0.25}


def times(weight):
    """A network that multiplies each pixel by one weight."""
    dense = layers.Dense(1, use_bias=False)
    network = keras.Sequential([keras.Input((None, None, 1)), dense])
    network.set_weights([np.full((1, 1), weight)])
    return network


def by_hand(**kwargs):
    networks = {name: times(weight) for name, weight in WEIGHTS.items()}
    return kg.CycleGAN(
        (2, 2, 1),
        (2, 2, 1),
        generator=(networks["G_A"], networks["G_B"]),
        discriminator=(networks["D_A"], networks["D_B"]),
        **kwargs,
    )


def eight_losses(g_a, g_b, d_a, d_b, a=A, b=B, lambda_a=10.0, lambda_b=10.0, identity=0.5):
    """As CycleGAN's code has them: squared errors, D's halved, absolute errors weighted."""

    a, b = np.float64(a), np.float64(b)

    def absolute(x, y):
        return np.abs(x - y).mean()

    def square(x, target):
        return np.square(x - target).mean()

    fake_b, fake_a = g_a * a, g_b * b
    return {
        "D_A": (square(d_a * b, 1) + square(d_a * fake_b, 0)) / 2,
        "G_A": square(d_a * fake_b, 1),
        "cycle_A": lambda_a * absolute(g_b * fake_b, a),
        "idt_A": identity * lambda_b * absolute(g_a * b, b),
        "D_B": (square(d_b * a, 1) + square(d_b * fake_a, 0)) / 2,
        "G_B": square(d_b * fake_a, 1),
        "cycle_B": lambda_b * absolute(g_a * fake_a, b),
        "idt_B": identity * lambda_a * absolute(g_b * a, a),
    }


@pytest.mark.compiled
def test_the_eight_losses_and_their_step_by_hand():
    rate, start = 0.01, [WEIGHTS[name] for name in ("G_A", "G_B", "D_A", "D_B")]
    settings = {"lambda_a": 8.0, "lambda_b": 4.0}
    gan = by_hand(**settings, lambda_identity=0.25, pool_size=0)
    gan.compile(optimizer=keras.optimizers.SGD(rate))
    history = gan.fit(A, B, batch_size=3, verbose=0).history
    want = eight_losses(*start, **settings, identity=0.25)
    assert list(gan.log_names) == NAMES
    for name in NAMES:
        np.testing.assert_allclose(history[name], [want[name]], rtol=1e-5, err_msg=name)

    # each weight moves down the sum of its player's losses: central differences
    for i, (name, summed) in enumerate(
        [("G_A", "Gci"), ("G_B", "Gci"), ("D_A", "D"), ("D_B", "D")]
    ):
        ends = []
        for step in (1e-5, -1e-5):
            moved = [w + step * (i == j) for j, w in enumerate(start)]
            losses = eight_losses(*moved, **settings, identity=0.25)
            ends.append(sum(v for key, v in losses.items() if key[0] in summed))
        slope = (ends[0] - ends[1]) / 2e-5
        got = getattr(gan, name).get_weights()[0].item()
        np.testing.assert_allclose(got, start[i] - rate * slope, rtol=1e-4, err_msg=name)


def test_evaluate_gives_the_losses_without_a_step():
    gan = by_hand()
    gan.compile()
    got = gan.evaluate(A, B, verbose=0, return_dict=True)
    want = eight_losses(*(WEIGHTS[name] for name in ("G_A", "G_B", "D_A", "D_B")))
    assert got == {name: pytest.approx(value, rel=1e-5) for name, value in want.items()}


@pytest.mark.compiled
def test_discriminators_are_shown_earlier_images():
    """With a pool of one image, the third step's fakes are swapped in about half of the runs."""
    gan = by_hand(pool_size=1, seed=0)
    gan.compile(optimizer=keras.optimizers.SGD(0.0))
    shown = set()
    for value in np.linspace(-0.9, 0.9, 12):
        a = np.full((1, 2, 2, 1), value, "float32")
        d_a = gan.train_on_batch(a, a, return_dict=True)["D_A"]
        gan.reset_metrics()
        fresh = eight_losses(*(WEIGHTS[n] for n in ("G_A", "G_B", "D_A", "D_B")), a=a, b=a)["D_A"]
        shown.add(bool(np.isclose(d_a, fresh, rtol=1e-5)))
    assert shown == {True, False}
    assert int(gan.pool_a.count) == int(gan.pool_b.count) == 1


def test_the_two_pools_draw_on_their_own():
    gan = by_hand(pool_size=4, seed=0)
    states = [ops.convert_to_numpy(p.seed_generator.state.value) for p in (gan.pool_a, gan.pool_b)]
    assert not np.array_equal(*states)


def test_pools_survive_saving(tmp_path):
    gan = by_hand(pool_size=4)
    gan.compile()
    gan.fit(A, B, batch_size=1, verbose=0)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    for name in ("pool_a", "pool_b"):
        kept = ops.convert_to_numpy(getattr(gan, name).images)
        assert np.abs(kept[:3]).min(axis=(1, 2, 3)).all() and not kept[3].any()
        np.testing.assert_array_equal(kept, ops.convert_to_numpy(getattr(loaded, name).images))
        assert int(getattr(loaded, name).count) == 3


@pytest.mark.any_backend
def test_defaults_are_the_papers():
    gan = kg.CycleGAN((256, 256, 3), (256, 256, 3), filters=1, discriminator_filters=1)
    gan.compile()
    assert type(gan.adversarial_loss).__name__ == "LeastSquares" and gan.penalties == []
    assert (gan.lambda_a, gan.lambda_b, gan.identity_weight, gan.pool_a.size) == (10, 10, 0.5, 50)
    for player in gan.players():
        config = gan.optimizer[player].get_config()
        assert config["learning_rate"] == pytest.approx(2e-4) and config["beta_1"] == 0.5
    blocks = [layer for layer in gan.G_A.layers if isinstance(layer, layers.Add)]
    assert len(blocks) == 9
    assert kg.networks.receptive_field(gan.D_A) == 70


@pytest.mark.any_backend
def test_sides_may_differ_in_channels():
    small = {"filters": 2, "blocks": 1, "discriminator": "pixel", "discriminator_filters": 2}
    gan = kg.CycleGAN((8, 8, 3), (8, 8, 1), **small)
    gan.compile()
    a, b = np.repeat(A, 3, axis=-1).repeat(4, 1).repeat(4, 2), B.repeat(4, 1).repeat(4, 2)
    history = gan.fit(a, b, verbose=0).history
    assert history["idt_A"] == history["idt_B"] == [0]
    assert gan.translate(a).shape == b.shape and gan.translate(b, "BtoA").shape == a.shape
    with pytest.raises(ValueError, match="same channels.*lambda_identity=0.5"):
        kg.CycleGAN((8, 8, 3), (8, 8, 1), lambda_identity=0.5, **small)


@pytest.mark.parametrize("loss, penalty", [("hinge", None), ("wasserstein", "gradient_penalty")])
def test_takes_losses_and_penalties_by_name(loss, penalty):
    gan = by_hand()
    gan.compile(loss=loss, penalty=penalty)
    before = gan.get_weights()
    history = gan.fit(A, B, verbose=0).history
    assert np.isfinite([history[name] for name in NAMES]).all()
    assert all(np.any(x != y) for x, y in zip(before[:4], gan.get_weights()[:4], strict=True))


class Steps(kg.losses.Penalty):
    """The number of steps made."""

    def __call__(self, critic, real, fake, *, seed, step):
        return ops.cast(step, "float32")


def test_penalties_are_told_the_steps_of_the_discriminators():
    gan = by_hand()
    gan.compile(penalty=Steps())
    for player, steps in (("generators", 5), ("discriminators", 3)):
        gan.optimizer[player].iterations.assign(steps)
    assert float(ops.convert_to_numpy(gan.penalty(gan.D_A, A, B))) == 3


@pytest.mark.any_backend
@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"shape_a": (30, 32, 3)}, "at one height and width"),
        ({"shape_a": (30, 30, 3), "shape_b": (30, 30, 3)}, "nearest size that works is 32x32"),
        ({"shape_a": (32, 3)}, r"`shape_a` must be \(height, width, channels\)"),
        ({"generator": "vae"}, "or 'unet'.*Received: generator='vae'"),
        ({"discriminator": "big"}, "'patch' or 'pixel'.*Received: discriminator='big'"),
        ({"discriminator_layers": 4}, "48 pixels or more.*Received"),
        ({"pool_size": -1}, "Received: size=-1"),
    ],
)
def test_refuses(arguments, message):
    shapes = {"shape_a": (32, 32, 3), "shape_b": (32, 32, 3)}
    with pytest.raises(ValueError, match=message):
        kg.CycleGAN(**{**shapes, "filters": 1, "blocks": 1, **arguments})


@pytest.mark.compiled
def test_translates_by_the_moving_averages():
    gan = by_hand(ema_decay=0.0)
    gan.compile(optimizer=keras.optimizers.SGD(0.01))
    gan.average_a.decay = 0.25  # an update's decay is at most (1 + t) / (10 + t), at first 0.1
    before, weights = WEIGHTS["G_A"], []
    for _ in range(2):
        gan.train_on_batch(A, B)
        weights.append(gan.G_A.get_weights()[0].item())
    want = 0.1 * before + 0.9 * weights[0]
    want = 2 / 11 * want + 9 / 11 * weights[1]
    np.testing.assert_allclose(gan.translate(A, "AtoB"), want * A, rtol=1e-5)
    np.testing.assert_allclose(
        gan.translate(B, "BtoA"), gan.G_B.get_weights()[0].item() * B, rtol=1e-5
    )


class Weighed(kg.losses.Penalty):
    """Tells the critics apart, and real from generated images."""

    def __call__(self, critic, real, fake, *, seed, step):
        return ops.mean(critic(real)) - 2 * ops.mean(critic(fake))


def test_each_judge_is_penalised_on_what_it_judges():
    gan = by_hand()
    gan.compile(penalty=Weighed())
    fake_a, fake_b = A + 1, B - 1
    total, judged = gan.discriminators_loss(*map(ops.convert_to_tensor, (A, B, fake_a, fake_b)))
    d_a, d_b = WEIGHTS["D_A"], WEIGHTS["D_B"]
    want = d_a * (B.mean() - 2 * fake_b.mean()) + d_b * (A.mean() - 2 * fake_a.mean())
    assert float(total - sum(judged.values())) == pytest.approx(want, rel=1e-4)


@pytest.mark.compiled
def test_the_discriminators_step_oftener_each_time_on_their_own_part():
    gan = by_hand(critic_steps=3, lambda_identity=0.0)
    gan.compile(optimizer={p: keras.optimizers.SGD(0.1) for p in gan.players()})
    gan.train_on_batch(A, B)
    weights = dict(WEIGHTS)
    for a, b in zip(np.float64(A), np.float64(B), strict=True):  # parts of one image each
        fake_a, fake_b = WEIGHTS["G_B"] * b, WEIGHTS["G_A"] * a
        for name, real, fake in (("D_A", b, fake_b), ("D_B", a, fake_a)):
            d = weights[name]
            weights[name] = d - 0.1 * ((d * real - 1) * real + d * fake**2).mean()
    for name in ("D_A", "D_B"):
        kernel = float(np.squeeze(getattr(gan, name).get_weights()[0]))
        assert kernel == pytest.approx(weights[name], rel=1e-5)
    assert [int(gan.optimizer[p].iterations) for p in ("generators", "discriminators")] == [1, 3]
    # the generators saw the last part only, and the discriminators as two parts had left them
    alone = by_hand(lambda_identity=0.0)
    rate = {"generators": keras.optimizers.SGD(0.1), "discriminators": keras.optimizers.SGD(0.0)}
    alone.compile(optimizer=rate)
    for name in ("D_A", "D_B"):
        d = WEIGHTS[name]
        for a, b in zip(np.float64(A[:2]), np.float64(B[:2]), strict=True):
            real = b if name == "D_A" else a
            fake = WEIGHTS["G_A"] * a if name == "D_A" else WEIGHTS["G_B"] * b
            d = d - 0.1 * ((d * real - 1) * real + d * fake**2).mean()
        getattr(alone, name).set_weights([np.full((1, 1), d)])
    alone.train_on_batch(A[2:], B[2:])
    for name in ("G_A", "G_B"):
        ours, theirs = (getattr(g, name).get_weights()[0] for g in (gan, alone))
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)
