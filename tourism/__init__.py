"""Tourism: campaigns, coupons on a ledger, settlement, spots and events, insight."""
