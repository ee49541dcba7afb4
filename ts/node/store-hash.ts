/**
 * One hash over everything a store holds: SHA-256 of the byte-sorted lines
 * `<kind token> <hex wire id> <hex SHA-256(bytes)>\n`. Equal on nodes that hold the same records in the same form.
 */
import { hexEncode, limits, utf8Encode } from "../base/index.js";
import type { Engine, Store } from "../contracts/index.js";

export async function storeHash(
  store: Store,
  engine: Pick<Engine, "sha256">,
): Promise<{ records: number; hash: string }> {
  const lines: string[] = [];
  for (const kind of await store.kinds()) {
    for (let after = 0; ; ) {
      const page = await store.list(kind, { after, limit: limits.listPageMax });
      for (const { hash, bytes } of page)
        lines.push(`${kind} ${hexEncode(hash)} ${hexEncode(engine.sha256(bytes))}\n`);
      if (page.length < limits.listPageMax) break;
      after = page.at(-1)!.position;
    }
  }
  // Tokens and hex digits are ASCII, so the order of UTF-16 units is the order of bytes.
  lines.sort();
  return { records: lines.length, hash: hexEncode(engine.sha256(utf8Encode(lines.join("")))) };
}
