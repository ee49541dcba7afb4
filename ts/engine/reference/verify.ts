/** Hybrid and batch verification of the reference engine: one item after the other, through the single calls. */
import { concatBytes } from "../../base/bytes.js";
import type { Ed25519, Engine, MlDsa65 } from "../../contracts/engine.js";
import { type CheckedItem, checkHybrid, checkItems } from "../verify-item.js";

export function createReferenceVerify(
  ed25519: Ed25519,
  mlDsa65: MlDsa65,
): Pick<Engine, "hybrid" | "verifyBatch"> {
  function verifyItem(item: CheckedItem): boolean {
    const { message, ed25519: ed, mlDsa65: ml } = item;
    if (ed !== undefined && !ed25519.verify(ed.signature, message, ed.publicKey)) return false;
    if (ml === undefined) return true;
    const covered = ed === undefined ? message : concatBytes(message, ed.signature);
    return mlDsa65.verify(ml.signature, covered, ml.publicKey);
  }

  return {
    hybrid: {
      verify(signatures, message, publicKeys) {
        const item = checkHybrid(signatures, message, publicKeys);
        return item !== undefined && verifyItem(item);
      },
    },
    verifyBatch(items) {
      return Uint8Array.from(checkItems(items), (item) => (item !== undefined && verifyItem(item) ? 1 : 0));
    },
  };
}
