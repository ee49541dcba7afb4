/** Whether the tracer would notice: code that leaks in each way there is, and signing with leaks put into it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { compileCore } from "../../scripts/build-wasm.mjs";
import { repository } from "../support/consumer.js";
import { Tracer } from "./trace.js";
import { traceCore } from "./traced-core.js";

/** Each answers something about the secret at `at`; the second column is the site that must differ, or none. */
const leaks: readonly (readonly [name: string, kind: string | undefined, body: string])[] = [
  ["readsAtSecret", "address", "return <i32>load<u8>(256 + <usize>load<u8>(at));"],
  ["writesAtSecret", "address", "store<i64>(512 + <usize>load<u8>(at), 7); return 0;"],
  ["readsVectorAtSecret", "address", "return i32x4.extract_lane(v128.load(256 + <usize>load<u8>(at)), 1);"],
  ["writesLaneAtSecret", "address", "v128.store_lane<u16>(<usize>load<u8>(at), v128.load(at), 1); return 0;"],
  ["copiesSecretLength", "address", "memory.copy(512, 256, <usize>load<u8>(at)); return 0;"],
  ["fillsSecretPlace", "address", "memory.fill(512 + <usize>load<u8>(at), 1, 3); return 0;"],
  ["branches", "branch", "if (load<u8>(at) > 99) { store<u8>(700, 1); note(3); } return 0;"],
  [
    "endsLoopEarly",
    "branch",
    "let i = 0; while (i < 8 && load<u8>(at + i) == 5) { note(i); i++; } return i;",
  ],
  ["selects", "branch", "return select<i32>(3, 4, load<u8>(at) > 99);"],
  [
    "switches",
    "switch",
    "switch (load<u8>(at) & 7) { case 0: return note(9); case 1: return note(8); case 2: return note(7); case 3: return note(6); case 4: return note(5); case 5: return note(4); default: return note(3); }",
  ],
  ["divides", "divide", "return 1_000_003 / (<i32>load<u8>(at) + 1);"],
  ["takesRemainder64", "divide", "return <i32>(<u64>1_000_000_007 % (load<u64>(at) + 1));"],
  ["computes", undefined, "return (<i32>load<u8>(at) * 3) ^ (-(<i32>(load<u8>(at) > 99)) & 0x55);"],
  [
    "readsAll",
    undefined,
    "let sum = 0; for (let i = 0; i < 8; i++) sum += <i32>load<u8>(at + i); return sum;",
  ],
];

const leaky = [
  "let noted = 0;\n// @ts-ignore: decorator\n@inline function note(value: i32): i32 { noted = noted * 3 + value; store<i32>(900, noted); return value; }",
  ...leaks.map(([name, , body]) => `export function ${name}(at: usize): i32 { ${body} }`),
  "export function reset(): void { noted = 0; }",
].join("\n");

test("each way to leak is found, and code that does not leak is not blamed", async (t) => {
  t.timeout(300_000);
  const { wasm, map } = await compileCore("simd", new Map([["assembly/index.ts", leaky]]));
  const tracer = new Tracer(wasm, map);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const module = new WebAssembly.Module(tracer.module);
  const { exports } = new WebAssembly.Instance(module, { env: { memory, trace: tracer.record } });
  const call = exports as unknown as Record<string, (at: number) => number>;
  const bytes = new Uint8Array(memory.buffer);
  for (const [name, kind] of leaks) {
    const [one, other] = [
      [5, 5, 1, 1, 1, 1, 1, 1],
      [100, 5, 1, 1, 1, 1, 1, 1],
    ].map((secret) => {
      call.reset!(0);
      bytes.set(secret, 1024);
      return tracer.run(() => call[name]!(1024));
    });
    t.deepEqual(tracer.differences(one!, one!), []);
    const found = tracer.differences(one!, other!);
    if (kind === undefined) t.deepEqual(found, [], name);
    else
      t.true(
        found.some((place) => place.endsWith(` ${kind}`)),
        `${name}: ${found}`,
      );
  }
});

/** Leaks as careless code would have them, put into the sources: file, what stands there, what instead. */
const mutants = [
  {
    file: "assembly/ed25519/multiply.ts",
    stands:
      "    for (let part: usize = 0; part < NIELS_BYTES; part += FE_BYTES) feMove(chosen + part, row + part, equal);\n",
    instead: "    if (equal) memory.copy(chosen, row, NIELS_BYTES);\n",
    kind: "branch",
  },
  {
    file: "assembly/ed25519/scalar.ts",
    stands: "  const carry = get(limbs, i) >> 21;\n",
    instead: "  const carry = get(limbs, i) / 2097153;\n",
    kind: "divide",
  },
  {
    file: "assembly/mldsa/poly.ts",
    stands: "    for (let p = vector; p < end; p += 4) tooLarge |= bound - 1 - absolute(load<i32>(p));\n",
    instead: "    for (let p = vector; p < end; p += 4) if (absolute(load<i32>(p)) >= bound) return false;\n",
    kind: "branch",
  },
  {
    file: "assembly/mldsa/pack.ts",
    stands: "    store<i32>(poly + 8 * i, ETA - (byte & 15));\n",
    instead: "    store<i32>(poly + 8 * i, ETA - <i32>load<u8>(600_000 + <usize>(byte & 15)));\n",
    kind: "address",
  },
];

test("leaks put into signing are found where they were put", async (t) => {
  t.timeout(300_000);
  const replaced = new Map<string, string>();
  for (const { file, stands, instead } of mutants) {
    const source = replaced.get(file) ?? readFileSync(join(repository, file), "utf8");
    t.is(source.split(stands).length, 2, `${file} has changed: this control needs a new place`);
    replaced.set(
      file,
      source.replace(stands, () => instead),
    );
  }
  const { wasm, map } = await compileCore("scalar", replaced);
  const { tracer, linear, ed25519, mlDsa65 } = traceCore(wasm, map);
  linear.write(
    600_000,
    Uint8Array.from({ length: 16 }, (_, index) => index),
  );
  const message = new TextEncoder().encode("careless");
  const seeds = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
  const keys = seeds.map((seed) => mlDsa65.keygen(seed).secretKey);
  const sign = (index: number) => {
    ed25519.sign(message, seeds[index]!);
    linear.write(
      600_000,
      Uint8Array.from({ length: 16 }, (_, value) => value),
    );
    mlDsa65.sign(message, keys[index]!, { random: false });
  };
  sign(0);
  const traces = seeds.map((_, index) => tracer.run(() => sign(index)));
  const found = traces.flatMap((trace) => tracer.differences(traces[0]!, trace));
  for (const { file, instead, kind } of mutants) {
    const source = replaced.get(file)!;
    const line = source.slice(0, source.indexOf(instead)).split("\n").length;
    t.true(found.includes(`${file}:${line} ${kind}`), `${file}:${line} ${kind}: ${found.length} others`);
  }
});
