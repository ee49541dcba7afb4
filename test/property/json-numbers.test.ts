/**
 * Numbers of the JCS form against `Number` and `JSON.stringify`, which are exact: every exponent, the edges
 * of powers of two and ten, subnormals, ties, long tails, and random bit patterns.
 * `WAXWING_NUMBER_RUNS=5000000` looks at more random doubles.
 */
import test, { type ExecutionContext } from "ava";
import { SeededRandom } from "waxwing/testing";
import { allCores } from "../support/engines.js";
import { seedsToRun } from "../support/seeds.js";

const cores = await allCores({ cacheBytes: 0 });
const utf8 = new TextEncoder();
const randomDoubles = Number(process.env.WAXWING_NUMBER_RUNS || 200_000);

/** One array of all tokens, so that a crossing is paid once; the first token that differs is named. */
function assertPrinted(t: ExecutionContext, tokens: readonly string[]): void {
  const expected = tokens.map((token) => JSON.stringify(Number(token)));
  const text = utf8.encode(`[${tokens.join(", ")}]`); // the spaces keep the text from being passed through
  const canonical = utf8.encode(`[${expected.join(",")}]`);
  for (const core of cores) {
    const printed = Buffer.from(core.canonicalize(text)).toString().slice(1, -1).split(",");
    const wrong = tokens.findIndex((_, index) => printed[index] !== expected[index]);
    const failure = wrong < 0 ? "" : `${tokens[wrong]} became ${printed[wrong]}`;
    t.is(failure, "", core.features.engine);
    t.is(printed.length, tokens.length);
    t.deepEqual(core.canonicalize(canonical), canonical, "what is canonical stays as it is");
  }
}

const view = new DataView(new ArrayBuffer(8));

function fromBits(bits: bigint): number {
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

function toBits(value: number): bigint {
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/** The texts under which a double may arrive: shortest, 17 digits, more than 19 digits, exponent form. */
function textsOf(value: number): string[] {
  return [String(value), value.toPrecision(17), value.toPrecision(22), value.toExponential(16)];
}

/** The exact decimal of (2m + 1) · 2^(e−1), halfway between a double and the next one, and its neighbours. */
function tieTexts(bits: bigint): string[] {
  const biased = Number(bits >> 52n);
  const fraction = bits & 0xfffffffffffffn;
  const significand = biased === 0 ? fraction : fraction | (1n << 52n);
  const exponent = (biased === 0 ? 1 : biased) - 1076;
  const odd = 2n * significand + 1n;
  // An integer D and a power of ten: D · 10^tens.
  const digits = exponent >= 0 ? odd << BigInt(exponent) : odd * 5n ** BigInt(-exponent);
  const tens = Math.min(exponent, 0);
  return [
    `${digits}e${tens}`,
    `${digits}0000000001e${tens - 10}`,
    `${digits - 1n}9999999999e${tens - 10}`,
    `-${digits}.000e${tens}`,
  ];
}

const finite = (texts: string[]) => texts.filter((text) => Number.isFinite(Number(text)));

test("canonicalize() prints every exponent with the significands at its edges", (t) => {
  const tokens: string[] = [];
  for (let exponent = 0n; exponent < 2047n; exponent++)
    for (const fraction of [0n, 1n, 2n, 0x8000000000000n, 0xffffffffffffen, 0xfffffffffffffn])
      tokens.push(...textsOf(fromBits((exponent << 52n) | fraction)));
  assertPrinted(t, tokens);
});

test("canonicalize() prints powers of ten and of two with their neighbours", (t) => {
  const tokens: string[] = [];
  const centres = [
    ...Array.from({ length: 633 }, (_, index) => Number(`1e${index - 324}`)),
    ...Array.from({ length: 2098 }, (_, index) => 2 ** (index - 1074)),
  ];
  for (const centre of centres.filter((value) => value > 0 && Number.isFinite(value)))
    for (let step = -3n; step <= 3n; step++) {
      const value = fromBits(toBits(centre) + step);
      if (Number.isFinite(value)) tokens.push(...textsOf(value), ...textsOf(-value));
    }
  assertPrinted(t, tokens);
});

test("canonicalize() prints powers of ten in every notation, within range and below it", (t) => {
  const tokens: string[] = [];
  for (let power = -360; power <= 308; power++)
    tokens.push(
      `1e${power}`,
      `1E+0${Math.abs(power) % 10}`,
      `0.0001e${power}`,
      `-9.999999999999999e${power - 1}`,
    );
  for (let power = 0; power <= 300; power++)
    tokens.push(
      `1${"0".repeat(power)}`,
      `0.${"0".repeat(power)}1`,
      `12345678901234567${"0".repeat(power)}.5`,
    );
  assertPrinted(t, finite(tokens));
});

test("canonicalize() prints subnormals", (t) => {
  const random = new SeededRandom("subnormals");
  const tokens = [1n, 2n, 3n, 10n, 0xfffffffffffffn].map(fromBits).flatMap(textsOf);
  for (let width = 1; width <= 52; width++)
    for (let i = 0; i < 50; i++)
      tokens.push(...textsOf(fromBits(randomBits(random) & ((1n << BigInt(width)) - 1n))));
  assertPrinted(t, tokens);
});

test("canonicalize() rounds ties to even, and everything beside a tie to its side", (t) => {
  const random = new SeededRandom("ties");
  const tokens: string[] = [];
  for (let exponent = 0n; exponent < 2046n; exponent += 3n)
    for (const fraction of [0n, 1n, 0xfffffffffffffn, randomBits(random) & 0xfffffffffffffn])
      tokens.push(...tieTexts((exponent << 52n) | fraction));
  assertPrinted(t, finite(tokens));
});

test("canonicalize() reads decimals of 15 to 25 digits and long tails as Number() does", (t) => {
  const random = new SeededRandom("decimals");
  const digits = (count: number) => Array.from({ length: count }, () => random.integer(0, 9)).join("");
  const tokens = ["0.1", "1e23", "9007199254740993", "2.2250738585072011e-308", `1${"0".repeat(300)}`];
  for (let i = 0; i < 20_000; i++) {
    const lead = random.integer(1, 9);
    const exponent = random.integer(-330, 290);
    tokens.push(
      `${lead}${digits(random.integer(14, 24))}e${exponent}`,
      `${lead}.${digits(random.integer(14, 24))}`,
    );
  }
  for (let i = 0; i < 300; i++)
    tokens.push(`0.${digits(random.integer(100, 1200))}`, `${digits(1)}.5${"0".repeat(900)}1`);
  assertPrinted(
    t,
    finite(tokens).map((token) => token.replace(/^0+(?=\d)/, "")),
  );
});

test("canonicalize() reads halves of integers about 2^53 to 2^64 as Number() does", (t) => {
  const tokens: string[] = [];
  for (let power = 52n; power <= 64n; power++)
    for (let step = -5n; step <= 5n; step++)
      tokens.push(
        `${2n ** power + step}`,
        `${2n ** power + step}.5`,
        `-${2n ** power + step}.50000000000000000001`,
      );
  assertPrinted(t, tokens);
});

function randomBits(random: SeededRandom): bigint {
  return (BigInt(random.uint32()) << 32n) | BigInt(random.uint32());
}

for (const seed of seedsToRun(1))
  test(`canonicalize() prints random doubles (WAXWING_SEED=${seed})`, (t) => {
    const random = new SeededRandom(`doubles/${seed}`);
    for (let done = 0; done < randomDoubles; done += 10_000) {
      const tokens: string[] = [];
      for (let i = 0; i < 10_000; i++) {
        view.setUint32(0, random.uint32());
        view.setUint32(4, random.uint32());
        const value = view.getFloat64(0);
        if (Number.isFinite(value)) tokens.push(i % 4 === 0 ? value.toPrecision(20) : String(value));
      }
      assertPrinted(t, tokens);
    }
  });
