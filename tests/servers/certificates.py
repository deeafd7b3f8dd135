"""Certificates for the servers of a test: an authority made for it, which signs the server's, and another one that signs nothing.

    made = Certificates(folder)    # made.authority, made.other_authority, made.certificate, made.key
"""
import pathlib
import subprocess

NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"


def openssl(*words):
    done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)


class Certificates:
    def __init__(self, folder, names=NAMES):
        self.folder = pathlib.Path(folder)
        self.authority, self.authority_key = self.make_authority("authority")
        self.other_authority, _ = self.make_authority("other")
        self.key, self.certificate = self.folder / "server.key", self.folder / "server.pem"
        request, more = self.folder / "server.csr", self.folder / "server.ext"
        more.write_text(names + "\n")
        openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key, "-out", request, "-subj", "/CN=localhost")
        openssl("x509", "-req", "-in", request, "-CA", self.authority, "-CAkey", self.authority_key, "-CAcreateserial", "-days", "2",
                "-extfile", more, "-out", self.certificate)

    def make_authority(self, name):
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", f"/CN={name}")
        return certificate, key
