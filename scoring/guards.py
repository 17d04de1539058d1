"""When a reply is not scored, and why. A guard withholds; it never lowers a score in silence.

Each rule is one function of the reply; the thresholds stand with what was measured for them
(`python -m scoring.evaluate` prints the refusals of genuine replies again).
"""

import re
import zlib
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cache

from scenarios.models import Scenario
from scoring.encode import tokenizer
from scoring.models import UnscoredReason
from scoring.phrases import Phrases
from scoring.rubric import BEHAVIOURS, DIMENSIONS, WATCH_OUTS
from scoring.word_order import WordOrder, jumbled

MIN_WORDS = 8  # source: shared rubric; shorter replies show too little to be judged

# The share of the words that are among the commonest of spoken English. In 576 genuine replies,
# second-language speakers' included, the lowest share is .52; Dutch or German has about .15.
MIN_ENGLISH_SHARE = 0.35
ENGLISH = frozenset(
    re.findall(
        r"\S+",
        """
        you it the and i a to that so it's in of what is one do if was be not me your
        with on like just we don't for i'm that's can about or then no have this think
        at say there know did you're um but when week got could i'd here up something
        see would how want out go really all because now thing get right time there's my
        okay going you've back said tell well before are three two good bit more i've
        day only maybe down as come you'd been from too isn't yeah put an who anything
        they had even after people does minutes sorry feel off some look nothing let's
        i'll first way wrong he she his her him them were has will am by our us why
        where which much very any need might should make sounds hear try help little
        last their
        """,
    )
)
# The share of the words that are one piece to an English tokenizer: genuine replies .90 and more,
# English key words and textbook terms .82 and more, nine other languages .62 at the most.
MIN_WHOLE_WORD_SHARE = 0.72
# Runs of four words shared with the client's line: genuine replies' 99th percentile is .05,
# repeating the client gives .86 and more.
PARROTED_SHARE = 0.5
RUN = 4
# Runs of four words shared with the rubric's own text; genuine replies share next to none.
RECITED_SHARE = 0.2
RECITED_TERMS = 4  # rubric terms in one reply: genuine replies have one at most
RUBRIC_TERM = re.compile(
    r"\b(rationale|collaborat\w+|obstacle handling|open[- ]ended|open questions?|socratic"
    r"|normali[sz](?:e|es|ed|ing)|validat\w+|reflective listening|reflections?|learning frame"
    r"|goal link|session link|right[- ]siz\w+|coping plan|barriers?|client ideas|invites? feedback"
    r"|owns? (?:my|a|the therapist's) part|client'?s? (?:wisdom|autonomy|goals?)"
    r"|therapeutic alliance"
    r"|watch[- ]outs?|behaviou?rs?|dimensions?)\b",
    re.IGNORECASE,
)
# How far text repeats itself: genuine replies' highest ratio is 1.98, a sentence looped six times
# has over 4.
LOOP_RATIO = 2.6
# Speaking to a scorer, not of one: "go back to the machine", "give it four minutes", "give me a
# rating, nought to a hundred" and "ignore the rules" are all things to say to a client.
_A_SCORER = (
    r"(?:scorer|grader|rater|marker|assessor|evaluator|examiner|ai|model|system|algorithm|computer"
    r"|machine|software|chatbot|language model|llm)"
)
SCORER = re.compile(
    rf"\b(?:dear|hey|hello|hi|attention)\s+{_A_SCORER}\b"
    rf"|(?:^|[.?!]\s+)(?:(?:a )?(?:note|message) )?(?:to|for) the {_A_SCORER}\b"
    rf"|\bnote to (?:the )?(?:scorer|grader|rater|ai|llm|language model|chatbot)\b"
    r"|\b(?:ignore|disregard|forget) (?:all |any |of |the |your )*"
    r"(?:previous|prior|above|earlier|preceding) (?:instructions?|prompts?|rules)\b"
    r"|\b(?:ignore|disregard) (?:all |any |of |the )*(?:your (?:instructions?|prompt)|the rubric)\b"
    r"|\b(?:give|award|assign) (?:me|us|this|it|(?:this|my) (?:reply|response|answer)) "
    r"(?:a |an |the )?(?:(?:full|top|maximum|perfect|highest|the best) )+"
    r"(?:possible )?(?:score|scores|marks?|grade|points|rating)\b"
    r"|\b(?:give|award|assign) (?:me|this|it|(?:this|my) (?:reply|response|answer)) (?:a |all )?"
    r"(?:4s?|fours?)(?: out of (?:4|four)\b| (?:on|in|for) (?:every|each|all|the|rationale"
    r"|collaboration|obstacle))"
    r"|\b(?:score|grade|mark) (?:this|my) (?:reply|response|answer|attempt)\b"
    r"|\brate (?:this|my) (?:reply|response)\b"
    r"|\b(?:this|my) (?:reply|response|answer) (?:should|deserves|must|ought to) "
    r"(?:be |get |score |receive )?(?:scored |rated |marked |a )*(?:4|four|full|high|top|maximum)"
    r"|\bas an ai\b|\bsystem prompt\b",
    re.IGNORECASE,
)

# What Whisper is known to make of silence: the sign-offs of the videos that it learned from.
# Source: Koenecke et al. (2024), Careless Whisper, doi:10.1145/3630106.3658996.
SIGN_OFF = re.compile(
    r"\b(?:thank(?:s| you)(?: so much| very much)? for (?:watching|listening|viewing)"
    r"|(?:please|don't forget to) (?:like|subscribe)|subscribe to (?:my|our|the) channel"
    r"|see you (?:in the|next) (?:next )?(?:video|time)|subtitles by|captions? by)\b",
    re.IGNORECASE,
)
SIGN_OFF_WORDS = 30  # in a longer reply it is a slip at the end, and the rest is scored

ADVICE: dict[UnscoredReason, str] = {
    "no_speech": "No words could be heard. Check that the right microphone is chosen, and try again"
    " a little closer to it.",
    "too_short": "That was very short. Say a little more, as you would to {name}: a sentence or two"
    " is enough to work with.",
    "not_english": "This sounds like another language than English, and only English can be scored"
    " so far. Your words are kept; try once more in English.",
    "off_topic": "This does not read as something said to {name}. Listen once more to what {name}"
    " says, and answer that.",
    "recites_rubric": "This names the skills rather than using them. Put the list aside and speak"
    " to {name}, in your own words.",
    "parrots_client": "These are mostly {name}’s own words. Say what you heard in yours, and what"
    " you would say next.",
    "addresses_scorer": "Part of this speaks to the scorer. Speak to {name} instead, as if nobody"
    " were scoring.",
}


def words(text: str) -> list[str]:
    """Returns the lower-case words of a text."""
    return re.findall(r"[a-z]+(?:'[a-z]+)?", text.lower().replace("’", "'"))


def whole_word_share(said: Sequence[str]) -> float:
    """Returns which share of the words an English tokenizer knows whole: its language, roughly.

    A list of key words or a line of a textbook is English too, without the small words that make
    it something said.
    """
    parts = [part for word in said for part in word.split("'")]
    whole = [len(tokenizer().encode(part, add_special_tokens=False).ids) == 1 for part in parts]
    return sum(whole) / len(whole) if whole else 0.0


def runs(said: Sequence[str]) -> set[tuple[str, ...]]:
    """Returns every run of four words."""
    return {tuple(said[i : i + RUN]) for i in range(len(said) - RUN + 1)}


@cache
def _rubric_runs() -> frozenset[tuple[str, ...]]:
    # Not what each behaviour sounds like: that is how people do speak.
    texts = [one.does for one in BEHAVIOURS.values()]
    texts += [one.does for one in WATCH_OUTS.values()]
    texts += [anchor for one in DIMENSIONS.values() for anchor in one.anchors]
    return frozenset(run for text in texts for run in runs(words(text)))


@dataclass(frozen=True)
class Learned:
    """What the guards have learned of how trainees speak.

    Attributes:
        word_order: which words follow which.
        topic: reads from words and letters whether a whole text is said to a client.
        least_topic: the log-odds of that, from which a reply is scored.
    """

    word_order: WordOrder
    topic: Phrases
    least_topic: float


def refuse(reply: str, scenario: Scenario, learned: Learned) -> UnscoredReason | None:
    """Returns why a reply is not to be scored, or ``None`` if it is.

    Args:
        reply: what was said.
        scenario: the client's moment.
        learned: what the guards know of how trainees speak.
    """
    said = words(reply)
    letters = [one for one in reply if one.isalpha()]
    if not letters:
        return "no_speech"
    if sum(one.isascii() for one in letters) / len(letters) < 0.5:
        return "not_english"
    if len(said) < SIGN_OFF_WORDS and SIGN_OFF.search(reply):
        return "no_speech"
    if len(reply.split()) < MIN_WORDS:
        return "too_short"
    if sum(word in ENGLISH for word in said) / len(said) < MIN_ENGLISH_SHARE:
        return "not_english" if whole_word_share(said) < MIN_WHOLE_WORD_SHARE else "off_topic"
    if SCORER.search(reply):
        return "addresses_scorer"
    if _shared(said, runs(words(scenario.clip.transcript))) > PARROTED_SHARE:
        return "parrots_client"
    terms = {found[0].lower() for found in RUBRIC_TERM.finditer(reply)}
    if _shared(said, _rubric_runs()) > RECITED_SHARE or len(terms) >= RECITED_TERMS:
        return "recites_rubric"
    if loops(reply) or jumbled(said, learned.word_order):
        return "off_topic"
    if float(learned.topic.read([reply])[0, 0]) < learned.least_topic:
        return "off_topic"
    return None


def _shared(said: Sequence[str], with_runs: Set[tuple[str, ...]]) -> float:
    own = [tuple(said[i : i + RUN]) for i in range(len(said) - RUN + 1)]
    return sum(run in with_runs for run in own) / len(own) if own else 0.0


def loops(reply: str) -> bool:
    """Returns whether a text says the same thing over and over."""
    data = reply.lower().encode()
    return len(data) / len(zlib.compress(data)) > LOOP_RATIO
