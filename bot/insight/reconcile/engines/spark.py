"""Spark, for tables that outgrow one machine. Install it beside firstfive: pip install pyspark, and Java 17."""

from collections.abc import Iterator, Sequence

import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from bot.insight.reconcile.columns import Column, column
from bot.insight.reconcile.engines.engine import Capabilities
from bot.insight.reconcile.places import Kind, Place, ReconcileError

_NAMES = {"timestamp": "TIMESTAMPTZ", "timestamp_ntz": "TIMESTAMP"}


class Spark:
    """The session that SPARK_REMOTE or spark-submit names, or else one on this machine."""

    dialect = "spark"
    capabilities = Capabilities(row_hash="xxhash64({values})", bucket="shiftright({values}, 48)")

    def __init__(self) -> None:
        builder = SparkSession.builder.appName("firstfive reconcile")
        settings = {
            "spark.sql.session.timeZone": "UTC",
            "spark.ui.enabled": "false",
            "spark.sql.execution.arrow.pyspark.enabled": "true",
        }
        for name, value in settings.items():
            builder = builder.config(name, value)
        self._session = builder.getOrCreate()

    def open(self, name: str, place: Place) -> tuple[Column, ...]:
        frame = self._frame(place)
        frame.createOrReplaceTempView(name)
        return tuple(
            Column(one, _NAMES[native]) if native in _NAMES else column(one, native, "spark")
            for one, native in frame.dtypes
        )

    def _frame(self, place: Place) -> DataFrame:
        path = str(place.path.resolve())
        match place.kind:
            case Kind.PARQUET:
                return self._session.read.parquet(path)
            case Kind.CSV:
                return self._session.read.csv(path, header=True, inferSchema=True)
            case Kind.JSON_LINES:
                return self._session.read.json(path)
        raise ReconcileError(f"{place} is not read by Spark here. Leave out --engine, or export it to Parquet.")

    def is_key(self, name: str, columns: Sequence[str]) -> bool:  # noqa: ARG002 - files promise nothing
        return False

    def run(self, query: str) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._session.sql(query).toArrow().to_batches()
        except PySparkException as error:
            raise ReconcileError(f"Spark: {str(error).splitlines()[0]}") from None

    def keep(self, name: str, query: str) -> None:
        self._session.sql(query).cache().createOrReplaceTempView(name)

    def close(self) -> None:
        self._session.catalog.clearCache()
