/** Counts against those recorded. */

export interface CountRow {
  readonly id: string;
  readonly build: string;
  readonly value: number;
}

/** Counts move by a per cent with the release of Node; a compiler of another generation may move them further. */
const growthMax = 1.25;

/** One sentence a count that is a quarter above the recorded one, or that is not recorded. */
export function grownCounts(rows: readonly CountRow[], recorded: readonly CountRow[]): string[] {
  return rows.flatMap(({ id, build, value }) => {
    const before = recorded.find((row) => row.id === id && row.build === build)?.value;
    if (before === undefined) return [`${id}, ${build}: not recorded`];
    const growth = value / before;
    return growth > growthMax ? [`${id}, ${build}: ${growth.toFixed(2)} times the recorded count`] : [];
  });
}
