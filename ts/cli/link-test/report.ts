/** What a link test found, for people: the progress line on a terminal, and the result. */
import cliProgress from "cli-progress";
import type { LinkTestResult, TestProgress } from "./dialler.js";

export interface ProgressLine extends TestProgress {
  end(): void;
}

const silent: ProgressLine = { step() {}, end() {} };

/** One line on stderr that is written over; nothing where stderr is no terminal. */
export function progressLine(isWanted: boolean): ProgressLine {
  if (!isWanted || !process.stderr.isTTY) return silent;
  const bar = new cliProgress.SingleBar(
    {
      format: "{step} {bar} {percentage}% {note}",
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(100, 0, { step: "reach", note: "waiting for the other end" });
  return {
    step: (step, done, note) => bar.update(Math.round(100 * done), { step: step.padEnd(5), note }),
    end: () => bar.stop(),
  };
}

export function textOf({ type, link, connectMs, ping, load, wire, interrupted }: LinkTestResult): string {
  const { rateBitsPerSecond, mtuBytes, confidential } = link;
  const rate = rateBitsPerSecond === undefined ? "" : `, ${rateBitsPerSecond} bit/s for packets`;
  const times =
    ping.minMs === undefined ? "" : `: min ${ping.minMs} ms, p50 ${ping.p50Ms} ms, p99 ${ping.p99Ms} ms`;
  return [
    `link     ${type}, packets of ${mtuBytes} bytes${rate}, ${confidential ? "encrypted" : "readable"}; reached in ${connectMs} ms`,
    `ping     ${ping.answered} of ${ping.sent} answered, ${ping.lossPercent} % lost, ${ping.bytes} bytes${times}`,
    `load     ${load.framesPerSecond} frames/s of ${load.frameBytes} bytes = ${load.bytesPerSecond} bytes/s for ${load.seconds} s; ${load.framesDelivered} delivered, ${load.framesLost} lost, ${load.framesRefused} refused`,
    `wire     ${load.wireBytesSent} bytes sent for ${load.framesDelivered * load.frameBytes} of load`,
    wire === undefined
      ? "packets  the other end could not be asked any more"
      : `packets  ${wire.packetsSent} sent, ${wire.packetsReceived} received, ${wire.packetsLost} lost, damaged ${wire.packetsDamagedHere} here and ${wire.packetsDamagedThere} there`,
    ...(interrupted ? ["stopped before the end"] : []),
  ].join("\n");
}
