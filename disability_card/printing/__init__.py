"""Paper for those without a phone, and letters: A6 cards, printable runs, linking letters."""
