"""The full-text index over the grams of ``SearchText``.

SQLite: an FTS5 table without a copy of the text, kept by triggers. PostgreSQL: a GIN index of the
tsvector whose lexemes are the grams as they are; `to_tsvector('simple', ...)` would give the same
words for Japanese, but lets the locale's parser decide what a letter is.
"""

from django.db import migrations

_SQLITE = [
    """CREATE VIRTUAL TABLE places_gram USING fts5(
         grams, content='places_searchtext', content_rowid='id', detail='none',
         tokenize="unicode61 remove_diacritics 0")""",
    """CREATE TRIGGER places_gram_added AFTER INSERT ON places_searchtext BEGIN
         INSERT INTO places_gram(rowid, grams) VALUES (new.id, new.grams);
       END""",
    """CREATE TRIGGER places_gram_removed AFTER DELETE ON places_searchtext BEGIN
         INSERT INTO places_gram(places_gram, rowid, grams) VALUES ('delete', old.id, old.grams);
       END""",
    """CREATE TRIGGER places_gram_changed AFTER UPDATE OF grams ON places_searchtext BEGIN
         INSERT INTO places_gram(places_gram, rowid, grams) VALUES ('delete', old.id, old.grams);
         INSERT INTO places_gram(rowid, grams) VALUES (new.id, new.grams);
       END""",
]
_POSTGRES = """CREATE INDEX places_gram ON places_searchtext
  USING gin (array_to_tsvector(string_to_array(grams, ' ')))"""


def make_index(_apps, editor) -> None:
    if editor.connection.vendor == "sqlite":
        for statement in _SQLITE:
            editor.execute(statement)
    else:
        editor.execute(_POSTGRES)


def drop_index(_apps, editor) -> None:
    if editor.connection.vendor == "sqlite":
        for trigger in ("added", "removed", "changed"):
            editor.execute(f"DROP TRIGGER places_gram_{trigger}")
        editor.execute("DROP TABLE places_gram")
    else:
        editor.execute("DROP INDEX places_gram")


class Migration(migrations.Migration):
    dependencies = [("places", "0002_registry_in_the_national_shape")]
    operations = [migrations.RunPython(make_index, drop_index)]
