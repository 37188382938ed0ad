"""Suggestions to curators, by words of the directory and the installation's past routings (docs/use/suggestions.md)."""

from service.suggestions.suggesting import Suggest, Suggestions, SuggestionsView

__all__ = ["Suggest", "Suggestions", "SuggestionsView"]
