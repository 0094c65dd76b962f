"""From a published result to the first day: answers, waiting list, certification, letters."""
