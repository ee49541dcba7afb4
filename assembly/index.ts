/** Everything the WASM core exports: few and coarse, one crossing per envelope or batch. */
export { verifyBatch } from "./batch";
export { keyCacheBudget, keyCacheBudgetStart, keyCacheSetBudget } from "./cache/budget";
export {
  keyCacheEntries,
  keyCacheEvictions,
  keyCacheForget,
  keyCacheHits,
  keyCacheMisses,
  keyCacheOpen,
  keyCacheSlotBytes,
  keyCacheSlots,
} from "./cache/key-cache";
export {
  ed25519PublicKey,
  ed25519Sign,
  ed25519SignBegin,
  ed25519SignCommit,
  ed25519SignFinish,
  ed25519SignUpdate,
  ed25519Wipe,
} from "./ed25519/sign";
export {
  ed25519Verify,
  ed25519VerifyBegin,
  ed25519VerifyFinish,
  ed25519VerifyUpdate,
} from "./ed25519/verify";
export { keccakFinal, keccakInit, keccakSqueeze, keccakUpdate } from "./hash/keccak";
export { sha256, sha256Final, sha256Init, sha256Update } from "./hash/sha256";
export { sha256Batch } from "./hash/sha256-batch";
export { sha512, sha512Final, sha512Init, sha512Update } from "./hash/sha512";
export {
  jsonCanonicalize,
  jsonCheck,
  jsonDepthMax,
  jsonFailCode,
  jsonFailOffset,
  jsonHash,
  jsonMembersMax,
  jsonMore,
  jsonObjectsMax,
  jsonOutermostMax,
  jsonSigned,
} from "./json/index";
export {
  layoutArgs,
  layoutArgsBytes,
  layoutCache,
  layoutInput,
  layoutInputBytes,
  layoutOutput,
  layoutOutputBytes,
  layoutSecret,
  layoutSecretBytes,
  layoutStaticEnd,
  layoutWork,
} from "./layout";
export { mlDsa65Keygen } from "./mldsa/keygen";
export { mlDsa65SecretArgs, mlDsa65Wipe } from "./mldsa/params";
export { mlDsa65SignBegin, mlDsa65SignFinish, mlDsa65SignMu, mlDsa65SignUpdate } from "./mldsa/sign";
export {
  mlDsa65Verify,
  mlDsa65VerifyBegin,
  mlDsa65VerifyFinish,
  mlDsa65VerifyUpdate,
} from "./mldsa/verify";
export {
  decodeOurs,
  decodeOursCount,
  decodeSymbols,
  decodeTheirs,
  decodeTheirsCount,
} from "./set/decode";
export {
  diffBegin,
  diffExtra,
  diffFillLocal,
  diffFillRemote,
  diffHasRoom,
  diffLocal,
  diffLocalLeft,
  diffMissing,
  diffRemote,
  diffRemoteLeft,
  diffStep,
  diffTakeExtra,
  diffTakeMissing,
  diffWindowBytesMax,
} from "./set/diff";
export { setFingerprint } from "./set/fingerprint";
export { setHead } from "./set/head";
export { setHeadAfter } from "./set/head-after";
export {
  idSetCopy,
  idSetCountPresent,
  idSetCreate,
  idSetDelete,
  idSetFree,
  idSetInsert,
  idSetLowerBound,
  idSetSize,
  idSetsOpen,
} from "./set/resident";
export {
  residentBegin,
  residentFirst,
  residentFirstBytes,
  residentSecond,
  residentSecondBytes,
  residentStep,
} from "./set/resident-diff";
export { symbolsCopy, symbolsKeep, symbolsMax } from "./set/symbols";
