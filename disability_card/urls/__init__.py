"""URLs of the card, one module a kind of caller; each lists `urlpatterns` under its prefix.

``api_v1`` is included at /api/v1/, ``issuer`` at the root (well-known documents and ISSUER/...).
"""
