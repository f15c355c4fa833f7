"""A run of all golden questions: its groups, what changed since an earlier one, and how it is kept.

What belongs here: runs as a whole. What does not: judging one question, and the measures (`evaluation/scoring.py`).
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from mut_assets.domain.evaluation.golden import Question
from mut_assets.domain.evaluation.scoring import Answered, Summary, summary


@dataclass(frozen=True)
class Run:
    """Every golden question, answered by one retriever. `where` names it for people, `at` is ISO in UTC."""

    answers: tuple[Answered, ...]
    where: str
    at: str

    @property
    def scored(self) -> list[Answered]:
        """The questions that count in the measures."""
        return [answer for answer in self.answers if answer.scored]

    @property
    def stale(self) -> list[Answered]:
        """The questions that cannot be scored any more, those with `expected` among them."""
        return [answer for answer in self.answers if answer.stale]

    @property
    def unanswerable(self) -> list[Answered]:
        """The questions that no document answers."""
        return [answer for answer in self.answers if not answer.question.answerable]

    @property
    def by_style(self) -> list[Summary]:
        """One summary per style, in the order of the questions, without the styles that no document answers."""
        return self._by(lambda answer: answer.question.style)

    @property
    def by_collection(self) -> list[Summary]:
        """One summary per collection, in the order of the questions."""
        return self._by(lambda answer: answer.question.collection)

    @property
    def overall(self) -> Summary:
        """All questions together."""
        return summary("all", self.answers)

    def _by(self, group: Callable[[Answered], str]) -> list[Summary]:
        groups: dict[str, list[Answered]] = {}
        for answer in self.answers:
            if answer.question.answerable:
                groups.setdefault(group(answer), []).append(answer)
        return [summary(name, answers) for name, answers in groups.items()]


@dataclass(frozen=True)
class Comparison:
    """Two runs, question by question. Only those that ask the same and were scored both times are compared.

    `lost` were near the top then and are not now, `gained` the other way round; both as they are now. `new` are
    questions that the earlier run had not, or otherwise; `removed` are those that it had and the present one has not.
    """

    earlier: str
    """When the earlier run was."""
    lost: tuple[Answered, ...]
    gained: tuple[Answered, ...]
    new: tuple[Question, ...]
    removed: tuple[Question, ...]

    @property
    def net_lost(self) -> int:
        """How many questions more were lost than gained; negative when it got better."""
        return len(self.lost) - len(self.gained)


def compare(run: Run, earlier: Run) -> Comparison:
    """What changed since an earlier run."""
    before = {answer.question.id: answer for answer in earlier.answers}
    ids = {answer.question.id for answer in run.answers}
    pairs = [
        (answer, then)
        for answer in run.answers
        if (then := before.get(answer.question.id)) and answer.question.same_as(then.question)
    ]
    known = {answer.question.id for answer, _ in pairs}
    both = [(answer, then) for answer, then in pairs if answer.scored and then.scored]
    return Comparison(
        earlier=earlier.at,
        lost=tuple(answer for answer, then in both if then.near and not answer.near),
        gained=tuple(answer for answer, then in both if answer.near and not then.near),
        new=tuple(answer.question for answer in run.answers if answer.question.id not in known),
        removed=tuple(answer.question for id, answer in before.items() if id not in ids),
    )


def as_content(run: Run) -> dict[str, Any]:
    """A run in values that JSON has."""
    return asdict(run)
