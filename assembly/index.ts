/** Everything the WASM core exports: few and coarse, one crossing per envelope or batch. */
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
