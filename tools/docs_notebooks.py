"""The notebooks that the site offers of its tutorials, made of the same Markdown as the pages.

A hook of `mkdocs.yml`. A page of `docs/tutorials/` with code gets its notebook beside it, and
`<!-- notebook -->` in it becomes the link.
"""

import re
from pathlib import Path
from typing import Any

import jupytext

LINK = "<!-- notebook -->"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
WORDS = {
    "en": "As a notebook: {link}, for Jupyter, or for Colab (File → Upload notebook).",
    "zh": "本页的 notebook：{link}，可用 Jupyter 打开，也可在 Colab 中打开（文件 → 上传笔记本）。",
}
MADE = re.compile(
    r"^(?:```output\n.*?^```|!\[.*?\]\(.*?\)|<!--.*?-->)\n+", re.DOTALL | re.MULTILINE
)
RELATIVE = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]+\)")


def notebook(page: str) -> str:
    """A notebook of a page.

    What the code makes when it runs is left out, pictures and outputs, and so are links to other
    pages, which are not there.

    Args:
        page: str, Markdown.

    Returns:
        The text of an `.ipynb` file, the same for the same page.

    Example:

    >>> import json
    >>> page = "# Sum\\n\\n```python\\nprint(1 + 1)\\n```\\n\\n```output\\n2\\n```\\n"
    >>> [(cell["cell_type"], cell["source"]) for cell in json.loads(notebook(page))["cells"]]
    [('markdown', ['# Sum']), ('code', ['print(1 + 1)'])]
    """
    made = jupytext.reads(MADE.sub("", page).strip(), "md")
    made.metadata = {"kernelspec": KERNEL}
    for number, cell in enumerate(made.cells):
        cell.id = f"cell-{number}"
        if cell.cell_type == "markdown":
            cell.source = RELATIVE.sub(r"\1", cell.source)
    return jupytext.writes(made, "ipynb")


def on_page_markdown(markdown: str, page: Any, **kwargs: Any) -> str:
    """Link a page's notebook."""
    language = "zh" if page.file.src_uri.endswith(".zh.md") else "en"
    name = Path(page.file.dest_uri).with_suffix(".ipynb").name
    link = f'<a href="{name}" download>{name}</a>'
    return markdown.replace(LINK, WORDS[language].format(link=link))


def on_post_page(output: str, page: Any, **kwargs: Any) -> None:
    """Write a page's notebook beside it."""
    text = page.file.content_string
    if LINK in text:
        path = Path(page.file.abs_dest_path).with_suffix(".ipynb")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebook(text), encoding="utf-8")
