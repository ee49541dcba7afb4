/** What the configuration says about HTTP: certificates read from their files, and how fast sources may send. */
import { readFile } from "node:fs/promises";
import { WaxwingError } from "../base/index.js";
import type { CertificatePair, HttpServerTls } from "../contracts/index.js";
import type { HttpTransportOptions, SourceRateOptions } from "../transport/index.js";
import type { Config } from "./config.js";

type Listen = Exclude<Config["listen"], false>;

/** Throws `config_unreadable` for a file that is not there. */
export async function httpOptionsOf(
  config: Config,
): Promise<Pick<HttpTransportOptions, "rate" | "authorities" | "certificate" | "pinnedCertificates">> {
  const { authoritiesFile, clientCertificate } = config.trust;
  const pins = config.listen === false ? [] : (config.listen.tls?.pinnedCertificates ?? []);
  return {
    rate: rateOf(config),
    pinnedCertificates: Object.fromEntries(pins.map(({ fingerprint256, keyId }) => [fingerprint256, keyId])),
    ...(authoritiesFile === undefined ? {} : { authorities: await readText(authoritiesFile) }),
    ...(clientCertificate === undefined ? {} : { certificate: await readPair(clientCertificate) }),
  };
}

export async function listenerTls({ tls }: Listen): Promise<HttpServerTls | undefined> {
  if (tls === undefined) return undefined;
  const { clientAuthoritiesFile } = tls;
  return {
    ...(await readPair(tls)),
    ...(clientAuthoritiesFile === undefined
      ? {}
      : { clientAuthorities: await readText(clientAuthoritiesFile), requestClientCertificate: true }),
  };
}

/** Members that are not given are those of `limits`; so are all where the node does not listen by itself. */
function rateOf({ listen }: Config): SourceRateOptions | false {
  if (listen === false || listen.rate === undefined) return {};
  if (listen.rate === false) return false;
  const { proven, unproven } = listen.rate;
  return { ...(proven && { proven: given(proven) }), ...(unproven && { unproven: given(unproven) }) };
}

/** The members that have a value. */
function given<Members extends object>(
  members: Members,
): { [Name in keyof Members]: NonNullable<Members[Name]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Members]: NonNullable<Members[Name]>;
  };
}

async function readPair(files: { keyFile: string; certificateFile: string }): Promise<CertificatePair> {
  return { key: await readText(files.keyFile), cert: await readText(files.certificateFile) };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new WaxwingError("config_unreadable", `cannot read ${path}: ${(cause as Error).message}`, {
      cause,
      detail: { path },
    });
  }
}
