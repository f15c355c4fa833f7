"""What is published against what is served.

What belongs here: that comparison, in sentences. What does not: reading either side (`resources/`), or what a
difference stops (`checks.py`).
"""

from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.document_keys import document_key
from mut_assets.domain.ingestion.rules import Served
from mut_assets.domain.plans.published import Holdings


def differences(holdings: Holdings, served: Served) -> list[str]:
    """What is published and not served, served and not published, or served in another version.

    Folders that no data source reads are left out: `bedrock_kb_ingestion` warns about them.
    """
    published = {
        document_key(collection, document.id): document.fingerprint
        for collection in COLLECTIONS
        if collection.folder not in served.unserved
        for document in holdings.published[collection.name].values()
    }
    versions = served.versions
    foreign = {key for key in versions if any(stored.endswith(key) for stored in holdings.foreign)}
    both = sorted(published.keys() & versions.keys())
    differing = [key for key in both if versions[key] and published[key] != versions[key]]
    return [
        *(
            f"{key} is published and not served{f' ({why})' if (why := served.not_indexed.get(key)) else ''}"
            for key in sorted(published.keys() - versions.keys())
        ),
        *(f"{key} is served and not published" for key in sorted(versions.keys() - published.keys() - foreign)),
        *(f"{key} is served in another version than the published one" for key in differing),
    ]
