"""Every table the rooms exchange, one module a room that writes it."""
