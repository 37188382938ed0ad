"""A stand-in for some modules of the package; the others are the real ones."""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)
