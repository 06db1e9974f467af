"""The tabs of models that take pictures."""

from typing import Any

import gradio as gr

from kerasgan.studio import controls, translating
from kerasgan.studio.controls import shown, told
from kerasgan.studio.library import Library
from kerasgan.studio.pictures import uploaded

PAD = 384  # pixels, the sketch pad's sides
NAMES = {"AtoB": "A to B", "BtoA": "B to A"}


def translating_tabs(library: Library, name: str, epoch: gr.Dropdown) -> None:
    """Fills the page with all that the model of a name can do.

    Args:
        library: what may be opened.
        name: one of its names.
        epoch: where the user says which of a run's epochs.
    """
    opened = library.open(name)

    def model(chosen):
        return library.open(name, chosen or None)

    if hasattr(opened.model, "anomaly_scores"):
        _anomaly_tab(model, epoch)
    else:
        _upload_tab(opened.model, model, epoch)
        if opened.model.scale == 1:
            _sketch_tab(opened.model, model, epoch)


def direction(model: Any) -> gr.Radio:
    """Which way, where a model goes both."""
    ways: Any = [(NAMES[way], way) for way in model.directions]
    return gr.Radio(ways, value=ways[0][1], label="Direction", visible=len(ways) > 1)


def own_size(model: Any) -> gr.Checkbox:
    """Whether an uploaded picture keeps its size."""
    height, width = model.trained_size(model.directions[0])
    label = f"At its own size (else cut to {height} x {width}, as in training)"
    return gr.Checkbox(model.scale > 1, label=label)


def _upload_tab(shape, model, epoch):
    larger = f"Pictures {shape.scale} times as large." if shape.scale > 1 else "A picture of yours."
    with controls.tab("Translate", larger) as (left, right):
        with left:
            upload = controls.upload()
            way, own = direction(shape), own_size(shape)
            button = gr.Button("Translate", variant="primary")
        with right:
            made, back = _results(shape)

    @told
    def translate(chosen, upload, way, own):
        path, opened = uploaded(upload), model(chosen)
        images = translating.given(opened, way, path, own=own)
        return _shown(translating.translate(opened, images, way))

    button.click(translate, [epoch, upload, way, own], [made, back])


def _sketch_tab(shape, model, epoch):
    height, width = shape.trained_size(shape.directions[0])
    words = f"Take the brush and draw; the model sees it at {height} x {width} pixels."
    with controls.tab("Sketch", words, left=4) as (left, right):
        with left:
            pad = gr.Sketchpad(
                label="Sketch pad",
                show_label=False,
                type="numpy",
                image_mode="RGB",
                canvas_size=(PAD, PAD * height // width),
                fixed_canvas=True,
                layers=False,
                transforms=(),
                brush=gr.Brush(default_size=8, colors=["#000000", "#808080", "#d02020"]),
                height=PAD * height // width + 90,
            )
            way = direction(shape)
            button = gr.Button("Translate", variant="primary")
        with right:
            made, back = _results(shape)

    @told
    def translate(chosen, sketch, way):
        opened = model(chosen)
        images = translating.given(opened, way, sketch=sketch)
        return _shown(translating.translate(opened, images, way))

    button.click(translate, [epoch, pad, way], [made, back])


def _results(shape):
    made = controls.picture("Translated", elem_classes=["pixels", "one"])
    both = len(shape.directions) > 1
    with gr.Column(visible=both):
        gr.Markdown("And back again:")
        back = controls.picture("Back again", elem_classes=["pixels", "one"])
    return made, back


def _shown(made):
    return [None if pixels is None else shown(pixels) for pixels in made]


def _anomaly_tab(model, epoch):
    words = (
        "The picture, what the model makes of it, and where they differ: from black for not at "
        "all to bright yellow."
    )
    with controls.tab("Anomalies", words) as (left, right):
        with left:
            upload = controls.upload()
            method = gr.Radio(
                [("by the encoder", "encoder"), ("by a search", "search")],
                value="encoder",
                label="How",
            )
            steps = controls.count("Steps of the search", 200, 2000)
            button = gr.Button("Look", variant="primary")
        with right:
            picture, said = controls.picture("Anomalies"), gr.Markdown()

    @told
    def look(chosen, upload, method, steps):
        return translating.anomaly(model(chosen), upload, method, steps)

    button.click(look, [epoch, upload, method, steps], [picture, said])
