"""Childcare: search, score preview, application, scoring, admission."""
