"""Suggestions to curators, learnt from the installation's own past routings (docs/use/suggestions.md)."""

from service.suggestions.model import Scored
from service.suggestions.suggesting import Suggested, Suggestions

__all__ = ["Scored", "Suggested", "Suggestions"]
