"""Half precision is chosen where it is quicker, and nowhere else."""

import argparse
import logging

import pytest

from kerasgan.backend import precision


@pytest.fixture
def choose(monkeypatch, tmp_path):
    """Chooses on a machine of some flags and speed."""

    def run(flags, ratio, accelerated=False):
        monkeypatch.setattr(precision, "CPUINFO", tmp_path / "cpuinfo")
        if flags is not None:
            precision.CPUINFO.write_text(f"flags\t: fpu {flags} sse\n")
        monkeypatch.setattr(precision, "_ratio", lambda: ratio)
        monkeypatch.setattr(precision, "accelerated", lambda: accelerated)
        precision.fastest_policy.cache_clear()
        return precision.fastest_policy()

    yield run
    precision.fastest_policy.cache_clear()


@pytest.mark.any_backend
@pytest.mark.parametrize(
    ("flags", "ratio", "want"),
    [
        (None, 0.1, "float32"),
        ("avx2 avx512f", 0.1, "float32"),
        ("avx512_bf16", 0.5, "mixed_bfloat16"),
        ("amx_bf16", 0.5, "mixed_bfloat16"),
        ("avx512_bf16 amx_bf16", 0.9, "float32"),
    ],
)
def test_the_rule(choose, flags, ratio, want):
    assert choose(flags, ratio) == want


@pytest.mark.any_backend
def test_an_accelerator_needs_no_flags(choose):
    assert choose("avx2", 0.5, accelerated=True) == "mixed_bfloat16"
    assert choose("avx2", 1.5, accelerated=True) == "float32"


@pytest.mark.any_backend
def test_it_is_said_once(choose, caplog):
    with caplog.at_level(logging.INFO, "kerasgan"):
        choose("amx_bf16", 0.456)
        precision.fastest_policy()
    assert [r.message for r in caplog.records] == [
        "dtype=mixed_bfloat16: a convolution in bfloat16 takes 0.46 of its time in float32"
    ]


def test_the_measurement():
    assert 0 < precision._ratio() < 1000
    precision.fastest_policy.cache_clear()
    assert precision.fastest_policy() in ("float32", "mixed_bfloat16")
    precision.fastest_policy.cache_clear()


@pytest.mark.any_backend
def test_the_command_line_takes_it_for_auto_and_for_nothing_else(monkeypatch):
    import kerasgan as kg
    from kerasgan.cli import arguments, settings

    monkeypatch.setattr(settings, "fastest_policy", lambda: "mixed_bfloat16")
    options = {n: p.default for n, (p, _) in arguments.model_options(kg.GAN).items()}

    def made(policy):
        args = argparse.Namespace(**{**options, "dtype": policy}, initial=None, argv=[])
        return settings._model(kg.GAN, args)

    assert made("auto")["dtype"] == "mixed_bfloat16"
    assert made("float32")["dtype"] == "float32"
    assert "dtype" not in made(None)
