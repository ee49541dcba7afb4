/**
 * Mutations: small damage of the kinds that break decoders. Each takes an input and returns another; a
 * mutant gets a few of them, so that most inputs are nearly right and reach deep code.
 */
import type { SeededRandom } from "waxwing/testing";
import { mutateJson } from "./mutate-json.js";

/** Larger mutants only make a run slower; sizes at the limits belong to unit tests. */
const mutantBytesMax = 64 * 1024;

type Mutation = (input: Uint8Array, random: SeededRandom, material: Material) => Uint8Array;

/** What mutations may borrow from. */
export interface Material {
  readonly corpus: readonly Uint8Array[];
  readonly tokens: readonly Uint8Array[];
}

export function mutate(input: Uint8Array, random: SeededRandom, material: Material): Uint8Array {
  let mutant: Uint8Array = input.slice();
  for (let count = random.integer(1, 5); count > 0; count--) {
    mutant = random.pick(mutations)(mutant, random, material);
  }
  return mutant.length > mutantBytesMax ? mutant.slice(0, mutantBytesMax) : mutant;
}

const flipBit: Mutation = (input, random) => {
  if (input.length === 0) return input;
  const index = random.integer(0, input.length - 1);
  input[index] = input[index]! ^ (1 << random.integer(0, 7));
  return input;
};

const setByte: Mutation = (input, random) => {
  if (input.length === 0) return random.bytes(1);
  input[random.integer(0, input.length - 1)] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.integer(0, 255)]);
  return input;
};

const truncate: Mutation = (input, random) => input.slice(0, random.integer(0, input.length));

const removeRange: Mutation = (input, random) => {
  const [start, end] = range(input.length, random);
  return join(input.subarray(0, start), input.subarray(end));
};

const repeatRange: Mutation = (input, random) => {
  const [start, end] = range(input.length, random);
  const times = random.pick([1, 1, 2, 8]);
  const repeated = Array.from({ length: times }, () => input.subarray(start, end));
  return join(input.subarray(0, end), ...repeated, input.subarray(end));
};

const swapRanges: Mutation = (input, random) => {
  const [start, end] = range(input.length, random);
  const middle = random.integer(start, end);
  return join(
    input.subarray(0, start),
    input.subarray(middle, end),
    input.subarray(start, middle),
    input.subarray(end),
  );
};

const splice: Mutation = (input, random, { corpus }) => {
  const other = random.pick(corpus);
  return join(input.subarray(0, cut(input, random)), other.subarray(cut(other, random)));
};

const insertToken: Mutation = (input, random, { tokens }) =>
  tokens.length === 0 ? flipBit(input, random, noMaterial) : insert(input, random.pick(tokens), random);

const insertInteger: Mutation = (input, random) => insert(input, integerBytes(random), random);

const overwriteInteger: Mutation = (input, random) => {
  const bytes = integerBytes(random);
  if (input.length < bytes.length) return bytes;
  input.set(bytes, random.integer(0, input.length - bytes.length));
  return input;
};

const changeJson: Mutation = (input, random) =>
  mutateJson(input, random) ?? setByte(input, random, noMaterial);

const noMaterial: Material = { corpus: [], tokens: [] };

const mutations: readonly Mutation[] = [
  flipBit,
  setByte,
  truncate,
  removeRange,
  repeatRange,
  swapRanges,
  splice,
  insertToken,
  insertInteger,
  overwriteInteger,
  changeJson,
  changeJson,
];

/** Lengths and counts break at the widths: 0, 127/128, 2^16, 2^31, 2^32, 2^53, 2^64 − 1. */
const integers = [
  0n,
  1n,
  127n,
  128n,
  255n,
  256n,
  65_535n,
  65_536n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
].concat([2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]);

function integerBytes(random: SeededRandom): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  const littleEndian = random.chance(0.5);
  view.setBigUint64(0, random.pick(integers), littleEndian);
  const width = random.pick([1, 2, 4, 8]);
  return new Uint8Array(view.buffer, littleEndian ? 0 : 8 - width, width);
}

function insert(input: Uint8Array, bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const at = cut(input, random);
  return join(input.subarray(0, at), bytes, input.subarray(at));
}

function cut(input: Uint8Array, random: SeededRandom): number {
  return random.integer(0, input.length);
}

function range(length: number, random: SeededRandom): [number, number] {
  const start = random.integer(0, length);
  return [start, Math.min(length, start + random.integer(1, Math.max(1, length >> 2)))];
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
