"""An app's developer gets types out of the OpenAPI document, and what they write compiles."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

MODULES: Final = Path(__file__).parents[2] / "web" / "node_modules"
pytestmark = [pytest.mark.node, pytest.mark.slow]


def node(script: str, *arguments: str, folder: Path) -> None:
    done = subprocess.run(
        ["node", str(MODULES / script), *arguments],
        cwd=folder, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_typed_client_compiles(tmp_path: Path) -> None:
    generator: Any = SchemaGenerator  # untyped
    with GENERATOR_STATS.silence():
        document = generator().get_schema(request=None, public=True)
    (tmp_path / "openapi.json").write_text(json.dumps(document, default=str))
    shutil.copy(Path(__file__).with_name("typed_client.ts"), tmp_path)
    node("openapi-typescript/bin/cli.js", "openapi.json", "-o", "schema.d.ts", folder=tmp_path)
    node(
        "typescript/bin/tsc", "--noEmit", "--strict", "--target", "es2022", "--module", "esnext",
        "--moduleResolution", "bundler", "--lib", "es2022,dom", "typed_client.ts", folder=tmp_path,
    )  # fmt: skip
