/**
 * `waxwing/trust`: who is believed and what is let in. Stateful, over the store: key directory, admission of
 * records, acceptance of envelopes, replay window, attribution memory, identities.
 */
export {
  type AdmissionEvent,
  type AdmissionOptions,
  createAdmission,
  type NodeAdmission,
} from "./admission.js";
export { type AttributionMemoryOptions, createStoreAttributionMemory } from "./attribution-memory.js";
export {
  type Authorities,
  fixedQuorum,
  isAuthorised,
  type QuorumSource,
} from "./authorities.js";
export { type CommunityQuorumOptions, communityQuorum } from "./community-quorum.js";
export { createDelegationView, type DelegationViewOptions } from "./delegation-view.js";
export { type DeriveFactsOptions, deriveFacts, ensureFacts } from "./derive-facts.js";
export {
  createEnvelopeAcceptor,
  type EnvelopeAcceptor,
  type EnvelopeAcceptorOptions,
  type EnvelopeVerdict,
} from "./envelope-acceptor.js";
export { decodeIdentityFile, encodeIdentityFile, type IdentityFile, wipeSeeds } from "./identity-file.js";
export {
  createKeyDirectory,
  type DirectoryChange,
  fitsKeyId,
  type KeyDirectoryOptions,
  type StoreKeyDirectory,
  sameKeys,
} from "./key-directory.js";
export {
  createOperationalView,
  type OperationalView,
  type OperationalViewOptions,
  type OrganizationPath,
  type Statement,
} from "./operational-view.js";
export { isTrusted, type SignaturePolicy, strict } from "./policy.js";
export {
  type Delegation,
  type DelegationView,
  delegationOf,
  findProvenance,
  type Provenance,
  type ProvenanceQuestion,
} from "./provenance.js";
export { Quarantine, type QuarantinedRecord, type QuarantineOptions } from "./quarantine.js";
export { createReplayWindow, type ReplayWindow, type ReplayWindowOptions } from "./replay-window.js";
export {
  createSoftwareIdentity,
  generateIdentitySeeds,
  type IdentitySeeds,
  type SoftwareIdentityOptions,
} from "./software-identity.js";
export { createStandings, type GroupKind, type Standings, type StandingsOptions } from "./standings.js";
export { sameState, verifyStateHead } from "./state-head.js";
export {
  checkQuorum,
  isMajority,
  type Quorum,
  type ThresholdQuestion,
  type ThresholdResult,
  type ThresholdVerifier,
  type UncountedReason,
  verifyThresholds,
} from "./threshold.js";
export {
  type Lookup,
  type VerifiedSigners,
  type VerifyOptions,
  verifierOf,
  verifyRecords,
} from "./verify-records.js";
