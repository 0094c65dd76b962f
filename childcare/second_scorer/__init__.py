"""A second scorer that shares nothing with the first: no module, no parser, no table.

It reads the stored facts and the rule set's text, writes SQL of the rules, and lets SQLite score
the whole round at once in memory. Where the two scorers differ, no notice goes out: one of them
is wrong, and nobody knows yet which. The import contract keeps them apart.
"""
