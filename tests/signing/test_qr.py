"""QR pictures: a camera's library reads each of them back, and a print run is quick."""

import io
import re
import time

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from signing import pack, qr, sdjwt
from signing.keys import PemSigner, generate_key
from tests.vectors.city import SELECTIVE, card_claims, full_card, paper_card, shown, venue_card

VENUE = pack.pack(shown(venue_card()))
FULL = pack.pack(shown(full_card(tuple(SELECTIVE))))
PAPER = pack.pack(paper_card())


def read(picture: Image.Image) -> str:
    [found] = zxingcpp.read_barcodes(np.asarray(picture.convert("L")))
    return found.text


@pytest.mark.parametrize("text", [VENUE, FULL, PAPER], ids=["venue", "full", "paper"])
@pytest.mark.parametrize("matrix", [qr.screen_matrix, qr.paper_matrix], ids=["screen", "paper"])
def test_a_png_is_read_back(text: str, matrix: object) -> None:
    assert callable(matrix)
    assert read(Image.open(io.BytesIO(qr.png(matrix(text))))) == text


def test_an_svg_draws_the_same_modules() -> None:
    matrix = qr.screen_matrix(VENUE)
    size = len(matrix)
    drawn = np.zeros((size, size), dtype=bool)
    picture = qr.svg(matrix)
    for column, row, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", picture):
        drawn[int(row), int(column) : int(column) + int(width)] = True
    assert drawn.tolist() == matrix
    assert f'viewBox="0 0 {size} {size}"' in picture


def test_a_quiet_zone_of_four_modules_stands_around() -> None:
    matrix = np.array(qr.paper_matrix(PAPER))
    assert not matrix[:4].any()
    assert not matrix[:, -4:].any()
    assert matrix[4, 4]


def test_the_screen_has_fewer_modules_than_paper() -> None:
    assert len(qr.screen_matrix(VENUE)) < len(qr.paper_matrix(VENUE))


@pytest.mark.slow
def test_six_thousand_paper_codes_with_their_signatures_take_less_than_a_minute() -> None:
    signer = PemSigner(generate_key(), kid="2026-1")
    claims = card_claims(
        vct="https://card.example/202177/vct/disability-card/1-paper",
        name="見本 花子",
        birth_year=1985,
    )
    some = 300
    start = time.process_time()
    for _card in range(some):
        qr.paper_matrix(pack.pack(sdjwt.issue(claims, signer=signer)))
    assert (time.process_time() - start) / some * 6_000 < 60
