"""Suggestions to curators, by words of the directory and the installation's past routings (docs/use/suggestions.md)."""

from service.suggestions.suggesting import Suggestions, SuggestionsView

__all__ = ["Suggestions", "SuggestionsView"]
