import dataclasses
import itertools
import json

import keras
import pytest

from benchmarks.runner import child as run
from benchmarks.speed import cases, child, flops, peak
from tests.benchmarks.speed.tiny import tiny

BACKEND = keras.backend.backend()
on_torch = pytest.mark.skipif(BACKEND != "torch", reason="plain PyTorch is the same under each")


def ticking(monkeypatch, ends):
    """Lets the clock of `child` show these times, one after the other."""
    times = iter(ends)
    monkeypatch.setattr(child.time, "perf_counter", lambda: next(times))


def test_the_clock_leaves_the_warm_up_out(monkeypatch):
    monkeypatch.setattr(child, "START", 0.0)
    ticking(monkeypatch, [1.0, 3.0, 9.0, 9.5, 10.5, 12.0])
    clock = child.Clock(block=10, seconds=3.0)
    clock.start()
    clock.first()
    assert [clock.next() for _ in range(4)] == [False, False, False, True]
    assert clock.report() == {
        "ms": 100.0,
        "seconds_to_first_step": 3.0,
        "compile_seconds": 1.9,
    }


def test_the_clock_is_content_with_two_blocks_of_slow_steps(monkeypatch):
    ticking(monkeypatch, [0.0, 20.0, 38.0, 58.0])
    clock = child.Clock(block=1, seconds=2.0)
    clock.start()
    clock.first()
    assert [clock.next(), clock.next()] == [False, True]
    report = clock.report()
    assert report["ms"] == 19_000 and report["compile_seconds"] == 1.0


@pytest.fixture
def small_cases(monkeypatch):
    """One tiny case of each contender's form, in place of all."""
    small = [dataclasses.replace(cases.PEAK, settings={"matrix": 8, "map": [1, 4, 4, 2]})]
    small.append(tiny("DCGAN"))
    monkeypatch.setattr(cases, "CASES", small)
    return small


@pytest.mark.parametrize("kind", ["kerasgan", "stock"])
def test_a_contender_on_a_backend(small_cases, monkeypatch, capsys, kind):
    monkeypatch.setenv("KERAS_BACKEND", BACKEND)
    child.main(["tiny", f"{kind}_{BACKEND}", "--seconds", "0.01"])
    record = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert record["ms"] > 0 and record["peak_mib"] > 50
    assert record["seconds_to_first_step"] > record["compile_seconds"] >= 0
    step = flops.step(small_cases[1].model(), 10)
    assert record["gflop"] == pytest.approx(step / 1e9, abs=1e-4)
    assert BACKEND in record["versions"]


def test_contenders_that_are_compiled_otherwise(small_cases, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", BACKEND)
    small_cases[1] = tiny("GAN")  # the quickest to compile
    asked, compiled = [], keras.Model.compile

    def compile(self, **settings):
        asked.append({name: settings[name] for name in ("jit_compile", "steps_per_execution")})
        return compiled(self, **settings)

    monkeypatch.setattr(keras.Model, "compile", compile)
    for otherwise in ("", "_together", "_xla"):
        if BACKEND != "torch" or otherwise == "":
            child.main(["tiny", f"kerasgan_{BACKEND}{otherwise}", "--seconds", "0.01"])
    usual = {"jit_compile": "auto", "steps_per_execution": 1}
    want = [usual, {**usual, "steps_per_execution": 10}, {**usual, "jit_compile": True}]
    assert asked[::2] == want[: len(asked[::2])]  # the second of each is for the counting
    assert len(asked) == (2 if BACKEND == "torch" else 6)


def test_a_contender_in_half_precision(small_cases, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", BACKEND)
    policies, compiled = [], keras.Model.compile

    def compile(self, **settings):
        policies.append({layer.compute_dtype for layer in self.generator.layers if layer.weights})
        return compiled(self, **settings)

    monkeypatch.setattr(keras.Model, "compile", compile)
    child.main(["tiny", f"kerasgan_{BACKEND}_bfloat16", "--seconds", "0.01"])
    counted = {"float32"}  # the model whose products are counted, as without
    assert "bfloat16" in policies[0] and policies[1:] == [counted]


@on_torch
@pytest.mark.parametrize("contender", ["torch", "torch_channels_last", "torch_bfloat16"])
def test_plain_pytorch_as_a_contender(small_cases, contender, capsys):
    child.main(["tiny", contender, "--seconds", "0.01"])
    record = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert record["ms"] > 0 and set(record["versions"]) == {"torch", "python"}


@on_torch
def test_lightning_as_a_contender(small_cases, capsys):
    pytest.importorskip("lightning", reason="which is not among the requirements")
    child.main(["tiny", "lightning", "--seconds", "0.01"])
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["ms"] > 0


def test_the_peak_counts_the_products(monkeypatch):
    monkeypatch.setattr(peak, "_fastest", lambda run, seconds: run() is None or 1e-9)
    found = peak.measure(BACKEND, matrix=10, map=[2, 3, 5, 4], seconds=0)
    once = {"matmul": 2000.0, "convolution": 2 * 2 * 3 * 5 * 9 * 4 * 4}
    assert found == {**once, **{f"{name}_bfloat16": rate for name, rate in once.items()}}


def test_the_peak_is_the_fastest_time(monkeypatch):
    times = itertools.count()
    monkeypatch.setattr(peak.time, "perf_counter", lambda: (next(times) // 2) ** 2)
    assert peak._fastest(lambda: None, seconds=0) == 0


@on_torch
def test_a_process_of_its_own(tmp_path):
    """Memory is that of the process itself, not of this one, which holds three backends."""
    found = run("benchmarks.speed.child", "growth_32px_batch1", "torch", "--seconds", "0.01")
    assert found["ms"] > 0 and 100 < found["peak_mib"] < child.peak_mib()
