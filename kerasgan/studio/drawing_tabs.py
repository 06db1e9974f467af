"""The tabs of models that draw from noise."""

import functools
import secrets
from pathlib import Path
from typing import Any

import gradio as gr

from kerasgan import datasets
from kerasgan.latents.sheets import direction_sheet
from kerasgan.studio import controls, drawing
from kerasgan.studio.controls import command, shown, told
from kerasgan.studio.drawing import Abilities
from kerasgan.studio.library import Library, Opened

FINE, COARSE = "colours and details", "shape and pose"


def drawing_tabs(
    library: Library, name: str, epoch: gr.Dropdown, folder: Path, data: str | None
) -> None:
    """Fills the page with all that the model of a name can do.

    Args:
        library: what may be opened.
        name: one of its names.
        epoch: where the user says which of a run's epochs.
        folder: `pathlib.Path`, where films may be written.
        data: training data for `nearest`, what `kerasgan.datasets.load` takes; None for none.
    """
    opened = library.open(name)
    can = drawing.abilities(opened.model)

    def model(chosen):
        return library.open(name, chosen or None)

    args = (opened, can, name, model, epoch)
    _draw_tab(*args)
    if can.vectors or not can.images:
        return
    if can.classes or can.categorical:
        _class_tab(*args)
    _walk_tab(*args, folder)
    _direction_tab(*args)
    if can.layers:
        _mixing_tab(*args)
    _inversion_tab(*args)
    if data is not None:
        _nearest_tab(*args, data)


def _labels(opened: Opened, can: Abilities, several: bool = True) -> list[Any]:
    """The control of classes, if there are any."""
    return [controls.classes(opened.classes, can.classes, several)] if can.classes else []


def _draw_tab(opened, can, name, model, epoch):
    with controls.tab("Draw", "Samples of random latents: the same seed, the same samples.") as (
        left,
        right,
    ):
        with left:
            n = controls.count("How many", 16, drawing.MOST)
            seed = controls.seed()
            truncation = controls.truncation(bool(can.layers))
            labels = _labels(opened, can)
            codes = _codes(can)
            file = []
            if can.vectors:
                file = [gr.File(label="Condition vectors (.npz)", file_types=[".npz"], height=120)]
            with gr.Row():
                button = gr.Button("Draw", variant="primary", min_width=100)
                again = gr.Button("Next seed", min_width=100)
        with right:
            picture, line = controls.picture("Samples"), controls.command_line()
            timer = gr.Timer(0.1)  # which ticks once, when the tab is there

    @told
    def draw(chosen, n, seed, truncation, *more):
        given = {"labels": more[0]} if can.classes else {}
        coded = _read_codes(can, more) if codes else {}
        if can.vectors:
            given["conditions"] = more[0]
        pixels = drawing.draw(model(chosen), n, seed, truncation, codes=coded, **given)
        rows = [f"{kind}={'/'.join(map(str, row))}" for kind, row in coded.items()]
        said = command("generate", name, chosen, n=n, seed=seed, labels=given.get("labels"))
        said += f" --truncation {truncation}" if truncation != _without(can) else ""
        said += "".join(f" --codes {row}" for row in rows)
        return shown(pixels), "" if can.vectors else said

    inputs = [epoch, n, seed, truncation, *labels, *codes, *file]
    button.click(draw, inputs, [picture, line])
    again.click(lambda seed: seed + 1, seed, seed).then(draw, inputs, [picture, line])
    timer.tick(lambda: gr.Timer(active=False), None, timer)
    if not can.vectors:
        gr.on([epoch.input, timer.tick], draw, inputs, [picture, line])


def _without(can: Abilities) -> float:
    """The truncation that does nothing."""
    return 1 if can.layers else 0


def _codes(can: Abilities) -> list[Any]:
    """The controls of an InfoGAN's codes."""
    found: list[Any] = []
    for i, classes in enumerate(can.categorical):
        choices: Any = [("drawn", -1), *((str(k), k) for k in range(classes))]
        found.append(gr.Dropdown(choices, value=-1, label=f"Categorical code {i + 1}"))
    if can.continuous:
        found.append(gr.Checkbox(False, label="Choose the continuous codes"))
        found += [
            gr.Slider(-2, 2, 0, step=0.1, label=f"Continuous code {i + 1}")
            for i in range(can.continuous)
        ]
    return found


def _read_codes(can, values):
    """The codes that were chosen, a row of each kind."""
    ids, (chosen, *levels) = values[: len(can.categorical)], values[len(can.categorical) :] or [0]
    if ids and min(ids) < 0 <= max(ids):
        raise ValueError("Choose all categorical codes, or let all of them be drawn.")
    found = {"categorical": list(ids)} if ids and min(ids) >= 0 else {}
    return found | ({"continuous": levels} if chosen else {})


def _class_tab(opened, can, name, model, epoch):
    words = "A column for each class." if can.classes else "A column for each value of the code."
    with controls.tab("Class grid", words) as (left, right):
        with left:
            rows = controls.count("Rows", 6, 16)
            seed = controls.seed()
            truncation = controls.truncation(bool(can.layers))
            button = gr.Button("Draw", variant="primary")
        with right:
            picture, line = controls.picture("Samples by class"), controls.command_line()

    @told
    def draw(chosen, rows, seed, truncation):
        pixels = drawing.class_grid(model(chosen), rows, seed, truncation)
        n = rows * (can.classes or can.categorical[0])
        each = {"labels": "each"} if can.classes else {"codes": "categorical=each"}
        said = command("generate", name, chosen, n=n, seed=seed, **each)
        said += f" --truncation {truncation}" if truncation != _without(can) else ""
        return shown(pixels), said

    button.click(draw, [epoch, rows, seed, truncation], [picture, line])


def _walk_tab(opened, can, name, model, epoch, folder):
    words = "A film from one latent to the next, and back to the first."
    with controls.tab("Walk", words) as (left, right):
        with left:
            n = controls.count("Walks beside each other", 9, 64)
            seconds = gr.Slider(1, 30, 4, step=1, label="Seconds")
            fps = gr.Slider(2, 30, 12, step=1, label="Frames a second")
            stops = controls.count("Stops", 4, 16, 2)
            seed = controls.seed()
            truncation = controls.truncation(bool(can.layers))
            labels = _labels(opened, can)
            kind = gr.Radio([("GIF", ".gif"), ("MP4", ".mp4")], value=".gif", label="As")
            button = gr.Button("Walk", variant="primary")
        with right:
            moving = controls.picture("Walk", format="gif", buttons=["download"])
            video = gr.Video(label="Walk", visible=False, autoplay=True, loop=True, height=480)
            line = controls.command_line()

    @told
    def film(chosen, n, seconds, fps, stops, seed, truncation, kind, *labels):
        how = {"stops": stops, "seed": seed, "truncation": truncation}
        how |= {"seconds": float(seconds), "fps": float(fps)}
        path = folder / secrets.token_hex(8) / f"walk{kind}"
        drawing.walk(model(chosen), path, n, labels=labels[0] if labels else (), **how)
        if truncation == _without(can):
            del how["truncation"]
        said = command("walk", name, chosen, n=n, **how, labels=[*labels, []][0], out=path.name)
        still = kind == ".gif"
        return (
            gr.Image(str(path) if still else None, visible=still),
            gr.Video(None if still else str(path), visible=not still),
            said,
        )

    inputs = [epoch, n, seconds, fps, stops, seed, truncation, kind, *labels]
    button.click(film, inputs, [moving, video, line])


def _direction_tab(opened, can, name, model, epoch):
    words = (
        "What the strongest directions in the latents change, a row for each, found in the "
        "generator's weights (SeFa, Shen & Zhou 2021)."
    )
    most = min(16, opened.model.latent_dim)
    with controls.tab("Directions", words) as (left, right):
        with left:
            n = controls.count("How many", min(6, most), most)
            extent = gr.Slider(0.5, 8, 4, step=0.5, label="How far to each side")
            seed = controls.seed()
            labels = _labels(opened, can, several=False)
            button = gr.Button("Move", variant="primary")
        with right:
            picture, line = controls.picture("Directions"), controls.command_line()

    @told
    def move(chosen, n, extent, seed, *labels):
        label = labels[0] if labels else None
        pixels = direction_sheet(
            model(chosen).model, n, extent=float(extent), seed=seed, label=label
        )
        how = {"n": n, "extent": float(extent), "seed": seed, "labels": label}
        return shown(pixels), command("directions", name, chosen, **how)

    button.click(move, [epoch, n, extent, seed, *labels], [picture, line])


def _mixing_tab(opened, can, name, model, epoch):
    words = (
        "Each row's image takes the styles of each column's in the chosen layers: the first "
        "decide on shape and pose, the last on colours and details."
    )
    with controls.tab("Mixing", words) as (left, right):
        with left:
            rows, cols = controls.count("Rows", 3, 8), controls.count("Columns", 4, 8)
            every = list(range(can.layers))
            layers = gr.CheckboxGroup(every, value=every[can.layers // 2 :], label="Layers")
            with gr.Row():
                coarse, fine = (gr.Button(words, size="sm") for words in (COARSE, FINE))
            seed = controls.seed()
            labels = _labels(opened, can, several=False)
            button = gr.Button("Mix", variant="primary")
        with right:
            picture = controls.picture("Mixed")

    @told
    def mix(chosen, rows, cols, seed, layers, *labels):
        return shown(drawing.mixed(model(chosen), rows, cols, seed, layers, *labels))

    coarse.click(lambda: every[: can.layers // 2], None, layers)
    fine.click(lambda: every[can.layers // 2 :], None, layers)
    button.click(mix, [epoch, rows, cols, seed, layers, *labels], picture)


def _inversion_tab(opened, can, name, model, epoch):
    words = (
        "The latents of a picture of yours: on the left the picture as the model sees it, on the "
        "right the nearest to it that the model draws."
    )
    with controls.tab("Invert", words) as (left, right):
        with left:
            upload = controls.upload()
            steps = controls.count("Steps", 200, 2000)
            labels = _labels(opened, can, several=False)
            styles = gr.Checkbox(False, label="A style for each layer", visible=bool(can.layers))
            button = gr.Button("Invert", variant="primary")
        with right:
            picture, said = controls.picture("Given and found"), gr.Markdown()

    @told
    def invert(chosen, upload, steps, styles, *labels):
        label = labels[0] if labels else None
        pixels, words = drawing.inverted(model(chosen), upload, steps, label, styles)
        return shown(pixels), words

    button.click(invert, [epoch, upload, steps, styles, *labels], [picture, said])


def _nearest_tab(opened, can, name, model, epoch, data):
    words = f"Samples, each before the pictures of {data} that are nearest to it: is it a copy?"
    with controls.tab("Nearest", words) as (left, right):
        with left:
            n, k = controls.count("Samples", 6, 32), controls.count("Neighbours", 5, 16)
            seed = controls.seed()
            labels = _labels(opened, can)
            button = gr.Button("Look", variant="primary")
        with right:
            picture = controls.picture("Nearest")

    @functools.cache
    def batches():
        *size, channels = opened.model.data_shape
        form = {"image_size": tuple(size), "channels": channels}
        return datasets.load(data, 500, shuffle=False, drop_remainder=False, **form)

    @told
    def look(chosen, n, k, seed, *labels):
        return shown(drawing.nearest(model(chosen), batches(), n, k, seed, *labels))

    button.click(look, [epoch, n, k, seed, *labels], picture)
