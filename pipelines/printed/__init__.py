"""Printed figures against the warehouse's. The way in is verify.verify."""
