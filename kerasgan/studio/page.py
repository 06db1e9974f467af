"""The studio's page."""

from pathlib import Path
from typing import Any

import gradio as gr

from kerasgan import presets
from kerasgan.runs.folder import trains
from kerasgan.studio import controls
from kerasgan.studio.comparing_tabs import compare_tab, epochs_tab, run_tab
from kerasgan.studio.controls import told
from kerasgan.studio.drawing_tabs import drawing_tabs
from kerasgan.studio.library import Library
from kerasgan.studio.translating_tabs import translating_tabs

HOUR = 3600  # seconds, after which what was uploaded and made is deleted
CSS = """
.pixels img { image-rendering: pixelated; width: 100%; max-height: 75vh; object-fit: contain; }
.pixels.one img { max-height: 45vh; }
.pixels .image-frame { width: 100%; }
.newest { image-rendering: pixelated; width: 100%; max-width: 640px; }
.pixels .image-container { padding-top: 2rem; }
.kerasgan-run { --card: var(--block-background-fill); --rule: var(--border-color-primary);
  --faint: var(--body-text-color-subdued); --line: var(--color-accent); }
"""


def build(library: Library, folder: Path, data: str | None = None) -> gr.Blocks:
    """Makes the page.

    Args:
        library: what may be opened.
        folder: `pathlib.Path`, where files may be written for the page.
        data: training data to look for copies of, what `kerasgan.datasets.load` takes, or None.

    Returns:
        The page, a `gradio.Blocks`.
    """
    with gr.Blocks(
        title="kerasgan studio", analytics_enabled=False, delete_cache=(HOUR, HOUR)
    ) as page:
        gr.Markdown("# kerasgan studio")
        with gr.Row(elem_classes=["chooser"]):
            model = gr.Dropdown(
                library.names(),
                value=library.start(),
                show_label=False,
                container=False,
                scale=4,
                min_width=260,
            )
            look = gr.Button("Look again", size="md", min_width=140, scale=0)

        shown = gr.State()  # what the tabs are of; None clears them, or they would keep pictures

        @told
        def names(chosen):
            found = library.names()
            return gr.Dropdown(found, value=chosen if chosen in found else found[0])

        page.load(_same, model, shown)

        @gr.render(inputs=shown, triggers=[shown.change])
        def tabs(name):
            if name is None:
                gr.Markdown("Opening …")
            else:
                _fill(library, name, folder, data)

        for chosen in (model.input, look.click):
            chosen(lambda: None, None, shown).then(names, model, model).then(_same, model, shown)
    return page


def _same(name: str) -> str:
    return name


def _fill(library: Library, name: str, folder: Path, data: str | None) -> None:
    run = library.run(name)
    try:
        opened = library.open(name)
    except Exception as error:  # of Keras and of any backend
        said = " ".join(str(error).split())
        gr.Markdown(f"There is no model to open yet, or it cannot be opened: {said}")
        if run:
            with gr.Tabs():
                run_tab(run)
        return
    gr.Markdown(_description(name, opened.model))
    epoch = controls.epochs(library.epochs(name))
    with gr.Tabs(selected="Run" if run and trains(run) else None):
        if opened.model.task == "translate":
            translating_tabs(library, name, epoch)
        else:
            drawing_tabs(library, name, epoch, folder, data)
        compare_tab(library, name, epoch)
        if run:
            run_tab(run)
        if len(library.epochs(name)) > 1:
            epochs_tab(library, name)


def _description(name: str, model: Any) -> str:
    """What a model is, in a line."""
    size = sum(weights.size for weights in model.preset_weights())
    known = [shape for shape in model.data_spec.values() if isinstance(shape, tuple)]
    shapes = ", ".join(" x ".join(map(str, shape)) for shape in known)
    parts = [f"**{type(model).__name__}**", shapes, f"{size:,} weights"]
    if name in presets.list():
        card = presets.card(name)
        parts += [f"trained on {card['data']}", card["attribution"], card["licence"]]
    return " · ".join(parts)
