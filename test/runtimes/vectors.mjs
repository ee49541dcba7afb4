/**
 * The core's vectors in the runtime that runs this file, on every build that it validates: no test framework
 * and no dependency, so that an ARM Node under qemu runs it too. `test/vectors` asks the same and more of the
 * runtimes that ava runs on. Ends with `N passed, N failed, N skipped`.
 *
 *   node test/runtimes/vectors.mjs
 *
 * Third-party vectors are read from ../shared/vectors beside the checkout, or from WAXWING_VECTORS.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadCore } from "waxwing/core";
import { wasmBuilds } from "#bindings/wasm/load.js";
import { check, finish, same, skip } from "./report.mjs";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const thirdParty = resolve(process.env.WAXWING_VECTORS ?? join(repository, "..", "shared", "vectors"));

const text = (value) => new TextEncoder().encode(value);
const bytes = (hex) => new Uint8Array(Buffer.from(hex, "hex"));
const hex = (data) => Buffer.from(data).toString("hex");
const show = (data) => Buffer.from(data).toString();

/** FIPS 180-4, examples of the standard: one block, two blocks, a million bytes. */
const digests = [
  {
    message: text("abc"),
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    sha512:
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  },
  {
    message: text(
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
    ),
    sha256: "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
    sha512:
      "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
  },
  {
    message: new Uint8Array(1_000_000).fill(0x61),
    sha256: "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    sha512:
      "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b",
  },
];

const builds = wasmBuilds();
console.log(`${process.arch}, ${process.version}, builds ${builds.join(", ")}`);
for (const build of builds) {
  const core = await loadCore({ build });
  same(core.features.engine, `wasm-${build}`);
  await checkHashes(build, core);
  await checkJson(build, core);
  await checkEd25519(build, core);
  await checkMlDsa65(build, core);
}
finish();

async function checkHashes(build, core) {
  await check(`${build}: SHA-256 and SHA-512 of FIPS 180-4's examples, alone and in a batch`, () => {
    for (const { message, sha256, sha512 } of digests) {
      same(hex(core.sha256(message)), sha256);
      same(hex(core.sha512(message)), sha512);
    }
    const batch = core.sha256Batch(digests.map(({ message }) => message));
    same(batch.map(hex).join(), digests.map(({ sha256 }) => sha256).join());
  });
}

async function checkJson(build, core) {
  await check(`${build}: accepted JSON has its RFC 8785 and its Python form`, () => {
    for (const { name, text: json, jcs, python } of own("json-accepted.json").cases) {
      is(show(core.canonicalize(text(json))), jcs, name);
      is(show(core.canonicalizePython(text(json))), python, name);
    }
  });
  await check(`${build}: hostile JSON is refused with the code and byte of its row`, () => {
    for (const { name, text: json, hex: raw, code, offset, only } of own("json-hostile.json").cases) {
      const canonicalize = only === "python" ? core.canonicalizePython : core.canonicalize;
      const error = thrown(() => canonicalize(json === undefined ? bytes(raw) : text(json)));
      is(`${error?.code} at ${error?.detail?.offset}`, `${code} at ${offset}`, name);
    }
  });
  await checkThirdParty(`${build}: the pairs of cyberphone/json-canonicalization`, "jcs", (path) => {
    for (const file of readdirSync(join(path, "input"))) {
      const input = new Uint8Array(readFileSync(join(path, "input", file)));
      is(show(core.canonicalize(input)), readFileSync(join(path, "output", file), "utf8"), file);
    }
  });
}

async function checkEd25519(build, core) {
  await check(`${build}: crafted Ed25519 signatures have the strict verdict, alone and in a batch`, () => {
    const cases = own("ed25519-strict.json").map((vector) => ({ ...vector, item: ed25519Item(vector) }));
    for (const { name, strict, item } of cases.filter(({ item }) => item.publicKey.length === 32))
      is(core.ed25519.verify(item.signature, item.message, item.publicKey), strict, name);
    const verdicts = core.verifyBatch(cases.map(({ item }) => item));
    same([...verdicts].join(), cases.map(({ strict }) => Number(strict)).join());
  });
  await checkThirdParty(`${build}: Wycheproof's Ed25519 verdicts`, "wycheproof/ed25519_test.json", (path) => {
    for (const { publicKey, tests } of readJson(path).testGroups)
      for (const { tcId, msg, sig, result } of tests)
        is(
          core.ed25519.verify(bytes(sig), bytes(msg), bytes(publicKey.pk)),
          result === "valid",
          `tcId ${tcId}`,
        );
  });
}

async function checkMlDsa65(build, core) {
  const verifying = "wycheproof/mldsa_65_verify_test.json";
  await checkThirdParty(`${build}: Wycheproof's ML-DSA-65 verdicts`, verifying, (path) => {
    for (const { publicKey, tests } of readJson(path).testGroups)
      for (const { tcId, msg, sig, ctx, result } of tests) {
        const options = ctx === undefined ? {} : { context: bytes(ctx) };
        let valid = false;
        const error = thrown(() => {
          valid = core.mlDsa65.verify(bytes(sig), bytes(msg), bytes(publicKey), options);
        });
        // A key or context of a wrong length is a mistake of the caller, and invalid to Wycheproof.
        if (error !== undefined && !(error instanceof RangeError)) throw error;
        is(valid, result === "valid", `tcId ${tcId}`);
      }
  });
  const signing = "wycheproof/mldsa_65_sign_seed_test.json";
  await checkThirdParty(`${build}: Wycheproof's ML-DSA-65 signatures, byte for byte`, signing, (path) => {
    let signed = 0;
    // Those with a ready μ need more than the public interface; test/vectors has them.
    for (const { privateSeed, tests } of readJson(path).testGroups)
      for (const { tcId, msg, sig, ctx, rnd, result } of tests.filter(({ msg }) => msg !== undefined)) {
        if (result !== "valid") continue;
        const { secretKey } = core.mlDsa65.keygen(bytes(privateSeed));
        const options = { random: rnd === undefined ? false : bytes(rnd), context: bytes(ctx ?? "") };
        is(hex(core.mlDsa65.sign(bytes(msg), secretKey, options)), sig, `tcId ${tcId}`);
        signed++;
      }
    same(signed > 0, true);
  });
}

async function checkThirdParty(claim, relativePath, run) {
  const path = join(thirdParty, relativePath);
  if (existsSync(path)) await check(claim, () => run(path));
  else skip(claim, `needs ${relativePath}: set WAXWING_VECTORS to the vectors folder`);
}

function ed25519Item({ signature, message, publicKey }) {
  return {
    algorithm: "ed25519",
    signature: bytes(signature),
    message: bytes(message),
    publicKey: bytes(publicKey),
  };
}

function own(file) {
  return readJson(join(repository, "test", "vectors", file));
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

function is(got, expected, title) {
  if (got !== expected) throw new Error(`${title}: expected ${expected}, got ${got}`);
}

function thrown(run) {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}
