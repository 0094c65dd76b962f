"""Commands of childcare."""
