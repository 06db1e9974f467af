import pytest

from kerasgan.layers import AdaptiveAugment, DiffAugment, get_augment


def test_augments_by_name():
    assert get_augment(None) is None
    assert type(get_augment("diff_augment")) is DiffAugment
    assert type(get_augment("ada")) is AdaptiveAugment
    assert get_augment("ada", seed=3).seed == 3
    assert get_augment("diff_augment:translation,cutout").policy == ("translation", "cutout")
    assert get_augment("ada:blit", seed=3).policy == ("blit",)
    layer = DiffAugment()
    assert get_augment(layer) is layer


@pytest.mark.parametrize("augment", ["flip", 3, ["ada"]])
def test_unknown_augments_are_refused(augment):
    with pytest.raises(ValueError, match=r"known are \['ada', 'diff_augment'\]. Received: augment"):
        get_augment(augment)


def test_unknown_kinds_by_name_are_refused():
    with pytest.raises(ValueError, match="knows the kinds .* Received: policy=.'flip',"):
        get_augment("diff_augment:flip")


@pytest.mark.parametrize("kind", [DiffAugment, AdaptiveAugment])
@pytest.mark.parametrize("policy", ["flip", (), ("color", "flip")])
def test_unknown_kinds_are_refused(kind, policy):
    with pytest.raises(ValueError, match="knows the kinds .* Received: policy="):
        kind(policy=policy)


def test_only_ada_reads_the_sign_of_the_logits():
    assert AdaptiveAugment().needs_centred_logits
    assert not DiffAugment().needs_centred_logits
