"""Rows that the matrix asks about: a module a subject, each with ``values(world)``."""
