"""Keys, strict tokens, SD-JWT, status lists and QR packing. Plain Python: no Django, no clock."""
