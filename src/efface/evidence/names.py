"""Names of all that verification looks at, as docs/evidence.md lists them: ``room.thing``."""

from __future__ import annotations

# Of a file's Content Credentials.
CREDENTIALS_FILE = "credentials.file"
CREDENTIALS_SIGNATURE = "credentials.signature"
CREDENTIALS_CONTENT = "credentials.content"
CREDENTIALS_CERTIFICATE = "credentials.certificate"
CREDENTIALS_TRUST = "credentials.trust"
CREDENTIALS_REDACTIONS = "credentials.redactions"
CREDENTIALS_PICTURES = "credentials.pictures"
CREDENTIALS_OTHERS = "credentials.others"
CREDENTIALS_UNSIGNED = "credentials.unsigned"
CREDENTIALS_RULES = "credentials.rules"
CREDENTIALS_CARRIED = "credentials.carried"

# Of what a published file says of itself.
FILE_SIGNER = "file.signer"
FILE_EVIDENCE = "file.evidence"
FILE_ORIGIN = "file.origin"
FILE_REDACTION = "file.redaction"
FILE_SIGNERS = "file.signers"
FILE_BARE = "file.bare"
FILE_ZONES = "file.zones"
FILE_FILL = "file.fill"
FILE_PROOF = "file.proof"

# Of a pack.
PACK_WHOLE = "pack.whole"
PACK_STATEMENTS = "pack.statements"
PACK_INTAKE = "pack.intake"
PACK_SEALED = "pack.sealed"
PACK_CAPTURE = "pack.capture"
PACK_RELEASED = "pack.released"
PACK_REDACTIONS = "pack.redactions"
PACK_FILES = "pack.files"
PACK_FILE = "pack.file"

# Of a custody log.
LOG_FORM = "log.form"
LOG_CASE = "log.case"
LOG_ORDER = "log.order"
LOG_ACTIONS = "log.actions"
LOG_TIMES = "log.times"
LOG_SIGNATURES = "log.signatures"
LOG_KEYS = "log.keys"
LOG_ANCHORS = "log.anchors"

# Of an original.
ORIGINAL_HASH = "original.hash"
ORIGINAL_COMMITMENT = "original.commitment"
REDACTION_REPEATED = "redaction.repeated"
REDACTION_PUBLISHED = "redaction.published"

# Of a report.
REPORT_SIGNATURE = "report.signature"
REPORT_SIGNER = "report.signer"

# Of every timestamp, wherever it is.
TIMESTAMP = "timestamp"
