/** The tarball of `waxwing`, as somebody who installs it sees it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { publint } from "publint";
import { npmPack } from "../../scripts/pack-core.mjs";
import { type Consumer, makeConsumer, repository } from "../support/consumer.js";

interface Manifest {
  exports: Record<string, string | { types: string; default: string }>;
  bin: Record<string, string>;
  dependencies: Record<string, string>;
}

const manifest: Manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
const modules = Object.entries(manifest.exports)
  .filter(([, target]) => typeof target === "object")
  .map(([subpath]) => join("waxwing", subpath));

let consumer: Consumer;
let tarball: string;
test.before(() => {
  tarball = npmPack(repository, join(repository, ".cache", "packages", "whole"));
  consumer = makeConsumer(tarball, "waxwing", { links: true });
});
test.after.always(() => consumer?.remove());

test("the tarball holds the build, the licences and the pages it names, and nothing else", (t) => {
  const top = readdirSync(consumer.package).sort();
  t.deepEqual(top, [
    "CHANGELOG.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "dist",
    "package.json",
  ]);
});

test("every export and the command are in the tarball", (t) => {
  const targets = Object.values(manifest.exports).flatMap((target) =>
    typeof target === "string" ? [target] : [target.types, target.default],
  );
  for (const path of [...targets, ...Object.values(manifest.bin)])
    t.true(existsSync(join(consumer.package, path)), path);
});

test("every sub-path imports in Node and exports something", (t) => {
  const script = `
    for (const name of ${JSON.stringify(modules)}) {
      const exported = Object.keys(await import(name));
      if (exported.length === 0) throw new Error(name + " exports nothing");
    }
    const { loadCore } = await import("waxwing/core");
    console.log(Buffer.from((await loadCore()).sha256(new Uint8Array(0))).toString("hex"));
    process.exit(0);`;
  const path = consumer.write("imports.mjs", script);
  const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  t.is(consumer.run(process.execPath, path).trim(), empty);
});

test("the declarations of every sub-path resolve for a strict consumer", (t) => {
  const lines = modules.map((name, index) => `import * as m${index} from "${name}";`);
  const uses = modules.map((_, index) => `m${index}`).join(", ");
  consumer.write(
    "consumer.ts",
    `${lines.join("\n")}
    import { type Engine, loadCore } from "waxwing/core";
    const core: Engine = await loadCore();
    const hash: Uint8Array = core.sha256(new Uint8Array(0));
    // @ts-expect-error a number is no message
    core.sha256(1);
    console.log([${uses}].length, hash);\n`,
  );
  const compilerOptions = {
    module: "nodenext",
    target: "es2022",
    lib: ["ES2023", "DOM", "DOM.AsyncIterable", "ESNext.Disposable"],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  consumer.write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
  const compiler = join(repository, "node_modules/typescript/bin/tsc");
  t.notThrows(() => consumer.run(process.execPath, compiler, "-p", "."));
});

test("publint finds no fault in the package", async (t) => {
  const { messages } = await publint({ pkgDir: consumer.package, strict: true });
  // Private imports are left out: publint takes `exports.x` of a WASM instance for CommonJS.
  const faults = messages.filter(({ type, path }) => type !== "suggestion" && path[0] !== "imports");
  t.deepEqual(faults, []);
});

test("arethetypeswrong finds every sub-path typed for Node and for bundlers", (t) => {
  const tool = join(repository, "node_modules/@arethetypeswrong/cli/dist/index.js");
  const options = [
    "--profile",
    "esm-only",
    "--exclude-entrypoints",
    "core.wasm",
    "core.simd.wasm",
    "core.relaxed.wasm",
    "--format",
    "ascii",
  ];
  t.notThrows(() => consumer.run(process.execPath, tool, tarball, ...options));
});
