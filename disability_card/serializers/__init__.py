"""Shapes of requests and answers, one module a kind of caller."""
