import keras
import numpy as np
import pytest

import kerasgan as kg
from benchmarks.scorecard import mixtures
from benchmarks.scorecard.rows import modes, variants

PENALTIES = {"R1": [1.0, 0.1], "R2": [1.0, 0.1]}


@pytest.mark.parametrize("name", modes.MODELS)
def test_small_networks_are_trained_and_scored(tmp_path, name):
    small = {"units": [4, 4], "points": 50, "samples": 20, "batch": 4, "steps": 2}
    given = {**modes.row("ring", name).configuration, **small}
    scores = mixtures.train(modes.make, given, 3, tmp_path)["scores"]
    assert list(scores) == ["modes", "high_quality", "reverse_kl"]
    assert scores["modes"] in range(9) and 0 <= scores["high_quality"] <= 1


@pytest.mark.parametrize("data, total", [("ring", 8), ("grid", 25)])
def test_the_data_themselves(tmp_path, data, total):
    scores = modes.points({"data": data, "samples": 2500}, 0, tmp_path)["scores"]
    assert scores["modes"] == total
    assert scores["high_quality"] == pytest.approx(1 - np.exp(-4.5), abs=0.007)
    assert 0 < scores["reverse_kl"] < 0.02


def test_the_first_layer_starts_steep_and_biases_reach_far():
    network = modes.generator([2000, 500], [5.0, 5.0], reach=2.0, biases=3.0, seed=0)
    kernel, bias, second, second_bias, _, _ = network.get_weights()
    assert kernel.shape == (2, 2000) and kernel.std() == pytest.approx(5, rel=0.1)
    assert 9.9 < bias.max() <= 10 and -10 <= bias.min() < -9.9
    assert abs(second).max() < 0.1 and 2.9 < abs(second_bias).max() <= 3
    spread = modes.generator([2000, 3], [1.0, 100.0], 1.0, 1.0, seed=0).get_weights()[0]
    slopes = np.log10(np.linalg.norm(spread, axis=0) / np.sqrt(2))
    # log10 of the scale is uniform from 0 to 2; that of the norm adds -0.125 and a deviation 0.28
    assert slopes.mean() == pytest.approx(0.875, abs=0.05)
    assert slopes.std() == pytest.approx(np.sqrt(4 / 12 + 0.279**2), abs=0.03)

    judge = modes.discriminator(2, [3000, 4]).get_weights()
    assert judge[0].std() == pytest.approx(1, rel=0.1) and 3.9 < abs(judge[1]).max() <= 4


def test_networks_and_penalties_are_as_configured():
    given = {**modes.row("grid", "gan_r1_pack2").configuration, "units": [4, 6]}
    model = modes.make(given, seed=0)
    assert model.discriminator.count_params() == 5 * 4 + 5 * 6 + 7
    assert model.generator.count_params() == 3 * 4 + 5 * 6 + 7 * 2


def test_penalties_go_by_half_a_cosine():
    found = mixtures.penalties(PENALTIES, steps=10)
    assert [type(penalty) for penalty in found] == [kg.losses.R1, kg.losses.R2]
    assert [float(found[0].weight_at(step)) for step in (0, 5, 10)] == pytest.approx([1, 0.55, 0.1])


def test_batches_are_drawn_from_all_points_and_repeat():
    points = np.arange(12.0).reshape(6, 2)
    stream, again = (mixtures.batches(points, None, 4, seed=1) for _ in range(2))
    several = [next(stream)[0] for _ in range(30)]
    np.testing.assert_array_equal(several, [next(again)[0] for _ in range(30)])
    assert {tuple(point) for batch in several for point in batch} == set(map(tuple, points))


def test_a_weight_that_stays_is_a_number_and_none_are_the_variants_own():
    (clipping,) = mixtures.penalties({"WeightClipping": [0.1, 0.1]}, steps=10)
    assert isinstance(clipping, kg.losses.WeightClipping)
    assert mixtures.penalties(None, 10) is None and mixtures.penalties({}, 10) == "none"


def test_optimizers_are_as_configured():
    given = {"rate": 0.1, "beta_1": 0.0, "beta_2": 0.9, "epsilon": 1e-5, "optimizer": "adam"}
    adam = mixtures.optimizer(given, steps=10)
    assert type(adam) is type(keras.optimizers.Adam()) and float(adam.learning_rate) == (
        pytest.approx(0.1)
    )
    assert (adam.beta_1, adam.beta_2, adam.epsilon) == (0.0, 0.9, 1e-5)
    other = mixtures.optimizer({**given, "optimizer": "rmsprop"}, steps=10)
    assert isinstance(other, keras.optimizers.RMSprop)


@pytest.mark.parametrize("name", ["gan_pack2", "acgan", "wgan"])
def test_variants_of_the_app_are_trained_and_scored(tmp_path, name):
    small = {"units": [4, 4], "points": 50, "samples": 20, "batch": 4, "steps": 2}
    row = variants.row("ring", name)
    scores = mixtures.train(variants.make, {**row.configuration, **small}, 3, tmp_path)["scores"]
    assert scores["modes"] in range(9) and set(scores) == set(row.section.columns)


def test_every_variant_of_the_app_has_a_row():
    from apps import toy_2d

    found = {row.configuration["variant"] for row in variants.ROWS}
    assert found == set(toy_2d.VARIANTS)
    for row in variants.ROWS:
        own = toy_2d.VARIANTS[row.configuration["variant"]][0]
        assert row.configuration["critic_steps"] == own.get("critic_steps", 1)
