"""Tourism coupons on a ledger, spots and events. Not built yet."""
