/** Whether a state head is the word of the node that it names, and what two of them prove. */
import { equalBytes } from "../base/bytes.js";
import { WaxwingError } from "../base/errors.js";
import { shortId } from "../base/ids.js";
import type { Engine } from "../contracts/engine.js";
import type { KeyDirectory } from "../contracts/key-directory.js";
import { parseStateHead, type SignedStateHead, type StateHead } from "../records/state-head.js";
import { findKeyFault, planSignature, strict } from "./policy.js";

/**
 * The statement in `bytes`, signed in both halves by a trusted key. Throws `WaxwingError` with `state_head_malformed`,
 * `key_unknown`, `key_not_trusted`, `key_revoked`, `pqc_fields_must_be_both` or `signature_invalid`.
 */
export async function verifyStateHead(
  { engine, directory }: { readonly engine: Engine; readonly directory: KeyDirectory },
  bytes: Uint8Array,
): Promise<SignedStateHead> {
  const statement = parseStateHead(engine, bytes);
  const { nodeKeyId, signature, signedBytes } = statement;
  const entry = await directory.lookup(nodeKeyId);
  const fault = findKeyFault(nodeKeyId, entry);
  if (fault || !entry) throw new WaxwingError(fault?.code ?? "key_unknown", `state head: ${fault?.message}`);
  const item = planSignature(strict, signature, entry, signedBytes, undefined);
  if ("code" in item) throw new WaxwingError(item.code, `state head: ${item.message}`);
  if (engine.verifyBatch([item])[0] !== 1)
    throw new WaxwingError("signature_invalid", `state head: not signed by ${shortId(nodeKeyId)}`);
  return statement;
}

/** Whether both say the same of the same kind: then their signers held the same records when they said so. */
export function sameState(a: StateHead, b: StateHead): boolean {
  return a.kind === b.kind && a.count === b.count && equalBytes(a.head, b.head);
}
