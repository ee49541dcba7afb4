/** The tarball of `waxwing`, as somebody who installs it sees it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { publint } from "publint";
import { npmPack } from "../../scripts/pack-core.mjs";
import { type Consumer, makeConsumer, repository } from "../support/consumer.js";

interface Manifest {
  exports: Record<string, string | { types: string; browser?: string; default: string }>;
  bin: Record<string, string>;
  version: string;
  scripts: Record<string, string>;
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
    "native",
    "package.json",
  ]);
  t.deepEqual(readdirSync(join(consumer.package, "native")), ["README.md", "prebuilds"]);
});

test("every export and the command are in the tarball", (t) => {
  const targets = Object.values(manifest.exports).flatMap((target) =>
    typeof target === "string" ? [target] : Object.values(target),
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

test("the addon loads from the tarball where there is no compiler, and says where it lies", (t) => {
  const script = `
    import { loadNative, nativeStatus } from "waxwing/native";
    const { loaded } = nativeStatus();
    console.log(JSON.stringify([loaded.source, loaded.path, loadNative().version()]));`;
  const path = consumer.write("native.mjs", script);
  // Neither cargo nor a compiler is on this PATH.
  const output = consumer.run("/usr/bin/env", "-i", "PATH=/nonexistent", process.execPath, path);
  const [source, loaded, version] = JSON.parse(output) as string[];
  t.is(source, "prebuild");
  t.true(loaded!.startsWith(join(consumer.package, "native", "prebuilds")), loaded);
  t.is(version, manifest.version);
});

test("the tarball runs no script when it is installed", (t) => {
  const lifecycle = ["preinstall", "install", "postinstall", "prepare"];
  t.deepEqual(
    lifecycle.filter((name) => name in manifest.scripts),
    [],
  );
});

test("bundlers for browsers get native's names, and the reason", async (t) => {
  const { build } = await import("esbuild");
  const entry = consumer.write(
    "browser.mjs",
    `import { loadNative, nativeStatus } from "waxwing/native";
    let code;
    try { loadNative() } catch (error) { code = error.code }
    console.log(JSON.stringify([code, nativeStatus().tried[0].outcome]));`,
  );
  const outfile = join(consumer.folder, "browser.bundle.mjs");
  await build({ entryPoints: [entry], bundle: true, format: "esm", platform: "browser", outfile });
  const [code, outcome] = JSON.parse(consumer.run(process.execPath, outfile)) as string[];
  t.is(code, "native_unavailable");
  t.is(outcome, "a browser loads no native addons");
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
  // publint takes `exports.x` of a WASM instance for CommonJS: in private imports, and in the bundled core,
  // whose one `export` has no space around it. That they are modules is shown by the import test above.
  const takenForCommonJs = ({ code, path }: (typeof messages)[number]) =>
    path[0] === "imports" || (code === "FILE_INVALID_FORMAT" && path[1] === "./core");
  const faults = messages.filter((message) => message.type !== "suggestion" && !takenForCommonJs(message));
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
