"""What a row of the scorecard is, and the part of the table that it stands in."""

import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Section:
    """A part of the table: rows with the same scores.

    Args:
        name: str, a short heading.
        text: str, what is measured and how; what is published, and what differs in its protocol.
        columns: dict of a score's name to (heading, format, factor): the score times the factor
            is written in the format, such as "{:.1f}". Empty for all scores that there are.
    """

    name: str
    text: str
    columns: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Row:
    """An experiment that is made with several seeds.

    Args:
        name: str, of letters, digits and underscores.
        title: str, in the table.
        section: `Section`.
        run: function of (configuration, seed, folder) to a dict of `scores`, which is a dict of
            str to float, and of what else shall be kept. Scores named "PART: SCORE" stand in a line
            for each part. In the folder it may leave what it needs to go on after a stop.
        configuration: dict that can be JSON, all that the scores depend on besides the seed.
        published: dict of score to what is published for it, a str.
        differs: str, how the published figure was made otherwise.
        seeds: tuple of ints.
        by_default: bool, whether the row is made when none is named.
    """

    name: str
    title: str
    section: Section
    run: Callable
    configuration: dict
    published: dict = dataclasses.field(default_factory=dict)
    differs: str = ""
    seeds: tuple = (0,)
    by_default: bool = True
