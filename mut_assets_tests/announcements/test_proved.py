"""All is well: the heartbeat is called for a run that proved what is served, once, and for no other."""

from datetime import timedelta

import dagster as dg
import pytest

from mut_assets.resources.alerts.outgoing import Heartbeat
from mut_assets.resources.failures import Failure
from mut_assets_tests.daemon import Daemon
from mut_assets_tests.failed_runs import fails
from mut_assets_tests.fakes.listener import Listener
from mut_assets_tests.fakes.loopback import encoded


def proves(
    instance: dg.DagsterInstance,
    passed: bool = True,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
    red: bool = False,
) -> None:
    """A run in which what is served was compared with what is published."""

    @dg.asset_check(asset="bedrock_kb_ingestion", name="served_is_published")
    def check() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=passed, severity=severity)

    @dg.asset_check(asset="bedrock_kb_ingestion", name="another")
    def another() -> dg.AssetCheckResult:
        if red:
            raise dg.Failure("MUT-PUB-003: eventos keeps its old documents.")
        return dg.AssetCheckResult(passed=True)

    job = dg.Definitions(asset_checks=[check, another]).resolve_implicit_global_asset_job_def()
    job.execute_in_process(instance=instance, raise_on_error=False)


def test_the_heartbeat_is_called_once_for_a_run_that_proved_what_is_served(daemon: Daemon) -> None:
    with Listener() as listener:
        daemon.heartbeat = Heartbeat(f"{listener.endpoint}/a-secret")

        def tick() -> int:
            daemon.tick("heartbeat")
            return len(listener.asked)

        assert tick() == 0, "nothing ran yet"
        proves(daemon.instance)
        assert tick() == tick() == 1
        fails(daemon.instance)
        assert tick() == 1, "that night proved nothing"
        proves(daemon.instance, passed=False)
        assert tick() == 1, "a document is not served"
        proves(daemon.instance, passed=False, severity=dg.AssetCheckSeverity.WARN)
        assert tick() == 2, "a folder that no data source reads is no difference in what is served"
        proves(daemon.instance, red=True)
        listener.answer = encoded(503, {}, b"")
        with pytest.raises(Failure, match="MUT-OUT-101"):
            tick()
        listener.answer = encoded(200, {}, b"")
        assert tick() == 4, "a call that failed is made again; a red run may have proved all that is served"
        assert daemon.instance.get_runs(limit=1)[0].is_failure


def test_no_heartbeat_tells_of_a_proof_that_is_long_past_or_of_a_run_that_goes_on(daemon: Daemon) -> None:
    with Listener() as listener:
        daemon.heartbeat = Heartbeat(listener.endpoint)
        proves(daemon.instance)
        daemon.ahead = timedelta(hours=27)
        daemon.tick("heartbeat")
        daemon.ahead = timedelta()
        [run] = daemon.instance.get_runs()
        started = dg.DagsterEvent("PIPELINE_START", run.job_name)
        daemon.instance.run_storage.handle_run_event(run.run_id, started)
        daemon.tick("heartbeat")
        assert listener.asked == []
