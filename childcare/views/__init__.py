"""HTTP of childcare: what families read, what nurseries write, what the city's staff do."""
