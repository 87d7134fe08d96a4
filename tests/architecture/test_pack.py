"""The pack names nothing that no code uses: each right is asked for somewhere, each message is sent by somebody."""

from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
CODE = "\n".join(path.read_text("utf-8") for path in (CHECKOUT / "src").rglob("*.py") if "tests" not in path.parts)


@pytest.mark.parametrize(("name", "key"), [("roles.yaml", "rights"), ("messages.yaml", "messages")])
def test_what_the_pack_names_is_used(name: str, key: str):
    entries = yaml.safe_load((CHECKOUT / "packs" / "jilin" / name).read_text("utf-8"))[key]
    assert [entry["code"] for entry in entries if f'"{entry["code"]}"' not in CODE] == []
