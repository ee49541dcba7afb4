/**
 * Certificates made with the openssl command for one test run: an authority, a server certificate for
 * loopback, and client certificates. `undefined` where openssl is not installed; tests then skip and say so.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Pem {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateMaker {
  readonly authority: string;
  readonly server: Pem;
  /** `key`: PKCS #8 PEM of an existing key; absent, a P-256 key is made. */
  client(options: {
    commonName: string;
    subjectAltName?: string;
    key?: string;
    signedBy?: "authority" | "itself";
  }): Pem;
  close(): void;
}

export const opensslNote = " (needs the openssl command)";

export function openCertificateMaker(): CertificateMaker | undefined {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "waxwing-certificates-"));
  const path = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });
  const newKey = (name: string) =>
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path(name));
  const pem = (name: string): Pem => ({
    cert: readFileSync(path(`${name}.crt`), "utf8"),
    key: readFileSync(path(`${name}.key`), "utf8"),
  });
  const selfSign = (name: string, commonName: string, extension: string) =>
    openssl(
      ...["req", "-x509", "-new", "-key", path(`${name}.key`), "-days", "2", "-subj", `/CN=${commonName}`],
      ...["-addext", extension, "-out", path(`${name}.crt`)],
    );

  const sign = (name: string, commonName: string, extensions: string) => {
    writeFileSync(path(`${name}.ext`), extensions);
    openssl(
      "req",
      ...["-new", "-key", path(`${name}.key`), "-subj", `/CN=${commonName}`, "-out", path(`${name}.csr`)],
    );
    openssl(
      ...["x509", "-req", "-in", path(`${name}.csr`), "-CA", path("ca.crt"), "-CAkey", path("ca.key")],
      ...["-CAcreateserial", "-days", "2", "-extfile", path(`${name}.ext`), "-out", path(`${name}.crt`)],
    );
    return pem(name);
  };

  newKey("ca.key");
  selfSign("ca", "Test authority", "keyUsage=critical,keyCertSign,cRLSign");
  newKey("server.key");
  const server = sign("server", "loopback", "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
  let made = 0;
  return {
    authority: readFileSync(path("ca.crt"), "utf8"),
    server,
    client({ commonName, subjectAltName, key, signedBy = "authority" }) {
      const name = `client${made++}`;
      if (key === undefined) newKey(`${name}.key`);
      else writeFileSync(path(`${name}.key`), key);
      const names = subjectAltName === undefined ? "" : `subjectAltName=${subjectAltName}`;
      if (signedBy === "authority") return sign(name, commonName, names === "" ? "" : `${names}\n`);
      selfSign(name, commonName, names || "keyUsage=digitalSignature");
      return pem(name);
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}
