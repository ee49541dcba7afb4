/** Progress of the demo: bars on a terminal, plain lines elsewhere, nothing but notes with `--json`. */
import cliProgress from "cli-progress";
import { note } from "../output.js";

export interface Bar {
  update(value: number): void;
  done(): void;
}

/** `title` is padded by the caller; `total` may be reached more than once. */
export function progressBar(title: string, total: number): Bar {
  if (!process.stderr.isTTY) {
    let last = -1;
    return {
      update(value) {
        const tenth = Math.floor((10 * value) / Math.max(total, 1));
        if (tenth === last) return;
        last = tenth;
        note(`${title} ${value}/${total}`);
      },
      done() {},
    };
  }
  const bar = new cliProgress.SingleBar(
    {
      format: `${title} {bar} {value}/{total}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: false,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0);
  return { update: (value) => bar.update(value), done: () => bar.stop() };
}
