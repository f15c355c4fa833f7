"""A folder is ingested when it has to be, never when it has not, and a failed document never goes unsaid."""

import re
import string
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.ingestion import rules
from mut_assets.domain.ingestion.data_sources import FOLDERS
from mut_assets.domain.ingestion.jobs import Job, Statistics, sentences
from mut_assets.domain.ingestion.rules import DocumentStatus, ListedObject, Listing, job_description, why_dirty

PREFIX = "datasets/prueba/v1/"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
STATUSES = (
    "INDEXED PARTIALLY_INDEXED PENDING FAILED METADATA_PARTIALLY_INDEXED METADATA_UPDATE_FAILED IGNORED NOT_FOUND "
    "STARTING IN_PROGRESS DELETING DELETE_IN_PROGRESS"
).split()


def listing(*keys: str, at: datetime = NOON) -> Listing:
    return Listing("cubo", PREFIX, tuple(ListedObject(PREFIX + key, "etag", 10, at) for key in keys))


def indexed(*keys: str) -> dict[str, DocumentStatus]:
    return {key: DocumentStatus("INDEXED") for key in keys}


def job(published: Listing | None = None, **fields: Any) -> Job:
    """A complete job, of the platform's own for `published`, of somebody else's otherwise."""
    scanned = len(published.documents) if published else 0
    known: dict[str, Any] = {
        "data_source_id": "DS00000001",
        "id": "JOB0000001",
        "status": "COMPLETE",
        "started": NOON + timedelta(seconds=1),
        "updated": NOON + timedelta(minutes=2),
        "description": job_description(("stores",), published) if published else "",
        "statistics": Statistics(scanned=scanned),
    }
    return Job(**{**known, **fields})


STORES = listing("stores/1.md", "stores/1.md.metadata.json", "stores/2.md")
SERVED = indexed("stores/1.md", "stores/2.md")

# --- the dirty rule ---------------------------------------------------------------------------------------------------


def test_what_the_newest_job_of_the_platform_was_started_for_is_clean_whatever_the_clocks_and_the_order_say() -> None:
    turned = Listing("cubo", PREFIX, tuple(reversed(STORES.objects)))
    for hours in (-100, 0, 100):
        at = NOON + timedelta(hours=hours)
        assert why_dirty(turned, 2, SERVED, [job(STORES, started=at, updated=at)]) == ""


@pytest.mark.parametrize(
    "now",
    [
        listing("stores/1.md", "stores/1.md.metadata.json", "stores/2.md", at=NOON + timedelta(seconds=1)),
        listing("stores/1.md", "stores/2.md"),
        Listing("cubo", PREFIX, (*STORES.objects[:2], STORES.objects[2]._replace(etag="another"))),
        Listing("cubo", PREFIX, (*STORES.objects[:2], STORES.objects[2]._replace(size=11))),
    ],
    ids=["touched", "sidecar gone", "rewritten", "resized"],
)
def test_whatever_changed_since_makes_it_dirty(now: Listing) -> None:
    assert "is not what it was for its last job JOB0000001" in why_dirty(now, 2, SERVED, [job(STORES)])


@pytest.mark.parametrize("status", ["FAILED", "STOPPED", "STARTING", "IN_PROGRESS", "STOPPING", "OF_TOMORROW"])
def test_a_newest_job_that_is_not_complete_makes_it_dirty(status: str) -> None:
    later = job(id="JOB0000002", status=status, started=NOON + timedelta(hours=1))
    assert why_dirty(STORES, 2, SERVED, [job(STORES), later]) == f"its last job JOB0000002 ended {status}"


def test_the_newest_job_counts_in_whatever_order_they_come() -> None:
    earlier = job(listing("stores/9.md"), id="JOB0000000", started=NOON - timedelta(days=1))
    for jobs in ([earlier, job(STORES)], [job(STORES), earlier]):
        assert why_dirty(STORES, 2, SERVED, jobs) == ""


def test_never_ingested_is_dirty_unless_there_is_nothing_at_all() -> None:
    assert why_dirty(STORES, 2, {}, []) == "it was never ingested"
    assert why_dirty(listing(), 0, {}, []) == ""
    assert why_dirty(listing(), 0, {"stores/1.md": DocumentStatus("FAILED")}, []) == ""
    assert why_dirty(listing(), 0, indexed("stores/1.md"), []) == "it was never ingested"


@pytest.mark.parametrize("status", [status for status in STATUSES if status != "INDEXED"])
def test_a_published_document_in_any_other_state_makes_it_dirty(status: str) -> None:
    documents = {**SERVED, "stores/2.md": DocumentStatus(status, "because")}
    assert f"first stores/2.md ({status}: because)" in why_dirty(STORES, 2, documents, [job(STORES)])


def test_a_published_document_that_is_not_listed_makes_it_dirty() -> None:
    why = why_dirty(STORES, 2, indexed("stores/1.md"), [job(STORES)])
    assert why == "published and not INDEXED: 1 of 2, first stores/2.md (not listed)"


@pytest.mark.parametrize("status", STATUSES)
def test_a_document_that_is_served_and_gone_makes_it_dirty(status: str) -> None:
    documents = {**SERVED, "stores/3.md": DocumentStatus(status)}
    gone = "served and no longer published: 1, first stores/3.md"
    harmless = {"FAILED", "IGNORED", "NOT_FOUND", "DELETING", "DELETE_IN_PROGRESS"}
    assert why_dirty(STORES, 2, documents, [job(STORES)]) == ("" if status in harmless else gone)


@pytest.mark.parametrize(("minutes", "dirty"), [(0, True), (4, True), (5, True), (6, False), (600, False)])
def test_somebody_elses_job_counts_when_it_began_after_the_last_write_and_the_margin(minutes: int, dirty: bool) -> None:
    theirs = job(started=NOON + timedelta(minutes=minutes))
    assert bool(why_dirty(STORES, 2, SERVED, [theirs])) == dirty
    assert timedelta(minutes=5) == rules.MARGIN


def test_a_write_of_a_sidecar_counts_like_one_of_a_document() -> None:
    late = STORES.objects[1]._replace(modified=NOON + timedelta(hours=3))
    published = Listing("cubo", PREFIX, (STORES.objects[0], late, STORES.objects[2]))
    theirs = job(started=NOON + timedelta(hours=1))
    assert "last written at 2026-11-20 15:00:00" in why_dirty(published, 2, SERVED, [theirs])


def test_a_job_that_miscounted_is_repeated_also_where_all_is_indexed() -> None:
    wrong = job(STORES, statistics=Statistics(scanned=1))
    assert why_dirty(STORES, 2, SERVED, [wrong]) == "its last job JOB0000001 miscounted"


def test_a_job_with_failed_documents_of_ours_is_repeated_and_one_with_other_peoples_files_is_not() -> None:
    failed = Statistics(scanned=2, failed=1)
    ours = job(STORES, statistics=failed, reasons=(f"Ignored: [Files: s3://cubo/{PREFIX}stores/2.md]",))
    theirs = job(STORES, statistics=failed, reasons=(f"Ignored: [Files: s3://cubo/{PREFIX}stores/a.jsonl]",))
    for last in (ours, job(STORES, statistics=failed)):  # the service names no file in the other
        assert why_dirty(STORES, 2, SERVED, [last]) == "documents failed in its last job JOB0000001"
    assert why_dirty(STORES, 2, SERVED, [theirs]) == ""


keys = st.integers(1, 6).map(lambda number: f"stores/{number}.md")
states = st.builds(DocumentStatus, st.sampled_from(STATUSES))


@given(st.sets(keys), st.dictionaries(keys, states), st.sets(keys), st.integers(-20, 20), st.booleans())
def test_clean_always_means_that_what_is_published_is_what_is_served(
    published: set[str], documents: Mapping[str, DocumentStatus], before: set[str], minutes: int, own: bool
) -> None:
    now = listing(*sorted(published))
    seen = listing(*sorted(before))
    last = job(seen if own else None, started=NOON + timedelta(minutes=minutes))
    if why_dirty(now, None, documents, [last]):
        return
    found = {key for key, state in documents.items() if state.status == "INDEXED"}
    assert found == published
    assert not published or (before == published if own else minutes > 5)


# --- tokens and descriptions ------------------------------------------------------------------------------------------


@given(
    st.text(max_size=300), st.text(string.ascii_letters + string.digits, min_size=10, max_size=10), st.integers(0, 99)
)
def test_a_token_is_one_that_the_service_takes(token: str, source: str, attempt: int) -> None:
    made = rules.client_token(token, source, attempt, STORES)
    assert re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,256}", made)
    assert 33 <= len(made) <= 256


def test_a_token_is_the_same_for_the_same_intent_only() -> None:
    run, source = "5b0d9f0e-0c1f-4f67-9a43-0d2f6d1f7d11-0", "DS00000001"
    token = rules.client_token(run, source, 1, STORES)
    assert token == rules.client_token(run, source, 1, STORES) and token.startswith(run)
    others = {
        rules.client_token(f"{run[:-1]}1", source, 1, STORES),
        rules.client_token(run, "DS00000002", 1, STORES),
        rules.client_token(run, source, 2, STORES),
        rules.client_token(run, source, 1, listing("stores/1.md")),
    }
    assert len({token, *others}) == 5


def test_a_description_fits_and_is_read_back() -> None:
    text = job_description(FOLDERS, STORES)
    assert len(text) <= 200
    assert (job(description=text).listing, job(description=text).ours) == (STORES.fingerprint, True)


# --- reading what the service says ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ([], []),
        (["plain."], ["plain."]),
        (['["one.", "two."]'], ["one.", "two."]),
        (['["[\\"deep.\\"]"]'], ["deep."]),
        (["[not json", " ", ""], ["[not json"]),
        (['["one.", 2, null]'], ["one.", "2", "None"]),
    ],
)
def test_reasons_are_read_one_by_one(reasons: list[str], expected: list[str]) -> None:
    assert sentences(reasons) == expected


@given(st.lists(st.text()))
def test_reading_reasons_never_fails_and_loses_no_plain_text(reasons: list[str]) -> None:
    found = sentences(reasons)
    assert all(text.strip() in found for text in reasons if text.strip() and not text.strip().startswith("["))


def test_failed_documents_are_named_by_reason_by_sidecar_by_status_and_at_least_by_number() -> None:
    published = listing(*(f"stores/{number}.md" for number in range(1, 6)))
    reasons = (
        f"Ignored 2 files. [Files: s3://cubo/{PREFIX}stores/1.md, s3://cubo/{PREFIX}stores/2.md.metadata.json].",
        f"Format. [Files: s3://cubo/{PREFIX}stores/a%20b.jsonl]",
        "The store was slow.",
    )
    documents = {**indexed("stores/1.md", "stores/4.md"), "stores/3.md": DocumentStatus("FAILED", "too long")}
    found = rules.failed_documents(job(statistics=Statistics(failed=6), reasons=reasons), published, documents)
    assert found.ours == (
        ("2 that the service does not name", "The store was slow."),
        ("stores/1.md", reasons[0]),
        ("stores/2.md", reasons[0]),
        ("stores/3.md", "FAILED: too long"),
    )
    assert found.foreign == ((f"s3://cubo/{PREFIX}stores/a%20b.jsonl", reasons[1]),)


def test_a_key_is_found_however_it_is_spelt_in_a_reason() -> None:
    published = listing("preguntas/niños.md", "preguntas/b.md")
    for text in (
        f"s3://cubo/{PREFIX}preguntas/ni%C3%B1os.md: no.",
        f"File s3://cubo/{PREFIX}preguntas/niños.md.",
        f'["s3://cubo/{PREFIX}preguntas/niños.md"]',
    ):
        found = rules.failed_documents(job(statistics=Statistics(failed=1), reasons=(text,)), published, {})
        assert [key for key, _ in found.ours] == ["preguntas/niños.md"]


@given(st.integers(1, 5), st.lists(st.text(max_size=80), max_size=4), st.dictionaries(keys, states))
def test_a_counted_failure_never_goes_unsaid(
    failed: int, reasons: list[str], documents: Mapping[str, DocumentStatus]
) -> None:
    last = job(statistics=Statistics(failed=failed), reasons=tuple(reasons))
    found = rules.failed_documents(last, listing("stores/1.md", "stores/2.md"), documents)
    assert found.ours or len(found.foreign) >= failed


@pytest.mark.parametrize(
    ("scanned", "published", "at_most", "wrong"),
    [
        (3, 3, 3, False),
        (2, 3, 3, True),
        (4, 3, 3, True),
        (4, 3, 4, False),  # one object is not ours, and was counted
        (3, 3, 4, False),  # or was not
        (900, 3, None, False),  # the data source sees more than the dataset
        (2, 3, None, True),
        (0, 0, 0, False),
    ],
)
def test_only_a_number_that_nothing_explains_is_a_miscount(
    scanned: int, published: int, at_most: int | None, wrong: bool
) -> None:
    assert rules.miscounted(Statistics(scanned=scanned), published, at_most) == wrong


def test_what_a_data_source_can_meet_is_counted_as_far_as_it_is_known() -> None:
    everything = listing("stores/1.md", "stores/1.md.metadata.json", "stores/a.jsonl", "eventos/1.md", "leeme.md")
    assert everything.at_most(f"{PREFIX}stores/") == 2
    assert everything.at_most(PREFIX) == 4
    assert everything.at_most("datasets/") is None
    assert everything.within(["stores"]).documents == {"stores/1.md"}
    assert everything.within(["stores"]).newest == NOON
    assert everything.within(["preguntas"]).newest is None


def test_unsettled_is_what_is_not_shown_and_what_is_still_shown() -> None:
    documents = {
        **indexed("stores/1.md", "stores/8.md"),
        "stores/2.md": DocumentStatus("FAILED", "too long"),
        "stores/9.md": DocumentStatus("DELETE_IN_PROGRESS"),
        "stores/10.md": DocumentStatus("NOT_FOUND"),
    }
    found = rules.unsettled(listing("stores/1.md", "stores/2.md", "stores/3.md", "stores/a.jsonl"), documents)
    assert {key: str(state) for key, state in found.items()} == {
        "stores/2.md": "FAILED: too long",
        "stores/3.md": "not listed",
        "stores/8.md": "INDEXED",
        "stores/9.md": "DELETE_IN_PROGRESS",
    }
    assert [key for key, state in found.items() if rules.is_final(state)] == ["stores/2.md"]


def test_a_report_is_the_sum_of_its_jobs() -> None:
    jobs = [
        rules.JobReport(("stores",), "DS00000001", "JOB0000001", 3.0, Statistics(5, 5, 1, 2, 3, 4, 1)),
        rules.JobReport(("eventos",), "DS00000002", "JOB0000002", 4.0, Statistics(2, 1, 1), followed=True),
    ]
    report = rules.summed(jobs, {"stores/2.md": "b", "stores/1.md": "a"}.items(), {"preguntas": "aws …"})
    assert report.as_bedrock() == {
        "numberOfDocumentsScanned": 7,
        "numberOfMetadataDocumentsScanned": 6,
        "numberOfNewDocumentsIndexed": 2,
        "numberOfModifiedDocumentsIndexed": 2,
        "numberOfMetadataDocumentsModified": 3,
        "numberOfDocumentsDeleted": 4,
        "numberOfDocumentsFailed": 1,
    }
    assert report.failures == (("stores/1.md", "a"), ("stores/2.md", "b"))
    assert set(rules.summed([], [], {}).as_bedrock().values()) == {0}
