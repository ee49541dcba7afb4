/** What this process has open and takes, for tests that hold it to giving everything back (Linux). */
import { readdirSync, readFileSync } from "node:fs";
import { eventually } from "./eventually.js";

export interface Held {
  readonly descriptors: number;
  readonly threads: number;
}

const entries = (folder: string) => readdirSync(`/proc/self/${folder}`).length;

export const held = (): Held => ({ descriptors: entries("fd"), threads: entries("task") });

/** Resolves when no more is open than `before`: the last thread tells of its end just before it is gone. */
export const noMoreThan = (before: Held): Promise<void> =>
  eventually(`no more open than ${JSON.stringify(before)}`, () => {
    const now = held();
    return now.descriptors <= before.descriptors && now.threads <= before.threads;
  });

export function residentKiB(): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}
