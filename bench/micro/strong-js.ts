/** The best that plain JavaScript does here, written by hand: what a careful user would have without us. */

/** RFC 8785 text of what `JSON.parse` returned: native number and string forms, string concatenation, keys sorted only when out of order. */
export function canonicalText(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  if (Array.isArray(value)) {
    let text = "[";
    for (let i = 0; i < value.length; i++)
      text += i === 0 ? canonicalText(value[0]) : `,${canonicalText(value[i])}`;
    return `${text}]`;
  }
  const object = value as Record<string, unknown>;
  const keys = Object.keys(object);
  for (let i = 1; i < keys.length; i++) {
    if (keys[i]! < keys[i - 1]!) {
      keys.sort();
      break;
    }
  }
  let text = "{";
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    text += `${i === 0 ? "" : ","}${JSON.stringify(key)}:${canonicalText(object[key])}`;
  }
  return `${text}}`;
}

/** Ids as big-endian words in one flat array, so that order is that of numbers. Made once, outside the timing. */
export function idWords(ids: Uint8Array): Uint32Array {
  const view = new DataView(ids.buffer, ids.byteOffset, ids.length);
  return Uint32Array.from({ length: ids.length / 4 }, (_, index) => view.getUint32(4 * index));
}

/** Merge of two sorted sets: 32-byte ids in remote only, and in local only. */
export function mergeDiff(
  local: { bytes: Uint8Array; words: Uint32Array },
  remote: { bytes: Uint8Array; words: Uint32Array },
): { missing: Uint8Array; extra: Uint8Array } {
  const [a, b] = [local.words, remote.words];
  const missing: number[] = [];
  const extra: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    let order = a[i]! - b[j]!;
    for (let word = 1; order === 0 && word < 8; word++) order = a[i + word]! - b[j + word]!;
    if (order <= 0) {
      if (order < 0) extra.push(i);
      i += 8;
    }
    if (order >= 0) {
      if (order > 0) missing.push(j);
      j += 8;
    }
  }
  for (; i < a.length; i += 8) extra.push(i);
  for (; j < b.length; j += 8) missing.push(j);
  return { missing: gather(remote.bytes, missing), extra: gather(local.bytes, extra) };
}

function gather(bytes: Uint8Array, positions: readonly number[]): Uint8Array {
  const ids = new Uint8Array(32 * positions.length);
  for (let i = 0; i < positions.length; i++)
    ids.set(bytes.subarray(4 * positions[i]!, 4 * positions[i]! + 32), 32 * i);
  return ids;
}
