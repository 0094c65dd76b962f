"""A city's point table as data: its format, its reader, its checks. No Django, no database.

`reading` takes the file's text apart, `schema.json` says its shape, `loading` makes typed rules of
it, `checking` runs its worked examples, `comparing` shows a draft against the set in force.
Nothing here is evaluated as code: expressions are a closed list (`expressions`).
"""
