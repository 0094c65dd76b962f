"""Reading and writing of the national sheets: plain code over cells, no database."""
