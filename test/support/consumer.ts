/**
 * A project that has installed a tarball, as far as resolution can tell: the tarball unpacked into its
 * node_modules, and the dependencies of this repository linked beside it.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

export interface Consumer {
  readonly folder: string;
  /** Where the package lies. */
  readonly package: string;
  write(path: string, text: string): string;
  /** Runs a program in the folder; throws with its output when it fails. */
  run(program: string, ...args: string[]): string;
  remove(): void;
}

export function makeConsumer(tarball: string, name: string, options: { links: boolean }): Consumer {
  const folder = mkdtempSync(join(tmpdir(), "waxwing-consumer-"));
  const installed = join(folder, "node_modules", name);
  mkdirSync(dirname(installed), { recursive: true });
  const consumer: Consumer = {
    folder,
    package: installed,
    write(path, text) {
      writeFileSync(join(folder, path), text);
      return join(folder, path);
    },
    run(program, ...args) {
      const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
      if (status !== 0)
        throw new Error(`${program} ${args.join(" ")} failed: ${error ?? ""}\n${stdout}\n${stderr}`);
      return stdout;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  consumer.run("tar", "-xzf", tarball);
  renameSync(join(folder, "package"), installed);
  if (options.links) linkDependencies(join(folder, "node_modules"));
  consumer.write("package.json", '{ "name": "consumer", "private": true, "type": "module" }\n');
  return consumer;
}

function linkDependencies(modules: string): void {
  const source = join(repository, "node_modules");
  for (const name of readdirSync(source)) {
    if (name.startsWith(".") || name === "waxwing") continue;
    symlinkSync(join(source, name), join(modules, name), "junction");
  }
}
