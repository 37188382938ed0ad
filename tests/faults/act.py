"""Order 238 with limits of seconds, so that they pass while people work."""

import re
from pathlib import Path

from calendar_rules import regulation

_SHARES = {
    "routing": 1.6,
    "return": 1.0,
    "answer": 8.0,
    "draft": 3.0,
    "approval": 1.6,
    "rework": 1.6,
    "publication": 1.6,
    "final_draft": 3.0,
    "contribution": 1.6,
}
"""Each limit in the time that passes between two steps of a message; without a fault most steps are in time."""


def act_in_seconds(folder: Path, step: float) -> Path:
    """A file of the act in which a message takes a step every `step` seconds, by day and night."""
    text = (
        Path(regulation.__file__).with_name("acts").joinpath("ivanovo_238.toml").read_text(encoding="utf-8")
    )
    for name, share in _SHARES.items():
        text = re.sub(
            rf"(\[limits\.{name}\]\n(?:.*\n)*?)amount = .*\nunit = .*\n",
            rf'\g<1>amount = "PT{step * share:.2f}S"\nunit = "clock_hours"\n',
            text,
            count=1,
        )
    for old, new in (
        ('repeated_routing = "PT1H30M"', f'repeated_routing = "PT{step * 1.6:.2f}S"'),
        ('outside_hours = "next_opening"', 'outside_hours = "at_once"'),
        ('no_reply_after = "P3D"', f'no_reply_after = "PT{step * 2:.2f}S"'),
        ('no_reply_unit = "working_days"', 'no_reply_unit = "clock_hours"'),
        ('before = "PT30M"', f'before = "PT{step / 2:.2f}S"'),
    ):
        assert old in text, old
        text = text.replace(old, new, 1)
    # A warning a day ahead is of a limit in days.
    text = re.sub(r"^warns_before = .*\n", "", text, flags=re.MULTILINE)
    file = folder / "act_in_seconds.toml"
    file.write_text(text, encoding="utf-8")
    regulation.load(file)
    return file
