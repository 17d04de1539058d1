"""Figures made from several people's practice, given out so that no one person's can be read off.

A figure is given from at least `LEAST` people, and made anew only when what at least as many of
them have done differs from the last time. Otherwise two figures that differ by one person would
tell that person's: somebody taken out of a cohort, or the one who practised since yesterday. When
somebody in a figure takes consent back or leaves, it is put away until the next can be made.
Source: minimum frequency and differencing in the Handbook on Statistical Disclosure Control,
Hundepool et al. (2012), doi:10.1002/9781118348239.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel

from practice.store import Store

LEAST = 5
Figure = TypeVar("Figure", bound=BaseModel)
Sources = Mapping[str, Sequence[str]]  # by person, what of theirs a figure is made from


class Releases:
    """What one instructor has been shown, read once and brought up to date figure by figure."""

    def __init__(self, store: Store, instructor: str) -> None:
        """Reads what was shown last."""
        self.store, self.instructor = store, instructor
        rows = store.rows(
            "SELECT item, body, n_people FROM item_figures WHERE instructor = ?", instructor
        )
        self.shown = {row["item"]: row["body"] for row in rows}
        self.n_sources = {row["item"]: row["n_people"] for row in rows}
        self.sources: dict[str, dict[str, str]] = {}
        for row in store.rows(
            "SELECT item, person, of_sha256 FROM item_sources WHERE instructor = ?", instructor
        ):
            self.sources.setdefault(row["item"], {})[row["person"]] = row["of_sha256"]

    def figure(
        self,
        item: str,
        sources: Sources,
        kind: type[Figure],
        make: Callable[[], Figure],
        at: datetime,
    ) -> Figure | None:
        """Returns a figure as it may be shown, or ``None`` where there are too few people.

        Args:
            item: names the figure.
            sources: what it would be made from now, by person.
            kind: of figure.
            make: makes it from those.
            at: now.
        """
        now = {person: _signed(of) for person, of in sources.items()}
        last = self.sources.get(item, {})
        n_gone = self.n_sources.get(item, len(last)) - len(last)  # deleted, their rows with them
        changed = {one for one in {*now, *last} if now.get(one) != last.get(one)}
        if len(now) >= LEAST and len(changed) + n_gone >= LEAST:
            made = make()
            self._keep(item, made, now, at)
            return made
        if item not in self.shown or n_gone or set(last) - set(now):
            return None
        return kind.model_validate_json(self.shown[item])

    def _keep(self, item: str, made: BaseModel, now: Mapping[str, str], at: datetime) -> None:
        mine = (self.instructor, item)
        with self.store.change() as db:
            db.execute("DELETE FROM item_sources WHERE instructor = ? AND item = ?", mine)
            db.execute("DELETE FROM item_figures WHERE instructor = ? AND item = ?", mine)
            row = {"instructor": self.instructor, "item": item}
            db["item_figures"].insert(
                {
                    **row,
                    "body": made.model_dump_json(),
                    "n_people": len(now),
                    "made_at": at.isoformat(),
                }
            )
            db["item_sources"].insert_all(
                {**row, "person": person, "of_sha256": signed} for person, signed in now.items()
            )


def _signed(of: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(of).encode()).hexdigest()
