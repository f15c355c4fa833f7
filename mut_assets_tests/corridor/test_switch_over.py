"""The account as the platform finds it: data sources for two folders of four, the predecessor's files among ours."""

from pathlib import Path

import pytest

from mut_assets_tests.corridor.account import BUCKET, PREFIX, account

pytestmark = pytest.mark.slow  # jobs may not start more often than every ten seconds

GREEN = "Everything wanted is published and served."
JSONL = (f"{PREFIX}stores/stores_chunk_001.jsonl", f"{PREFIX}restaurantes/restaurantes_chunk_001.jsonl")
FAQ = "pregunta;respuesta;categoria_completa\n" + "".join(f"¿Pregunta {n}?;Respuesta {n}.;1 Todo\n" for n in range(62))


def test_the_first_night_says_what_nobody_serves_and_a_data_source_that_goes_is_a_loss(tmp_path: Path) -> None:
    with account(tmp_path / "mut", ("stores", "restaurantes")) as cloud:
        for key in JSONL:
            cloud.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b'{"document_id": "1", "content": "Pan"}\n')
        cloud.client("s3").put_object(Bucket=BUCKET, Key="raw/preguntas.csv", Body=FAQ.encode())
        run, status = cloud.mut("run"), cloud.mut("status")
        assert (run.returncode, status.returncode) == (0, 0), run.stdout + run.stderr
        for said in (run.stdout, status.stdout):
            last = "\n".join(said.rstrip().splitlines()[-4:])
            assert "65 documents are published and not served" in last and "reads eventos/ (3), preguntas/ (62)" in last
            assert (
                "2 files beside the documents are not the platform's, and stay: restaurantes/restaurantes_chunk" in last
            )
            assert "No golden question is asked" in last
            assert last.splitlines()[-1].startswith("Not everything is served: 6 of 71 published documents are")
            assert GREEN not in said and "delete-object" not in said
        assert set(JSONL) <= cloud.bucket(PREFIX).keys()
        assert cloud.base.served == {f"{PREFIX}{folder}/{n}.md" for folder, n in _of_the_site()}

        del cloud.base.sources[cloud.sources["stores"].id]
        lost, status = cloud.mut("run"), cloud.mut("status")
        assert (lost.returncode, status.returncode) == (1, 1)
        assert "MUT-KB-011: What was served before is not served any more" in lost.stdout
        assert "no data source reads stores/ (3)" in status.stdout and "3 of 71" in status.stdout.splitlines()[-1]


def _of_the_site() -> list[tuple[str, int]]:
    return [("stores", 2000 + n) for n in range(3)] + [("restaurantes", 4000 + n) for n in range(3)]
