"""People, sign-in, devices that sign in, guardians."""
