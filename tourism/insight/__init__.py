"""Four answers about a campaign from which nobody can be looked at."""
