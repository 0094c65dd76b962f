"""Shapes of the API of tourism."""
