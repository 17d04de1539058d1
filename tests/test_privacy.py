"""Nothing leaves the machine: no library we ship with may carry a collector of usage data."""

import importlib.util
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
COLLECTOR = b"events.data.microsoft"  # the address in onnxruntime 1.29 and later


def test_the_installed_onnxruntime_knows_no_collector_of_usage_data() -> None:
    spec = importlib.util.find_spec("onnxruntime")
    assert spec is not None and spec.origin is not None
    libraries = list((Path(spec.origin).parent / "capi").glob("*.so*"))
    assert libraries, "no onnxruntime library found to look in"
    assert [path.name for path in libraries if COLLECTOR in path.read_bytes()] == []


def test_streamlits_usage_statistics_are_off_and_it_listens_only_to_this_computer() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"]["address"] == "127.0.0.1"
