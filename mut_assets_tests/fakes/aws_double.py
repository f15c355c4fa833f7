"""A server on loopback that real SDKs take for one or more AWS services.

What belongs here: credentials, and in which order a request is checked, done and answered. What does not: what a
service does (the subclasses), and the wire (`aws_protocol.py`).

Both directions are checked against botocore's service models. A request the service would not take is refused as the
service refuses it. An answer that breaks the model is a mistake of the double: it becomes an HTTP 500, is kept in
`drift`, and leaving the `with` block raises it, unless the test has emptied `drift` itself.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from mut_assets_tests.fakes import aws_protocol
from mut_assets_tests.fakes.aws_protocol import Answer, Operation, Parameters, ServiceError
from mut_assets_tests.fakes.faults import Call, Fault
from mut_assets_tests.fakes.loopback import CloudDouble, encoded

Perform = Callable[[Parameters], Mapping[str, Any]]
ACCOUNT = "123456789012"
_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")


class AwsDouble(CloudDouble):
    """One or more services. `denied` names operations (or permission-only actions) that IAM refuses; `expired` refuses
    everything."""

    services: tuple[str, ...] = ()
    signing_name = ""
    region = "us-east-1"

    def __init__(self) -> None:
        super().__init__()
        self.denied: set[str] = set()
        self.expired = False
        self.drift: list[str] = []
        self.operations: dict[str, Perform] = {}

    def check(self) -> None:
        """Raises what went wrong inside, and where an answer broke the model."""
        super().check()
        if self.drift:
            raise AssertionError(f"the double broke the service model: {'; '.join(self.drift)}")

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead unmodified SDKs here."""
        names = [aws_protocol.service_model(service).service_id.hyphenize() for service in self.services]
        return {f"AWS_ENDPOINT_URL_{name.replace('-', '_').upper()}": self.endpoint for name in names}

    def resource(self, call: Call) -> str:
        """The ARN that IAM would name when it refuses the call."""
        return "*"

    def elsewhere(self, call: Call, region: str) -> None:
        """Answers a call signed for another region: raises what that region would say; returns: no difference."""

    def deny(self, action: str, resource: str) -> ServiceError:
        who = f"arn:aws:sts::{ACCOUNT}:assumed-role/mut-pipeline/testing"
        text = f"User: {who} is not authorized to perform: {self.signing_name}:{action} on resource: {resource}"
        why = f"because no identity-based policy allows the {self.signing_name}:{action} action"
        return ServiceError("AccessDeniedException", 403, f"{text} {why}")

    def respond(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        url = urlsplit(path)
        found = aws_protocol.route(self.services, method, url.path)
        if found is None:
            unknown = f"No operation: {method} {url.path}"
            return encoded(*aws_protocol.error_answer("UnknownOperationException", 404, unknown))
        operation, named = found
        asked, wrong = aws_protocol.parameters(operation, named, url.query, headers, body)
        call = Call(operation.service, operation.name, asked)

        def act(fault: Fault) -> bytes:
            if fault.status:
                return encoded(*aws_protocol.error_answer(fault.code, fault.status, fault.message, fault.headers))
            return encoded(*(self._refused(call, headers) or self._performed(operation, call, wrong)))

        return self.answered(call, act)

    def _refused(self, call: Call, headers: Mapping[str, str]) -> Answer | None:
        """What the services answer before they look at the request."""
        scope = _SCOPE.search({name.lower(): value for name, value in headers.items()}.get("authorization", ""))
        try:
            if self.expired:
                expired = "The security token included in the request is expired"
                raise ServiceError("ExpiredTokenException", 403, expired)
            if scope is None or scope[2] != self.signing_name:
                raise ServiceError("MissingAuthenticationTokenException", 403, "Missing Authentication Token")
            if call.operation in self.denied:
                raise self.deny(call.operation, self.resource(call))
            if scope[1] != self.region:
                self.elsewhere(call, scope[1])
        except ServiceError as error:
            return aws_protocol.error_answer(error.code, error.status, error.message)
        return None

    def _performed(self, operation: Operation, call: Call, wrong: list[str]) -> Answer:
        perform = self.operations.get(operation.name)
        if perform is None:
            return self._drifted(f"{operation.name} is not imitated")
        try:
            if wrong:
                count = f"{len(wrong)} validation error{'s' if len(wrong) > 1 else ''} detected"
                raise ServiceError("ValidationException", 400, f"{count}: {'; '.join(wrong)}")
            with self._lock:
                value = perform(dict(call.parameters))
                answer, wrong = aws_protocol.answer(operation, value)
        except ServiceError as error:
            unknown = aws_protocol.unknown_error(operation, error)
            if unknown:
                return self._drifted(f"{operation.name}: {unknown}")
            return aws_protocol.error_answer(error.code, error.status, error.message)
        return self._drifted(f"{operation.name}: {'; '.join(wrong)}") if wrong else answer

    def _drifted(self, text: str) -> Answer:
        with self._lock:
            if text not in self.drift:
                self.drift.append(text)
        return aws_protocol.error_answer("InternalServerException", 500, f"The double broke the service model: {text}")
