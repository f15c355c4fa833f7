"""Which encoding a file is in: proven by its own letters, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.tables.encodings import EncodingError, decoded

TEXT = "pregunta;respuesta\n¿Dónde está el baño?;En el piso –1, junto al «Café Ñandú».\n"
CODECS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman")


@pytest.mark.parametrize("codec", CODECS)
def test_what_a_spreadsheet_writes_is_read(codec: str) -> None:
    assert decoded(TEXT.encode(codec)).removeprefix("\ufeff") == TEXT


@pytest.mark.parametrize("codec", ["cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize("word", ["café", "¿Qué?", "baños", "Ñandú", "ÁREA", "aquí", "está", "pingüino", "órgano"])
def test_two_accented_words_are_enough(codec: str, word: str) -> None:
    assert decoded(f"también {word}".encode(codec)) == f"también {word}"


@pytest.mark.parametrize("text", ["lunes–viernes", "Domino’s"])
def test_a_sign_within_a_word_proves_nothing_alone(text: str) -> None:
    with pytest.raises(EncodingError, match="two things"):
        decoded(text.encode("cp1252"))
    assert decoded(f"{text}: también en el baño".encode("cp1252")).startswith(text)


@pytest.mark.parametrize("text", ["L’Occitane", "piso –1", "“Café”", "1–2", "½ kilo de té"])
def test_signs_beside_words_are_signs(text: str) -> None:
    assert decoded(f"{text}. ¿Dónde?".encode("cp1252")).startswith(text)


def test_what_was_encoded_twice_is_repaired() -> None:
    assert decoded(TEXT.encode().decode("cp1252").encode()) == TEXT


@given(st.text(st.sampled_from("abc áéíóúñÑ¿?¡!,.;\n"), min_size=1), st.sampled_from(["cp1252", "mac_roman", "cp850"]))
def test_no_file_is_read_as_another_text(text: str, codec: str) -> None:
    """What is read is what was written; a file that does not prove itself is refused."""
    data = f"pregunta;respuesta\n¿Cómo está señora, aquí el público número único?;{text}".encode(codec)
    assert decoded(data).endswith(text)


@pytest.mark.parametrize("data", [b"\xe1\x81\xd7", b"\xbd", b"caf\xc3\xa9 y t\xe9", b"\xef\xbb\xbft\xe9"])
def test_what_proves_nothing_is_refused_with_its_byte(data: bytes) -> None:
    with pytest.raises(EncodingError, match="0x"):
        decoded(data)
