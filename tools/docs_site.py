"""What the site takes from the sources while MkDocs builds it, so that no page lags behind.

A hook of `mkdocs.yml`. A page whose front matter names a `model` gets the source of its step, its
presets and its arguments. In pages, `<!-- models -->` becomes a table of those, `<!-- layers -->` a
picture of the layers in `setup.cfg`, `<!-- source GAN.train_step -->` that method, and
`<!-- live fastgan_avatars -->` the page of a preset, if `tools.docs_live` made it. Names such as
`kerasgan.DCGAN` become links to the reference, arXiv numbers to papers. Nothing is imported: the
site is built without Keras.
"""

import ast
import configparser
import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
HEADINGS = "\n    options:\n      heading_level: 3\n      show_root_heading: true"
WORDS = {
    "en": {
        "source": "The same in the source",
        "shared": "It is the step of",
        "presets": "Presets",
        "columns": "preset | data | steps, backend, minutes | scores",
        "command": "The command that trained",
        "arguments": "Arguments",
        "models": "model | what it is",
        "live": "Open it by itself",
        "missing": "The site was built without this page, which `python -m tools.docs_live` makes.",
    },
    "zh": {
        "source": "对应的源代码",
        "shared": "训练步骤与此模型相同：",
        "presets": "预训练模型",
        "columns": "名称 | 数据 | 步数、后端、分钟 | 指标",
        "command": "训练命令：",
        "arguments": "参数",
        "models": "模型 | 简介",
        "live": "单独打开",
        "missing": "构建本站时没有生成这个网页；`python -m tools.docs_live` 可生成它。",
    },
}


def on_config(config: Any) -> Any:
    """Fill a folder that the navigation names, such as `models/`, with its pages."""
    for entry in config.nav or []:
        for title, part in entry.items() if isinstance(entry, dict) else ():
            if isinstance(part, list) and part[-1].endswith("/"):
                pages = _pages(Path(config.docs_dir), part[-1])
                entry[title] = [*part[:-1], *(page for page in pages if page not in part)]
    return config


def _pages(docs, folder):
    found = (path for path in (docs / folder).glob("*.md") if len(path.suffixes) == 1)
    return [path.relative_to(docs).as_posix() for path in sorted(found) if path.stem != "index"]


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Add to a page what the sources know."""
    language = "zh" if page.file.src_uri.endswith(".zh.md") else "en"
    words = WORDS[language]
    if "model" in page.meta:
        markdown += f"\n\n{model_sections(page.meta['model'], words)}"
    markdown = re.sub(r"<!-- source (\w+)\.(\w+) -->", _source, markdown)
    live = functools.partial(_live, page, Path(config.docs_dir), words)
    markdown = re.sub(r"<!-- live (\w+) -->", live, markdown)
    markdown = markdown.replace("<!-- models -->", model_table(Path(config.docs_dir), language))
    return markdown.replace("<!-- layers -->", layers_picture())


def on_page_content(html: str, **kwargs: Any) -> str:
    """Turn names and numbers of papers into links."""
    html = re.sub(
        r"<code>(kerasgan(?:\.\w+)+)</code>",
        r'<autoref identifier="\1" optional><code>\1</code></autoref>',
        html,
    )
    return re.sub(
        r"arXiv:(\d{4}\.\d{5})(?!</a>)", r'<a href="https://arxiv.org/abs/\1">arXiv:\1</a>', html
    )


# ---- models


@functools.cache
def classes() -> dict[str, tuple[ast.ClassDef, str]]:
    """The classes of the zoo by name, each with the text of its file."""
    found = {}
    for path in sorted((ROOT / "kerasgan" / "models").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.parse(text).body:
            if isinstance(node, ast.ClassDef):
                found[node.name] = node, text
    return found


def method(cls: str, name: str) -> tuple[str, str] | None:
    """Where a class has a method from, and its source.

    Args:
        cls: str, a class of `kerasgan.models`.
        name: str, the method.

    Returns:
        The name of the class that defines it, and the lines; None if no class of the zoo does.
    """
    if cls not in classes():
        return None
    node, text = classes()[cls]
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name == name:
            lines = text.splitlines()[part.lineno - 1 : part.end_lineno]
            return cls, "\n".join(line[4:] for line in lines)
        for target, value in _assigned(part):
            if target == name and isinstance(value, ast.Attribute):
                return method(ast.unparse(value.value), value.attr)
    return next(filter(None, (method(ast.unparse(base), name) for base in node.bases)), None)


def _assigned(part: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """The names of an assignment, and what they are."""
    if isinstance(part, ast.Assign):
        target, value = part.targets[0], part.value
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            yield from zip(map(ast.unparse, target.elts), value.elts, strict=True)
        else:
            yield ast.unparse(target), value


def step(cls: str) -> list[str]:
    """A model's step: the source of `train_step`, and of what it calls that the class defines."""
    shown, names = {}, ["train_step"]
    for name in names:  # which grows
        owner, source = method(cls, name) or (None, "")
        if name not in shown and (owner == cls or name == "train_step"):
            shown[name] = source
            names += re.findall(r"\bself\.(\w+)", source)
    return list(shown.values())


def _source(found: re.Match) -> str:
    """The block of code that stands for a marker such as `<!-- source GAN.train_step -->`."""
    made = method(*found.groups())
    if made is None:
        raise LookupError(f"There is no {found[0]} in kerasgan/models.")
    return f"```python\n{made[1]}\n```"


def _live(page: Any, docs: Path, words: dict[str, str], found: re.Match) -> str:
    """The page that runs a preset, and what it learned from; or that there is none."""
    name = found[1]
    if not (docs / "live" / name / "index.html").exists():
        return f"`{name}`: {words['missing']}"
    (card,) = (card for card in presets() if card["name"] == name)
    address = "../" * page.url.count("/") + f"live/{name}/index.html"
    told = f"`{name}`: {card['attribution']}; {card['licence']}."
    return (
        f'{told} <a href="{address}">{words["live"]}</a>\n\n'
        f'<iframe class="live" src="{address}" title="{name}" loading="lazy"></iframe>'
    )


def model_sections(name: str, words: dict[str, str]) -> str:
    """The part of a model's page that is made: source, presets, arguments."""
    owner, _ = method(name, "train_step") or (None, None)
    shown = step(name)
    parts = [f"### {words['source']}"]
    if owner != name:
        parts.append(f"{words['shared']} [{owner}]({owner.lower()}.md).")
    parts.append("```python\n" + "\n\n".join(shown) + "\n```")
    cards = [c for c in presets() if c["class"] == name]
    if cards:
        parts += [f"## {words['presets']}", preset_table(cards, words)]
    parts += [f"## {words['arguments']}", f"::: kerasgan.models.{name}", HEADINGS]
    return "\n\n".join(parts[:-1]) + parts[-1]


def presets() -> list[dict]:
    """The cards of all presets."""
    folder = ROOT / "kerasgan" / "presets" / "data"
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*/card.json"))]


def preset_table(cards: list[dict], words: dict[str, str]) -> str:
    """A table of presets, with the command of each."""
    rows = [f"| {words['columns']} |", "|---|---|---|---|"]
    commands = []
    for card in cards:
        scores = {k: v for k, v in card["scores"].items() if k != "samples"}
        shown = "<br>".join(f"{k.replace('_', ' ')}: {v:.3f}" for k, v in scores.items())
        minutes = f"{card['steps']:,}, {card['backend']}, {card['seconds'] / 60:.0f}"
        rows.append(f"| `{card['name']}` | {card['data']} | {minutes} | {shown} |")
        lines = "\n".join(filter(None, (card.get("data_command"), card["command"])))
        commands.append(f"{words['command']} `{card['name']}`:\n\n```text\n{lines}\n```")
    return "\n".join(rows) + "\n\n" + "\n\n".join(commands)


def model_table(docs: Path, language: str) -> str:
    """A table of the pages on models, by their front matter."""
    ending = ".zh.md" if language == "zh" else ".md"
    rows = [f"| {WORDS[language]['models']} |", "|---|---|"]
    for page in _pages(docs, "models/"):
        text = (docs / page.replace(".md", ending)).read_text(encoding="utf-8")
        name, summary = re.findall(r"^(?:model: |summary: >-\n  )(.+)$", text, re.MULTILINE)
        rows.append(f"| [{name}]({Path(page).name}) | {summary} |")
    return "\n".join(rows)


# ---- design


def layers_picture() -> str:
    """The packages as boxes, a row for each layer that import-linter keeps, top to bottom."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    rows = []
    for line in config["importlinter:contract:downwards"]["layers"].split("\n"):
        names = [name.strip(" ()") for name in line.split("|")]
        boxes = "".join(f"<code>{name}</code>" for name in names if name.strip("_ ") != "main")
        if boxes and names != [""]:
            rows.append(f"<div>{boxes}</div>")
    return '<div class="layers">' + "".join(rows) + "</div>"
