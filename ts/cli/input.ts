/** Where commands read from: files by name, `-` for standard input. */
import { readFile } from "node:fs/promises";
import { WaxwingError } from "../base/index.js";

export async function readInput(path: string): Promise<Uint8Array> {
  if (path !== "-") {
    try {
      return await readFile(path);
    } catch (cause) {
      throw new WaxwingError("usage", `cannot read ${path}: ${(cause as Error).message}`, {
        cause,
        detail: { path },
      });
    }
  }
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
