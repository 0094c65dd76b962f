"""HTTP of tourism: citizens, shops and staff in files of their own."""
