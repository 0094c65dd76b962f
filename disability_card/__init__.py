"""Handbook ledger, cards, credentials, status lists, verification, benefits, paper."""
