"""Tests mirror the rooms; what several rooms share stands here."""
