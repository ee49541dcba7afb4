/** How a simulation fails: what went wrong, when, the seed, the last events, and how to see it again. */
import type { World } from "./world.js";

export class SimulationFailure extends Error {
  override readonly name = "SimulationFailure";
  readonly seed: number;

  constructor(message: string, world: World, cause?: unknown) {
    super(
      [
        `seed ${world.seed}, at ${world.time.nowMs} ms: ${message}`,
        ...(cause === undefined ? [] : [`cause: ${describe(cause)}`]),
        "last events:",
        ...world.trace.tail().map((line) => `  ${line}`),
      ].join("\n"),
      cause === undefined ? undefined : { cause },
    );
    this.seed = world.seed;
  }
}

/** Runs a scenario for one seed; whatever it throws becomes a failure that names the command to replay it. */
export async function simulate<T>(
  world: World,
  replayCommand: string,
  scenario: (world: World) => Promise<T>,
): Promise<T> {
  try {
    return await scenario(world);
  } catch (error) {
    const failure = error instanceof SimulationFailure ? error : world.failure("the scenario failed", error);
    failure.message += `\nreplay: WAXWING_SEED=${world.seed} ${replayCommand}`;
    throw failure;
  }
}

function describe(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
