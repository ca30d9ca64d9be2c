"""An authority as OpenSSL makes one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
[name]
CN = x
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[time]
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = {hash}
"""


@pytest.fixture(scope="module")
def openssl_authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority as OpenSSL makes one."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here")
    folder = tmp_path_factory.mktemp("tsa")
    for name in ("sha1", "sha256"):
        (folder / f"{name}.cnf").write_text(CONFIGURATION.format(hash=name))
    (folder / "serial").write_text("01\n")
    new = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -config sha256.cnf"
    for command in (
        f"req -x509 {new} -keyout root.key -out root.pem -days 9 -subj /CN=Root -extensions root",
        f"req -x509 {new} -keyout tsa.key -out tsa.pem -days 9 -subj /CN=TSA -extensions time "
        "-CA root.pem -CAkey root.key",
    ):
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
    return folder
