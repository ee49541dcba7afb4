/** Where in assembly/ an offset of the binary comes from, by the compiler's source map. */

export interface SourcePlace {
  /** `assembly/ed25519/multiply.ts`. */
  readonly file: string;
  readonly line: number;
}

interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

/** One function of the sources: `{ file: "assembly/mldsa/sample.ts", name: "sampleInBall" }`. */
export interface SourceFunction {
  readonly file: string;
  readonly name: string;
}

/**
 * Offset → place. The map of a binary has one line; its columns are offsets. Code that the compiler made of its
 * own accord (the jumps of a loop) has no place; it takes that of the code before it.
 */
export function sourcePlaces(map: SourceMap): (offset: number) => SourcePlace | undefined {
  const offsets: number[] = [];
  const places: SourcePlace[] = [];
  let [offset, source, line] = [0, 0, 0];
  for (const segment of map.mappings.split(",")) {
    const [offsetStep, sourceStep, lineStep] = decodeVlq(segment);
    offset += offsetStep!;
    if (sourceStep === undefined) continue;
    offsets.push(offset);
    source += sourceStep;
    line += lineStep!;
    places.push({ file: map.sources[source]!, line: line + 1 });
  }
  return (wanted) => {
    let [low, high] = [0, offsets.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (offsets[middle]! <= wanted) low = middle + 1;
      else high = middle;
    }
    return places[low - 1];
  };
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function decodeVlq(text: string): number[] {
  const values: number[] = [];
  let [value, shift] = [0, 0];
  for (const character of text) {
    const digit = digits.indexOf(character);
    value += (digit & 31) * 2 ** shift;
    shift += 5;
    if (digit & 32) continue;
    values.push(value % 2 === 1 ? -(value - 1) / 2 : value / 2);
    [value, shift] = [0, 0];
  }
  return values;
}

/** First and last line of a function at the top level of `source`. Throws where there is none: a list must not rot. */
export function functionLines(source: string, name: string): readonly [first: number, last: number] {
  const lines = source.split("\n");
  const start = new RegExp(`^(?:@inline )?(?:export )?function ${name}\\(`);
  const first = lines.findIndex((line) => start.test(line));
  const last = lines.findIndex((line, index) => index >= first && line.startsWith("}"));
  if (first < 0 || last < 0) throw new RangeError(`no function ${name}`);
  return [first + 1, last + 1];
}
