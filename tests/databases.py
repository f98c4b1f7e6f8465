"""Databases with tables and nothing in them, copied: quicker than eighteen steps each time."""

import sqlite3

from models.store.migration import upgrade
from models.store.transaction import Store


def migrated_in_memory() -> Store:
    """Return a new SQLite database in memory with all tables."""
    opened = Store("sqlite://")
    upgrade(opened)
    return opened


def copy_of(template: Store) -> Store:
    """Return a SQLite database in memory that holds what ``template`` holds."""
    opened = Store("sqlite://")
    source, target = template.engine.raw_connection(), opened.engine.raw_connection()
    assert isinstance(source.driver_connection, sqlite3.Connection)
    assert isinstance(target.driver_connection, sqlite3.Connection)
    source.driver_connection.backup(target.driver_connection)
    return opened
