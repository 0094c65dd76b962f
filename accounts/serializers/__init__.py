"""Shapes of the accounts API: a module a subject."""
