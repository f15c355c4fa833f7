"""What an ingestion job says of itself."""

from datetime import UTC, datetime, timedelta

import pytest

from mut_assets.domain.ingestion.jobs import Job, Statistics, read_job

BEGIN = datetime(2026, 3, 1, 3, tzinfo=UTC)
ANSWER = {
    "dataSourceId": "DS00000001",
    "ingestionJobId": "JOB0000001",
    "status": "COMPLETE",
    "startedAt": BEGIN,
    "updatedAt": BEGIN + timedelta(seconds=75),
    "statistics": {
        "numberOfDocumentsScanned": 1,
        "numberOfMetadataDocumentsScanned": 2,
        "numberOfNewDocumentsIndexed": 10,
        "numberOfModifiedDocumentsIndexed": 200,
        "numberOfMetadataDocumentsModified": 3000,
        "numberOfDocumentsDeleted": 40000,
        "numberOfDocumentsFailed": 5,
    },
}


def test_every_number_of_the_service_has_its_place() -> None:
    statistics = read_job(ANSWER).statistics
    assert statistics == Statistics(1, 2, 10, 200, 3000, 40000, 5)
    assert (statistics.indexed, statistics.changed) == (3210, 43210)


def test_a_job_is_read_also_where_the_service_leaves_things_out() -> None:
    few = {"numberOfDocumentsScanned": 3, "numberOfDocumentsDeleted": 1, "numberOfThingsToCome": 9}
    read = read_job({**ANSWER, "statistics": few, "failureReasons": ['["One."]']})
    assert (read.statistics, read.reasons) == (Statistics(scanned=3, deleted=1), ("One.",))
    assert read_job({**ANSWER, "statistics": None, "failureReasons": None}).statistics == Statistics()


@pytest.mark.parametrize(("seconds", "told"), [(75, 75.0), (0, 0.0), (-1, 0.0)])
def test_a_job_lasted_no_less_than_nothing_by_the_services_clock(seconds: int, told: float) -> None:
    assert read_job({**ANSWER, "updatedAt": BEGIN + timedelta(seconds=seconds)}).seconds == told


@pytest.mark.parametrize("status", ["STARTING", "IN_PROGRESS", "STOPPING", "STOPPED", "COMPLETE", "FAILED"])
def test_a_job_runs_until_nothing_can_change_what_is_served(status: str) -> None:
    assert read_job({**ANSWER, "status": status}).running is (status in ("STARTING", "IN_PROGRESS", "STOPPING"))


@pytest.mark.parametrize(
    ("description", "ours", "listing"),
    [
        (f"mut-assets: stores, listing {'a' * 64}", True, "a" * 64),
        ("mut-assets: stores", True, ""),
        ("by hand for mut-assets: stores", False, ""),
        ("listing of the week", False, ""),
        (f"mut-assets: listing {'a' * 63}", True, ""),
    ],
)
def test_a_job_is_ours_by_how_its_description_begins(description: str, ours: bool, listing: str) -> None:
    job: Job = read_job({**ANSWER, "description": description})
    assert (job.ours, job.listing) == (ours, listing)
