"""The corpus's data card, its numbers counted anew: ``python -m scoring.datacard``."""

from collections import Counter

import numpy as np

from scenarios.load import load_library
from scoring.blind import between_labellers
from scoring.encode import LABELS
from scoring.labelled import CORPUS_DIR, load_corpus, load_ratings, presence, writers
from scoring.rubric import BEHAVIOURS, DIMENSIONS, WATCH_OUTS

CORE_WRITERS = "DEFGHI"

CARD = """# Data card: the labelled replies

Numbers by `python -m scoring.datacard`. Files: `core.jsonl` and `grown.jsonl` (replies), `heard.jsonl` (some of them as our
own Whisper heard them), `blind.jsonl` (what two labellers said before anything was settled), `writers.json`, `off_topic.txt` (texts that are not
replies, for the guard), `off_topic_unseen.txt` (such texts by another writer, only to measure it with).

## What it is

{n} replies by {n_writers} writers to the {n_scenarios} clients of the library, {mean:.0f} words each on average ({short} of
them under 30 words, {long} over 130; {bare:.0%} have no sentence marks, as a recogniser may give them). Each is cut into
segments; each segment carries the behaviours and watch-outs that it does; each reply has three ratings from 0 to 4.

**Every reply was written, and every label given, by language models under briefs, not by trainees, clinicians or supervisors.** Each
writer had a speech community, a temperament and a set of habits of their own, and wrote by hand: no templates, no paraphrases of other
replies. Nobody's real session is in it, and no public corpus's text.

- `core.jsonl` ({n_core}): writers D to I; cut by hand, labelled first by one reader a writer and then, all of it, by second readers with the whole
  rubric; the second reading is the label.
- `grown.jsonl` ({n_grown}): writers J to S, three replies to each of 50 clients; cut by the program that cuts replies in use; labelled by readers
  who had not written them and did not know who had; the writers' order was shuffled away.
{blind}
## How it was labelled

By the rubric with its eighteen boundary rules, one sheet of about 125 shuffled replies a reader. {settled}

## What is in it

| | replies that do it |
|---|---|
{labels}

| rated | 0 | 1 | 2 | 3 | 4 |
|---|---|---|---|---|---|
{ratings}

Writers: {communities}.

{heard}

## What it must not be used for

It says nothing about how often real trainees do these things, nor how real supervisors rate them. Labels of the rarer
behaviours are few. Split it by writer and by scenario family, never by line: replies of one writer resemble each other.
"""


def card() -> str:
    """Returns the data card with the corpus's present numbers."""
    replies, ratings = load_corpus(), load_ratings()
    there = np.array([presence(one) for one in replies])
    n_words = np.array([len(one.text.split()) for one in replies])
    names = BEHAVIOURS | WATCH_OUTS
    labels = [
        f"| {names[label].name} (`{label}`) | {there[:, i].sum()} |"
        for i, label in enumerate(LABELS)
    ]
    table = []
    for d, about in enumerate(DIMENSIONS.values()):
        counts = Counter(one.ratings[d] for one in replies)
        table.append(f"| {about.name} | " + " | ".join(str(counts[n]) for n in range(5)) + " |")
    community = writers()
    spoken = [one for one in replies if one.heard]
    return CARD.format(
        n=len(replies),
        n_writers=len({one.author for one in replies}),
        n_scenarios=len({one.scenario for one in replies} & load_library().keys()),
        mean=n_words.mean(),
        short=(n_words < 30).sum(),
        long=(n_words > 130).sum(),
        bare=np.mean([not set(".?!") & set(one.text) for one in replies]),
        n_core=sum(one.author in CORE_WRITERS for one in replies),
        n_grown=sum(one.author not in CORE_WRITERS for one in replies),
        blind=_blind(between_labellers(ratings)),
        settled=_settled(sum(one.labeller == "settled" for one in replies)),
        labels="\n".join(labels),
        ratings="\n".join(table),
        communities="; ".join(
            f"{name} {n}" for name, n in Counter(community[one.author] for one in replies).items()
        ),
        heard=f"Spoken by voice models and heard by Whisper base: {len(spoken)} replies."
        if spoken
        else "None was spoken yet.",
    )


def _blind(found: dict[str, object]) -> str:
    if not found["n"]:
        return ""
    return (
        f"- `blind.jsonl`: {found['n']} replies were labelled twice, by readers who saw neither the"
        " writer nor each other's work. Their agreement is in the model card.\n"
    )


def _settled(n: int) -> str:
    return (
        f"For {n} replies both readers' differences were put to a third, who saw both; what they"
        " settled on is what is used. For the rest two readers agreed, or there was one; `docs/decisions/0005` says which labels train and which test."
    )


if __name__ == "__main__":
    (CORPUS_DIR / "DATA_CARD.md").write_text(card(), "utf-8")
