"""HTTP doors of accounts, one module a kind of caller: the person, the device, staff."""
