"""Palvelurinki: brokers public video remote service between customers and experts."""
