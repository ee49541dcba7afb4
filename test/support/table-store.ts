/** The smallest store on which the modelled disk can be tried: tables only. Not for testing anything above it. */
import type { Store, StoreOperation } from "#contracts/index.js";

export function createTableStore(): Store {
  const tables = new Map<string, Uint8Array>();
  const keyOf = (table: string, key: Uint8Array) => `${table}/${Buffer.from(key).toString("latin1")}`;
  const apply = (operation: StoreOperation) => {
    if (operation.op !== "put") throw new TypeError(`table store: no ${operation.op}`);
    tables.set(keyOf(operation.table, operation.key), operation.value);
    return null;
  };
  const partial: Partial<Store> = {
    name: "memory",
    commit: async (operations) => operations.map(apply),
    read: async (table, key) => tables.get(keyOf(table, key)),
    scan: async ({ table, prefix }) =>
      [...tables]
        .filter(([key]) => key.startsWith(keyOf(table, prefix)))
        .map(([key, value]) => ({ key: Buffer.from(key.slice(table.length + 1), "latin1"), value })),
    close: async () => {},
  };
  return partial as Store;
}
