/** Everything the WASM core exports: few and coarse, one crossing per envelope or batch. */
export { sha256, sha256Batch, sha256Final, sha256Init, sha256Update } from "./hash/sha256";
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
