"""The benchmarks of pages, small: a made-up place is whole, and every page is what it should be."""

import pytest

from ui import bench_dashboards, bench_sessions


@pytest.mark.timeout(600)
def test_every_dashboard_is_drawn_on_a_place_that_was_made_up() -> None:
    found = bench_dashboards.measure([400], repeats=1)["attempts_400"]
    assert {name for name, *_ in bench_dashboards.PAGES} <= set(found)
    assert all(found[name]["ms"] > 0 for name, *_ in bench_dashboards.PAGES)
    assert found["slowest_ms"] == max(found[name]["ms"] for name, *_ in bench_dashboards.PAGES)


@pytest.mark.timeout(600)
def test_the_first_page_is_drawn_and_the_time_counts_from_the_command() -> None:
    found = bench_sessions.first_page()
    assert 0.5 < found["first_page_s"] < 120
