"""The sections of the report: each a frozen view and the function that makes it from the outside contract."""
