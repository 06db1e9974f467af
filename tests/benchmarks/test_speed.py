import dataclasses
import itertools
import json
import math
import subprocess

import keras
import numpy as np
import pytest
import torch
from keras import layers

from benchmarks.speed import __main__ as program
from benchmarks.speed import (
    cases,
    child,
    flops,
    input,
    keras_stock,
    peak,
    reading,
    results,
    runner,
    table,
    torch_plain,
)
from benchmarks.speed.cases import Case
from kerasgan.layers import SpectralNormalization

pytestmark = pytest.mark.any_backend

BACKEND = keras.backend.backend()
on_torch = pytest.mark.skipif(BACKEND != "torch", reason="plain PyTorch is the same under each")
IMAGE = {"data_shape": (16, 16, 1), "latent_dim": 4}
TINY = {
    "GAN": {"data_shape": (4, 4, 1), "latent_dim": 3},
    "ConditionalGAN": {"data_shape": (4, 4, 1), "latent_dim": 3, "num_classes": 2},
    "DCGAN": {**IMAGE, "filters": 4},
    "WGANGP": {**IMAGE, "filters": 4},
    "SNGAN": {**IMAGE, "generator_filters": 4, "discriminator_filters": 4},
    "CycleGAN": {
        "shape_a": (24, 24, 3),
        "shape_b": (24, 24, 3),
        "blocks": 1,
        "filters": 2,
        "discriminator_filters": 2,
    },
    "points": {"data_shape": (2,), "latent_dim": 2},
}


def tiny(variant):
    return Case("tiny", f"Tiny {variant}", variant, TINY[variant], 10, 2)


def moved(before, after):
    """For each array, whether it has changed."""
    return [not np.array_equal(a, b) for a, b in zip(before, after, strict=True)]


# ---- operations


def test_operations_of_a_pass():
    network = keras.Sequential(
        [
            keras.Input((6, 8, 2)),
            layers.Conv2D(3, 3, strides=2, padding="same"),  # 3 x 4 places, 3 x 3 x 2 x 3 numbers
            layers.LeakyReLU(),
            layers.Conv2DTranspose(5, 4, strides=2, padding="same"),  # laid on the 3 x 4 inputs
            layers.Flatten(),
            layers.Dense(7),
        ]
    )
    products = 12 * 54 + 12 * (4 * 4 * 3 * 5) + 6 * 8 * 5 * 7
    assert flops.forward(network) == 2 * products


def test_operations_of_a_network_for_any_size():
    inputs = keras.Input((None, None, 2))
    network = keras.Model(inputs, layers.Conv2D(3, 1)(inputs))
    assert flops.forward(network, (5, 7, 2)) == 2 * 35 * 6


def test_operations_of_spectrally_normalised_layers():
    wrapped = SpectralNormalization(layers.Conv2D(3, 3, padding="same"))
    network = keras.Sequential([keras.Input((4, 4, 2)), wrapped])
    assert flops.forward(network) == 2 * 16 * 54


def test_operations_of_dcgan_64():
    """132 GFLOP at batch 32 is the figure that the networks were first measured by."""
    case = cases.find("dcgan64")
    maps = [(100, 16 * 1024)]
    maps += [(side**2 * 16, a * b) for side, a, b in
             ((4, 1024, 512), (8, 512, 256), (16, 256, 128), (32, 128, 3))]  # fmt: skip
    g = sum(a * b for a, b in maps)
    d = 16 * sum(
        side**2 * a * b for side, a, b in ((32, 3, 64), (16, 64, 128), (8, 128, 256), (4, 256, 512))
    )
    d += 16 * 512
    found = flops.step(case.model(), case.batch)
    assert found == 32 * 2 * (3 * g + 8 * d)
    assert found / 1e9 == pytest.approx(132, rel=0.005)


@pytest.mark.parametrize("variant, g_passes, d_passes", [("SNGAN", 7, 32), ("WGANGP", 7, 62)])
def test_critic_steps_share_the_batch(variant, g_passes, d_passes):
    model = tiny(variant).model()
    passes = g_passes * flops.forward(model.generator) + d_passes * flops.forward(
        model.discriminator
    )
    assert flops.step(model, 10) == 2 * passes


@pytest.mark.parametrize("channels, g_passes", [(3, 9), (1, 6)])  # without identity losses
def test_operations_of_cyclegan(channels, g_passes):
    a, b = (24, 24, 3), (24, 24, channels)
    model = dataclasses.replace(tiny("CycleGAN"), settings={**TINY["CycleGAN"], "shape_b": b})
    model = model.model()
    generators = flops.forward(model.G_A, a) + flops.forward(model.G_B, b)
    judges = flops.forward(model.D_A, b) + flops.forward(model.D_B, a)
    assert flops.step(model, 10) == 10 * (g_passes * generators + 8 * judges)


# ---- contenders


def players(model):
    names = (
        ("G_A", "G_B", "D_A", "D_B") if hasattr(model, "G_A") else ("generator", "discriminator")
    )
    return {name: getattr(model, name) for name in names}


def count_torch(module):
    return sum(p.numel() for p in module.parameters())


def count_keras(network):
    return sum(math.prod(w.shape) for w in network.trainable_weights)


@on_torch
@pytest.mark.parametrize("case", cases.CASES[1:], ids=lambda case: case.name)
def test_plain_pytorch_trains_as_many_weights(case):
    networks, _ = torch_plain.make(case)
    ours = {name: count_keras(network) for name, network in players(case.model()).items()}
    assert {name: count_torch(network) for name, network in networks.items()} == ours


@on_torch
@pytest.mark.parametrize("variant", ["DCGAN", "WGANGP", "SNGAN", "CycleGAN"])
def test_plain_pytorch_maps_have_the_same_shapes(variant):
    case = tiny(variant)
    networks, _ = torch_plain.make(case)
    real, *others = torch_plain.batches(case)[0]
    given = {"discriminator": real, "G_A": real, "D_B": real}
    given |= dict.fromkeys(("G_B", "D_A"), *others) if others else {}
    given["generator"] = torch.zeros(10, case.settings.get("latent_dim", 1))
    for name, ours in players(case.model()).items():
        x, made = given[name], networks[name](given[name])
        x, made = (t.permute(0, 2, 3, 1) if t.ndim == 4 else t for t in (x, made))
        assert made.shape == ours(x).shape


@on_torch
@pytest.mark.parametrize("variant", TINY)
def test_plain_pytorch_trains_all_players(variant):
    case = tiny(variant)
    networks, step = torch_plain.make(case)

    def weights():
        return [p.detach().numpy().copy() for n in networks.values() for p in n.parameters()]

    before, batch = weights(), torch_plain.batches(case)[0]
    assert np.isfinite([*step(*batch), *step(*batch)]).all()
    assert all(moved(before, weights()))


@on_torch
def test_channels_last_is_another_layout_of_the_same_numbers():
    losses = []
    for channels_last in (False, True):
        torch.manual_seed(0)
        networks, step = torch_plain.make(tiny("DCGAN"), channels_last)
        batch = torch_plain.batches(tiny("DCGAN"), channels_last)[0]
        losses.append([step(*batch) for _ in range(2)])
        kernel = networks["discriminator"][2].weight
        assert kernel.is_contiguous(memory_format=torch.channels_last) == channels_last
    np.testing.assert_allclose(*losses, rtol=1e-4)


@on_torch
def test_the_pool_gives_back_what_it_was_given():
    pool = torch_plain.Pool(2)
    given = [pool(torch.full((1, 1, 1, 1), float(i))).item() for i in range(40)]
    kept = [image.item() for image in pool.images]
    assert sorted(given + kept) == sorted([0, 1, *range(40)])  # the first two were given and kept
    assert 5 < sum(value < i for i, value in enumerate(given)) < 33


@pytest.mark.parametrize("variant", ["ConditionalGAN", "DCGAN"])
def test_the_stock_recipe_trains_one_player_after_the_other(variant, monkeypatch):
    case = tiny(variant)
    networks, step = keras_stock.make(case)
    train, steps = keras.Model.train_on_batch, []

    def watched(*args):
        before = {name: network.get_weights() for name, network in networks.items()}
        loss = train(*args)
        steps.append({name: moved(before[name], n.get_weights()) for name, n in networks.items()})
        return loss

    monkeypatch.setattr(keras.Model, "train_on_batch", watched)
    batch = [array[: case.batch] for array in case.arrays()]
    assert np.isfinite([*step(*batch), *step(*batch)]).all()
    for i, move in enumerate(steps):
        mover, other = list(move.values())[:: -1 if i % 2 == 0 else 1]
        assert all(mover) and not any(other)
    assert len(steps) == 4


@pytest.mark.parametrize("variant", ["points", "DCGAN"])
def test_stock_networks_are_the_same_of_keras_own_layers(variant):
    model = tiny(variant).model()
    for network in (model.generator, model.discriminator):
        own = keras_stock.stock(network)
        assert [w.shape for w in own.weights] == [w.shape for w in network.weights]
        assert not any("kerasgan" in type(layer).__module__ for layer in own.layers)


# ---- one measurement


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
        "ms_least_and_most": [50.0, 150.0],
        "steps": 30,
        "seconds_to_first_step": 3.0,
        "first_step_seconds": 2.0,
        "compile_seconds": 1.9,
    }


def test_the_clock_is_content_with_two_blocks_of_slow_steps(monkeypatch):
    ticking(monkeypatch, [0.0, 20.0, 38.0, 58.0])
    clock = child.Clock(block=1, seconds=2.0)
    clock.start()
    clock.first()
    assert [clock.next(), clock.next()] == [False, True]
    report = clock.report()
    assert report["ms"] == 19_000 and report["steps"] == 2 and report["compile_seconds"] == 1.0


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
    assert 0 < record["ms_least_and_most"][0] <= record["ms"] <= record["ms_least_and_most"][1]
    assert record["steps"] >= 4 and record["peak_mib"] > 50
    assert record["seconds_to_first_step"] > record["first_step_seconds"] > 0
    step = flops.step(small_cases[1].model(), 10)
    assert record["gflop"] == pytest.approx(step / 1e9, abs=1e-4)
    assert BACKEND in record["versions"]


def test_contenders_that_are_compiled_otherwise(small_cases, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", BACKEND)
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
@pytest.mark.parametrize("contender", ["torch", "torch_channels_last"])
def test_plain_pytorch_as_a_contender(small_cases, contender, capsys):
    child.main(["tiny", contender, "--seconds", "0.01"])
    record = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert record["ms"] > 0 and set(record["versions"]) == {"torch", "python"}


def test_the_peak_counts_the_products(monkeypatch):
    monkeypatch.setattr(peak, "_fastest", lambda run, seconds: run() is None or 1e-9)
    found = peak.measure(BACKEND, matrix=10, map=[2, 3, 5, 4], seconds=0)
    assert found == {"matmul": 2000.0, "convolution": 2 * 2 * 3 * 5 * 9 * 4 * 4}


def test_the_peak_is_the_fastest_time(monkeypatch):
    times = itertools.count()
    monkeypatch.setattr(peak.time, "perf_counter", lambda: (next(times) // 2) ** 2)
    assert peak._fastest(lambda: None, seconds=0) == 0


# ---- all of them


@pytest.fixture
def fake_run(monkeypatch):
    """Measurements that cost nothing; notes each, and fails for the stock recipe."""
    made = []

    def run(module, name, contender, *words):
        made.append((name, contender))
        if contender.startswith("stock"):
            raise subprocess.CalledProcessError(1, "child")
        if name == "peak":
            return {"gflops": {"matmul": 100.0, "convolution": 200.0}}
        ms = {"torch": 10.0, "kerasgan_jax": 5.0}.get(contender, 20.0) + made.count(made[-1])
        seconds = {"seconds_to_first_step": 3.0, "compile_seconds": 1.0}
        count = {"gflop": 1.0} if contender.startswith("kerasgan") else {}
        return {"ms": ms, "peak_mib": 500, **seconds, **count}

    monkeypatch.setattr(runner, "run", run)
    return made


def run_program(tmp_path, *words, of=cases.CASES):
    places = {"--results": "speed.json", "--out": "speed.md", "--chart": "speed.png"}
    places = [str(word) for key, name in places.items() for word in (key, tmp_path / name)]
    return program.program("benchmarks.speed", "", of, [*words, *places])


def test_contenders_take_turns_repeat_by_repeat():
    case = cases.find("sngan")
    todo = runner.jobs([case, cases.PEAK], ["torch", "kerasgan_jax"], repeats=2)
    assert [(case.name, contender, repeat) for case, contender, repeat in todo] == [
        ("sngan", "kerasgan_jax", 0),
        ("sngan", "torch", 0),
        ("peak", "torch", 0),
        ("sngan", "torch", 1),
        ("sngan", "kerasgan_jax", 1),
        ("peak", "torch", 1),
    ]


def test_only_what_is_not_there_is_measured(tmp_path, fake_run):
    words = ["--only", "mlp", "--contender", "torch", "kerasgan_jax"]
    assert run_program(tmp_path, *words, "--repeats", "1") == 0
    assert run_program(tmp_path, *words, "--repeats", "2") == 0
    assert run_program(tmp_path, *words, "--repeats", "2") == 0
    both = [("mlp", "kerasgan_jax"), ("mlp", "torch")]
    assert fake_run == [*both, *both[::-1]]
    assert run_program(tmp_path, *words, "--repeats", "1", "--seconds", "9") == 0
    assert fake_run[4:] == both  # by another configuration it is another measurement
    records = results.read(tmp_path / "speed.json")["records"]
    assert sorted((r["repeat"], r["configuration"]["seconds"]) for r in records) == [
        *[(0, 9.0)] * 2,
        *[(1, 1.5)] * 2,
    ]


def test_what_fails_is_named_and_the_others_go_on(tmp_path, fake_run, capsys):
    assert run_program(tmp_path, "--only", "mlp", "--repeats", "1") == 1
    assert "mlp, stock_jax, repeat 0 failed" in capsys.readouterr().err
    records = results.read(tmp_path / "speed.json")["records"]
    names = [name for name in cases.find("mlp").contenders if not name.startswith("stock")]
    assert [r["contender"] for r in records] == names


def test_a_stop_leaves_what_was_done_and_goes_on(tmp_path, fake_run, monkeypatch, capsys):
    run, stops = runner.run, [True]

    def stopped(module, name, contender, *words):
        if contender == "torch" and stops:
            stops.pop()
            raise KeyboardInterrupt
        return run(module, name, contender, *words)

    monkeypatch.setattr(runner, "run", stopped)
    words = ["--only", "sngan", "--repeats", "1"]
    assert run_program(tmp_path, *words) == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert "| `kerasgan_torch` |" in (tmp_path / "speed.md").read_text()
    assert run_program(tmp_path, *words) == 0
    assert [contender for _, contender in fake_run] == cases.find("sngan").contenders


def test_unknown_names_are_refused(tmp_path, fake_run, capsys):
    for words, known in ((["--only", "mlq"], "dcgan64"), (["--contender", "numpy"], "stock_jax")):
        with pytest.raises(SystemExit):
            run_program(tmp_path, *words)
        assert known in capsys.readouterr().err
    with pytest.raises(ValueError, match="there are peak, mlp, .*Received: name='mlq'"):
        cases.find("mlq")


def test_list_measures_nothing(tmp_path, fake_run, capsys):
    assert run_program(tmp_path, "--list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(cases.CASES) and "torch_channels_last" in lines[-3]
    assert fake_run == [] and not list(tmp_path.iterdir())


def test_table_and_chart(tmp_path, fake_run):
    words = ["--only", "peak", "mlp", "--repeats", "3", "--contender", "torch", "kerasgan_jax"]
    assert run_program(tmp_path, *words) == 0
    parts = (tmp_path / "speed.md").read_text().split("## ")
    assert parts[1].splitlines()[2:] == [
        "| GFLOP/s at best | matrix product | convolution |",
        "|---|---|---|",
        "| torch | 100 | 200 |",
        "",
    ]
    title, _, text, _, heads, _, *rows = parts[2].splitlines()
    assert title == "MLP GAN, 28 px, batch 64" and text == "`mlp`, 1 GFLOP a step."
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows]
    assert rows == [
        ["`kerasgan_jax`", "7 (6 to 8)", "143", "0.58", "143", "71%", "3.0", "1.0", "500", "3"],
        ["`torch`", "12 (11 to 13)", "83.3", "1.00", "83", "42%", "3.0", "1.0", "500", "3"],
    ]
    assert (tmp_path / "speed.png").read_bytes().startswith(b"\x89PNG")
    figure = table.chart(results.read(tmp_path / "speed.json")["records"])
    (axes,) = figure.axes
    assert [bar.get_width() for bar in axes.patches] == [pytest.approx(7 / 12), 1]


def test_table_without_plain_pytorch_count_or_peak(tmp_path, fake_run):
    assert run_program(tmp_path, "--only", "sngan", "--contender", "torch_channels_last") == 0
    row = (tmp_path / "speed.md").read_text().splitlines()[-1]
    assert row.split("|")[4:7] == [" - ", " - ", " - "]
    assert table.chart(results.read(tmp_path / "speed.json")["records"]).axes == []


def test_growth(tmp_path, fake_run):
    words = ["--repeats", "1", "--contender", "torch", "kerasgan_jax"]
    assert run_program(tmp_path, *words, of=cases.GROWTH) == 0
    batches, images = (tmp_path / "speed.md").read_text().split("## ")[1:]
    assert batches.splitlines()[2:] == [
        "| ms a step | 1 | 4 | 16 | 64 | 256 |",
        "|---|---|---|---|---|---|",
        "| `kerasgan_jax` | 6 | 6 | 6 | 6 | 6 |",
        "| `torch` | 11 | 11 | 11 | 11 | 11 |",
        "",
    ]
    assert images.splitlines()[2] == "| ms a step | 32 | 64 | 128 |"
    assert len(fake_run) == 2 * 7  # 32 px at batch 16 is in both


def test_every_case_is_json_and_fills_its_blocks():
    assert cases.GROWTH[0].contenders == cases.find("sngan").contenders[:4]
    for case in (*cases.CASES, *cases.GROWTH):
        configuration = case.configuration(2.0)
        assert json.loads(json.dumps(configuration)) == configuration
        assert case.block >= 1 and len(set(case.contenders)) == len(case.contenders)


@on_torch
def test_a_process_of_its_own(tmp_path):
    """Memory is that of the process itself, not of this one, which holds three backends."""
    case = dataclasses.replace(cases.PEAK, settings={"matrix": 8, "map": [1, 4, 4, 2]})
    found = runner.run("benchmarks.speed.child", "growth_32px_batch1", "torch", "--seconds", "0.01")
    assert found["ms"] > 0 and 100 < found["peak_mib"] < child.peak_mib()
    with pytest.raises(subprocess.CalledProcessError):
        runner.run("benchmarks.speed.child", case.name, "numpy")


# ---- reading


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(input, "PICTURES", 70)
        input.make_pictures(folder)
    return folder


@pytest.mark.parametrize(
    "source, reader",
    [("folder", name) for name in reading.READERS["folder"][:3]] + [("tfds", "kerasgan")],
)
def test_every_reader_gives_the_same_pictures(pictures, monkeypatch, source, reader):
    monkeypatch.setattr(reading, "BATCH", 70)
    (batch,) = reading.open_source(source, reader, pictures)
    images = np.asarray(batch[0] if isinstance(batch, list) else batch)
    if images.shape[1] == 3:
        images = images.transpose(0, 2, 3, 1)
    expected = np.stack([input.picture(i) for i in range(70)]) / 127.5 - 1
    assert sorted(images.mean(axis=(1, 2, 3))) == pytest.approx(
        sorted(expected.mean(axis=(1, 2, 3))), abs=1e-5
    )
    assert images.shape == expected.shape


def test_workers(pictures):
    """They are not started here, where they would be forked from a process with many threads."""
    loaders = [reading.open_source("folder", name, pictures) for name in reading.READERS["folder"]]
    assert [loader.num_workers for loader in loaders[2:]] == [0, 2]
    assert loaders[3].persistent_workers


def test_a_reading(pictures, monkeypatch):
    times = iter([0.0, 2.0, 3.0, 5.0, 8.0])
    monkeypatch.setattr(reading.time, "perf_counter", lambda: next(times))
    found = reading.measure("folder", "kerasgan", pictures)
    assert found == {"images": 64, "first": 32.0, "later": 32.0}


def test_readings_are_in_the_table(tmp_path, monkeypatch):
    made = []

    def run(module, *words):
        made.append(words[:2])
        return {"images": 64, "first": 1000.0 * len(made), "later": 5000.0}

    monkeypatch.setattr(input, "PICTURES", 1)
    monkeypatch.setattr(runner, "run", run)
    places = ["--results", tmp_path / "a.json", "--out", tmp_path / "a.md", "--chart"]
    input.main(["--repeats", "2", *map(str, places), str(tmp_path / "a.png")])
    lines = (tmp_path / "a.md").read_text().splitlines()
    readers = [(source, name) for source, names in reading.READERS.items() for name in names]
    assert made == [*readers, *readers[::-1]]
    middle = f"{500 * (1 + len(made)):,}"  # each was the i-th and the i-th from the end
    rows = [f"| {source}, `{name}` | {middle} | 5,000 | 2 |" for source, name in readers]
    assert [line for line in lines if line.endswith("| 2 |")] == rows
