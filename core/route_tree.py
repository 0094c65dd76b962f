"""Routes as a tree: a request is held against the names of one level, not against every route.

Rooms list their routes flat, which reads well; Django tries them one after the other, and with 400
of them that took a fifth of a short request. A route without a converter is looked up whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from django.urls import Resolver404, ResolverMatch, URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

Entry: TypeAlias = URLPattern | URLResolver


def route_tree(entries: Iterable[Entry]) -> list[Entry]:
    """Return the same routes, those that begin with the same literal segments in one branch.

    A branch stands where its first route stood: a literal segment goes before a converter that
    was listed between. Regular expressions and includes with a namespace or arguments stay whole.
    """
    flat = list(_flat(entries))
    whole = {route: _at(route, entry) for route, entry in reversed(flat) if _is_whole(route, entry)}
    return [_WholeRoutes(whole), *_tree(flat)]


class _WholeRoutes(URLResolver):
    """The routes without a converter, by their whole address.

    They stand in the tree as well, where lists of all routes and reversed names find them.
    """

    def __init__(self, whole: dict[str, Entry]) -> None:
        super().__init__(RoutePattern(""), [])
        self._whole = whole

    def resolve(self, path: str) -> ResolverMatch:
        """Return the match of a whole address; raise ``Resolver404`` for any other."""
        entry = self._whole.get(path)
        match = entry.resolve(path) if entry else None
        if match is None:
            raise Resolver404({"path": path, "tried": []})
        return match


def _is_whole(route: str, entry: Entry) -> bool:
    is_plain = isinstance(entry, URLPattern) and isinstance(entry.pattern, RoutePattern)
    return is_plain and "<" not in route


def _tree(entries: Iterable[tuple[str, Entry]]) -> list[Entry]:
    branches: dict[str, list[tuple[str, Entry]]] = {}
    for route, entry in entries:
        segment, slash, rest = route.partition("/")
        is_literal = slash and "<" not in segment and "^" not in segment
        branch, below = (f"{segment}/", rest) if is_literal else (f"={len(branches)}", route)
        branches.setdefault(branch, []).append((below, entry))
    return [_branch(name, found) for name, found in branches.items()]


def _branch(name: str, found: Sequence[tuple[str, Entry]]) -> Entry:
    if name.startswith("="):
        return _at(*found[0])
    if len(found) == 1:
        return _at(name + found[0][0], found[0][1])
    return path(name, include(_tree(found)))


def _flat(entries: Iterable[Entry], prefix: str = "") -> Iterator[tuple[str, Entry]]:
    for entry in entries:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver) and _may_open(entry, route):
            yield from _flat(entry.url_patterns, route)
        else:
            yield route, entry


def _may_open(entry: URLResolver, route: str) -> bool:
    if entry.namespace or entry.app_name or entry.default_kwargs:
        return False
    return not route or all(isinstance(one.pattern, RoutePattern) for one in entry.url_patterns)


def _at(route: str, entry: Entry) -> Entry:
    """Return ``entry`` under another route; a regular expression has no other."""
    if not isinstance(entry.pattern, RoutePattern):
        return entry
    if isinstance(entry, URLPattern):
        return path(route, entry.callback, entry.default_args, entry.name)
    inside: Any = (entry.urlconf_name, entry.app_name, entry.namespace)
    moved: URLResolver = path(route, inside, entry.default_kwargs)
    return moved
