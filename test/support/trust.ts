/** A node's trust parts over one memory store, with a clock that the test moves. */
import { createKinds } from "waxwing/records";
import { createMemoryStore, type Store } from "waxwing/store";
import { createFakeHost } from "waxwing/testing";
import {
  type AdmissionOptions,
  createAdmission,
  createKeyDirectory,
  type KeyDirectoryOptions,
} from "waxwing/trust";
import type { AdmitContext } from "#contracts/index.js";
import { engine, type TestIdentity } from "./records.js";

export interface TrustOptions {
  readonly store?: Store;
  readonly pins?: KeyDirectoryOptions["pins"];
  readonly admission?: Partial<AdmissionOptions>;
}

export function openTrust({ store = createMemoryStore(), pins = [], admission = {} }: TrustOptions = {}) {
  const fake = createFakeHost();
  const { clock } = fake.host;
  const directory = createKeyDirectory({ engine, store, pins, clock });
  const kinds = createKinds();
  return {
    fake,
    clock,
    store,
    directory,
    kinds,
    admission: createAdmission({ engine, store, directory, kinds, clock, ...admission }),
  };
}

export const pinOf = ({ keyId, publicKeys }: TestIdentity) => ({ keyId, ...publicKeys });

/** What became of each record: `admitted`, `duplicate`, or the code of the refusal. */
export async function outcomes(
  trust: Pick<ReturnType<typeof openTrust>, "admission">,
  records: readonly { readonly bytes: Uint8Array }[],
  context: AdmitContext = {},
): Promise<string[]> {
  const verdicts = await trust.admission.admit(
    undefined,
    records.map((record) => record.bytes),
    context,
  );
  return verdicts.map((verdict) => (verdict.status === "refused" ? verdict.refusal.code : verdict.status));
}
