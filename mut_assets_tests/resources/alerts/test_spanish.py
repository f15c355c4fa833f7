"""Every failure code is explained in Spanish, shortly, and no two alike."""

import re
from pathlib import Path

import mut_assets
from mut_assets.resources.alerts import spanish
from mut_assets.resources.alerts.spanish import IN_SPANISH

CODE = re.compile(r"MUT-[A-Z0-9]+-\d{3}\b")


def test_every_code_of_the_platform_is_explained_in_spanish_and_no_other() -> None:
    package = Path(mut_assets.__file__).parent
    sources = [path for path in package.rglob("*.py") if path != Path(spanish.__file__)]
    codes = {code for path in sources for code in CODE.findall(path.read_text(encoding="utf-8"))}
    assert len(codes) > 90
    assert codes - IN_SPANISH.keys() == set(), "people in Chile would not learn what these mean"
    assert IN_SPANISH.keys() - codes == set(), "nobody raises these"
    assert spanish._TABLE.count("MUT-") == len(IN_SPANISH), "a code stands twice"


def test_an_explanation_is_short_and_in_spanish() -> None:
    for code, explanation in IN_SPANISH.items():
        for text in explanation:
            assert text.endswith(".") and text[0].isupper() and 10 < len(text) < 160, f"{code}: {text}"
        assert not {"the", "is", "and", "of", "not", "with"} & set(str(explanation).split()), code
        assert CODE.search(str(explanation)) is None, f"{code}: the code stands in the message below it"


def test_two_codes_are_never_explained_alike() -> None:
    told = [explanation.what for explanation in IN_SPANISH.values()]
    assert len(told) == len(set(told))
