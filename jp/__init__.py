"""Plain library for Japan: clocks, eras, ages, municipality codes, text folding. No Django."""
