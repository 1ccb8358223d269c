"""From a county to a province: the definitions, which are written once, on Spark.

porting     a model of the definitions as Spark SQL
rewrites    what is said differently there
linting     what must not stand in a model that both engines read
"""
