"""Docstrings' "Example:" in the form that the site's reader of docstrings knows."""

import re
from typing import Any

import griffe


class Examples(griffe.Extension):
    """Lets code under "Example:" be code, which griffe wants under "Examples:", and indented."""

    def on_object(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        """Rewrite the section, which is the last one, in an object's docstring."""
        if obj.docstring:
            text, header, example = obj.docstring.value.partition("\nExample:\n")
            if header and not re.match(r"\s*    >>>", example):
                example = re.sub(r"^(?=.)", "    ", example.lstrip("\n"), flags=re.MULTILINE)
            obj.docstring.value = text + header.replace("Example:", "Examples:") + example
