"""QR pictures (ISO/IEC 18004) of card texts, for screens and for paper.

A camera needs at least 2.5 pixels a module, so the screen uses level L, the fewest modules. Paper
is scratched and folded and uses level M, with a fixed mask: trying all eight costs five times the
work and changes nothing for a camera that reads black on white.
"""

import io
from typing import Final

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M

Matrix = list[list[bool]]

QUIET_ZONE: Final = 4  # light modules on each side, which readers need to find the corners
_PAPER_MASK: Final = 2


def screen_matrix(text: str) -> Matrix:
    """Return the modules of ``text`` at level L, dark ones true, the quiet zone included."""
    return _matrix(text, level=ERROR_CORRECT_L, mask=None)


def paper_matrix(text: str) -> Matrix:
    """Return the modules of ``text`` at level M, dark ones true, the quiet zone included."""
    return _matrix(text, level=ERROR_CORRECT_M, mask=_PAPER_MASK)


def version_of(matrix: Matrix) -> int:
    """Return the QR version (1-40) of a matrix."""
    return (len(matrix) - 2 * QUIET_ZONE - 17) // 4


def svg(matrix: Matrix) -> str:
    """Return the matrix as an SVG picture: one path, scaled by whoever shows it."""
    size = len(matrix)
    path = "".join(_runs(row, line) for line, row in enumerate(matrix))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path d="{path}"/></svg>'
    )


def _runs(row: list[bool], line: int) -> str:
    """Return path commands for the dark runs of one row."""
    commands = []
    start = None
    for column, is_dark in enumerate([*row, False]):
        if is_dark and start is None:
            start = column
        elif not is_dark and start is not None:
            commands.append(f"M{start} {line}h{column - start}v1H{start}z")
            start = None
    return "".join(commands)


def png(matrix: Matrix, *, pixels_per_module: int = 4) -> bytes:
    """Return the matrix as a black and white PNG."""
    size = len(matrix)
    image = Image.new("1", (size, size), 1)
    image.putdata([0 if is_dark else 1 for row in matrix for is_dark in row])
    side = size * pixels_per_module
    buffer = io.BytesIO()
    image.resize((side, side), Image.Resampling.NEAREST).save(buffer, "PNG")
    return buffer.getvalue()


def _matrix(text: str, *, level: int, mask: int | None) -> Matrix:
    code = qrcode.QRCode(error_correction=level, border=QUIET_ZONE, mask_pattern=mask)
    code.add_data(text, optimize=0)  # one segment: the text is alphanumeric throughout
    code.make(fit=True)
    return code.get_matrix()
