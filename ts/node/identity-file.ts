/**
 * The identity of a data directory: created at first start, mode 0600, refused when others can read it.
 */
import { WaxwingError } from "../base/index.js";
import type { Engine, Host, Identity } from "../contracts/index.js";
import {
  createSoftwareIdentity,
  decodeIdentityFile,
  encodeIdentityFile,
  generateIdentitySeeds,
  wipeSeeds,
} from "../trust/index.js";
import type { DataDirectory } from "./data-directory.js";

export interface LoadedIdentity {
  readonly identity: Identity;
  readonly created: boolean;
  readonly file: string;
}

type IdentityHost = Pick<Host, "files" | "random">;

const directoryMode = 0o700;
const fileMode = 0o600;

/** Loads the identity; makes one where there is none and `create` allows it, else `identity_invalid`. */
export async function loadIdentity(
  engine: Engine,
  host: IdentityHost,
  directory: DataDirectory,
  options: { create: boolean },
): Promise<LoadedIdentity> {
  const file = directory.identityFile;
  const bytes = await host.files.read(file);
  if (bytes !== undefined) {
    await checkPrivate(host, file);
    const { keyId, seeds } = decodeIdentityFile(bytes);
    bytes.fill(0);
    const identity = createSoftwareIdentity(engine, seeds, { keyId });
    wipeSeeds(seeds);
    return { identity, created: false, file };
  }
  if (!options.create) {
    throw new WaxwingError(
      "identity_invalid",
      `there is no identity in ${directory.root}; waxwing keygen makes one`,
      {
        detail: { file },
      },
    );
  }
  return { identity: await createIdentity(engine, host, directory), created: true, file };
}

/** For nodes that keep nothing: an identity that ends with the process. */
export function createEphemeralIdentity(engine: Engine, host: Pick<Host, "random">): Identity {
  return createSoftwareIdentity(engine, generateIdentitySeeds(host.random));
}

async function createIdentity(
  engine: Engine,
  host: IdentityHost,
  directory: DataDirectory,
): Promise<Identity> {
  await host.files.makeDirectory(directory.root, directoryMode);
  const seeds = generateIdentitySeeds(host.random);
  const identity = createSoftwareIdentity(engine, seeds);
  const bytes = encodeIdentityFile({ keyId: identity.keyId, seeds });
  await host.files.writeAtomic(directory.identityFile, bytes, fileMode);
  wipeSeeds(seeds);
  bytes.fill(0);
  return identity;
}

async function checkPrivate(host: IdentityHost, file: string): Promise<void> {
  const mode = await host.files.mode(file);
  if (mode !== undefined && (mode & 0o077) !== 0) {
    throw new WaxwingError(
      "identity_invalid",
      `${file} can be read by others (mode ${mode.toString(8)}): chmod 600 it`,
      {
        detail: { file, mode },
      },
    );
  }
}
