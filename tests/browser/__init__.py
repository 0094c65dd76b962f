"""Pages in Debian's Chromium; ``harness`` holds what every browser test needs."""
