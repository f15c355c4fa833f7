"""The golden questions: a file of the users' own, or the bundled ones of the bundled site.

What belongs here: finding the file and classifying what is wrong with it. What does not: reading it
(`domain/evaluation/golden.py`), or asking the questions (`questions.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mut_assets.domain.evaluation.golden import Question, QuestionsError, questions
from mut_assets.domain.tables.spreadsheet import SheetError
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import PermanentFailure

NAMED = 5
"""Wrong rows that a failure names; people mend a file from its top."""


@dataclass(frozen=True)
class GoldenQuestions:
    """Questions from `place`: a file on this machine, or else a key in the bucket. Without one, the bundled ones.

    A real site without a file of its own has none: questions about the bundled market say nothing about it.
    """

    bucket: Bucket
    place: str = ""
    bundled: Callable[[], bytes] | None = None

    def questions(self) -> tuple[Question, ...]:
        """All questions in the file's order; none where there is no file to look for.

        Raises `PermanentFailure` MUT-EVAL-001 for a file that is not there, 002 for one that is no table of questions,
        003 for rows that cannot be used.
        """
        data = self._data()
        if data is None:
            return ()
        try:
            return questions(data)
        except SheetError as error:
            raise PermanentFailure("MUT-EVAL-002", f"{self.where}: {error.what}", error.advice) from error
        except QuestionsError as error:
            more = len(error.problems) - NAMED
            shown = " ".join(error.problems[:NAMED]) + (f" And {more} more." if more > 0 else "")
            raise PermanentFailure("MUT-EVAL-003", f"{self.where}: {shown}", "Then ask again.") from error

    @property
    def where(self) -> str:
        """Which file it is, for people."""
        return self.place or "the bundled questions"

    def _data(self) -> bytes | None:
        if not self.place:
            return self.bundled() if self.bundled else None
        try:
            file = Path(self.place).expanduser()
            if file.is_file():
                return file.read_bytes()
        except (OSError, RuntimeError):  # a name that is too long, nobody's home, a file of somebody else's
            pass
        try:
            return self.bucket.get(self.place)
        except (KeyError, ValueError):  # a path such as ../questions.csv is no key
            raise PermanentFailure(
                "MUT-EVAL-001",
                f"GOLDEN_QUESTIONS is {self.place}, and there is no such file here or in {self.bucket.where}.",
                "Correct GOLDEN_QUESTIONS, or upload the file.",
            ) from None
