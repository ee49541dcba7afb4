/** Set difference of the reference engine: one merge over two ascending sequences. */
import { compareBytes } from "../../base/bytes.js";
import type { Engine } from "../../contracts/engine.js";
import { checkIds, disorder, idBytes } from "../diff-arguments.js";

export function createReferenceDiff(): Pick<Engine, "diff"> {
  return {
    diff(local, remote) {
      const ours = splitIds(local, "local");
      const theirs = splitIds(remote, "remote");
      const missing: Uint8Array[] = [];
      const extra: Uint8Array[] = [];
      let i = 0;
      let j = 0;
      while (i < ours.length || j < theirs.length) {
        const order = i === ours.length ? 1 : j === theirs.length ? -1 : compareBytes(ours[i]!, theirs[j]!);
        if (order < 0) extra.push(ours[i]!);
        if (order > 0) missing.push(theirs[j]!);
        if (order <= 0) i++;
        if (order >= 0) j++;
      }
      return { missing: joinIds(missing), extra: joinIds(extra) };
    },
  };
}

function splitIds(ids: Uint8Array, title: string): Uint8Array[] {
  checkIds(ids, title);
  const list: Uint8Array[] = [];
  for (let at = 0; at < ids.length; at += idBytes) list.push(ids.subarray(at, at + idBytes));
  const wrong = list.findIndex((id, index) => index > 0 && compareBytes(list[index - 1]!, id) >= 0);
  if (wrong >= 0) throw disorder(title, wrong);
  return list;
}

function joinIds(ids: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(ids.length * idBytes);
  for (const [index, id] of ids.entries()) joined.set(id, index * idBytes);
  return joined;
}
