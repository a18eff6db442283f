"""A stand-in engine for the plans of this room."""

import duckdb
import pytest

from vivencia.plans import Fold, Step


class Embedded:
    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("SET TimeZone = 'UTC'")

    def give(self, name, table) -> None:
        self.connection.register("given", table)
        self.connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM given')

    def run(self, plan) -> None:
        for node in plan.nodes:
            if isinstance(node, Step):
                values = {key: value for key, value in plan.values.items() if f"${key}" in node.sql}
                order = " ORDER BY " + ", ".join(f'"{one}"' for one in node.order) if node.order else ""
                self.give(node.name, self.connection.execute(node.sql + order, values).to_arrow_table())
            elif isinstance(node, Fold):
                table = (
                    self.table(node.reads)
                    .select(node.columns)
                    .sort_by([(c, "ascending") for c in node.order])
                )
                self.give(node.name, node.finish(node.add(node.start({}), table, {}), {}))

    def table(self, name):
        return self.connection.execute(f'SELECT * FROM "{name}"').to_arrow_table()


@pytest.fixture
def engine():
    return Embedded()
