"""Doors for the city's files: read tolerantly, list each repair, refuse with the mend."""
