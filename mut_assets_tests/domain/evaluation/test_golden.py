"""A file of golden questions is read as people write it, or its wrong rows are named."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.evaluation.golden import Question, QuestionsError, address, questions
from mut_assets.domain.tables.spreadsheet import SheetError

HEADER = "id,pregunta,estilo,coleccion,relevantes,frase,nota\n"


def of(*lines: str, header: str = HEADER) -> tuple[Question, ...]:
    return questions((header + "\n".join(lines)).encode())


def test_a_question_with_everything() -> None:
    line = 'P1,"Pan, ¿dónde?",parafrasis,tiendas,https://plaza.example/tiendas/miga/|stores/2007,masa madre,una nota'
    accepted = ("/tiendas/miga", "stores/2007")
    assert of(line) == (Question("P1", "Pan, ¿dónde?", "parafrasis", "tiendas", accepted, "masa madre", "una nota"),)


def test_frase_and_nota_may_be_missing_and_a_question_may_have_no_answer() -> None:
    found = of("P1;¿Hay pista de hielo?;sin_respuesta;;", header="id;pregunta;estilo;coleccion;relevantes\n")
    assert found == (Question("P1", "¿Hay pista de hielo?", "sin_respuesta", "", ()),)
    assert not found[0].answerable


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ","])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_whatever_program_wrote_it(encoding: str, delimiter: str, line_end: str) -> None:
    rows = ["id,pregunta,estilo,coleccion,relevantes", "P1,¿Ñoquis?,nombre,restaurantes,restaurantes/41"]
    data = line_end.join(rows).replace(",", delimiter).encode(encoding)
    assert questions(data) == (Question("P1", "¿Ñoquis?", "nombre", "restaurantes", ("restaurantes/41",)),)


def test_a_collection_may_be_called_by_its_folder() -> None:
    assert of("P1,a,b,stores,stores/1,,")[0].collection == "tiendas"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",¿Pan?,x,tiendas,stores/1,,", "Line 2 (no id) has no id: give it"),
        ("P1,,x,tiendas,stores/1,,", "Line 2 (P1) has no pregunta: write"),
        ("P1,¿Pan?,x,tiendas,la de la esquina,,", "['la de la esquina'], which is neither a link nor a key: write"),
        ("P1,¿Pan?,x,tiendas,https://plaza.example/,,", "neither a link nor a key"),
        ("P1,¿Pan?,x,bares,stores/1,,", "the coleccion 'bares': write one of eventos, preguntas, restaurantes, tienda"),
        ("P1,¿Pan?,x,,stores/1,,", "relevantes and no coleccion: name"),
        ("P1,¿Pan?,x,tiendas,,,", "a coleccion and no relevantes: name"),
        ("P1,¿Pan?,x,tiendas,stores/1,,nota,de más", "more columns than the header: put"),
    ],
)
def test_a_wrong_row_is_named_with_what_to_do(line: str, said: str) -> None:
    with pytest.raises(QuestionsError) as raised:
        of(line)
    assert said in raised.value.problems[0]


def test_all_wrong_rows_are_named_by_their_physical_lines() -> None:
    with pytest.raises(QuestionsError) as raised:
        of('P1,"dos\nlíneas",x,tiendas,stores/1,,', "P1,otra,x,tiendas,stores/1,,", "P3,,x,tiendas,stores/1,,")
    assert [problem.split(":")[0] for problem in raised.value.problems] == [
        "Line 4 (P1) has an id that an earlier line has",
        "Line 5 (P3) has no pregunta",
    ]


def test_a_file_without_questions_or_without_columns_is_none() -> None:
    with pytest.raises(QuestionsError, match="no questions"):
        of()
    with pytest.raises(SheetError, match="no column relevantes"):
        of("P1,a,b,c", header="id,pregunta,estilo,coleccion\n")
    with pytest.raises(SheetError) as raised:
        questions(b"")
    assert raised.value.trouble == "empty"


@pytest.mark.parametrize(
    ("written", "same"),
    [
        *((link, "/tiendas/tato") for link in ("https://mut.cl/tiendas/tato/", "http://127.0.0.1:8089/tiendas/tato")),
        *((link, "/tiendas/tato") for link in ("mut.cl/tiendas/tato/?utm=1#arriba", "/tiendas/tato")),
        ("https://mut.cl/event/ni%C3%B1os/", "/event/niños"),
        *((key, "stores/2007") for key in ("stores/2007", "stores/2007.md")),
        ("preguntas/hay-banos", "preguntas/hay-banos"),
        ("https://mut.cl/stores/2007/", "/stores/2007"),
        *((neither, "") for neither in ("https://mut.cl", "tiendas/2007", "", "https://[")),
    ],
)
def test_a_document_is_recognised_by_key_or_path(written: str, same: str) -> None:
    assert address(written) == same


@given(st.text())
def test_an_address_of_anything_is_settled_and_never_raises(text: str) -> None:
    once = address(text)
    assert once == "" or once.startswith("/") or address(once) == once


@given(st.binary(max_size=200))
def test_any_bytes_are_questions_or_an_explained_error(data: bytes) -> None:
    with suppress(QuestionsError, SheetError):
        questions(HEADER.encode() + data)
