"""Childcare on the wire."""
