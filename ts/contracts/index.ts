/** The contracts between layers: types only, importable by everyone. */
export type * from "./attribution.js";
export type * from "./batch-verifier.js";
export type * from "./engine.js";
export type * from "./host.js";
export type * from "./id-set.js";
export type * from "./identity.js";
export type * from "./key-directory.js";
export type * from "./link-crypto.js";
export type * from "./mailbox.js";
export type * from "./medium.js";
export type * from "./messenger.js";
export type * from "./offer-policy.js";
export type * from "./record.js";
export type * from "./serial.js";
export type * from "./session.js";
export type * from "./store.js";
export type * from "./transport.js";
