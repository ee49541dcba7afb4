/** `@waxwing/core`, packed from the same tree: no dependencies, nothing of Node, the same answers. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import test from "ava";
import { importsOf } from "../../scripts/checks/source-text.mjs";
import { layOutCore, npmPack } from "../../scripts/pack-core.mjs";
import { type Consumer, makeConsumer, repository } from "../support/consumer.js";
import { denoNote, findDeno } from "../support/deno.js";

let consumer: Consumer;
test.before(() => {
  const folder = join(repository, ".cache", "packages", "core-layout");
  layOutCore(folder);
  const tarball = npmPack(folder, join(repository, ".cache", "packages", "core"));
  consumer = makeConsumer(tarball, "@waxwing/core", { links: false });
});
test.after.always(() => consumer?.remove());

/** Uses every part of the core, and prints what all of it hashes to. */
const script = `
import { loadCore, WaxwingError } from "@waxwing/core";
const core = await loadCore();
const seed = new Uint8Array(32).fill(7);
const message = new TextEncoder().encode("sealed");
const { publicKey, secretKey } = core.mlDsa65.keygen(seed);
const ed25519 = core.ed25519.sign(message, seed);
const both = new Uint8Array([...message, ...ed25519]);
const signatures = { ed25519, mlDsa65: core.mlDsa65.sign(both, secretKey, { random: false }) };
const publicKeys = { ed25519: core.ed25519.publicKey(seed), mlDsa65: publicKey };
if (!core.hybrid.verify(signatures, message, publicKeys)) throw new Error("does not verify");
try {
  core.canonicalize(new TextEncoder().encode("[1,"));
  throw new Error("not refused");
} catch (error) {
  if (!(error instanceof WaxwingError) || error.code !== "json_syntax") throw error;
}
const hash = core.sha256(signatures.mlDsa65);
console.log(Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join(""));
`;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

test("@waxwing/core has no dependencies and is small", (t) => {
  const manifest = JSON.parse(readFileSync(join(consumer.package, "package.json"), "utf8"));
  t.is(manifest.dependencies, undefined);
  const bytes = filesBelow(consumer.package).reduce((sum, path) => sum + statSync(path).size, 0);
  t.true(bytes < 1_000_000, `${bytes} bytes unpacked`);
});

test("@waxwing/core imports only its own files", (t) => {
  const scripts = filesBelow(consumer.package).filter((path) => path.endsWith(".js"));
  t.deepEqual(scripts.map((path) => basename(path)).sort(), [
    "core.js",
    "core.relaxed.js",
    "core.scalar.js",
    "core.simd.js",
  ]);
  for (const path of scripts)
    for (const { specifier } of importsOf(readFileSync(path, "utf8"))) t.regex(specifier, /^\./, path);
});

test("@waxwing/core runs in Node and agrees with waxwing/core", async (t) => {
  const own = consumer.run(process.execPath, consumer.write("run.mjs", script)).trim();
  const { loadCore } = await import("waxwing/core");
  const core = await loadCore();
  const seed = new Uint8Array(32).fill(7);
  const message = new TextEncoder().encode("sealed");
  const both = new Uint8Array([...message, ...core.ed25519.sign(message, seed)]);
  const signature = core.mlDsa65.sign(both, core.mlDsa65.keygen(seed).secretKey, { random: false });
  t.is(own, Buffer.from(core.sha256(signature)).toString("hex"));
});

test("an error of @waxwing/core is a WaxwingError of waxwing too, and nothing else is", async (t) => {
  const { InvariantError, WaxwingError } = await import("#base/errors.js");
  const own = await import(join(consumer.package, "dist/core.js"));
  t.not(own.WaxwingError, WaxwingError);
  const error = new own.WaxwingError("json_syntax", "unexpected end");
  t.true(error instanceof WaxwingError);
  t.false(error instanceof InvariantError);
  t.false(new Error("unexpected end") instanceof WaxwingError);
  t.false((null as unknown) instanceof WaxwingError);
});

test("@waxwing/core's declarations resolve without DOM or Node types", (t) => {
  consumer.write(
    "consumer.ts",
    'import { loadCore } from "@waxwing/core";\nconst core = await loadCore({ cacheBytes: 0 });\nexport const hash: Uint8Array = core.sha256(new Uint8Array(0));\n',
  );
  const compilerOptions = {
    module: "nodenext",
    target: "es2022",
    lib: ["ES2022"],
    types: [],
    strict: true,
    noEmit: true,
  };
  consumer.write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
  const compiler = join(repository, "node_modules/typescript/bin/tsc");
  t.notThrows(() => consumer.run(process.execPath, compiler, "-p", "."));
});

const deno = findDeno();
(deno ? test : test.skip)(`@waxwing/core runs in Deno without permissions${deno ? "" : denoNote}`, (t) => {
  const path = consumer.write("deno.mjs", script);
  const own = consumer.run(deno!, "run", "--no-prompt", "--node-modules-dir=manual", path).trim();
  t.is(own, consumer.run(process.execPath, path).trim());
});
