"""One registry of facilities, spots and shops, in the national open-data shape."""
