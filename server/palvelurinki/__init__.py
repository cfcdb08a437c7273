"""Palvelurinki: brokers public video remote service between customers and experts."""

from importlib.metadata import version

__version__ = version("palvelurinki")
