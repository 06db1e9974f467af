"""The parts that tabs are made of."""

import contextlib
import functools
import shlex
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gradio as gr
import numpy as np

from kerasgan.utils.checks import LARGEST

NEWEST = ""  # the choice of no epoch in particular


def told(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose errors the page shows as sentences, and no log holds."""

    @functools.wraps(function)
    def call(*args):
        try:
            return function(*args)
        except Exception as error:  # of any backend too
            foreseen = isinstance(error, (ValueError, TypeError, OSError, ImportError))
            said = " ".join(str(error).split())
            said = said if foreseen else f"{type(error).__name__}: {said}"
            raise gr.Error(said, title="That does not work", print_exception=False) from error

    return call


@contextlib.contextmanager
def tab(title: str, words: str, left: int = 2) -> Iterator[tuple[gr.Column, gr.Column]]:
    """Within, a tab is filled: gives the column of its controls, `left` to 5
    of that of what they make, and this."""
    with gr.Tab(title, id=title):
        gr.Markdown(words)
        with gr.Row():
            yield gr.Column(scale=left, min_width=280), gr.Column(scale=5, min_width=300)


def seed(value: int = 0) -> gr.Number:
    """What latents are drawn from."""
    return gr.Number(value, label="Seed", precision=0, minimum=0, maximum=LARGEST, step=1)


def count(label: str, value: int, most: int, least: int = 1) -> gr.Slider:
    """A whole number."""
    return gr.Slider(least, most, value, step=1, precision=0, label=label)


def truncation(styled: bool) -> gr.Slider:
    """How near to the middle what is drawn stays."""
    if styled:
        info = "Styles are drawn towards their mean: 1 leaves them alone"
        return gr.Slider(0, 1.5, 1, step=0.05, label="Truncation", info=info)
    info = "Latents further than this from 0 are redrawn: 0 keeps them all"
    return gr.Slider(0, 3, 0, step=0.05, label="Truncation", info=info)


def classes(names: Sequence[str], number: int, several: bool = True) -> gr.Dropdown:
    """Classes by their names; of several, none for random ones."""
    choices: Any = [(f"{i} {names[i]}" if i < len(names) else str(i), i) for i in range(number)]
    if several:
        info = "None for random ones; of several, a column each"
        return gr.Dropdown(choices, value=[], multiselect=True, label="Classes", info=info)
    return gr.Dropdown(choices, value=0, label="Class")


def epochs(kept: Sequence[int], label: str = "Epoch") -> gr.Dropdown:
    """One of the epochs that a run kept, or the newest."""
    choices: Any = [("the run's model", NEWEST), *((str(epoch), epoch) for epoch in kept)]
    return gr.Dropdown(choices, value=NEWEST, label=label, visible=bool(kept))


def picture(label: str, **kwargs: Any) -> gr.Image:
    """A picture that was made, which can be saved as PNG."""
    form = {"format": "png", "buttons": ["download", "fullscreen"], "elem_classes": ["pixels"]}
    return gr.Image(label=label, interactive=False, show_label=False, **{**form, **kwargs})


def upload(label: str = "Picture") -> gr.Image:
    """A picture of the user's, as a file."""
    return gr.Image(
        label=label, type="filepath", image_mode=None, sources=["upload", "clipboard"], height=280
    )


def shown(pixels: np.ndarray) -> np.ndarray:
    """A picture as Gradio takes it: grey ones have no channels there."""
    return pixels[..., 0] if pixels.shape[-1] == 1 else pixels


def command(verb: str, name: str, epoch: Any, **options: Any) -> str:
    """The command line that does the same; options that are None, "" or [] are left out.

    Example:

    >>> command("generate", "runs/my gan", 3, n=4, labels=[1, 2], truncation=None)
    "kerasgan generate 'runs/my gan' --epoch 3 --n 4 --labels 1,2"
    """
    words = ["kerasgan", verb, name]
    for key, value in {"epoch": epoch, **options}.items():
        if value is None or value == "" or value == []:
            continue
        text = ",".join(map(str, value)) if isinstance(value, list | tuple) else f"{value}"
        words += [f"--{key}", text]
    return shlex.join(words)


def command_line() -> gr.Textbox:
    """Where that command line stands."""
    return gr.Textbox(
        label="The same by command line", interactive=False, buttons=["copy"], lines=2, max_lines=4
    )
