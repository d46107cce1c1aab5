from pathlib import Path

import pytest

from scripts.build_assets import copy


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.css", b"body{}\n/*# sourceMappingURL=a.css.map */\n"),
        ("a.css", b"body{}\n/*# sourceMappingURL=a.css.map */"),
        ("a.js", b"let a;\n//# sourceMappingURL=a.js.map\n"),
    ],
)
def test_references_to_maps_that_are_not_served_are_taken_out(tmp_path: Path, name: str, content: bytes):
    source = tmp_path / name
    source.write_bytes(content)

    copy(source, tmp_path / "vendor" / name)

    assert b"sourceMappingURL" not in (tmp_path / "vendor" / name).read_bytes()
    assert (tmp_path / "vendor" / name).read_bytes().startswith(content[:6])


def test_other_files_are_copied_as_they_are(tmp_path: Path):
    font = b"\x00\n//# sourceMappingURL=x\n\xff"
    (tmp_path / "a.woff2").write_bytes(font)

    copy(tmp_path / "a.woff2", tmp_path / "vendor" / "a.woff2")

    assert (tmp_path / "vendor" / "a.woff2").read_bytes() == font
