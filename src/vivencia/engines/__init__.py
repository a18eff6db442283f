"""Floor 3, how a plan is run: embedded on DuckDB, distributed on Apache Spark.

Import the engine you want from its own module (`vivencia.engines.embedded`,
`vivencia.engines.spark`): Spark is an extra, and nobody pays for what they do not use.
"""
