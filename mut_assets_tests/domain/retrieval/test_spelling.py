"""Misspelt words: what sounds alike, how far two words are apart, and which one was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.retrieval.spelling import closest, slips, slips_allowed, sound, trigrams, without_diminutive


@pytest.mark.parametrize(
    "spellings",
    """bodi=body esketch=sketch eskuela=escuela desatlon=desathlon fotografia=photografia sapato=zapato
    calsetin=calcetin kiosko=quiosco lluvia=yuvia baca=vaca ermano=hermano guitara=guitarra jente=gente adiddas=adidas
    cooky=cuki wasabi=uasabi enpanada=empanada helao=helado cheff=shef""".split(),
)
def test_what_sounds_the_same_is_the_same(spellings: str) -> None:
    written, meant = spellings.split("=")
    assert sound(written) == sound(meant)


@pytest.mark.parametrize(("one", "other"), [("casa", "cama"), ("gato", "jato"), ("taza", "tapa")])
def test_what_sounds_different_is_not(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=30))
def test_a_sound_never_grows_by_more_than_its_foreign_letters(word: str) -> None:
    assert len(sound(word)) <= len(word) + word.count("x") + 1


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [("casa", "casa", 0), *(("casa", slip, 1) for slip in ("cas", "caza", "csaa")), ("casa", "mesa", 2), ("", "ab", 2)],
)
def test_slips_are_letters_missing_added_changed_or_swapped(one: str, other: str, count: int) -> None:
    assert slips(one, other) == slips(other, one) == count


def test_the_closest_spellings_win_and_far_ones_are_none() -> None:
    assert closest("decatlon", ["decathlon", "decalogo", "catalogo"]) == ["decathlon"]
    assert closest("zarpa", ["carpa", "zarza", "larga"]) == ["carpa", "zarza"]
    assert closest("xyzxyz", ["helado", "pizza"]) == []


def test_short_words_and_numbers_allow_no_slip() -> None:
    assert closest("pan", ["pin", "van"]) == []
    assert closest("-3141", ["-3142"]) == []
    assert slips_allowed("casas") < slips_allowed("casitas")


def test_trigrams_mark_beginning_and_end() -> None:
    assert trigrams("anana") == ["^an", "ana", "nan", "na$"]


@pytest.mark.parametrize(
    ("small", "base"), [("perrito", "perro"), ("ropita", "ropa"), ("cafecito", "cafe"), ("zapatitos", "zapatos")]
)
def test_a_small_form_has_its_base_among_its_candidates(small: str, base: str) -> None:
    assert base in without_diminutive(small)


def test_other_words_are_no_small_forms() -> None:
    assert without_diminutive("helado") == without_diminutive("ita") == []
