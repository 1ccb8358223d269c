"""Hostile uploads, questions and paths: they are data, or refused; never code."""
