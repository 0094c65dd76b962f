"""Doors for the city's IT staff."""
