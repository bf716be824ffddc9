"""What lies below what: the closure of the tree of units, and the reach of a person placed in it."""

from django.db import connection, models
from django.db.models.expressions import RawSQL

from .units import Unit, UnitQuerySet

_UPWARDS = """
    WITH RECURSIVE upwards(ancestor_id, descendant_id, depth) AS (
        SELECT id, id, 0 FROM provinces_unit
        UNION ALL
        SELECT unit.parent_id, upwards.descendant_id, upwards.depth + 1
        FROM upwards JOIN provinces_unit unit ON unit.id = upwards.ancestor_id
        WHERE unit.parent_id IS NOT NULL
    )
"""
# EXCEPT rather than NOT IN: PostgreSQL compares a large NOT IN row by row once it outgrows work_mem.
_INSERT_MISSING = f"""
    INSERT INTO provinces_unitclosure (ancestor_id, descendant_id, depth)
    {_UPWARDS}
    SELECT ancestor_id, descendant_id, depth FROM upwards
    EXCEPT SELECT ancestor_id, descendant_id, depth FROM provinces_unitclosure
"""  # noqa: S608
_DELETE_STALE = f"""
    DELETE FROM provinces_unitclosure WHERE (ancestor_id, descendant_id) IN (
        {_UPWARDS}
        SELECT ancestor_id, descendant_id FROM (
            SELECT ancestor_id, descendant_id, depth FROM provinces_unitclosure
            EXCEPT SELECT ancestor_id, descendant_id, depth FROM upwards
        ) stale
    )
"""  # noqa: S608


class UnitClosureManager(models.Manager["UnitClosure"]):
    def rebuild(self) -> int:
        """Make the closure what the parents say, in two statements; answers how many rows were missing."""
        with connection.cursor() as cursor:
            cursor.execute(_DELETE_STALE)
            cursor.execute(_INSERT_MISSING)
            return cursor.rowcount


class UnitClosure(models.Model):
    """Every unit with each of its ancestors, itself at depth 0. Derived from `Unit.parent`; never edited."""

    ancestor = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="descendant_links", db_index=False
    )
    descendant = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="ancestor_links", db_index=False
    )
    depth = models.PositiveSmallIntegerField()

    objects = UnitClosureManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ancestor", "descendant"], name="unitclosure_once"),
        ]
        indexes = [models.Index(fields=["descendant", "ancestor"], name="unitclosure_upwards")]

    def __str__(self) -> str:
        return f"{self.ancestor_id} > {self.descendant_id}"


_REACH = """
    WITH RECURSIVE reached(id) AS (
        SELECT id FROM provinces_unit WHERE id IN ({places})
        UNION
        SELECT succession.predecessor_id
        FROM provinces_unitsuccession succession JOIN reached ON succession.successor_id = reached.id
    )
    SELECT link.descendant_id FROM provinces_unitclosure link JOIN reached ON link.ancestor_id = reached.id
"""


def reach_of(*units: Unit) -> UnitQuerySet:
    """What a person placed at these units may look after, in one query.

    Their subtrees and those of their predecessors, transitively: Khánh Hòa from 01/07/2025 (P56-2025) reaches
    P56, P58 and everything that lay below them.
    """
    ids = [unit.pk for unit in units]
    if not ids:
        return Unit.objects.none()
    # The only text put into the statement is its own list of placeholders.
    statement = _REACH.format(places=", ".join("%s" for _id in ids))
    return Unit.objects.filter(pk__in=RawSQL(statement, ids))  # noqa: S611
