import csv
import io
import random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.collections import PREGUNTAS
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.tables.faq import LONGEST_DERIVED_ID, faq_frame, question_id
from mut_assets.domain.tables.quality import free_of_markup, not_empty, unique_ids
from mut_assets.domain.tables.spreadsheet import SheetError
from mut_assets.domain.text import fold_question
from mut_assets_tests.domain.items import recorded

FUENTE = "raw/preguntas.csv"
HEADER = "pregunta;respuesta;categoria_completa"
TWO = [
    ("¿Dónde está el baño?", 'Hay dos:\n- Piso -4, "al fondo"; junto al ascensor\n- Piso 2', "2 Ubicación de baños"),
    ("¿Hay ñoquis, pastas y té?", "Sí, los jueves", "10. Otras preguntas"),
]


def faq(*lines: str, header: str = HEADER) -> pd.DataFrame:
    return faq_frame("\n".join((header, *lines)).encode(), FUENTE)


def table(delimiter: str, line_end: str, extra: int) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end)
    for row in (PREGUNTAS.columns[:3], *TWO):
        writer.writerow([cell.replace("\n", line_end) for cell in (*row, *[""] * extra)])
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("extra", [0, 2])
def test_every_way_a_spreadsheet_writes_the_file_gives_the_same_table(
    encoding: str, delimiter: str, line_end: str, extra: int
) -> None:
    frame = faq_frame(table(delimiter, line_end, extra).encode(encoding), FUENTE)
    assert list(frame.columns) == list(PREGUNTAS.raw_columns)
    assert {str(dtype) for dtype in frame.dtypes} == {"str"}
    assert frame[["pregunta", "respuesta", "categoria_completa"]].to_numpy().tolist() == [list(row) for row in TWO]
    assert frame[["id", "categoria_nombre", "linea", "fuente", "problema"]].to_numpy().tolist() == [
        ["donde-esta-el-bano", "Ubicación de baños", "2", FUENTE, ""],
        ["hay-noquis-50542f48", "Otras preguntas", "5", FUENTE, ""],
    ]


@pytest.mark.parametrize(
    "cell", ["#¡REF!", "#REF!", "#¿NOMBRE?", "#NAME?", "#N/D", "#N/A", "#¡VALOR!", "#¡DIV/0!", "#DIV/0!", "########"]
)
def test_what_a_spreadsheet_shows_instead_of_a_value_is_no_answer(cell: str) -> None:
    frame = faq("¿Hay wifi?;Sí", f"¿Cuándo abre?;{cell}")
    assert frame["problema"].tolist() == ["", f"line 3 has the spreadsheet's error {cell} in respuesta"]


@pytest.mark.parametrize("cell", ["=SUMA(A1:A3)", "=B2", "=$A$1&B2", '=HIPERVINCULO("https://x.example")'])
def test_a_formula_is_no_answer(cell: str) -> None:
    (problem,) = faq_frame(f"pregunta\trespuesta\n¿A?\t{cell}\n".encode(), "f")["problema"]
    assert problem.startswith("line 2 has a formula in respuesta")


@pytest.mark.parametrize("cell", ["-", "...", "¿?", "n/a", "N/D", "s/i", "xxx", "Pendiente", "TODO: preguntar"])
def test_what_stands_for_a_missing_answer_is_none(cell: str) -> None:
    (problem,) = faq_frame(f"pregunta\trespuesta\n¿A?\t{cell}\n".encode(), "f")["problema"]
    assert problem == f"line 2 has no answer: {cell!r} is none"


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ('="$5.000"', "$5.000"),
        *((text, text) for text in ("No", "-20%", "Todo: pan y miel", "= gratis - siempre", "Pendiente de confirmar")),
    ],
)
def test_a_short_answer_and_one_that_begins_with_a_sign_are_answers(cell: str, answer: str) -> None:
    quoted = cell.replace('"', '""')
    (row,) = faq_frame(f'pregunta\trespuesta\n¿A?\t"{quoted}"\n'.encode(), "f").to_dict("records")
    assert (row["respuesta"], row["problema"]) == (answer, "")


def test_an_answer_may_begin_with_a_number_sign() -> None:
    assert faq("¿Con qué etiqueta?;#MUT", "¿Y en Instagram?;#mutchile #fiesta")["problema"].tolist() == ["", ""]


def test_a_header_that_is_repeated_is_no_question() -> None:
    assert faq("¿Hay wifi?;Sí", "Pregunta;Respuesta")["problema"].tolist() == ["", "line 3 repeats the header"]


@pytest.mark.parametrize(
    "header",
    [
        "Pregunta ; RESPUESTA;Categoría completa",
        '"pregunta";"respuesta";"categoria_completa"',
        "PREGUNTA:;Respuesta ;CATEGORÍA-COMPLETA",
        "categoria_completa;respuesta;pregunta",
        "notas, largas;pregunta;respuesta;categoria_completa",
    ],
)
def test_column_names_are_found_however_they_are_written(header: str) -> None:
    cells = {"p": "¿Sí?", "r": "No", "c": "1 Varias", "n": "x"}
    row = ";".join(cells[name.strip(' "').lower()[0]] for name in header.split(";"))
    frame = faq(row, header=header)
    assert frame[["pregunta", "respuesta", "categoria_nombre"]].to_numpy().tolist() == [["¿Sí?", "No", "Varias"]]
    assert frame["problema"].tolist() == [""]


def test_a_comma_in_the_header_does_not_make_the_file_comma_separated() -> None:
    frame = faq("a;b, c;d, e", header="pregunta;respuesta;categoria_completa;notas, y más, y más")
    assert frame["respuesta"].tolist() == ["b, c"]


def test_blank_lines_and_a_spreadsheets_own_first_line_are_no_rows() -> None:
    data = f"sep=;\n{HEADER}\n\n¿Uno?;1;\n;;\n  ;  ;\n¿Dos?;2;\n\n".encode()
    assert faq_frame(data, FUENTE)["linea"].tolist() == ["4", "7"]
    assert faq_frame(b"\n;;;\n" + HEADER.encode() + "\n¿Uno?;1\n".encode(), FUENTE)["linea"].tolist() == ["4"]


def test_a_file_with_a_header_and_no_rows_is_an_empty_table() -> None:
    frame = faq()
    assert list(frame.columns) == list(PREGUNTAS.raw_columns)
    assert not_empty(frame, PREGUNTAS) == ["the table of preguntas has no rows"]


def test_identical_questions_are_one_row_where_the_first_stands() -> None:
    frame = faq("¿Hay baños?;Sí,  en el 2;", "otra;x;", "HAY BANOS;Sí, en el 2;3 Baños")
    rows = frame[["linea", "pregunta", "categoria_nombre"]].to_numpy().tolist()
    assert rows == [["2", "¿Hay baños?", "Baños"], ["3", "otra", ""]]
    assert unique_ids(frame) == []


def test_contradicting_answers_are_named_on_every_row_and_the_others_go_on() -> None:
    frame = faq("¿Hay baños?;Sí;", "otra;x;", "hay baños;No;", "Hay baños!;Sí;")
    said = "lines 2 and 4 answer the same question differently"
    assert frame["problema"].tolist() == [said, "", said]
    assert set(frame["id"]) == {"hay-banos", "otra"}
    assert unique_ids(frame) == []
    assert faq("q;1", "q;2", "q;3")["problema"].iloc[1] == "lines 2, 3 and 4 answer the same question differently"


def test_the_sign_of_a_floor_is_no_punctuation() -> None:
    frame = faq("¿Qué hay en el piso -3?;Ropa;", "¿Qué hay en el piso 3?;Libros;")
    rows = frame[["id", "problema"]].to_numpy().tolist()
    assert rows == [["que-hay-en-c9a51459", ""], ["que-hay-en-89624d9d", ""]]


@pytest.mark.parametrize(
    ("line", "problem", "identity"),
    [
        *((line, "line 2 has no question", "sin-pregunta-") for line in (";Sí;1 Varias", "¿¿??;Sí;", "<p> </p>;Sí;")),
        *((f"¿Hay té?{rest}", "line 2 has no answer", "hay-te") for rest in (";;1 Varias", ';"&nbsp;"', "")),
        (";;solo categoría", "line 2 has no question; line 2 has no answer", "sin-pregunta-"),
        (
            "¿Hay té?;Sí; también café;1 Varias;",
            "line 2 has more columns than the header: put a text that contains ';' in quotes",
            "hay-te",
        ),
    ],
)
def test_a_row_that_cannot_be_used_says_its_line(line: str, problem: str, identity: str) -> None:
    row = faq(line).iloc[0]
    assert row["problema"] == problem
    assert row["id"].startswith(identity)


def test_rows_without_a_question_are_told_apart_by_their_answer() -> None:
    assert len(set(faq(";uno", ";dos")["id"])) == 2


def test_the_id_column_is_the_id() -> None:
    frame = faq("faq-1;¿Hay té?;Sí", ";¿Hay pan?;Sí", header="ID;pregunta;respuesta")
    assert frame[["id", "problema"]].to_numpy().tolist() == [["faq-1", ""], ["hay-pan", ""]]


@pytest.mark.parametrize("identity", ["con espacio", "ñandú", "-guion", "a/b", "../x", "x" * 101])
def test_an_id_that_cannot_be_a_key_is_a_problem(identity: str) -> None:
    problem = faq(f"{identity};¿Hay té?;Sí", header="id;pregunta;respuesta")["problema"].iloc[0]
    assert problem.startswith("line 2 has the id")


def test_one_id_for_two_questions_is_a_problem_of_both() -> None:
    frame = faq("a;uno;1", "b;dos;2", "a;tres;3", header="id;pregunta;respuesta")
    said = "lines 2 and 4 have the same id 'a'"
    assert frame["problema"].tolist() == [said, "", said]


def test_an_id_does_not_depend_on_the_place_or_the_spelling() -> None:
    lines = [f"¿Pregunta número {number}?;{number};" for number in range(30)]
    shuffled = random.Random(7).sample(lines, len(lines))
    assert set(faq(*lines)["id"]) == set(faq(*shuffled)["id"])
    assert faq("  ¿DÓNDE  estan los baños?;x")["id"].tolist() == faq("donde están los baños;x")["id"].tolist()


def test_a_long_question_has_a_short_id_that_tells_it_from_its_neighbour() -> None:
    beginning = "donde puedo encontrar " + "muchas " * 12
    one, other = question_id(fold_question(beginning + "flores")), question_id(fold_question(beginning + "frutas"))
    assert one != other
    assert one[:-9] == other[:-9] == "donde-pued"
    assert max(len(one), len(other)) == LONGEST_DERIVED_ID


@given(st.text(max_size=80))
def test_every_question_with_a_word_gives_an_id_that_can_be_a_key(text: str) -> None:
    folded = fold_question(text)
    assert fold_question(folded) == folded
    if folded:
        frame = faq_frame(f'pregunta;respuesta\n"{folded}";x\n'.encode(), FUENTE)
        assert frame["problema"].tolist() == [""]


@given(st.sets(st.text("ab ñ€文-3º", min_size=1, max_size=6).map(fold_question)))
def test_different_questions_have_different_ids(questions: set[str]) -> None:
    asked = questions - {""}
    assert len({question_id(question) for question in asked}) == len(asked)


@pytest.mark.parametrize(
    ("category", "name"),
    [
        ("8  Información sobre  salidas", "Información sobre salidas"),
        ("10.- Otras", "Otras"),
        ("3) Otras", "Otras"),
        *((name, name) for name in ("3D y más", "Otras 2", "")),
        ("7", ""),
    ],
)
def test_a_category_name_is_without_its_leading_number(category: str, name: str) -> None:
    frame = faq(f"q;r;{category}")
    assert frame[["categoria_completa", "categoria_nombre"]].to_numpy().tolist() == [[category, name]]


@pytest.mark.parametrize(
    ("data", "trouble", "line", "said"),
    [
        *((data, "empty", None, "is empty") for data in (b"", b"\xef\xbb\xbf\r\n \n")),
        (b"PK\x03\x04\x14\x00", "format", None, "damaged, or was not uploaded whole"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "format", None, "old Excel (.xls)"),
        ("pregunta;respuesta\nq;r".encode("utf-16")[:-1], "encoding", 2, "was cut"),
        (b"pregunta;respuesta\nq;r\nx;\x00y", "encoding", 3, "Line 3 holds a NUL byte"),
        (b"pregunta;respuesta\nq;\xe1\x81\xd7", "encoding", 2, "0xe1"),
        (b"\xef\xbb\xbfpregunta;respuesta\nq;\xe1", "encoding", 2, "0xe1"),
        ("pregunta;respuesta\nmás;x\n".encode() + b"q;\xe1", "encoding", 3, "the rest is UTF-8"),
        (b";;;\n", "header", 1, "no column pregunta and no column respuesta"),
        (b"\n\nquestion;answer\nq;r", "header", 3, "no column pregunta and no column respuesta"),
        (b"pregunta;answer\nq;r", "header", 1, "no column respuesta"),
        (b"pregunta;respuesta;Respuesta\nq;r;s", "header", 1, "names the column respuesta twice"),
        (b"<!DOCTYPE html>\n<html>", "header", 1, "no column pregunta"),
        (b'pregunta;respuesta\nq;r\n"x;y\nz;w\n', "quotes", 3, "line 3"),
        (b'pregunta;respuesta\n"a\nb";c\n"x;y\n"z";w\n', "quotes", 4, "line 4"),
        (b'pregunta;respuesta\nq;"' + b"x" * 140_000, "quotes", 2, "line 2"),
        (b'"pregunta;respuesta\nq;' + b"x" * 140_000, "header", 1, "no column pregunta"),
    ],
)
def test_a_file_that_is_no_table_says_why_and_where(data: bytes, trouble: str, line: int | None, said: str) -> None:
    with pytest.raises(SheetError) as caught:
        faq_frame(data, FUENTE)
    assert caught.value.trouble == trouble and said in caught.value.what
    assert line is None or f"line {line}" in caught.value.what.lower()
    assert caught.value.advice.endswith(".")
    assert str(caught.value) == f"{caught.value.what} {caught.value.advice}"


@given(
    st.binary(max_size=80)
    | st.lists(st.sampled_from([*'";,\n\r', "a", "ñ", "pregunta", "respuesta", "id", "\x0b", " "]), max_size=40).map(
        lambda parts: ("pregunta;respuesta\n" + "".join(parts)).encode()
    )
)
def test_any_bytes_give_a_table_or_the_reason_why_not(data: bytes) -> None:
    try:
        frame = faq_frame(data, FUENTE)
    except SheetError:
        return
    assert list(frame.columns) == list(PREGUNTAS.raw_columns)
    assert unique_ids(frame) == []
    good = frame.loc[frame["problema"] == ""]
    assert (good["pregunta"] != "").all() and (good["respuesta"] != "").all()
    frame.to_csv().encode()


WORDS = st.sampled_from(
    (
        "¿Dónde",
        "está",
        "el",
        "baño?",
        "Sí",
        "No",
        "piso",
        "-4",
        "$3.500",
        "10:30",
        '"ojo"',
        "a;b",
        "c,d",
        "ñandú",
        "#REF!",
    )
)
TEXTS = st.lists(WORDS | st.just("\n"), max_size=6).map(" ".join)


@given(
    st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6),
    st.sampled_from(";,\t"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_no_row_and_no_word_of_an_answer_vanishes(
    written: list[tuple[str, str]], delimiter: str, encoding: str
) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([("pregunta", "respuesta"), *written])
    try:
        frame = faq_frame(out.getvalue().encode(encoding), FUENTE)
    except SheetError:
        return
    answers: dict[str, set[str]] = {}
    for question, answer in frame[["pregunta", "respuesta"]].to_numpy():
        answers.setdefault(fold_question(question), set()).add(" ".join(answer.split()))
    for question, answer in written:
        if question.strip() or answer.strip():
            assert " ".join(answer.split()) in answers[fold_question(question)]


def test_the_hand_kept_file_gives_sixty_two_good_questions() -> None:
    frame = faq_frame(recorded("data/preguntas.csv"), FUENTE)
    assert frame.loc[frame["problema"] != "", ["linea", "problema"]].to_numpy().tolist() == []
    assert len(frame) == 62
    assert unique_ids(frame) == []
    assert not frame["categoria_nombre"].str.contains(r"^\d").any()
    assert free_of_markup(vectorial_frame(PREGUNTAS, frame, "raw/x.csv"), PREGUNTAS) == []


@pytest.mark.parametrize(
    ("first", "last", "term", "problem"),
    [
        ("2026-12-01", "24-12-2026", ("2026-12-01", "2026-12-24"), ""),
        ("", "24/12/2026", ("", "2026-12-24"), ""),
        ("2026-12-24 00:00", "", ("2026-12-24", ""), ""),
        ("mañana", "", ("", ""), "line 2 has 'mañana' in vigente_desde, which is no date"),
        ("31-02-2026", "", ("", ""), "is no date"),
        ("2026-12-24", "2026-12-01", ("2026-12-24", "2026-12-01"), "line 2 ends on 2026-12-01, before it begins"),
    ],
)
def test_an_answer_may_hold_for_a_time(first: str, last: str, term: tuple[str, str], problem: str) -> None:
    data = f"pregunta;respuesta;Vigente desde;vigente_hasta\n¿Hay té?;Sí.;{first};{last}\n".encode()
    [row] = faq_frame(data, "x").to_dict("records")
    assert (row["vigente_desde"], row["vigente_hasta"]) == term
    assert problem in row["problema"] and bool(problem) is bool(row["problema"])


def test_one_answer_now_and_another_later_are_refused_as_two_answers() -> None:
    """Which of them counts on a day is for people to say: one row, whose answer they change."""
    data = b"pregunta;respuesta;vigente_hasta\nHay te;Si.;2026-12-24\nHay te;No.;\n"
    assert all("answer the same question differently" in problem for problem in faq_frame(data, "x")["problema"])
