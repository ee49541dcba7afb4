/**
 * node:crypto as a judge of honest keys: it accepts some small-order keys that Waxwing refuses, and has ML-DSA only
 * from Node 24 on.
 */
import * as crypto from "node:crypto";

export interface NodeSigner {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
  verify(signature: Uint8Array, message: Uint8Array): boolean;
}

function signer(privatePrefix: string, publicKeyBytes: number) {
  return (seed: Uint8Array): NodeSigner => {
    const der = Buffer.concat([Buffer.from(privatePrefix, "hex"), seed]);
    const privateKey = crypto.createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    const publicKey = crypto.createPublicKey(privateKey as never);
    const spki = publicKey.export({ format: "der", type: "spki" });
    return {
      publicKey: new Uint8Array(spki.subarray(spki.length - publicKeyBytes)),
      sign: (message) => new Uint8Array(crypto.sign(null, message, privateKey)),
      verify: (signature, message) => crypto.verify(null, message, publicKey, signature),
    };
  };
}

export const nodeEd25519 = signer("302e020100300506032b657004220420", 32);

/** Undefined where the runtime has no ML-DSA. */
export const nodeMlDsa65 = (() => {
  const make = signer("3034020100300b060960864801650304031204228020", 1952);
  try {
    make(new Uint8Array(32));
    return make;
  } catch {
    return undefined;
  }
})();

export const nodeSha256 = (data: Uint8Array) =>
  new Uint8Array(crypto.createHash("sha256").update(data).digest());
