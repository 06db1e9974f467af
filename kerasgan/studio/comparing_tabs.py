"""The tabs that show models beside each other, and a run with its epochs."""

from pathlib import Path
from typing import Any

import gradio as gr

from kerasgan.runs import choose
from kerasgan.studio import controls, drawing, translating, watching
from kerasgan.studio.controls import shown, told
from kerasgan.studio.library import Library, Opened
from kerasgan.studio.pictures import uploaded
from kerasgan.studio.translating_tabs import direction, own_size
from kerasgan.utils.images import evenly

EVERY = 2  # seconds from one look at a run to the next
SHOWN = 6  # epochs that are compared at first


def compare_tab(library: Library, name: str, epoch: gr.Dropdown) -> None:
    """Fills the page with two models, or two epochs of one, on the same latents or picture."""
    opened = library.open(name)
    same = "picture" if _translates(opened) else "latents"
    with controls.tab("Compare", f"Two models, or two epochs of one, on the same {same}.") as (
        left,
        right,
    ):
        with left:
            other = gr.Dropdown(library.names(), value=name, label="With")
            other_epoch = controls.epochs(library.epochs(name), "Its epoch")
            inputs = _inputs(opened)
            button = gr.Button("Compare", variant="primary")
        with right:
            said = gr.Markdown()
            with gr.Row():
                one, two = controls.picture("This"), controls.picture("The other")

    @told
    def choices(other):
        return controls.epochs(library.epochs(other), "Its epoch")

    @told
    def compare(chosen, other, other_epoch, *given):
        pair = library.open(name, chosen or None), library.open(other, other_epoch or None)
        if _translates(pair[0]) != _translates(pair[1]):
            raise ValueError("One draws from noise and one translates: these cannot be compared.")
        pictures = [shown(_made(each, *given)) for each in pair]
        titles = [_title(n, e) for n, e in ((name, chosen), (other, other_epoch))]
        return f"{' — '.join(titles)}{_difference(*pair)}", *pictures

    other.change(choices, other, other_epoch)
    button.click(compare, [epoch, other, other_epoch, *inputs], [said, one, two])


def epochs_tab(library: Library, name: str) -> None:
    """Fills the page with the epochs that a run kept, of which one may become its model."""
    kept, run, opened = library.epochs(name), library.run(name), library.open(name)
    same = "picture" if _translates(opened) else "latents"
    with controls.tab("Epochs", f"What epochs that the run kept make of the same {same}.") as (
        left,
        right,
    ):
        with left:
            choices: Any = [(str(epoch), epoch) for epoch in kept]
            some = gr.Dropdown(
                choices,
                value=evenly(kept, SHOWN),
                multiselect=True,
                label="Epochs",
            )
            inputs = _inputs(opened, several=8)
            button = gr.Button("Compare", variant="primary")
            gr.Markdown(
                "What `kerasgan.load` and the command line open of the run is its `model.keras`:"
            )
            one = gr.Dropdown(choices, value=kept[-1], label="Epoch")
            save = gr.Button("Make it the run's model")
            saved = gr.Markdown()
        with right:
            picture = controls.picture("Epochs")

    @told
    def compare(some, *given):
        if not some:
            raise ValueError("Choose some epochs first.")
        models = {f"epoch {epoch}": library.open(name, epoch) for epoch in sorted(some)}
        if not _translates(opened):
            return shown(drawing.epochs_side_by_side(models, *given))
        images, way = _picture(opened, *given)
        return shown(translating.side_by_side(models, images, way))

    @told
    def keep(epoch):
        path = choose(run, epoch)
        return f"`{path.name}` is epoch {epoch} now."

    button.click(compare, [some, *inputs], picture)
    save.click(keep, one, saved)


def run_tab(run: Path) -> None:
    """Fills the page with a run as it goes on."""
    looks = watching.progress, watching.newest, watching.health, watching.curves
    with gr.Tab("Run", id="Run"):
        progress = gr.Markdown()
        with gr.Row():
            with gr.Column(scale=3, min_width=300):
                picture = gr.HTML(label="The newest samples")
            with gr.Column(scale=2, min_width=280):
                gr.Markdown("### Health")
                health = gr.Markdown()
        gr.Markdown("### Losses")
        curves, timer, seen = gr.HTML(), gr.Timer(EVERY), gr.State()
    parts = [progress, picture, health, curves]

    @told
    def look(seen):
        now = watching.stamp(run)
        if now == seen:
            return [gr.skip()] * (len(parts) + 1)
        return [now, *(each(run) for each in looks)]

    for part, each in zip(parts, looks, strict=True):
        part.value = each(run)
    timer.tick(look, seen, [seen, *parts], show_progress="hidden")


def _translates(opened: Opened) -> bool:
    return opened.model.task == "translate"


def _inputs(opened: Opened, several: int = 16) -> list[Any]:
    """The controls of what models are compared by: latents, or a picture."""
    if _translates(opened):
        return [controls.upload(), direction(opened.model), own_size(opened.model)]
    found: list[Any] = [controls.count("How many", several, 32), controls.seed()]
    classes = drawing.abilities(opened.model).classes
    return [*found, controls.classes(opened.classes, classes)] if classes else found


def _picture(opened, upload, way, own):
    return translating.given(opened, way, uploaded(upload), own=own), way


def _made(opened, *given):
    """What a model makes of these controls."""
    if _translates(opened):
        images, way = _picture(opened, *given)
        return translating.translate(opened, images, way)[0]
    n, seed, *labels = given
    return drawing.draw(opened, n, seed, None, *labels)


def _title(name: str, epoch: Any) -> str:
    return f"**{name}**{f', epoch {epoch}' if epoch else ''}"


def _difference(one: Opened, two: Opened) -> str:
    """A warning where the latents cannot be the same."""
    lengths = [getattr(each.model, "latent_dim", 0) for each in (one, two)]
    if _translates(one) or lengths[0] == lengths[1]:
        return ""
    return f": of one seed, but {lengths[0]} and {lengths[1]} numbers are not the same latents"
