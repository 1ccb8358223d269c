"""The 72 real monthly files of claims, replayed through load, against reference values computed apart."""
