"""Forms of the pages: they parse and say what is wrong; the domain decides."""
