"""Presets on the Hugging Face hub."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from kerasgan import presets
from kerasgan.utils.images import image_grid, save_image

PREFIX = "hf://"
FILES = ["card.json", "weights.npz"]  # no other is downloaded
TASKS = {"generate": "unconditional-image-generation", "translate": "image-to-image"}
COLUMNS = 8  # of the samples


def fetch(source: str) -> Path:
    """The folder of a preset of the hub, in the hub's cache.

    Args:
        source: str, "hf://user/name", with "@" and a branch, tag or commit behind it or not.

    Raises:
        ValueError: if there is no such preset, or it cannot be reached.
        ImportError: if huggingface-hub is not installed.
    """
    repo, _, revision = source.removeprefix(PREFIX).partition("@")
    api = _api()
    try:
        found = api.snapshot_download(repo, revision=revision or None, allow_patterns=FILES)
    except Exception as error:  # of the hub, of HTTP and of the disk
        raise ValueError(
            f"The hub gives no such preset: {type(error).__name__}: {error}. Received: {source=}"
        ) from error
    folder = Path(found)
    if missing := [name for name in FILES if not (folder / name).is_file()]:
        raise ValueError(
            f"This is no preset of kerasgan: it lacks {', '.join(missing)}. Received: {source=}"
        )
    return folder


def push(folder: Path, repo: str, private: bool) -> str:
    """Uploads a folder, and gives the address of what it became."""
    api = _api()
    api.create_repo(repo, private=private, exist_ok=True)
    return str(api.upload_folder(repo_id=repo, folder_path=folder))


def write_page(folder: Path, repo: str, task: str, samples: np.ndarray | None) -> None:
    """Writes README.md, the hub's page of a preset, and samples.png into its folder.

    Args:
        folder: `pathlib.Path`, a preset's.
        repo: str, "user/name".
        task: str, the model's.
        samples: float images in [-1, 1], or None for no picture.
    """
    card = presets.read_card(folder)
    name = card["class"].rpartition(">")[2]
    head = {"library_name": "keras", "tags": ["kerasgan", "gan"], "pipeline_tag": TASKS[task]}
    if "licence" in card:
        head["license"] = str(card["licence"]).lower()
    lines = ["---", *(f"{key}: {json.dumps(value)}" for key, value in head.items()), "---"]
    lines += [f"# {repo.rpartition('/')[2]}", "", f"A `{name}` of kerasgan, a library for Keras 3."]
    if samples is not None:
        save_image(image_grid(samples, COLUMNS), folder / "samples.png")
        lines += ["", "![samples](samples.png)"]
    lines += ["", "```python", "import kerasgan as kg", ""]
    lines += [f'model = kg.load("{PREFIX}{repo}")', "```"]
    told = {key: card[key] for key in card if key not in (*presets.FIELDS, "versions", "scores")}
    lines += ["", "## How it came to be", "", *(f"- {k}: {_text(v)}" for k, v in told.items())]
    if card.get("scores"):
        lines += ["", "## Scores", "", "| score | value |", "| --- | --- |"]
        lines += [f"| {key} | {_text(value)} |" for key, value in card["scores"].items()]
    (folder / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _text(value):
    return " ".join(str(value).replace("|", "\\|").split())


def _api() -> Any:
    try:
        import huggingface_hub
    except ImportError as error:
        raise ImportError(
            'The hub needs the package huggingface-hub: pip install "kerasgan[hub]"'
        ) from error
    return huggingface_hub.HfApi(endpoint=os.environ.get("HF_ENDPOINT"))
