"""HTTP doors of the card, one module a kind of caller: wallet, holder, staff, verifier, public."""
