"""Every public constructor, and every function of numbers, with arguments that make no sense."""

import hypothesis
import pytest
from hypothesis import strategies

from tools import nonsense
from tools.calls import calls, public

pytestmark = pytest.mark.any_backend


@strategies.composite
def spoilings(draw):
    """A call's name, and up to three of its arguments with nonsense in their places."""
    name = draw(strategies.sampled_from(sorted(calls())))
    places = strategies.tuples(
        strategies.sampled_from(sorted(calls()[name][1])),
        strategies.integers(0, 3),
        strategies.sampled_from(nonsense.NONSENSE),
    )
    return name, draw(strategies.lists(places, min_size=1, max_size=3))


def test_all_that_is_public_is_tried():
    assert set(calls()) == set(public())


@pytest.mark.parametrize("name", sorted(public()))
def test_it_works_without(name):
    assert nonsense.outcome(name, calls()[name][1], seconds=20) == "accepted"


@pytest.mark.filterwarnings("ignore")
@hypothesis.settings(max_examples=300, derandomize=True, deadline=None, database=None)
@hypothesis.given(spoilings())
def test_nonsense_is_refused(spoiling):
    """By a ValueError or TypeError, within a second."""
    arguments, meant = nonsense.spoiled(*spoiling)
    assert nonsense.outcome(spoiling[0], arguments) in (
        ("accepted", "refused") if meant else ("refused",)
    )


@pytest.mark.parametrize(
    "name, argument, value",
    [
        ("layers.PixelShuffle", "factor", float("nan")),
        ("losses.LeastSquares", "a", object()),
        ("models.ConditionalGAN", "dropout", "x"),
        ("models.CycleGAN", "lambda_a", object()),
        ("models.Pix2Pix", "discriminator_layers", 10**30),
        ("datasets.grid_means", "spacing", float("nan")),
    ],
)
def test_what_was_once_accepted(name, argument, value):
    arguments, meant = nonsense.spoiled(name, [(argument, 9, value)])
    assert not meant and nonsense.outcome(name, arguments) == "refused"
