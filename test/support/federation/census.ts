/** What the drawn federations had, counted, so that one line shows what a run of many seeds has covered. */
import type { FederationPlan } from "./plan.js";

export class Census {
  readonly #counts = new Map<string, Map<string, number>>();
  #runs = 0;

  get runs(): number {
    return this.#runs;
  }

  add(plan: FederationPlan): void {
    this.#runs++;
    this.#count("nodes", String(plan.nodes.length));
    this.#count("topology", plan.topology);
    for (const version of new Set(plan.nodes.map(({ version }) => version))) this.#count("version", version);
    for (const fault of plan.faults) this.#count("fault", fault);
    if (plan.faults.length === 0) this.#count("fault", "none");
    if (plan.liar) this.#count("liar", plan.liar.behaviour);
  }

  count(aspect: string, value: string): number {
    return this.#counts.get(aspect)?.get(value) ?? 0;
  }

  /** `nodes 3 870, 7 110, 30 20; topology ring 210, …` */
  toString(): string {
    return [...this.#counts]
      .map(([aspect, counts]) => {
        const sorted = [...counts].sort(([, a], [, b]) => b - a);
        return `${aspect} ${sorted.map(([value, count]) => `${value} ${count}`).join(", ")}`;
      })
      .join("; ");
  }

  #count(aspect: string, value: string): void {
    const counts = this.#counts.get(aspect) ?? new Map<string, number>();
    counts.set(value, (counts.get(value) ?? 0) + 1);
    this.#counts.set(aspect, counts);
  }
}
