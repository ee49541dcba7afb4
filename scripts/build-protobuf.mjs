/**
 * Makes the modules of bindings/protobuf/<plane>/generated from the .proto files beside them, with the
 * generator of scripts/protobuf (installed there at its first use). They are committed, so that installing
 * and building needs no generator; `--check` says which differs from its .proto and writes nothing.
 *
 *   node scripts/build-protobuf.mjs [--check]
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { isMain, root, runOrExit } from "./run.mjs";

const tools = join(root, "scripts", "protobuf");
const sources = join(root, "bindings", "protobuf");

/** Options of protobufjs static modules that take messages to bytes and back, and nothing else. */
const options = ["--no-verify", "--no-delimited", "--no-typeurl", "--no-convert", "--no-service", "--dts"];

function generate(protoFile, target) {
  const pbjs = join(tools, "node_modules", "protobufjs-cli", "bin", "pbjs");
  if (!existsSync(pbjs)) {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    runOrExit(npm, ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", tools]);
  }
  runOrExit(process.execPath, [
    pbjs,
    "-t",
    "static-module",
    "-w",
    "esm",
    ...options,
    "-o",
    target,
    protoFile,
  ]);
}

/** What a .proto file becomes: path → text. */
function generated(protoFile) {
  const folder = mkdtempSync(join(tmpdir(), "waxwing-protobuf-"));
  const name = basename(protoFile, ".proto");
  try {
    generate(protoFile, join(folder, `${name}.js`));
    const target = join(dirname(protoFile), "generated");
    return Object.fromEntries(
      [".js", ".d.ts"].map((ending) => [
        join(target, name + ending),
        readFileSync(join(folder, name + ending), "utf8"),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (isMain(import.meta.url)) {
  const isCheck = process.argv.includes("--check");
  const protoFiles = readdirSync(sources, { recursive: true }).filter((path) => path.endsWith(".proto"));
  const stale = [];
  for (const protoFile of protoFiles) {
    for (const [path, text] of Object.entries(generated(join(sources, protoFile)))) {
      if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
      stale.push(path);
      if (!isCheck) writeFileSync(path, text);
    }
  }
  for (const path of isCheck ? stale : []) console.error(`${path} is not what its .proto says`);
  console.log(`protobuf: ${protoFiles.length} files, ${stale.length} ${isCheck ? "stale" : "written"}`);
  if (isCheck && stale.length > 0) process.exit(1);
}
