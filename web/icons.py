"""Our icons and pictures, drawn for this project: paths on a 24 px grid, 2 px stroke, no fill.

The mark is a cosmos of eight petals. Its one petal is kept as points, so that the page's SVG and
the phone's PNG icons are the same flower.
"""

from typing import Final

# name: what stands inside <svg viewBox="0 0 24 24">; "P" paths only.
ICONS: Final[dict[str, str]] = {
    "alert": "M12 4 2.8 20h18.4L12 4Z M12 10v4.5 M12 17.2v.1",
    "back": "M15 5l-7 7 7 7",
    "bell": "M6 17V11a6 6 0 0 1 12 0v6l2 2H4l2-2Z M10 21.5h4",
    "camera": "M3 8.5a1.5 1.5 0 0 1 1.5-1.5H8l1.5-2.5h5L16 7h3.5A1.5 1.5 0 0 1 21 8.5v10"
    "a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 18.5v-10Z M12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0"
    " 0 0 0 7Z",
    "card": "M4.5 5h15A1.5 1.5 0 0 1 21 6.5v11a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5"
    "v-11A1.5 1.5 0 0 1 4.5 5Z M7 10.5h6 M7 14h4 M16 10.5h1.5v4H16v-4Z",
    "chart": "M3 20h18 M7 20v-8 M12 20V5 M17 20v-11",
    "check": "M5 12.5l5 5L19.5 7",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z M12 7v5.5l3.5 2",
    "close": "M5 5l14 14 M19 5 5 19",
    "document": "M6 3h8l5 5v13H6V3Z M14 3v5h5 M9 13h7 M9 17h7",
    "down": "M5 9l7 7 7-7",
    "download": "M12 4v11 M7 11l5 5 5-5 M4 20h16",
    "family": "M8.5 9.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4Z M2.5 20.5v-2.2c0-3.4 2.6-5.8"
    " 6-5.8 1.4 0 2.7.4 3.7 1.2 M17 13.5a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2Z M11.8 20.5v-.8"
    "c0-2.6 2.2-4 5.2-4s4.7 1.4 4.7 4v.8",
    "forward": "M9 5l7 7-7 7",
    "home": "M4 10.5 12 4l8 6.5V20h-5.5v-6h-5v6H4v-9.5Z",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z M12 11v6 M12 7.2v.1",
    "language": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z M3 12h18 M12 3c2.6 2.5 3.8 5.5 3.8 9S14.6"
    " 18.5 12 21c-2.6-2.5-3.8-5.5-3.8-9S9.4 5.5 12 3Z",
    "leave": "M14 4H5v16h9 M10 12h11 M17 8l4 4-4 4",
    "list": "M8 6h13 M8 12h13 M8 18h13 M3.5 6h.1 M3.5 12h.1 M3.5 18h.1",
    "lock": "M5 11h14v10H5V11Z M8 11V8a4 4 0 0 1 8 0v3 M12 15v2",
    "mail": "M3 5.5h18v13H3v-13Z M3 7l9 6.5L21 7",
    "map": "M3 6.5 9 4l6 2.5L21 4v13.5L15 20l-6-2.5L3 20V6.5Z M9 4v13.5 M15 6.5V20",
    "menu": "M3 6h18 M3 12h18 M3 18h18",
    "mountain": "M2.5 20 9 10.5l3.5 5 2.5-3.5 6.5 8h-19Z M17.5 7.6a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0"
    " 0 0 0 4.6Z",
    "offline": "M4 4l17 16 M8.5 12.6A7 7 0 0 1 11 11.3 M5 9.2A12 12 0 0 1 7.8 7.6 M11 6.1"
    "A12 12 0 0 1 21 9.8 M15 12.1a7 7 0 0 1 2.8 1.9 M9 16.3a4.2 4.2 0 0 1 5-.2 M11.9 19.9v.1",
    "pen": "M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19 4 20Z M14 6.5l3.5 3.5",
    "people": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z M2.5 20c0-3.6 2.8-6 6.5-6s6.5 2.4 6.5"
    " 6 M15.5 4.3a3.5 3.5 0 0 1 0 6.5 M17.5 14.4c2.4.7 4 2.7 4 5.6",
    "person": "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z M4.5 21c0-4 3.2-6.8 7.5-6.8s7.5 2.8 7.5 6.8",
    "phone": "M7 2.5h10v19H7v-19Z M11 18.2h2",
    "plus": "M12 5v14 M5 12h14",
    "printer": "M7 8V3h10v5 M5 17H3V8h18v9h-2 M7 14h10v7H7v-7Z",
    "qr": "M3.5 3.5h6v6h-6v-6Z M14.5 3.5h6v6h-6v-6Z M3.5 14.5h6v6h-6v-6Z M14.5 20.5v-6h3v2.5"
    " M18.5 20.5h2v-2.5 M20.5 14.5v.1",
    "question": "M8 8.5A4 4 0 0 1 12 5c2.3 0 4 1.5 4 3.6 0 3-4 3-4 6 M12 18.8v.1",
    "refresh": "M20 12a8 8 0 1 1-2.4-5.7L20 8.5 M20 3.5v5h-5",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Z M15.5 15.5 21 21",
    "settings": "M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z M12 2.5v3 M12 18.5v3 M2.5 12h3"
    " M18.5 12h3 M5.3 5.3l2.1 2.1 M16.6 16.6l2.1 2.1 M18.7 5.3l-2.1 2.1 M7.4 16.6l-2.1 2.1",
    "shop": "M4 4h16l1.5 5.5a2.4 2.4 0 0 1-4.75 0 2.4 2.4 0 0 1-4.75 0 2.4 2.4 0 0 1-4.75 0 2.4"
    " 2.4 0 0 1-4.75 0L4 4Z M4.5 12.5V20.5h15v-8 M10 20.5v-5h4v5",
    "ticket": "M3 6h18v3.5a2.5 2.5 0 0 0 0 5V18H3v-3.5a2.5 2.5 0 0 0 0-5V6Z M14.5 9.5v.1 M14.5"
    " 14.5v.1",
    "trash": "M4 6.5h16 M9 6.5V4h6v2.5 M6.5 6.5 7.5 20.5h9l1-14 M10.5 10.5v6 M13.5 10.5v6",
    "up": "M5 15l7-7 7 7",
    "upload": "M12 16V5 M7 9l5-5 5 5 M4 20h16",
    "yen": "M6 4l6 8 6-8 M12 12v8.5 M7 13h10 M7 17h10",
}

# One petal, pointing up from the centre (0, 0) of a 48 px square: SVG path commands.
PETAL: Final = (
    "M0-5.4C-1.7-7-3.4-9.4-4.5-11.7-5.6-14.2-6.2-17.2-6.2-20.2L-6-22.9-4.6-22.4-3.2-22.9-2.4-21.7"
    "-1.2-22.2 0-23.7 1.2-22.2 2.4-21.7 3.2-22.9 4.6-22.4 6-22.9 6.2-20.2C6.2-17.2 5.6-14.2 4.5"
    "-11.7 3.4-9.4 1.7-7 0-5.4Z"
)
PETALS: Final = 8

# The same petal as a polygon, for pictures that are drawn without SVG.
PETAL_POINTS: Final = (
    (0.0, -5.4), (-1.6, -7.2), (-3.1, -9.2), (-4.5, -11.7), (-5.4, -14.2), (-6.0, -17.1),
    (-6.2, -20.2), (-6.0, -22.9), (-4.6, -22.4), (-3.2, -22.9), (-2.4, -21.7), (-1.2, -22.2),
    (0.0, -23.7), (1.2, -22.2), (2.4, -21.7), (3.2, -22.9), (4.6, -22.4), (6.0, -22.9),
    (6.2, -20.2), (6.0, -17.1), (5.4, -14.2), (4.5, -11.7), (3.1, -9.2), (1.6, -7.2),
)  # fmt: skip

# The Asama ridge: the far line, the near line, on a field of 390 x 93.
RIDGE_FAR: Final = (
    "M0 65C45 54 70 40 112 30 150 19 166 3 197 0 207-1 210 4 222 4 252 14 284 40 330 50"
    " 352 55 370 58 390 61"
)
RIDGE_NEAR: Final = "M0 84C60 79 105 65 162 65 218 65 248 76 288 74 330 70 352 77 390 77"

# The four answers at a counter, on a field of 160 x 160 (the last 160 x 56).
VERDICT_SHAPES: Final[dict[str, tuple[str, str]]] = {
    "ok": ("0 0 160 160", '<circle cx="80" cy="80" r="68" stroke-width="22"/>'),
    "refused": ("0 0 160 160", '<path d="M27 27l106 106M133 27 27 133" stroke-width="21"/>'),
    "old": (
        "0 0 160 160",
        '<path d="M140 97a65 65 0 1 1-13-59l20 20" stroke-width="18"/>'
        '<path d="M151 14v44h-44" stroke-width="18"/>',
    ),
    "details": (
        "0 0 160 56",
        '<circle cx="28" cy="28" r="9" stroke-width="18"/><circle cx="80" cy="28" r="9"'
        ' stroke-width="18"/><circle cx="132" cy="28" r="9" stroke-width="18"/>',
    ),
}
