/**
 * Linear memory after operations with secrets: no part of them is left anywhere, also when the call throws.
 * The scan is shown to find what it looks for while the operation runs.
 */
import { createHash } from "node:crypto";
import test from "ava";
import { wasmBuilds } from "#bindings/wasm/load.js";
import { createMlDsa65 } from "#dist/engine/wasm/ml-dsa.js";
import { bindMlDsaCore } from "../../support/ml-dsa-core.js";

const seed = Uint8Array.from({ length: 32 }, (_, index) => 0x5a ^ (index * 37));
const random = Uint8Array.from({ length: 32 }, (_, index) => 0xc3 ^ (index * 59));
const message = new TextEncoder().encode("leave no trace");
const { secretKey } = (await bindMlDsaCore()).mlDsa65.keygen(seed);

/** 16 bytes are enough to be no coincidence, and catch a secret of which only a part is left. */
function needles(name: string, secret: Uint8Array): [string, Uint8Array][] {
  const pieces: [string, Uint8Array][] = [];
  for (let at = 0; at + 16 <= secret.length; at += 16)
    pieces.push([`${name} bytes ${at} to ${at + 15}`, secret.subarray(at, at + 16)]);
  return pieces;
}

function coefficients(values: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer);
}

/** s1 as 32-bit coefficients, as it lies in memory before it is packed or transformed. */
const s1 = [...secretKey.subarray(128, 128 + 128)].flatMap((byte) => [4 - (byte & 15), 4 - (byte >> 4)]);
const expanded = createHash("shake256", { outputLength: 128 })
  .update(seed)
  .update(Uint8Array.of(6, 5))
  .digest();

const secrets = [
  ...needles("seed", seed),
  ...needles("random", random),
  ...needles("ρ′", expanded.subarray(32, 96)),
  ...needles("K", secretKey.subarray(32, 64)),
  ...needles("s1 and s2", secretKey.subarray(128, 128 + 11 * 128)),
  ...needles("t0", secretKey.subarray(128 + 11 * 128)),
  ...needles("s1 coefficients", coefficients(s1.slice(0, 64))),
];

const cores = await Promise.all(
  wasmBuilds().map(async (build) => ({ build, ...(await bindMlDsaCore(build)) })),
);

for (const { build, linear, exports, mlDsa65 } of cores) {
  const memory = Buffer.from(linear.memory.buffer, linear.memory.byteOffset, linear.memory.length);
  const found = () => secrets.filter(([, needle]) => memory.indexOf(needle) >= 0).map(([name]) => name);
  const secretRegionIsZero = () =>
    memory
      .subarray(linear.secret.start, linear.secret.start + linear.secret.bytes)
      .every((byte) => byte === 0);

  test.serial(`${build}: the scan finds secrets that lie in memory`, (t) => {
    const at = exports.mlDsa65SecretArgs!();
    linear.write(at, seed);
    exports.mlDsa65Keygen!(at, linear.args.start, at + 32);
    const names = found().join("\n");
    for (const part of ["seed", "ρ′", "K", "s1 and s2", "t0", "s1 coefficients"])
      t.true(names.includes(part), part);
    exports.mlDsa65Wipe!();
    t.deepEqual(found(), []);
  });

  test.serial(`${build}: keygen leaves nothing of the seed or the secret key in memory`, (t) => {
    mlDsa65.keygen(seed);
    t.deepEqual(found(), []);
    t.true(secretRegionIsZero());
  });

  test.serial(`${build}: sign leaves nothing of the secret key, the entropy or the mask in memory`, (t) => {
    mlDsa65.sign(message, secretKey, { random });
    t.deepEqual(found(), []);
    t.true(secretRegionIsZero());
  });

  test.serial(`${build}: sign wipes when the core gives up`, (t) => {
    const failing = Object.create(linear, {
      exports: { value: { ...exports, mlDsa65SignFinish: () => 0 } },
    }) as typeof linear;
    t.throws(() => createMlDsa65(failing).sign(message, secretKey, { random }), { name: "InvariantError" });
    t.deepEqual(found(), []);
    t.true(secretRegionIsZero());
  });

  test.serial(`${build}: sign keeps the caller's random and secret key as they were`, (t) => {
    const copies = [random.slice(), secretKey.slice()];
    mlDsa65.sign(message, secretKey, { random });
    t.deepEqual([random, secretKey], copies);
  });
}
