"""The Django project: settings, URLs, health. Nothing imports it."""
