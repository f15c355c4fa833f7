"""Pinecone on loopback: its real SDK talks to it, and what Pinecone rejects is rejected here.

    with Pinecone() as pinecone:
        PineconeIndex("agente", "mut-assets", PineconeKey(override=lambda: pinecone.key), host=pinecone.host)

One server plays both sides of Pinecone: the control plane (which indexes there are) and the data plane of one index.
Writes get a log sequence number each and become visible in that order, `lag` reads later. Limits are the documented
ones; the shapes of answers are those that the installed SDK decodes, which is their test.
Guesses, on which nothing may depend: the wording of errors, and whether a namespace that was never written is an error
(`absent_is_404`).
"""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from mut_assets_tests.fakes.faults import Call, Fault
from mut_assets_tests.fakes.loopback import CloudDouble, encoded
from mut_assets_tests.fakes.pinecone_vectors import MOST_BYTES, Headers, Refused, Vectors


class Pinecone(CloudDouble, Vectors):
    """The stand-in; what it holds is in `namespaces`, the sizes of what was sent in `bodies`."""

    def __init__(self, dimension: int = 1024) -> None:
        CloudDouble.__init__(self)
        Vectors.__init__(self, dimension)
        self.key = "pcsk-made-up-for-tests"
        self.index, self.metric, self.vector_type = "agente", "cosine", "dense"
        self.state, self.others = "Ready", ["otro"]
        self.announced_host = ""
        self.bodies: list[int] = []

    def __enter__(self) -> Self:
        self.forgiven()
        return super().__enter__()

    @staticmethod
    def forgiven() -> None:
        """Lets the SDK ask again. After failures in a row it sends nothing to a host for half a minute, whatever its
        port, in all clients."""
        if gates := sys.modules.get("pinecone._internal.bulk.registry"):
            gates.get_registry()._reset()

    @property
    def host(self) -> str:
        """What PINECONE_HOST would be."""
        return self.endpoint

    def ids(self, namespace: str) -> list[str]:
        """The ids that are, or will be, visible in a namespace."""
        with self._lock:
            self.settled()
            return sorted(self.namespaces.get(namespace, {}))

    def respond(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        url = urlsplit(path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        route = url.path.rstrip("/")
        operation, act = self._route(method, route)
        sent = _parsed(body)
        parameters = {**query, **(sent or {})}
        if route.startswith("/indexes/"):
            parameters["name"] = unquote(route.removeprefix("/indexes/"))
        self.bodies.append(len(body))

        def answer(fault: Fault) -> bytes:
            try:
                if fault.status:
                    raise Refused(fault.status, fault.code, fault.message)
                self._admit({name.lower(): value for name, value in headers.items()}, body)
                if sent is None:
                    raise Refused(400, "INVALID_ARGUMENT", "the body is no JSON object")
                with self._lock:
                    value, told = act(parameters)
                status = 200
            except Refused as refused:
                status, told, value = refused.status, {}, _error(route, refused)
            told = {"Content-Type": "application/json", **told, **fault.headers}
            return encoded(status, told, json.dumps(value).encode())

        return self.answered(Call("pinecone", operation, parameters), answer)

    def _admit(self, headers: Mapping[str, str], body: bytes) -> None:
        if headers.get("api-key") != self.key:
            raise Refused(401, "UNAUTHENTICATED", "Invalid API Key")
        if not headers.get("x-pinecone-api-version"):
            raise Refused(400, "INVALID_ARGUMENT", "The X-Pinecone-Api-Version header is missing")
        if len(body) > MOST_BYTES:
            message = f"message length too large: found {len(body)} bytes, the limit is: {MOST_BYTES} bytes"
            raise Refused(413, "OUT_OF_RANGE", message)

    def _route(self, method: str, route: str) -> tuple[str, Callable[[dict[str, Any]], tuple[Any, Headers]]]:
        exact = {
            ("GET", "/indexes"): ("ListIndexes", self._list_indexes),
            ("POST", "/indexes"): ("CreateIndex", self._create_index),
            ("POST", "/vectors/upsert"): ("Upsert", self.upsert),
            ("POST", "/vectors/delete"): ("Delete", self.delete),
            ("GET", "/vectors/list"): ("List", self.list),
            ("POST", "/query"): ("Query", self.query),
        }
        if method == "GET" and route.startswith("/indexes/"):
            return "DescribeIndex", self._describe_index
        return exact.get((method, route), (f"{method} {route}", _nothing_there))

    def _list_indexes(self, _: dict[str, Any]) -> tuple[Any, Headers]:
        return {"indexes": [self._model(name) for name in filter(None, [self.index, *self.others])]}, {}

    def _describe_index(self, asked: dict[str, Any]) -> tuple[Any, Headers]:
        if asked["name"] not in (self.index, *self.others):
            raise Refused(404, "NOT_FOUND", f"Resource {asked['name']} not found")
        return self._model(asked["name"]), {}

    def _create_index(self, asked: dict[str, Any]) -> tuple[Any, Headers]:
        if asked["name"] in (self.index, *self.others):
            raise Refused(409, "ALREADY_EXISTS", "Resource already exists")
        field = asked["schema"]["fields"]["_values"]
        self.index, self.dimension, self.metric = asked["name"], field["dimension"], field["metric"]
        return self._model(self.index), {}

    def _model(self, name: str) -> dict[str, Any]:
        dense = {"_values": {"type": "dense_vector", "dimension": self.dimension, "metric": self.metric}}
        fields = dense if self.vector_type == "dense" else {"_sparse_values": {"type": "sparse_vector"}}
        return {
            "name": name,
            "host": self.announced_host or self.host,
            "schema": {"fields": fields},
            "status": {"ready": self.state in ("Ready", "ScalingUp", "ScalingDown"), "state": self.state},
            "deployment": {"deployment_type": "managed", "cloud": "aws", "region": "us-east-1"},
            "deletion_protection": "disabled",
            "tags": None,
        }


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _nothing_there(_: dict[str, Any]) -> tuple[Any, Headers]:
    raise Refused(404, "NOT_FOUND", "no such route")


def _error(route: str, refused: Refused) -> dict[str, Any]:
    if route.startswith("/indexes"):
        return {"error": {"code": refused.code, "message": refused.message}, "status": refused.status}
    return {"code": refused.status, "message": refused.message, "details": []}
