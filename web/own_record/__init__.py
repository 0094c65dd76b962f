"""A person's own data in words, for paper."""
