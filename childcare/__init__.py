"""Childcare: search, score preview, application, admission. Not built yet."""
