"""Examples that are learnt from, and what comes of it: values that go to the learning process and come back."""

from pydantic import BaseModel, ConfigDict

from service.suggestions.model import BODIES, IMPORTANCE, TOPIC
from service.suggestions.titles import Titled


class Example(BaseModel):
    """A past routing."""

    model_config = ConfigDict(frozen=True)

    message: int
    lemmas: str
    topic: str
    bodies: str
    importance: str

    def key(self, head: str) -> str:
        """What this routing says of one thing."""
        return {TOPIC: self.topic, BODIES: self.bodies, IMPORTANCE: self.importance}[head]


class Given(BaseModel):
    """What the process is given: routings, titles of what can be told of them, and the model in place."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    examples: tuple[Example, ...]
    topics: tuple[Titled, ...] = ()
    bodies: tuple[Titled, ...] = ()
    places: tuple[str, ...] = ()
    before: bytes | None = None


class Figure(BaseModel):
    """Shares of the routings held back: told right at first, among the first three, by always saying the commonest."""

    model_config = ConfigDict(frozen=True)

    first: float
    among_three: float
    commonest: float
    before: float | None = None
    """What the model in place tells right at first of the same ones."""
    suggested: float = 0.0
    """Of how many something is suggested at all, because it is more likely right than wrong."""
    right: float = 0.0
    """How many of those that are suggested are right."""
    sure: int = 0
    """How many of those held back have a suggestion that is sure."""
    surely_right: int = 0


class Learnt(BaseModel):
    """What came of it. `content` is None where the model in place does better on the routings held back."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    learnt: int
    held_back: int
    figures: dict[str, Figure]
    content: bytes | None
