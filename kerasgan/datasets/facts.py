"""Where data come from and what one may do with them: what `SOURCE` and presets' cards say."""

from pathlib import Path
from typing import NamedTuple

SOURCE, LICENSE = "SOURCE", "LICENSE"  # files beside the data that `prepare` makes


class Facts(NamedTuple):
    """What is to be known of data.

    Attributes:
        source: str, where they come from.
        licence: str, its name, or names.
        attribution: str, whom to name when showing them.
        text: str, the licence's words, as far as they came along.
    """

    source: str
    licence: str
    attribution: str
    text: str = ""


def write_facts(folder: Path, facts: Facts, command: str, tools: str) -> None:
    """Writes SOURCE, lines of a name, a colon and a value, and LICENSE into a folder."""
    lines = {**facts._asdict(), "command": command, "tools": tools}
    del lines["text"]
    said = "".join(f"{name}: {value}\n" for name, value in lines.items())
    (folder / SOURCE).write_text(said, encoding="utf-8")
    licence = f"{facts.licence}\n\nAttribution: {facts.attribution}\n"
    (folder / LICENSE).write_text(f"{licence}\n{facts.text}".rstrip() + "\n", encoding="utf-8")


def read_facts(folder: Path) -> dict[str, str]:
    """What a folder's SOURCE says; nothing if there is none.

    Example:

    >>> read_facts(Path("/"))
    {}
    """
    path = folder / SOURCE
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return dict(line.split(": ", 1) for line in lines if ": " in line)
