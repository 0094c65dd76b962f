"""Admission: from a frozen snapshot to a result that nobody has reason to object to."""
