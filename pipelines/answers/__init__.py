"""A build -> figures: what may be asked, what is missing, what rows are behind it. The way in: county, query, rows."""
